use crate::access::Managing;
use crate::carrier::Role;
use crate::catalog::ActionSet;
use crate::engine::{Check, Context, Findings};
use crate::policy::Effect;

pub(super) const CHECK: Check = Check::Policy(check);

const PUT_KEY_POLICY: ActionSet = ActionSet::of(&["PutKeyPolicy"]);

/// Reports it where a Deny is the cause, else at the policy as a whole.
fn check(context: &Context<'_>, findings: &mut Findings) {
    if context.document.role == Role::Fragment || context.access.manageability().verdict != Managing::Nobody {
        return;
    }
    // What cannot be read at all is not known to have no statement that allows it.
    if context.policy.statements.is_empty() && !context.policy.defects.is_empty() {
        return;
    }
    let speaks = |denies| {
        let of = context.policy.statements.iter().filter(move |it| (it.effect == Effect::Deny) == denies);
        of.filter(|statement| statement.actions().1.intersects(PUT_KEY_POLICY))
    };
    let allow = speaks(false).next();
    let help = "let the account manage its key: allow `arn:aws:iam::ACCOUNT:root` to call \
                `kms:PutKeyPolicy`, `kms:GetKeyPolicy` and `kms:DescribeKey`";
    let message = "nobody in the key's account can change the key policy any more";
    match (allow, speaks(true).next()) {
        (Some(allow), Some(deny)) => {
            let span = deny.action.as_ref().map_or(deny.span, |element| element.key_span);
            context
                .finding(span, message)
                .label("denies `kms:PutKeyPolicy`")
                .related(allow.effect_span, "what is allowed here is denied there")
                .help("leave `kms:PutKeyPolicy` out of the Deny, or exempt an administrator from it")
        }
        _ => context
            .finding(context.policy.span, message)
            .label("no statement gives `kms:PutKeyPolicy` to anybody in the account")
            .help(help),
    }
    .report(findings);
}
