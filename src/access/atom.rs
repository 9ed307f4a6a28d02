//! Conditions, compiled: one atom is a set over the values of its key and the absence of it.

use std::net::IpAddr;

use super::glob::Glob;
use super::names::{Names, Reading, has_variable};
use super::reading::{block, date, number};
use crate::policy::{BaseOperator, Condition, Policy, Quantifier};
use crate::value::Text;

/// The values of a condition key in a request; none: the key is absent.
pub(super) type Given = Option<Vec<String>>;

/// A condition.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Atom {
    /// The key in lower case.
    pub(super) key: String,
    pub(super) quantifier: Option<Quantifier>,
    /// It holds of values that the test does not take.
    pub(super) negated: bool,
    /// It holds of a request without the key.
    pub(super) when_absent: bool,
    pub(super) test: Test,
}

impl Atom {
    /// How much there is to do to hold it against a value, in steps.
    pub(super) fn effort(&self, value: &str) -> usize {
        match &self.test {
            Test::Texts(patterns) => patterns.iter().map(|pattern| pattern.exact.effort(value)).sum(),
            Test::Numbers(_, numbers) | Test::Dates(_, numbers) => numbers.len(),
            Test::Addresses(blocks) => blocks.len(),
            Test::Present(_) | Test::Open(_) | Test::Settled(_) => 1,
        }
    }
}

/// What an atom asks of one value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Test {
    /// Only whether the key is there.
    Present(bool),
    /// Some pattern takes it.
    Texts(Vec<Pattern>),
    /// It stands so to some of the numbers.
    Numbers(Order, Vec<f64>),
    /// It stands so to some of the dates, in seconds since 1970.
    Dates(Order, Vec<f64>),
    /// It lies in some block.
    Addresses(Vec<(IpAddr, u32)>),
    /// Something that the request does not tell: a policy variable, an operator or a key that is not known. Equal
    /// ones have equal answers.
    Open(String),
    /// It is supposed to hold of all requests, or of none.
    Settled(bool),
}

/// A pattern in its three readings.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pattern {
    pub(super) exact: Glob,
    /// The other ones, where something in it is not known.
    open: Option<Box<[Glob; 2]>>,
}

impl Pattern {
    fn new(text: &Text, base: BaseOperator, variables: bool, names: &Names) -> Pattern {
        let read = |reading| names.glob(text, base, variables, reading);
        let open = (!text.is_known()).then(|| Box::new([read(Reading::Loose), read(Reading::Foreign)]));
        Pattern { exact: read(Reading::Exact), open }
    }

    pub(super) fn read(&self, reading: Reading) -> &Glob {
        match (reading, self.open.as_deref()) {
            (Reading::Loose, Some([loose, _])) => loose,
            (Reading::Foreign, Some([_, foreign])) => foreign,
            _ => &self.exact,
        }
    }

    /// The one text that it takes, if that is one whatever turns out.
    pub(super) fn literal(&self) -> Option<String> {
        let same = self.read(Reading::Loose) == &self.exact;
        self.exact.literal().filter(|_| same)
    }
}

/// How a number stands to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Order {
    #[expect(clippy::float_cmp, reason = "numbers of a policy are compared as they are written")]
    pub(super) fn holds(self, value: f64, wanted: f64) -> bool {
        match self {
            Order::Equal => value == wanted,
            Order::Less => value < wanted,
            Order::LessOrEqual => value <= wanted,
            Order::Greater => value > wanted,
            Order::GreaterOrEqual => value >= wanted,
        }
    }
}

impl Atom {
    /// Compiles a condition.
    pub(super) fn new(condition: &Condition, policy: &Policy, names: &Names) -> Atom {
        let key = condition.key_folded.clone().unwrap_or_default();
        let quantifier = condition.operator.quantifier;
        let Some((base, when_absent)) = condition.operator.base.zip(condition.when_absent()) else {
            return Atom::open(condition, key, null_of_both(condition));
        };
        let negated = base.is_negated();
        let test = test(condition, base, policy, names);
        match test {
            Some(test) if !key.is_empty() => Atom { key, quantifier, negated, when_absent, test },
            _ => Atom::open(condition, key, None),
        }
    }

    fn open(condition: &Condition, key: String, always: Option<bool>) -> Atom {
        let mut values: Vec<String> = condition.values.iter().map(|value| value.text.to_string()).collect();
        values.sort();
        let name = condition.operator.canonical().unwrap_or_else(|| condition.operator.written.clone());
        let identity = format!("{name} {} {} {values:?}", condition.key, condition.values_open);
        let test = match always {
            // `Null` of both true and false.
            Some(true) => Test::Numbers(Order::Equal, Vec::new()),
            _ => Test::Open(identity),
        };
        let always = always == Some(true);
        Atom { key, quantifier: None, negated: always, when_absent: always, test }
    }
}

fn null_of_both(condition: &Condition) -> Option<bool> {
    let is = |wanted: &str| {
        let same = |value: &crate::policy::ConditionValue| {
            value.text.as_known().is_some_and(|text| text.eq_ignore_ascii_case(wanted))
        };
        condition.values.iter().any(same)
    };
    let null = condition.operator.base == Some(BaseOperator::Null);
    (null && is("true") && is("false")).then_some(true)
}

/// What a condition asks of a value; none where that is not known.
fn test(condition: &Condition, base: BaseOperator, policy: &Policy, names: &Names) -> Option<Test> {
    use BaseOperator as Op;
    let variables = takes_variables(policy);
    let has_variable =
        variables && base.takes_variables() && condition.values.iter().any(|value| has_variable(&value.text));
    if condition.values_open || has_variable {
        return None;
    }
    let known = || -> Option<Vec<String>> {
        condition.values.iter().map(|value| value.text.as_known().map(|text| text.into_owned())).collect()
    };
    let numbers =
        |order| Some(Test::Numbers(order, known()?.iter().filter_map(|text| number(text)).collect()));
    let dates = |order| Some(Test::Dates(order, known()?.iter().filter_map(|text| date(text)).collect()));
    match base {
        Op::Null => Some(Test::Present(!condition.when_absent()?)),
        Op::NumericEquals | Op::NumericNotEquals => numbers(Order::Equal),
        Op::NumericLessThan => numbers(Order::Less),
        Op::NumericLessThanEquals => numbers(Order::LessOrEqual),
        Op::NumericGreaterThan => numbers(Order::Greater),
        Op::NumericGreaterThanEquals => numbers(Order::GreaterOrEqual),
        Op::DateEquals | Op::DateNotEquals => dates(Order::Equal),
        Op::DateLessThan => dates(Order::Less),
        Op::DateLessThanEquals => dates(Order::LessOrEqual),
        Op::DateGreaterThan => dates(Order::Greater),
        Op::DateGreaterThanEquals => dates(Order::GreaterOrEqual),
        Op::IpAddress | Op::NotIpAddress => {
            Some(Test::Addresses(known()?.iter().filter_map(|text| block(text)).collect()))
        }
        _ => {
            let patterns =
                condition.values.iter().map(|value| Pattern::new(&value.text, base, variables, names));
            Some(Test::Texts(patterns.collect()))
        }
    }
}

/// Whether `${…}` is a policy variable: only in policies of the version 2012-10-17.
pub(super) fn takes_variables(policy: &Policy) -> bool {
    let version = policy.version.as_ref().map(|version| version.text.as_known());
    match version {
        Some(Some(text)) => text.trim() == "2012-10-17",
        Some(None) => true,
        None => false,
    }
}
