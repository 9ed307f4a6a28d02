use crate::access::Managing;
use crate::carrier::Role;
use crate::catalog::ActionSet;
use crate::engine::{Check, Context, Findings};
use crate::finding::Severity;

pub(super) const CHECK: Check = Check::Policy(check);

/// Nobody is allowed to. Where a Deny takes it away, `deny-locks-out-everyone` reports that.
fn check(context: &Context<'_>, findings: &mut Findings) {
    let policy = context.policy;
    if context.document.role == Role::Fragment || context.access.manageability().verdict != Managing::Nobody {
        return;
    }
    // What cannot be read at all is not known to have no statement that allows it.
    if policy.statements.is_empty() && !policy.defects.is_empty() {
        return;
    }
    // The policy of a key that AWS manages, which only AWS changes.
    let is_of_aws = policy.id.as_ref().is_some_and(|id| id.text.known_prefix().starts_with("auto-"));
    if is_of_aws || matches!(context.access.managing_without_denies(), Managing::Safe | Managing::Fragile) {
        return;
    }
    context
        .finding(policy.span, "nobody in the key's account can change the key policy any more")
        .label("no statement gives `kms:PutKeyPolicy` to anybody in the account")
        .severity(severity(context))
        .help(
            "let the account manage its key: allow `arn:aws:iam::ACCOUNT:root` to call `kms:PutKeyPolicy`, \
             `kms:GetKeyPolicy` and `kms:DescribeKey`",
        )
        .report(findings);
}

/// Whether a text that is attached to no key is the whole policy cannot be seen from it, and KMS itself refuses one
/// that its caller could not change.
fn severity(context: &Context<'_>) -> Severity {
    let reads = ActionSet::of(&["GetParametersForImport"]);
    let administers = |set: ActionSet| set.intersects(ActionSet::ADMIN_CORE.difference(reads));
    match context.policy.statements.iter().any(|statement| administers(statement.actions().1)) {
        _ if context.is_perhaps_an_excerpt() => Severity::Info,
        false if context.is_bare() => Severity::Warning,
        _ => Severity::Error,
    }
}
