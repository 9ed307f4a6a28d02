//! Who holds two kinds of actions at once, as the one who administers a key and also uses it.

use super::{Access, ClassKind, Ground};
use crate::catalog::ActionSet;
use crate::policy::is_called_someone;

/// A principal that holds two sets of actions directly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Combination {
    /// Its class.
    pub class: usize,
    /// What gives the first set, in source order.
    pub first: Vec<Ground>,
    /// What gives the second set.
    pub second: Vec<Ground>,
}

impl Access<'_> {
    /// The principals that hold some of `first` and some of `second` for some context, each set of reasons
    /// once: where two principals have the same statements to thank, or one of them fewer, that one stands for both.
    ///
    /// A statement that gives everything is a matter of its own: it counts only where the others alone do not
    /// make the combination. A principal whose string is not known may be the account; it counts only if it is
    /// called a user or role, or if it takes two statements.
    pub fn combinations(&self, first: ActionSet, second: ActionSet) -> Vec<Combination> {
        let mut found: Vec<Combination> = Vec::new();
        for (class, of) in self.classes.iter().enumerate() {
            if !matches!(of.kind, ClassKind::Named(_) | ClassKind::Opaque(_) | ClassKind::AccountOther(_)) {
                continue;
            }
            let grounds = (self.grounds(class, first), self.grounds(class, second));
            let partial = |grounds: &[Ground]| -> Vec<Ground> {
                grounds.iter().copied().filter(|ground| !self.gives_everything(ground)).collect()
            };
            let (mut first, mut second) = (partial(&grounds.0), partial(&grounds.1));
            if first.is_empty() || second.is_empty() {
                // What gives everything makes it by itself, whatever else stands beside it.
                let whole = |grounds: &[Ground]| -> Vec<Ground> {
                    grounds.iter().copied().filter(|ground| self.gives_everything(ground)).collect()
                };
                (first, second) = (whole(&grounds.0), whole(&grounds.1));
            }
            if first.is_empty() || second.is_empty() {
                (first, second) = grounds;
            }
            let known = match &of.kind {
                ClassKind::Opaque(text) if !is_called_someone(text) => {
                    first.iter().any(|one| second.iter().all(|other| one.statement != other.statement))
                }
                _ => true,
            };
            if known && !first.is_empty() && !second.is_empty() {
                found.push(Combination { class, first, second });
            }
        }
        let weaker = |at: usize, one: &Combination| {
            found.iter().enumerate().any(|(other_at, other)| {
                other_at != at && other.is_within(one) && (!one.is_within(other) || other_at < at)
            })
        };
        let kept = found.iter().enumerate().filter(|(at, one)| !weaker(*at, one));
        kept.map(|(_, one)| one.clone()).collect()
    }

    fn gives_everything(&self, ground: &Ground) -> bool {
        let everything = ActionSet::ADMIN_CORE.union(ActionSet::USE_CORE);
        self.policy.statements.get(ground.statement).is_some_and(|it| it.actions().0.contains(everything))
    }
}

impl Combination {
    /// Whether all its reasons are reasons of the other.
    fn is_within(&self, other: &Combination) -> bool {
        let within = |some: &[Ground], all: &[Ground]| some.iter().all(|ground| all.contains(ground));
        within(&self.first, &other.first) && within(&self.second, &other.second)
    }

    /// The statements it rests on, by their places, each once.
    pub fn statements(&self) -> Vec<usize> {
        let mut statements: Vec<usize> =
            self.first.iter().chain(&self.second).map(|ground| ground.statement).collect();
        statements.sort_unstable();
        statements.dedup();
        statements
    }
}
