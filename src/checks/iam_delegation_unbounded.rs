use crate::catalog::ActionSet;
use crate::engine::{Check, Context, Findings};
use crate::policy::{Effect, PrincipalKind};

pub(super) const CHECK: Check = Check::Policy(check);

const EVERYTHING: ActionSet = ActionSet::ADMIN_CORE.union(ActionSet::USE_CORE);

/// AWS's default: whoever writes IAM policies decides over the key.
fn check(context: &Context<'_>, findings: &mut Findings) {
    for statement in context.policy.statements.iter().filter(|it| it.effect == Effect::Allow) {
        let free = statement.conditions.is_empty() && !statement.conditions_open;
        let Some(action) = &statement.action else { continue };
        let whole = action.patterns.iter().find(|pattern| pattern.must.contains(EVERYTHING));
        let (Some(whole), true) = (whole.filter(|_| !action.negated), free) else { continue };
        let entries = statement.principal.iter().filter(|element| !element.negated);
        for principal in entries.flat_map(|element| &element.entries) {
            let PrincipalKind::Account { account } = &principal.kind else { continue };
            if context.access.owner().is_none_or(|owner| !owner.same(account)) {
                continue;
            }
            context
                .finding(principal.span, "IAM policies alone decide who administers the key and who uses it")
                .related(whole.span, "all of administration and use")
                .help("allow the account the actions of an administrator only, and name the roles that use the key")
                .statement(statement)
                .report(findings);
        }
    }
}
