use crate::access::{ClassKind, Ownership};
use crate::carrier::Role;
use crate::engine::{Check, Context, Findings};

pub(super) const CHECK: Check = Check::Policy(check);

/// Without the account as principal, IAM policies have no say.
fn check(context: &Context<'_>, findings: &mut Findings) {
    let policy = context.policy;
    let partial = policy.open || policy.statements.is_empty() || context.is_perhaps_an_excerpt();
    if context.document.role == Role::Fragment || partial || context.access.is_too_large() {
        return;
    }
    for (at, class) in context.access.classes().iter().enumerate() {
        // A string that is not known may be the account.
        let may_be_account = match &class.kind {
            ClassKind::Opaque(_) => true,
            ClassKind::AccountOther(_) => {
                class.ownership != Ownership::Foreign && !context.access.delegated(at).may.is_empty()
            }
            _ => false,
        };
        if may_be_account {
            return;
        }
    }
    context
        .finding(policy.span, "IAM policies that allow something with this key have no effect")
        .label("no statement names the key's account as principal")
        .help("if IAM policies are meant to count, allow `arn:aws:iam::ACCOUNT:root` what they may give away")
        .report(findings);
}
