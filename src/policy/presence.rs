//! What the catalogue knows of a condition's key, and which keys the conditions of a statement force to be there.

use super::{Condition, Effect, Statement};
use crate::catalog::{ConditionKey, condition_key};

impl Condition {
    /// What the catalogue knows of its key; none of a key that is not known, or is not AWS's.
    pub fn catalog_key(&self) -> Option<&'static ConditionKey> {
        condition_key(self.key_folded.as_deref()?)
    }

    /// Whether its key is this one, which must be in lower case; `None`: the key is not known.
    pub fn is_about(&self, folded: &str) -> Option<bool> {
        self.key_folded.as_deref().map(|key| key == folded)
    }
}

impl Effect {
    /// What a statement does with a request: allowed, denied.
    pub fn verb(self) -> Option<&'static str> {
        match self {
            Effect::Allow => Some("allowed"),
            Effect::Deny => Some("denied"),
            Effect::Unknown => None,
        }
    }
}

impl Statement {
    /// Whether every request that the conditions let through carries a key, which must be in lower case;
    /// `None`: not known.
    pub fn demands(&self, folded: &str) -> Option<bool> {
        let speaks = |key: &str| {
            // A pair of the encryption context makes its key one of the context's keys.
            key == folded
                || (folded == "kms:encryptioncontextkeys" && key.starts_with("kms:encryptioncontext:"))
        };
        let mut open = self.conditions_open;
        for atom in &self.conditions {
            match (atom.key_folded.as_deref().map(speaks), atom.when_absent()) {
                (Some(true), Some(false)) => return Some(true),
                (Some(false), _) | (_, Some(true)) => {}
                _ => open = true,
            }
        }
        (!open).then_some(false)
    }

    /// What becomes of it if one of its conditions never holds, or always does: the end of a sentence.
    pub fn outcome(&self, condition_holds: bool) -> &'static str {
        match (self.effect, condition_holds) {
            (Effect::Allow, false) => "so the statement allows nothing",
            (Effect::Deny, false) => "so the statement denies nothing",
            (Effect::Allow, true) => "so it restricts nothing",
            (Effect::Deny, true) => "so it exempts nobody from the Deny",
            (Effect::Unknown, _) => "so it does nothing",
        }
    }
}
