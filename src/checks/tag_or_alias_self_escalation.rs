use crate::access::{ClassKind, Ground};
use crate::catalog::ActionSet;
use crate::engine::{Check, Context, Findings};
use crate::policy::{Condition, Effect, Statement, is_called_someone};

pub(super) const CHECK: Check = Check::Policy(check);

const TAGS: ActionSet = ActionSet::of(&["TagResource", "UntagResource"]);
const ALIASES: ActionSet = ActionSet::of(&["CreateAlias", "UpdateAlias", "DeleteAlias"]);

/// Who can change what a condition looks at decides about the condition.
fn check(context: &Context<'_>, findings: &mut Findings) {
    let conditioned = context.policy.statements.iter().filter_map(|statement| {
        let (atom, levers) = statement.conditions.iter().find_map(|it| Some((it, levers(it)?)))?;
        Some((statement, atom, levers))
    });
    for (statement, atom, levers) in conditioned {
        let mut told = Vec::new();
        for (at, class) in context.access.classes().iter().enumerate() {
            let someone = match &class.kind {
                ClassKind::Named(_) | ClassKind::AccountOther(_) => true,
                ClassKind::Opaque(text) => is_called_someone(text),
                _ => false,
            };
            if !someone || !is_affected(context, at, statement) {
                continue;
            }
            let moves = context.access.grounds(at, levers);
            let free = |ground: &&Ground| {
                context.policy.statements.get(ground.statement).is_some_and(|it| !is_limited(it))
            };
            let Some(lever) = moves.iter().find(free).filter(|lever| !told.contains(&lever.action)) else {
                continue;
            };
            told.push(lever.action);
            let what = if levers == TAGS { "the tags" } else { "the aliases" };
            let mut draft = context
                .finding(
                    atom.key_span,
                    format!("{} can change {what} that this condition looks at", class.kind),
                )
                .related(lever.action, format!("changes {what}"))
                .help(format!("leave {what} to those who administer the key"))
                .part(statement, atom.span);
            if let Some(other) = context.policy.statements.get(lever.statement) {
                draft = draft.part(other, lever.action);
            }
            draft.report(findings);
        }
    }
}

/// What changes the outcome of a condition.
fn levers(condition: &Condition) -> Option<ActionSet> {
    match condition.key_folded.as_deref()? {
        "kms:resourcealiases" | "kms:requestalias" => Some(ALIASES),
        key if key.starts_with("aws:resourcetag/") => Some(TAGS),
        _ => None,
    }
}

/// Whether a statement gives a class something directly under its condition, or denies it something.
fn is_affected(context: &Context<'_>, class: usize, statement: &Statement) -> bool {
    match statement.effect {
        Effect::Allow => {
            let grounds = context.access.grounds(class, ActionSet::USE_CORE.union(ActionSet::ADMIN_CORE));
            grounds.iter().any(|ground| ground.statement == statement.index)
        }
        // Whom a Deny speaks of is not asked here.
        Effect::Deny | Effect::Unknown => false,
    }
}

/// Whether a statement lets only certain tags be changed.
fn is_limited(statement: &Statement) -> bool {
    statement.conditions_open
        || statement.conditions.iter().any(|it| {
            it.key_folded
                .as_deref()
                .is_none_or(|key| key == "aws:tagkeys" || key.starts_with("aws:requesttag/"))
        })
}
