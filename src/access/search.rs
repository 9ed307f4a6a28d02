//! Whether some request satisfies some statements and escapes others.
//!
//! A tableau: of each statement to be escaped one condition must fail, so the search branches over which. What
//! a branch asks of a condition key is decided by `theory`. An answer `Yes` carries the values, so it proves itself.

use std::collections::BTreeMap;

use super::ClassKind;
use super::atom::{Atom, Given, Test};
use super::axiom::Axiom;
use super::domain::{Domain, Presence, domain};
use super::model::{Clause, Model};
use super::subject::{Account, Subject, Values as Domains};
use super::theory::{Literal, Mode, Named, Solved, Theory};
use crate::catalog::{ActionSet, condition_key};

/// The values of a request's condition keys.
pub(super) type Values = BTreeMap<String, Given>;

/// The answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Answer {
    /// With these values.
    Yes(Values),
    /// With no values.
    No,
    /// A cap was reached.
    Capped,
}

/// Branches that one search may try.
const MOST_STEPS: u32 = 4_000;

/// One pair of the encryption context, and the list of all keys of it.
const PAIR: &str = "kms:encryptioncontext:";
const PAIR_KEYS: &str = "kms:encryptioncontextkeys";

/// Keys of the encryption context whose presence is tried both ways.
const MOST_CONTEXT_KEYS: usize = 6;

/// What the request must do.
pub(super) struct Question<'q> {
    /// The subject's place.
    pub(super) subject: usize,
    /// Actions that carry the same condition keys.
    pub(super) actions: ActionSet,
    /// Conditions that hold.
    pub(super) holding: Vec<usize>,
    /// Conditions that fail.
    pub(super) failing: Vec<usize>,
    /// Of each of these clauses some condition fails.
    pub(super) escapes: Vec<&'q Clause<'q>>,
    pub(super) mode: Mode,
}

/// A request that does what the question asks for.
pub(super) fn search(model: &Model<'_>, question: &Question<'_>) -> Answer {
    let Some(subject) = model.subjects.get(question.subject) else { return Answer::No };
    // Nothing escapes a statement without conditions, and most others have none either.
    if question.escapes.iter().any(|clause| clause.atoms.is_empty()) {
        return Answer::No;
    }
    let asked = [&question.holding, &question.failing];
    if question.escapes.is_empty() && asked.iter().all(|atoms| atoms.is_empty()) {
        return Answer::Yes(Values::new());
    }
    let literals = question.holding.iter().map(|atom| (*atom, true));
    let literals: Vec<(usize, bool)> =
        literals.chain(question.failing.iter().map(|atom| (*atom, false))).collect();
    if literals.iter().any(|(atom, wanted)| *wanted && literals.contains(&(*atom, false))) {
        return Answer::No;
    }
    if !model.budget.borrow_mut().spend(1) {
        return Answer::Capped;
    }
    let mut search = Search { model, subject, question, steps: 0 };
    // Each key alone first: most questions end here.
    let mut keys: Vec<&str> = Vec::new();
    for (atom, _) in &literals {
        keys.extend(model.atoms.get(*atom).map(|atom| atom.key.as_str()));
    }
    keys.sort_unstable();
    keys.dedup();
    for key in keys {
        if search.is_against(&literals, key) {
            return Answer::No;
        }
    }
    search.run(&literals, &question.escapes)
}

struct Search<'q, 'a> {
    model: &'q Model<'a>,
    subject: &'q Subject,
    question: &'q Question<'q>,
    steps: u32,
}

