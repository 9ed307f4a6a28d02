use crate::access::Level;
use crate::catalog::ActionSet;
use crate::engine::{Check, Context, Findings};
use crate::policy::Effect;

pub(super) const CHECK: Check = Check::Policy(check);

const DELETE: ActionSet = ActionSet::of(&["ScheduleKeyDeletion"]);

/// The first statement through which someone can delete the key, where no Deny speaks of that.
fn check(context: &Context<'_>, findings: &mut Findings) {
    let policy = context.policy;
    let denies = policy.statements.iter().filter(|statement| statement.effect != Effect::Allow);
    if policy.open || denies.into_iter().any(|statement| statement.actions().1.intersects(DELETE)) {
        return;
    }
    let grounds = (0..context.access.classes().len())
        .flat_map(|class| context.access.grounds_at(class, DELETE, Level::Delegated));
    let Some(ground) = grounds.min() else { return };
    let Some(statement) = policy.statements.iter().find(|it| it.index == ground.statement) else { return };
    context
        .finding(ground.action, "nothing keeps a key that is in use from being deleted")
        .label("includes `kms:ScheduleKeyDeletion`")
        .help(
            "add a Deny for `kms:ScheduleKeyDeletion` and `kms:DisableKey` under \
             `\"NumericLessThanEquals\": { \"kms:TrailingDaysWithoutKeyUsage\": \"90\" }`",
        )
        .statement(statement)
        .report(findings);
}
