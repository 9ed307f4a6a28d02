//! What conditions mean to `kms:CreateGrant`.

use super::Condition;
use crate::catalog::ActionSet;

const CREATE_GRANT: ActionSet = ActionSet::of(&["CreateGrant"]);

/// Condition keys of grants, in lower case, and the actions whose requests carry them.
const CARRIERS: [(&str, ActionSet); 8] = [
    ("kms:grantisforawsresource", ActionSet::of(&["CreateGrant", "ListGrants", "RevokeGrant"])),
    ("kms:grantoperations", CREATE_GRANT),
    ("kms:granteeprincipal", CREATE_GRANT),
    ("kms:granteeserviceprincipal", CREATE_GRANT),
    ("kms:retiringprincipal", CREATE_GRANT),
    ("kms:retiringserviceprincipal", CREATE_GRANT),
    ("kms:grantconstraintsourcearn", CREATE_GRANT),
    ("kms:grantconstrainttype", ActionSet::of(&["CreateGrant", "RetireGrant"])),
];

impl Condition {
    /// The actions whose requests carry its key, if that is a key of grants alone.
    pub fn grant_actions(&self) -> Option<ActionSet> {
        let key = self.key_folded.as_deref()?;
        CARRIERS.iter().find(|(known, _)| *known == key).map(|(_, actions)| *actions)
    }

    /// Whether it may limit which grants an Allow lets a principal create, or by which way. False only where
    /// it surely does not: another key, or a test that a direct call passes because it lacks the key.
    pub fn may_guard_grants(&self) -> bool {
        let Some(key) = self.key_folded.as_deref() else { return true };
        // A grant always has operations, so `ForAllValues` cannot be passed with none.
        key == "kms:grantoperations" || (guards_grants(key) && self.when_absent() != Some(true))
    }

    /// Whether its key can tell the calls of AWS services from others, or one grant from another.
    pub fn has_grant_key(&self) -> bool {
        self.key_folded.as_deref().is_none_or(guards_grants)
    }
}

fn guards_grants(key: &str) -> bool {
    key == "kms:viaservice"
        || key == "aws:viaawsservice"
        || key.starts_with("aws:calledvia")
        || key.starts_with("kms:encryptioncontext")
        || CARRIERS.iter().any(|(known, _)| *known == key && !known.starts_with("kms:retiring"))
}