impl<'q> Search<'q, '_> {
    fn run(&mut self, literals: &[(usize, bool)], escapes: &[&'q Clause<'q>]) -> Answer {
        self.steps += 1;
        let cost = literals.len() * literals.len() + escapes.len() + self.model.atoms.len();
        if self.steps > MOST_STEPS || !self.model.budget.borrow_mut().spend(cost) {
            return Answer::Capped;
        }
        let mut known = vec![None; self.model.atoms.len()];
        for (atom, wanted) in literals {
            if let Some(known) = known.get_mut(*atom) {
                *known = Some(*wanted);
            }
        }
        let is = |atom: &usize, wanted: bool| known.get(*atom) == Some(&Some(wanted));
        let open = escapes.iter().filter(|clause| !clause.atoms.iter().any(|atom| is(atom, false)));
        let mut open: Vec<&'q Clause<'q>> = open.copied().collect();
        let left = |clause: &&Clause<'_>| clause.atoms.iter().filter(|atom| !is(atom, true)).count();
        let Some(next) = (0..open.len()).min_by_key(|at| open.get(*at).map(left)) else {
            return self.values(literals);
        };
        let clause = open.swap_remove(next);
        let mut capped = false;
        for atom in clause.atoms.iter().filter(|atom| !is(atom, true)) {
            let mut more = literals.to_vec();
            more.push((*atom, false));
            let key = self.model.atoms.get(*atom).map_or("", |atom| atom.key.as_str());
            if self.is_against(&more, key) {
                continue;
            }
            match self.run(&more, &open) {
                Answer::Yes(values) => return Answer::Yes(values),
                Answer::Capped => capped = true,
                Answer::No => {}
            }
        }
        if capped { Answer::Capped } else { Answer::No }
    }

    /// Whether the literals on one key, and those that are not understood, contradict each other.
    fn is_against(&self, literals: &[(usize, bool)], key: &str) -> bool {
        if literals.iter().any(|(atom, wanted)| literals.contains(&(*atom, !wanted))) {
            return true;
        }
        let place = self.place(key);
        let (mut here, mut tests) = (Vec::new(), Vec::new());
        for (at, wanted) in literals {
            let Some(atom) = self.model.atoms.get(*at) else { return true };
            match self.settled(atom, *wanted) {
                Some(true) => {}
                Some(false) => return true,
                None if self.place(&atom.key) == place => {
                    here.push((*at, *wanted));
                    tests.push(self.literal(atom, *wanted));
                }
                None => {}
            }
        }
        here.sort_unstable();
        here.dedup();
        let (subject, actions) = self.kind(place);
        let asked = (subject, actions, self.question.mode, here);
        self.model.is_contradiction(asked, || self.solve(place, &tests, &[], None))
    }

    /// Whether a literal is as it is to be where no value decides it: it is not understood, or it is supposed.
    fn settled(&self, atom: &Atom, wanted: bool) -> Option<bool> {
        match atom.test {
            Test::Open(_) => Some(self.question.mode.supposes()),
            Test::Settled(holds) => Some(holds == wanted),
            _ => None,
        }
    }

    /// The subject and the actions as far as they matter to a key: see `domain`.
    fn kind(&self, key: &str) -> (usize, ActionSet) {
        const SERVICE: usize = usize::MAX;
        const STRANGER: usize = usize::MAX - 1;
        const ANYONE: usize = usize::MAX - 2;
        let of_subject = matches!(
            key,
            "kms:calleraccount"
                | "aws:principalaccount"
                | "aws:principalarn"
                | "aws:principaltype"
                | "aws:principalservicename"
                | "aws:username"
        );
        let subject = match () {
            () if of_subject => self.question.subject,
            () if self.subject.is_service() => SERVICE,
            () if self.subject.stranger => STRANGER,
            () => ANYONE,
        };
        let closed = condition_key(key).is_some_and(|known| known.closed);
        (subject, if closed { self.question.actions } else { ActionSet::EMPTY })
    }

    /// Where the literals on a key are collected: those on the account, at the ARN that holds it.
    fn place<'k>(&self, key: &'k str) -> &'k str {
        match (key, &self.subject.account) {
            _ if self.model.without_axioms => key,
            ("kms:calleraccount" | "aws:principalaccount", Account::OfArn) => "aws:principalarn",
            ("aws:principalaccount", Account::Known(_)) => "kms:calleraccount",
            _ => key,
        }
    }

    /// The literals by key; none if one is not understood and may not be supposed.
    fn tests(&self, literals: &[(usize, bool)]) -> Option<BTreeMap<&'q str, Vec<Literal<'q>>>> {
        let mut tests: BTreeMap<&str, Vec<Literal<'q>>> = BTreeMap::new();
        for (atom, wanted) in literals {
            let atom = self.model.atoms.get(*atom)?;
            match self.settled(atom, *wanted) {
                Some(true) => continue,
                Some(false) => return None,
                None => {}
            }
            tests.entry(self.place(&atom.key)).or_default().push(self.literal(atom, *wanted));
        }
        Some(tests)
    }

    fn literal<'m>(&self, atom: &'m Atom, wanted: bool) -> Literal<'m> {
        let place = self.place(&atom.key);
        Literal { atom, wanted, of_account: place == "aws:principalarn" && place != atom.key }
    }

    fn domain(&self, key: &str) -> Domain {
        let model = self.model;
        if model.without_axioms {
            return Domain::free(key);
        }
        let domain = domain(key, self.subject, self.question.actions, &model.facts, &model.names);
        domain.axioms.iter().for_each(|axiom| model.cite(*axiom));
        domain
    }

    fn solve(&self, key: &str, literals: &[Literal<'_>], named: &[Named], presence: Option<bool>) -> Solved {
        let mut domain = self.domain(key);
        match (presence, domain.presence) {
            (Some(true), Presence::Never) | (Some(false), Presence::Always) => return Solved::Nothing,
            (Some(true), _) => domain.presence = Presence::Always,
            (Some(false), _) => domain.presence = Presence::Never,
            (None, _) => {}
        }
        if key == "aws:viaawsservice" && !named.is_empty() {
            // The request comes through `kms:ViaService`.
            self.model.cite(Axiom::ViaService);
            domain.presence = Presence::Always;
            domain.values = Domains::Fixed(vec!["true".to_owned()]);
        }
        let foreign = self.subject.kind == ClassKind::Fresh
            && matches!(key, "aws:principalarn" | "kms:calleraccount" | "aws:principalaccount");
        let theory = Theory {
            domain: &domain,
            literals,
            mode: self.question.mode,
            foreign,
            account: match &self.subject.account {
                Account::Known(account) => account,
                _ => &self.model.fresh_account,
            },
            partition: self.model.names.partition(),
            named: if domain.multivalued { named } else { &[] },
        };
        theory.solve(&mut self.model.budget.borrow_mut())
    }

    /// A value for each key with which all literals are as they are to be.
    fn values(&self, literals: &[(usize, bool)]) -> Answer {
        let Some(tests) = self.tests(literals) else { return Answer::No };
        let mut values = Values::new();
        let mut capped = false;
        let pairs: Vec<&str> = tests.keys().copied().filter(|key| key.starts_with(PAIR)).collect();
        let correlated = tests.contains_key(PAIR_KEYS) && !pairs.is_empty() && !self.model.without_axioms;
        for (key, tests) in &tests {
            if correlated && (*key == PAIR_KEYS || key.starts_with(PAIR)) {
                continue;
            }
            // Keys are in alphabetical order, so this one is known later: ask for it now.
            let named = match *key {
                "aws:viaawsservice" if !self.model.without_axioms && self.is_via(literals) => {
                    vec![Named { text: "true".to_owned(), wanted: true }]
                }
                _ => Vec::new(),
            };
            match self.solve(key, tests, &named, None) {
                Solved::Value(value) => drop(values.insert((*key).to_owned(), value)),
                Solved::Nothing => return Answer::No,
                Solved::Capped => capped = true,
            }
        }
        if correlated {
            match self.encryption_context(&tests, &pairs) {
                Answer::Yes(context) => values.extend(context),
                Answer::No => return Answer::No,
                Answer::Capped => capped = true,
            }
        }
        let given = |key: &str| values.get(key).and_then(Option::as_ref).and_then(|values| values.first());
        if let (Some(arn), Some(kind)) = (given("aws:principalarn"), given("aws:principaltype"))
            && arn.ends_with(":root") != (kind == "Account")
            && !self.model.without_axioms
        {
            // Each by itself is possible; whether both are is not worked out.
            capped = true;
        }
        if capped { Answer::Capped } else { Answer::Yes(values) }
    }

    /// Whether the literals force the request to come through `kms:ViaService`.
    fn is_via(&self, literals: &[(usize, bool)]) -> bool {
        let tests = self.tests(literals).unwrap_or_default();
        let Some(tests) = tests.get("kms:viaservice") else { return false };
        matches!(self.solve("kms:viaservice", tests, &[], None), Solved::Value(Some(_)))
    }

    /// Values for the pairs of the encryption context and the list of their keys, which tell the same.
    fn encryption_context(&self, tests: &BTreeMap<&'q str, Vec<Literal<'q>>>, pairs: &[&str]) -> Answer {
        self.model.cite(Axiom::EncryptionContext);
        if pairs.len() > MOST_CONTEXT_KEYS {
            return Answer::Capped;
        }
        let of = |key: &str| tests.get(key).map_or(&[][..], Vec::as_slice);
        let mut capped = false;
        for choice in 0..1_u32 << pairs.len() {
            let mut values = Values::new();
            let mut named = Vec::new();
            let mut possible = true;
            for (at, pair) in pairs.iter().enumerate() {
                let present = choice >> at & 1 == 1;
                named.push(Named {
                    text: pair.get(PAIR.len()..).unwrap_or_default().to_owned(),
                    wanted: present,
                });
                match self.solve(pair, of(pair), &[], Some(present)) {
                    Solved::Value(value) => drop(values.insert((*pair).to_owned(), value)),
                    Solved::Nothing => possible = false,
                    Solved::Capped => capped = true,
                }
            }
            if !possible {
                continue;
            }
            match self.solve(PAIR_KEYS, of(PAIR_KEYS), &named, None) {
                Solved::Value(value) if !capped => {
                    values.insert(PAIR_KEYS.to_owned(), value);
                    return Answer::Yes(values);
                }
                Solved::Nothing => {}
                _ => capped = true,
            }
        }
        if capped { Answer::Capped } else { Answer::No }
    }
}
