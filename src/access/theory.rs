//! The values of one condition key with which its conditions are as they are to be.
//!
//! The conditions of a key cut its values into finitely many classes. Numbers, dates, addresses and booleans have
//! one candidate for each class. Texts have an automaton: a few likely texts are tried first, then the search of
//! `language` decides.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::atom::{Atom, Given, Pattern, Test};
use super::budget::Budget;
use super::domain::{Domain, Presence};
use super::glob::{ANYTHING, Glob, Token, UNKNOWN, lower};
use super::language::{Constraint, Found, shortest};
use super::names::{Reading, has_unknown};
use super::reading::{date, iso, number, range};
use super::subject::{Values, of_account};
use crate::catalog::ValueType;
use crate::policy::Quantifier;

/// How what is not known counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Mode {
    /// Whatever it turns out to be.
    Surely,
    /// As suits.
    Possibly,
    /// Unknown values are values of their own.
    Constants,
    /// So they are, and what a request does not tell is as suits.
    Supposing,
}

impl Mode {
    /// Whether a policy variable or an operator that is not known may be as suits.
    pub(super) fn supposes(self) -> bool {
        matches!(self, Mode::Possibly | Mode::Supposing)
    }
}

/// An atom, and whether it is to hold.
#[derive(Clone, Copy)]
pub(super) struct Literal<'m> {
    pub(super) atom: &'m Atom,
    pub(super) wanted: bool,
    /// It speaks of the account in an ARN.
    pub(super) of_account: bool,
}

/// Why an element must or must not be a certain text, case aside.
pub(super) struct Named {
    pub(super) text: String,
    pub(super) wanted: bool,
}

/// A value, or that there is none.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Solved {
    Value(Given),
    Nothing,
    Capped,
}

/// The question about one key.
pub(super) struct Theory<'m> {
    pub(super) domain: &'m Domain,
    pub(super) literals: &'m [Literal<'m>],
    pub(super) mode: Mode,
    /// The subject is of an account that nothing mentions, and the key tells about it.
    pub(super) foreign: bool,
    /// A stranger's account, and the partition that it lies in.
    pub(super) account: &'m str,
    pub(super) partition: &'m str,
    /// Elements that must be there, and must not.
    pub(super) named: &'m [Named],
}

