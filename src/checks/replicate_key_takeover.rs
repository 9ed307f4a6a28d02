use crate::access::ClassKind;
use crate::catalog::ActionSet;
use crate::engine::{Check, Context, Findings};
use crate::finding::Severity;
use crate::policy::{Statement, is_called_someone};

pub(super) const CHECK: Check = Check::Policy(check);

const REPLICATE: ActionSet = ActionSet::of(&["ReplicateKey"]);
const PUT_KEY_POLICY: ActionSet = ActionSet::of(&["PutKeyPolicy"]);

/// A replica has the same key material under a policy that its maker writes.
fn check(context: &Context<'_>, findings: &mut Findings) {
    // On a key of one Region the action does nothing.
    if context.document.key.multi_region == Some(false) {
        return;
    }
    let mut told = Vec::new();
    for (at, class) in context.access.classes().iter().enumerate() {
        let someone = match &class.kind {
            ClassKind::Named(_) | ClassKind::AccountOther(_) => true,
            ClassKind::Opaque(text) => is_called_someone(text),
            _ => false,
        };
        if !someone || context.access.held(at).may.intersects(PUT_KEY_POLICY) {
            continue;
        }
        for ground in context.access.grounds(at, REPLICATE) {
            let Some(statement) = context.policy.statements.get(ground.statement) else { continue };
            if is_bound(statement) || told.contains(&ground.action) {
                continue;
            }
            told.push(ground.action);
            let sure = context.document.key.multi_region == Some(true);
            let message = format!("{} can replicate the key under a policy of its own making", class.kind);
            let mut draft = context
                .finding(ground.action, message)
                .related(ground.principal, "may not change the policy of this key")
                .help("leave `kms:ReplicateKey` to those who may change the policy, or bind it to Regions by `kms:ReplicaRegion`")
                .part(statement, ground.action);
            if !sure {
                draft = draft.severity(Severity::Info).note("matters if the key is a multi-Region key");
            }
            draft.report(findings);
        }
    }
}

fn is_bound(statement: &Statement) -> bool {
    statement.conditions_open
        || statement.conditions.iter().any(|it| {
            it.key_folded.as_deref().is_none_or(|key| key == "kms:replicaregion")
                && it.when_absent() != Some(true)
        })
}
