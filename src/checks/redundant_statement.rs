use crate::catalog::ActionSet;
use crate::engine::{Check, Context, Findings};
use crate::fix::Fix;
use crate::policy::{Effect, Statement};

pub(super) const CHECK: Check = Check::Policy(check);

const FULL_ACCESS: ActionSet = ActionSet::ADMIN_CORE.union(ActionSet::USE_CORE);

/// The statements that the AWS console looks for when it edits a key policy, by their Sids.
const OF_THE_CONSOLE: [&str; 4] = [
    "Enable IAM User Permissions",
    "Allow access for Key Administrators",
    "Allow use of the key",
    "Allow attachment of persistent resources",
];

/// Statements without which the policy says the same. Of those that say the same as each other, the first stays.
fn check(context: &Context<'_>, findings: &mut Findings) {
    let access = context.access;
    let says_nothing_new = |it: &&Statement| {
        access.is_redundant(it.index) == Some(true) && access.is_dead(it.index) == Some(false)
    };
    let candidates: Vec<_> = context.policy.statements.iter().filter(says_nothing_new).collect();
    let mut gone: Vec<usize> = Vec::new();
    for statement in candidates.iter().rev() {
        // Without those that went before it, it may be needed.
        if gone.is_empty() || is_redundant_among(context, statement, |it| !gone.contains(&it.index)) {
            gone.push(statement.index);
        }
    }
    for statement in candidates.iter().filter(|it| gone.contains(&it.index)) {
        let others = context.policy.statements.iter().filter(|it| !gone.contains(&it.index));
        let whole = others.filter(|it| it.effect == statement.effect).find(|other| {
            is_redundant_among(context, statement, |it| {
                it.index == other.index || it.effect != statement.effect
            })
        });
        // Beside full access everything is redundant, and no longer so once that is corrected.
        if whole.is_some_and(|it| it.effect == Effect::Allow && it.actions().0.contains(FULL_ACCESS)) {
            continue;
        }
        let message = match whole {
            Some(_) => "another statement says all that this one says",
            None => "other statements say all that this one says",
        };
        let mut draft = context.finding(statement.span, message).statement(statement);
        if let Some(other) = whole {
            draft = draft.related(other.span, "this one");
        }
        draft
            .help("remove it; the policy gives and denies the same without it")
            .fix(removal(context, statement))
            .report(findings);
    }
}

/// The policy without a statement, unless the console would miss it.
fn removal(context: &Context<'_>, statement: &Statement) -> Option<Fix> {
    let sid = statement.sid.as_ref().and_then(|sid| sid.text.as_known());
    if sid.is_some_and(|sid| OF_THE_CONSOLE.contains(&&*sid)) {
        return None;
    }
    Some(Fix::equal("remove the statement", context.editor().remove_item(statement.span)?))
}

/// Whether a statement adds nothing to some of the others.
fn is_redundant_among(
    context: &Context<'_>,
    statement: &Statement,
    keep: impl Fn(&Statement) -> bool,
) -> bool {
    context.access.is_redundant_among(statement.index, keep) == Some(true)
}
