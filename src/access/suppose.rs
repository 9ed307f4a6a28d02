//! What would be so if what is not decided were settled one way or the other. What rules say then, and do not say
//! as it is, hinges on it.

use super::atom::{Atom, Test};
use super::{Access, is_too_large};
use crate::policy::{Policy, variables};
use crate::value::{Piece, Text};

/// A condition that compares with a policy variable, which each request fills in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// The statement, by its place.
    pub statement: usize,
    /// The condition, by its place in [`crate::policy::Statement::conditions`].
    pub condition: usize,
    /// The value that holds the variable, by its place.
    pub value: usize,
    /// The variable as it is written, such as `${aws:PrincipalTag/team}`.
    pub written: String,
    atom: usize,
}

/// What is supposed. Conditions are told by what they say: equal ones have equal answers.
#[derive(Clone, Debug, Default)]
pub(super) struct Supposed {
    /// Of these conditions, that they hold of all requests or of none.
    conditions: Vec<(Atom, bool)>,
    /// How questions turn out that the search gave up.
    pub(super) given_up: Option<bool>,
}

impl Supposed {
    /// Whether a condition is supposed to hold, if anything is.
    pub(super) fn of(&self, atom: &Atom) -> Option<bool> {
        self.conditions.iter().find(|(known, _)| known == atom).map(|(_, holds)| *holds)
    }

    pub(super) fn is_any(&self) -> bool {
        self.given_up.is_some() || self.has_conditions()
    }

    pub(super) fn has_conditions(&self) -> bool {
        !self.conditions.is_empty()
    }
}

impl<'a> Access<'a> {
    /// Whether the policy is larger than any that KMS takes, so that who can do what was not worked out.
    pub fn is_too_large(&self) -> bool {
        is_too_large(self.policy)
    }

    /// Whether the search gave up some question that was asked so far.
    pub fn gave_up(&self) -> bool {
        self.model.gave_up.get()
    }

    /// The conditions that compare with policy variables, equal ones once.
    pub fn variables(&self) -> Vec<Variable> {
        let mut found: Vec<Variable> = Vec::new();
        for clause in &self.model.clauses {
            let conditions = clause.statement.conditions.iter().zip(&clause.atoms);
            for (condition, (known, atom)) in conditions.enumerate() {
                let is_open = matches!(self.model.atom(*atom).map(|it| &it.test), Some(Test::Open(_)));
                if !is_open || known.values_open || found.iter().any(|it| it.atom == *atom) {
                    continue;
                }
                let mut values = known.values.iter().enumerate();
                let variable = values.find_map(|(at, value)| Some((at, variable(&value.text)?)));
                if let Some((value, written)) = variable {
                    let statement = clause.statement.index;
                    found.push(Variable { statement, condition, value, written, atom: *atom });
                }
            }
        }
        found
    }

    /// The answers if these conditions held of all requests, or of none.
    #[must_use]
    pub fn supposing(&self, variables: &[&Variable], hold: bool) -> Access<'a> {
        let atoms = variables.iter().filter_map(|it| self.model.atom(it.atom));
        let conditions = atoms.map(|atom| (atom.clone(), hold)).collect();
        self.under(self.policy, Supposed { conditions, given_up: None })
    }

    /// The answers if all that the search gave up were possible, or nothing of it.
    #[must_use]
    pub fn supposing_given_up(&self, possible: bool) -> Access<'a> {
        let access = self.under(self.policy, Supposed { conditions: Vec::new(), given_up: Some(possible) });
        access.model.know_given_up(&self.model);
        access
    }

    /// A policy of the same key under a supposition.
    pub(super) fn under<'p>(&self, policy: &'p Policy, supposed: Supposed) -> Access<'p> {
        let mut access = Access::new(policy, &self.model.facts.key);
        access.model.suppose(supposed);
        access
    }
}

/// The first variable of a text as it is written; none where one of them is written wrongly, so that it is none.
fn variable(text: &Text) -> Option<String> {
    text.pieces.iter().find_map(|piece| match piece {
        Piece::Known { text, .. } => {
            let (names, broken) = variables(text);
            let first = names.first().filter(|_| broken.is_none())?;
            let folded = text.to_ascii_lowercase();
            let from = folded.find(&format!("${{{first}"))?;
            let rest = text.get(from..)?;
            rest.get(..=rest.find('}')?).map(str::to_owned)
        }
        Piece::Unknown { .. } => None,
    })
}
