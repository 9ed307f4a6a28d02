//! Whether a policy gives anything that another one does not: the same requests, two levels.
//!
//! Access is gained where the new level is higher and at least delegated. A Deny that is gone, where nothing
//! allows the request today, is a protection removed: a grant could allow it tomorrow. For a foreign principal direct
//! and delegated access are the same, because it needs IAM policies of its own account in either case.
//!
//! Unknown values count as values of their own here: equal references are equal, different ones differ
//! (`Axiom::UnknownsDiffer`). What a request does not tell, such as a policy variable, makes an answer that is
//! not proven.

use super::axiom::Axioms;
use super::comparer::Comparer;
use super::{ClassKind, Level, Witness};
use crate::carrier::KeyFacts;
use crate::catalog::ActionSet;
use crate::policy::Policy;

/// The difference between two policies of one key.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// Requests that reach a higher level than before.
    pub gained: Vec<Difference>,
    /// Requests that reached a higher level before.
    pub lost: Vec<Difference>,
    /// Requests that were denied, and are no longer, although nothing allows them.
    pub unprotected: Vec<Difference>,
    /// Requests that are denied, and were not, although nothing allowed them.
    pub protected: Vec<Difference>,
    /// What could not be decided.
    pub not_proven: Vec<NotProven>,
    /// What the answers rest on.
    pub axioms: Axioms,
}

/// How a policy stands to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// The same level for every request.
    Equal,
    /// Nothing is gained.
    Narrower,
    /// Nothing is lost.
    Wider,
    /// Some is gained, and some is lost.
    Incomparable,
    /// Something could not be decided.
    NotProven,
}

/// Requests of one class of principals whose level differs, through one statement.
#[derive(Clone, Debug)]
pub struct Difference {
    /// Who.
    pub principal: ClassKind,
    /// The actions of the catalogue.
    pub actions: ActionSet,
    /// A pattern of an action that does not exist yet, where only those make the difference.
    pub future: Option<String>,
    /// The level under the old policy, of the witness.
    pub before: Level,
    /// The level under the new policy, of the witness.
    pub after: Level,
    /// The statement that makes the difference, by its place: of the new policy in `gained` and `protected`, of
    /// the old one in `lost` and `unprotected`.
    pub statement: usize,
    /// A request that shows it.
    pub witness: Witness,
}

/// Something that could not be decided.
#[derive(Clone, Debug, PartialEq)]
pub struct NotProven {
    /// The statement that it is about, by its place.
    pub statement: usize,
    /// It is of the new policy.
    pub new: bool,
    /// Why, as a clause.
    pub reason: &'static str,
}

/// Compares two policies of a key. The owner is the key's, or else the one that either policy shows.
pub fn compare(old: &Policy, new: &Policy, key: &KeyFacts) -> Comparison {
    Comparer::new(old, new, key).run(true)
}

/// So, taking nothing to be true of requests: condition keys are free of each other and of the principal. What is gained
/// may then be gained by no request that KMS ever sees; that nothing is gained rests on the policies alone.
pub fn compare_without_axioms(old: &Policy, new: &Policy, key: &KeyFacts) -> Comparison {
    Comparer::new(old, new, key).without_axioms().run(true)
}

/// Why a policy may give more than another one.
#[derive(Clone, Debug)]
pub enum Widening {
    /// This request reaches a higher level.
    Proved(Witness),
    /// That there is no such request could not be proved.
    NotProven(NotProven),
}

/// Whether the new policy may give what the old one does not. `None`: surely not.
pub fn widens(old: &Policy, new: &Policy, key: &KeyFacts) -> Option<Widening> {
    let comparison = Comparer::new(old, new, key).run(false);
    let proved = comparison.gained.into_iter().next().map(|difference| Widening::Proved(difference.witness));
    proved.or_else(|| comparison.not_proven.into_iter().next().map(Widening::NotProven))
}

impl Comparison {
    /// How the new policy stands to the old one.
    pub fn relation(&self) -> Relation {
        let more = !self.gained.is_empty() || !self.unprotected.is_empty();
        let less = !self.lost.is_empty() || !self.protected.is_empty();
        match (more, less) {
            (true, true) => Relation::Incomparable,
            _ if !self.not_proven.is_empty() => Relation::NotProven,
            (true, false) => Relation::Wider,
            (false, true) => Relation::Narrower,
            (false, false) => Relation::Equal,
        }
    }
}
