//! Who can still change the key policy tomorrow.
//!
//! `kms:PutKeyPolicy` has no effect across accounts, and roles and users can be deleted; only the account
//! principal stays.

use super::reach::Reach;
use super::{Access, ClassKind, Ground, Level, Ownership};
use crate::catalog::ActionSet;
use crate::policy::{Effect, is_called_someone};

const PUT_KEY_POLICY: ActionSet = ActionSet::of(&["PutKeyPolicy"]);

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Managing {
    /// The account can, whatever happens to its users and roles.
    Safe,
    /// Someone can, but only principals that may be deleted, or only under conditions.
    Fragile,
    /// Nobody can.
    Nobody,
    /// Something that is not known decides.
    Unknown,
}

/// Who can change the policy.
#[derive(Clone, Debug)]
pub struct Manageability {
    /// The answer.
    pub verdict: Managing,
    /// Those who can, in the order of the classes.
    pub managers: Vec<Manager>,
}

/// A principal that can change the policy.
#[derive(Clone, Debug)]
pub struct Manager {
    /// Its class.
    pub class: usize,
    /// The statement and the characters that let it.
    pub ground: Option<Ground>,
    /// Only in some contexts.
    pub conditional: bool,
    /// Only if IAM policies of its account allow it.
    pub delegated: bool,
}

impl Access<'_> {
    /// Who can change the policy, and whether that will last.
    pub fn manageability(&self) -> &Manageability {
        self.known.manageability.get_or_init(|| self.model.apart(|| self.find_managers()))
    }

    /// Who could change the policy if it denied nothing.
    pub fn managing_without_denies(&self) -> Managing {
        *self.known.without_denies.get_or_init(|| {
            let denies = |effect| effect == Effect::Deny;
            if !self.policy.statements.iter().any(|statement| denies(statement.effect)) {
                return self.manageability().verdict;
            }
            let mut policy = self.policy.clone();
            policy.statements.retain(|statement| !denies(statement.effect));
            for (at, statement) in policy.statements.iter_mut().enumerate() {
                statement.index = at;
            }
            let access = self.under(&policy, self.model.supposed().clone());
            let verdict = access.manageability().verdict;
            self.model.gave_up.set(self.gave_up() || access.gave_up());
            verdict
        })
    }

    fn find_managers(&self) -> Manageability {
        let mut managers = Vec::new();
        let (mut safe, mut unknown) = (false, self.policy.open || self.classes.is_empty());
        for (at, class) in self.classes.iter().enumerate() {
            if class.ownership == Ownership::Foreign || matches!(class.kind, ClassKind::Service(_)) {
                continue;
            }
            match self.group_reach(at, PUT_KEY_POLICY, Level::Delegated) {
                Reach::Yes => {
                    let always = self.always(at, PUT_KEY_POLICY, Level::Delegated);
                    let delegated = self.group_reach(at, PUT_KEY_POLICY, Level::Direct) == Reach::No;
                    let is_account =
                        matches!(class.kind, ClassKind::AccountRoot(_) | ClassKind::AccountOther(_));
                    safe |= is_account && always;
                    // Whoever it is; its name may say that it is a user or a role.
                    unknown |= matches!(&class.kind, ClassKind::Opaque(text) if !is_called_someone(text));
                    let grounds = self.grounds_at(at, PUT_KEY_POLICY, Level::Delegated);
                    let ground = grounds.into_iter().next();
                    managers.push(Manager { class: at, ground, conditional: !always, delegated });
                }
                // An unknown principal may be any of the classes; what it is, is asked once, of itself.
                Reach::Unknown => unknown |= !self.is_reached_only_by_opaque(at),
                Reach::No => {}
            }
        }
        let verdict = match (safe, unknown, managers.is_empty()) {
            (true, ..) => Managing::Safe,
            (_, true, _) => Managing::Unknown,
            (_, _, true) => Managing::Nobody,
            _ => Managing::Fragile,
        };
        Manageability { verdict, managers }
    }

    /// Whether a class may reach `kms:PutKeyPolicy` only by being a principal whose string is not known.
    fn is_reached_only_by_opaque(&self, class: usize) -> bool {
        let Some(kind) = self.kind(class) else { return false };
        !matches!(kind, ClassKind::Opaque(_))
            && self
                .model
                .clauses
                .iter()
                .filter(|clause| clause.may_have(Effect::Allow) && clause.may.intersects(PUT_KEY_POLICY))
                .all(|clause| {
                    clause.statement.principal.as_ref().is_some_and(|element| {
                        !element.open
                            && !element.negated
                            && element.entries.iter().all(|entry| match entry.kind {
                                crate::policy::PrincipalKind::Unknown => is_called_someone(&entry.text),
                                _ => false,
                            })
                    })
                })
    }
}
