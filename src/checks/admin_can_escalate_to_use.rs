use crate::access::{ClassKind, Ground};
use crate::catalog::ActionSet;
use crate::engine::{Check, Context, Findings};
use crate::policy::is_called_someone;

pub(super) const CHECK: Check = Check::Policy(check);

const TAKES_OVER: ActionSet = ActionSet::of(&["PutKeyPolicy"]);
const GRANTS: ActionSet = ActionSet::of(&["CreateGrant"]);

/// Who does not use the key and can allow it to themselves; one finding for each policy.
fn check(context: &Context<'_>, findings: &mut Findings) {
    let mut found: Vec<(String, Ground)> = Vec::new();
    for (at, class) in context.access.classes().iter().enumerate() {
        let someone = match &class.kind {
            ClassKind::Named(_) => true,
            ClassKind::Opaque(text) => is_called_someone(text),
            _ => false,
        };
        if !someone || context.access.held(at).may.intersects(ActionSet::USE_CORE) {
            continue;
        }
        let free = |ground: &&Ground| {
            context.policy.statements.get(ground.statement).is_some_and(|statement| {
                !statement.conditions_open && !statement.conditions.iter().any(|it| it.may_guard_grants())
            })
        };
        let grounds = context.access.grounds(at, TAKES_OVER.union(GRANTS));
        if let Some(ground) = grounds.iter().find(free) {
            found.push((class.kind.to_string(), *ground));
        }
    }
    let Some(((who, ground), more)) = found.split_first() else { return };
    let others = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
    let mut draft = context
        .finding(ground.principal, format!("{who}{others} may not use the key, but can allow it to anybody"))
        .related(ground.action, "is enough for that")
        .help("give `kms:PutKeyPolicy` and `kms:CreateGrant` to a role that nobody assumes in daily work");
    for (_, other) in more {
        draft = draft.related(other.principal, "so can this");
    }
    for (_, ground) in &found {
        if let Some(statement) = context.policy.statements.get(ground.statement) {
            draft = draft.statement(statement);
        }
    }
    draft.report(findings);
}
