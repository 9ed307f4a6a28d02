//! Whether some request satisfies a statement and escapes others.
//!
//! Each condition key gets a few candidate values, such that every value behaves like one of them; a search
//! picks for each Deny a condition that fails. An answer `Yes` carries the values, so it proves itself.

use std::collections::BTreeMap;

use super::ClassKind;
use super::atom::{Given, holds};
use super::context::{Candidates, candidates};
use crate::catalog::ActionSet;
use crate::policy::{Condition, Statement};

/// The values of a request's condition keys.
pub(super) type Values = BTreeMap<String, Given>;

/// The answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Answer {
    /// With these values.
    Yes(Values),
    /// With no values.
    No,
    /// Something that is not known decides.
    Unknown,
}

/// Branches that one search may try.
const MAX_STEPS: u32 = 4_000;

/// What the request must do.
pub(super) struct Question<'a> {
    pub(super) class: &'a ClassKind,
    /// Actions that carry the same condition keys.
    pub(super) actions: ActionSet,
    /// All conditions of these statements hold.
    pub(super) satisfies: Vec<&'a Statement>,
    /// Of each of these statements some condition fails.
    pub(super) escapes: Vec<&'a Statement>,
}

/// One condition, and whether it is to hold.
type Literal<'a> = (&'a Condition, bool);

impl<'a> Question<'a> {
    /// Answers it.
    pub(super) fn answer(&self) -> Answer {
        let open = self.satisfies.iter().any(|statement| statement.conditions_open);
        let literals: Vec<Literal<'a>> = self
            .satisfies
            .iter()
            .flat_map(|statement| &statement.conditions)
            .map(|condition| (condition, true))
            .collect();
        let mut steps = 0;
        match self.search(&literals, &self.escapes, &mut steps) {
            Answer::Yes(_) if open => Answer::Unknown,
            answer => answer,
        }
    }

    fn search(&self, literals: &[Literal<'a>], escapes: &[&'a Statement], steps: &mut u32) -> Answer {
        *steps += 1;
        if *steps > MAX_STEPS {
            return Answer::Unknown;
        }
        let values = match self.values(literals) {
            Answer::Yes(values) => values,
            other if escapes.is_empty() => return other,
            Answer::No => return Answer::No,
            _ => Values::new(),
        };
        let Some((deny, rest)) = escapes.split_first() else { return Answer::Yes(values) };
        let mut unknown = deny.conditions_open;
        for condition in &deny.conditions {
            let mut more = literals.to_vec();
            more.push((condition, false));
            match self.search(&more, rest, steps) {
                Answer::Yes(values) => return Answer::Yes(values),
                Answer::Unknown => unknown = true,
                Answer::No => {}
            }
        }
        if unknown { Answer::Unknown } else { Answer::No }
    }

    /// A value for each key with which all literals are as they are to be.
    fn values(&self, literals: &[Literal<'a>]) -> Answer {
        let mut by_key: BTreeMap<&str, Vec<Literal<'a>>> = BTreeMap::new();
        let mut unknown = false;
        for literal in literals {
            match literal.0.key_folded.as_deref() {
                Some(key) => by_key.entry(key).or_default().push(*literal),
                None => unknown = true,
            }
        }
        let mut values = Values::new();
        for (key, literals) in by_key {
            match self.value(key, &literals) {
                Answer::Yes(value) => values.extend(value),
                Answer::No => return Answer::No,
                Answer::Unknown => unknown = true,
            }
        }
        if unknown { Answer::Unknown } else { Answer::Yes(values) }
    }

    fn value(&self, key: &str, literals: &[Literal<'a>]) -> Answer {
        let conditions: Vec<&Condition> = literals.iter().map(|literal| literal.0).collect();
        let Candidates::Values(candidates) = candidates(key, self.class, self.actions, &conditions) else {
            return Answer::Unknown;
        };
        // Two patterns with wildcards may agree on a text that is no candidate.
        let wild = conditions.iter().filter(|condition| has_wildcard(condition)).count();
        let mut unknown = wild > 1 && candidates.len() > 2;
        for candidate in candidates {
            let as_wanted = literals
                .iter()
                .map(|(condition, wanted)| holds(condition, &candidate).map(|holds| holds == *wanted));
            match super::atom::all(as_wanted) {
                Some(true) => return Answer::Yes(Values::from([(key.to_owned(), candidate)])),
                None => unknown = true,
                Some(false) => {}
            }
        }
        if unknown { Answer::Unknown } else { Answer::No }
    }
}

fn has_wildcard(condition: &Condition) -> bool {
    condition.operator.base.is_some_and(crate::policy::BaseOperator::takes_wildcards)
        && condition.values.iter().any(|value| value.text.known_characters().any(|c| matches!(c, '*' | '?')))
}