impl Theory<'_> {
    /// A value of the key, the absent one first.
    pub(super) fn solve(&self, budget: &mut Budget) -> Solved {
        if let Some(absent) = self.absent() {
            return absent;
        }
        self.present(budget)
    }

    /// The answer if the key is absent, unless it can only be present.
    pub(super) fn absent(&self) -> Option<Solved> {
        let fits = self.literals.iter().all(|literal| match &literal.atom.test {
            Test::Present(wanted) => *wanted != literal.wanted,
            _ => literal.atom.when_absent == literal.wanted,
        });
        let fits = fits && !self.named.iter().any(|named| named.wanted);
        match self.domain.presence {
            Presence::Always => None,
            _ if fits => Some(Solved::Value(None)),
            Presence::Never => Some(Solved::Nothing),
            Presence::Maybe => None,
        }
    }

    /// A value that is there.
    pub(super) fn present(&self, budget: &mut Budget) -> Solved {
        if self.domain.presence == Presence::Never {
            return Solved::Nothing;
        }
        let against = |literal: &Literal<'_>| matches!(literal.atom.test, Test::Present(wanted) if wanted != literal.wanted);
        if self.literals.iter().any(against) {
            return Solved::Nothing;
        }
        let tests = self.literals.iter().filter(|literal| !matches!(literal.atom.test, Test::Present(_)));
        if !self.domain.multivalued {
            let all: Vec<Literal<'_>> = tests.copied().collect();
            return match self.element(&all, &[], budget) {
                Found::Word(word) => Solved::Value(Some(vec![word])),
                Found::Nothing => Solved::Nothing,
                Found::Capped => Solved::Capped,
            };
        }
        // Of several values: what all must be, and what some must be. The demands for one are independent.
        let (mut forced, mut demanded) = (Vec::new(), Vec::new());
        for literal in tests {
            let every = literal.atom.quantifier == Some(Quantifier::ForAllValues);
            if every == literal.wanted { forced.push(*literal) } else { demanded.push(*literal) }
        }
        let barred: Vec<&Named> = self.named.iter().filter(|named| !named.wanted).collect();
        let mut questions: Vec<(Option<Literal<'_>>, Option<&Named>)> = Vec::new();
        questions.extend(demanded.iter().map(|demand| (Some(*demand), None)));
        questions.extend(self.named.iter().filter(|named| named.wanted).map(|named| (None, Some(named))));
        if questions.is_empty() {
            questions.push((None, None));
        }
        let mut words: Vec<String> = Vec::new();
        for (demand, named) in questions {
            let all: Vec<Literal<'_>> = forced.iter().copied().chain(demand).collect();
            let named: Vec<&Named> = barred.iter().copied().chain(named).collect();
            match self.element(&all, &named, budget) {
                Found::Word(word) if words.contains(&word) => {}
                Found::Word(word) => words.push(word),
                Found::Nothing => return Solved::Nothing,
                Found::Capped => return Solved::Capped,
            }
        }
        Solved::Value(Some(words))
    }

    /// One value with which all literals are as they are to be.
    fn element(&self, literals: &[Literal<'_>], named: &[&Named], budget: &mut Budget) -> Found {
        let fits = |value: &str| {
            literals.iter().all(|literal| self.holds(literal, value))
                && named.iter().all(|it| (fold(&it.text) == fold(value)) == it.wanted)
                && self.is_within(value)
        };
        if let Values::Fixed(values) = &self.domain.values
            && self.mode == Mode::Possibly
            && values.iter().any(|value| has_unknown(value))
        {
            return self.turning_out(values, literals, budget);
        }
        let (candidates, complete) = self.candidates(literals, named);
        for word in candidates {
            let steps: usize = literals.iter().map(|literal| literal.atom.effort(&word)).sum();
            if !budget.spend(steps / 4) {
                return Found::Capped;
            }
            if fits(&word) {
                return Found::Word(word);
            }
        }
        if complete {
            return Found::Nothing;
        }
        if self.domain.values == Values::Unknown && self.mode == Mode::Surely {
            return Found::Nothing;
        }
        if literals.iter().any(|literal| !matches!(literal.atom.test, Test::Texts(_))) {
            // Numbers and patterns of one key: a number may be written in many ways.
            return Found::Capped;
        }
        let mut constraints: Vec<Constraint<'_>> =
            literals.iter().map(|literal| self.constraint(literal)).collect();
        if let Values::Within(bounds) = &self.domain.values {
            constraints.extend(bounds.iter().map(|(globs, wanted)| Constraint {
                globs: globs.iter().map(Cow::Borrowed).collect(),
                wanted: *wanted,
                loosely: false,
            }));
        }
        for it in named {
            let glob = Glob::default().then(it.text.chars().map(|c| Token::Fold(lower(c))));
            constraints.push(Constraint { globs: vec![Cow::Owned(glob)], wanted: it.wanted, loosely: false });
        }
        if constraints.iter().all(|it| !it.wanted) {
            // A value is not empty.
            let some = Glob::default().then([Token::One { colon: true }, Token::Many { colon: true }]);
            constraints.push(Constraint { globs: vec![Cow::Owned(some)], wanted: true, loosely: false });
        }
        shortest(&constraints, budget)
    }

    /// Whether some unknown value may turn out to be what all literals ask for: a value of its own, or another one,
    /// which is then the same for all of them.
    fn turning_out(&self, values: &[String], literals: &[Literal<'_>], budget: &mut Budget) -> Found {
        let mut found = Found::Nothing;
        for value in values {
            let own = Theory { mode: Mode::Constants, ..*self };
            if literals.iter().all(|literal| own.holds(literal, value)) {
                return Found::Word(value.clone());
            }
            let is_it = |literal: &Literal<'_>| match &literal.atom.test {
                Test::Texts(patterns) => {
                    patterns.iter().any(|pattern| pattern.exact.literal().as_ref() == Some(value))
                }
                _ => false,
            };
            if literals.iter().any(|literal| is_it(literal) && literal.wanted == literal.atom.negated) {
                continue;
            }
            if literals.iter().any(|literal| !matches!(literal.atom.test, Test::Texts(_))) {
                found = Found::Capped;
                continue;
            }
            let others = literals.iter().filter(|literal| !is_it(literal));
            let mut constraints: Vec<Constraint<'_>> = others.map(|it| self.constraint(it)).collect();
            let loose = Glob::default().then(value.chars().map(|c| match u32::from(c) {
                ANYTHING.. => Token::Many { colon: true },
                UNKNOWN.. => Token::Many { colon: false },
                _ => Token::Char(c),
            }));
            constraints.push(Constraint { globs: vec![Cow::Owned(loose)], wanted: true, loosely: false });
            match shortest(&constraints, budget) {
                Found::Nothing => {}
                word => return word,
            }
        }
        found
    }

    fn constraint<'a>(&self, literal: &Literal<'a>) -> Constraint<'a> {
        let wanted = literal.wanted != literal.atom.negated;
        let reading = self.reading(wanted);
        let patterns = if let Test::Texts(patterns) = &literal.atom.test { patterns.as_slice() } else { &[] };
        let globs = patterns.iter().map(|pattern| {
            let glob = pattern.read(reading);
            if literal.of_account { Cow::Owned(of_account(glob)) } else { Cow::Borrowed(glob) }
        });
        Constraint { globs: globs.collect(), wanted, loosely: reading != Reading::Exact }
    }

    /// How patterns are read that are to take the value, or not to.
    fn reading(&self, taken: bool) -> Reading {
        let loose = if self.foreign { Reading::Foreign } else { Reading::Loose };
        match (self.mode, taken) {
            (Mode::Surely, false) | (Mode::Possibly, true) => loose,
            _ => Reading::Exact,
        }
    }

    /// Whether a literal is as it is to be for a value.
    fn holds(&self, literal: &Literal<'_>, value: &str) -> bool {
        let value = if literal.of_account { value.split(':').nth(4).unwrap_or_default() } else { value };
        let taken = literal.wanted != literal.atom.negated;
        if let Test::Texts(patterns) = &literal.atom.test {
            let reading = self.reading(taken);
            let takes = patterns.iter().any(|p| p.read(reading).matches(value, reading != Reading::Exact));
            return takes == taken;
        }
        if has_unknown(value) {
            return self.mode == Mode::Possibly;
        }
        let takes = match &literal.atom.test {
            Test::Numbers(order, wanted) => {
                number(value).is_some_and(|value| wanted.iter().any(|wanted| order.holds(value, *wanted)))
            }
            Test::Dates(order, wanted) => {
                date(value).is_some_and(|value| wanted.iter().any(|wanted| order.holds(value, *wanted)))
            }
            Test::Addresses(blocks) => value.parse::<IpAddr>().is_ok_and(|address| {
                let (at, _, v4) = range((address, if address.is_ipv4() { 32 } else { 128 }));
                blocks.iter().any(|block| {
                    let (first, last, of_v4) = range(*block);
                    v4 == of_v4 && (first..=last).contains(&at)
                })
            }),
            Test::Present(_) | Test::Open(_) | Test::Settled(_) | Test::Texts(_) => false,
        };
        takes == taken
    }

    fn is_within(&self, value: &str) -> bool {
        match &self.domain.values {
            Values::Free | Values::Unknown => true,
            Values::Fixed(values) => values.iter().any(|fixed| fixed == value),
            Values::Within(bounds) => bounds
                .iter()
                .all(|(globs, wanted)| globs.iter().any(|glob| glob.matches(value, false)) == *wanted),
        }
    }

    /// Values worth trying, and whether every value behaves like one of them.
    fn candidates(&self, literals: &[Literal<'_>], named: &[&Named]) -> (Vec<String>, bool) {
        match &self.domain.values {
            Values::Fixed(values) => return (values.clone(), true),
            Values::Unknown if self.mode == Mode::Surely => return (Vec::new(), true),
            _ => {}
        }
        match self.domain.value_type {
            ValueType::Bool => return (vec!["true".to_owned(), "false".to_owned()], true),
            ValueType::Number => return (self.numbers(literals), plain(literals)),
            ValueType::Date => return (self.dates(literals), plain(literals)),
            ValueType::Address => return (addresses(literals), plain(literals)),
            ValueType::Text | ValueType::Arn => {}
        }
        let (mut values, mut complete) = (vec!["any".to_owned()], true);
        values.extend(named.iter().map(|it| it.text.clone()));
        for literal in literals {
            match &literal.atom.test {
                Test::Texts(patterns) => {
                    let wanted = literal.wanted != literal.atom.negated;
                    let literals: Option<Vec<String>> = patterns.iter().map(Pattern::literal).collect();
                    let plain = literals.is_some();
                    if let Some(only) = literals.filter(|_| wanted && !literal.of_account) {
                        // It can only be one of these.
                        return (only, true);
                    }
                    complete &= plain && !literal.of_account;
                    values.extend(patterns.iter().flat_map(|pattern| pattern.exact.instances()));
                }
                Test::Numbers(_, numbers) => {
                    values.extend(around(numbers).into_iter().map(|n| n.to_string()))
                }
                Test::Dates(_, dates) => values.extend(around(dates).into_iter().map(|n| n.to_string())),
                Test::Addresses(_) => values.extend(addresses(&[*literal])),
                Test::Present(_) | Test::Open(_) | Test::Settled(_) => {}
            }
        }
        if let Values::Within(_) = &self.domain.values {
            complete = false;
            values = self.arns(literals, values);
        }
        // Every text that is none of the literals behaves like `any`, unless that is one of them.
        complete &= !values.iter().skip(1).any(|value| value == "any");
        (values, complete)
    }

    /// ARNs of principals that are not named: with the patterns' names, in their account.
    fn arns(&self, literals: &[Literal<'_>], mut values: Vec<String>) -> Vec<String> {
        let accounts = literals.iter().filter(|literal| literal.of_account);
        let mut accounts: Vec<String> = accounts.flat_map(|literal| texts(literal.atom)).collect();
        accounts.insert(0, self.account.to_owned());
        let names: Vec<String> =
            values.iter().filter_map(|value| Some(value.splitn(6, ':').nth(5)?.to_owned())).collect();
        let mut arns = Vec::new();
        for account in accounts {
            let names = ["role/any", "user/any"].into_iter().chain(names.iter().map(String::as_str));
            arns.extend(names.map(|name| format!("arn:{}:iam::{account}:{name}", self.partition)));
        }
        arns.append(&mut values);
        arns
    }

    fn numbers(&self, literals: &[Literal<'_>]) -> Vec<String> {
        let mut values = vec![0.0];
        for literal in literals {
            match &literal.atom.test {
                Test::Numbers(_, numbers) => values.extend(around(numbers)),
                Test::Texts(_) => values.extend(texts(literal.atom).iter().filter_map(|text| number(text))),
                _ => {}
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "days and seconds")]
        if let Some((lowest, highest)) = self.domain.range {
            values.push(lowest as f64);
            values.extend(highest.map(|highest| highest as f64));
            let outside =
                |value: &f64| *value < lowest as f64 || highest.is_some_and(|most| *value > most as f64);
            values.retain(|value| value.fract() == 0.0 && !outside(value));
        }
        values.iter().map(f64::to_string).collect()
    }

    fn dates(&self, literals: &[Literal<'_>]) -> Vec<String> {
        let mut values = vec![1_700_000_000.0];
        for literal in literals {
            match &literal.atom.test {
                Test::Dates(_, dates) | Test::Numbers(_, dates) => values.extend(around(dates)),
                _ => {}
            }
        }
        // Number operators on a date read its seconds.
        let numbers = literals.iter().any(|literal| matches!(literal.atom.test, Test::Numbers(..)));
        values.iter().map(|date| if numbers { date.to_string() } else { iso(*date) }).collect()
    }
}

/// Whether nothing asks how a number is written.
fn plain(literals: &[Literal<'_>]) -> bool {
    !literals.iter().any(|literal| matches!(literal.atom.test, Test::Texts(_)))
}

fn texts(atom: &Atom) -> Vec<String> {
    match &atom.test {
        Test::Texts(patterns) => patterns.iter().flat_map(|pattern| pattern.exact.instances()).collect(),
        _ => Vec::new(),
    }
}

/// The numbers themselves, and whole ones between and beside them.
fn around(numbers: &[f64]) -> Vec<f64> {
    numbers
        .iter()
        .flat_map(|n| [n.floor() - 1.0, n.floor(), *n, n.ceil(), n.ceil() + 1.0, n.floor() + 0.5])
        .collect()
}

/// The first address of each block, the one after its last, and two of documentation.
fn addresses(literals: &[Literal<'_>]) -> Vec<String> {
    let mut values = vec!["203.0.113.77".to_owned(), "2001:db8::77".to_owned()];
    values.extend(["0.0.0.0".to_owned(), "::".to_owned()]);
    for literal in literals {
        match &literal.atom.test {
            Test::Addresses(blocks) => {
                for (first, last, v4) in blocks.iter().map(|block| range(*block)) {
                    values.extend(address(first, v4));
                    values.extend(last.checked_add(1).and_then(|next| address(next, v4)));
                }
            }
            _ => values.extend(texts(literal.atom)),
        }
    }
    values.retain(|value| value.parse::<IpAddr>().is_ok());
    values
}

fn address(number: u128, v4: bool) -> Option<String> {
    if v4 {
        Some(Ipv4Addr::from(u32::try_from(number).ok()?).to_string())
    } else {
        Some(Ipv6Addr::from(number).to_string())
    }
}

fn fold(text: &str) -> String {
    text.chars().map(lower).collect()
}
