use crate::catalog::{self, PolicyEffect};
use crate::engine::{Check, Context, Findings};
use crate::finding::Severity;
use crate::fix::Fix;
use crate::glob;
use crate::policy::{ActionElement, ActionPattern, Statement};

pub(super) const CHECK: Check = Check::Policy(check);

/// What is not decided by a key's policy, named one by one. A wildcard that takes such an action in means others.
fn check(context: &Context<'_>, findings: &mut Findings) {
    for statement in &context.policy.statements {
        let Some(element) = statement.action.as_ref().filter(|element| !element.negated) else { continue };
        let found: Vec<_> =
            element.patterns.iter().filter(|pattern| is_without_effect(statement, pattern)).collect();
        let Some((first, more)) = found.split_first() else { continue };
        let whole = found.len() == element.patterns.len() && !element.open;
        let message = match more.len() {
            0 => format!("`{}` has no effect in a key policy", first.text),
            count => format!("`{}` and {count} more have no effect in a key policy", first.text),
        };
        let (severity, message) = match whole {
            true => (Severity::Warning, format!("{message}, hence neither has the statement")),
            false => (Severity::Info, message),
        };
        let mut draft = context.finding(first.span, message).severity(severity);
        for pattern in more {
            draft = draft.related(pattern.span, "no effect either");
        }
        draft = draft.help(match is_account(first) {
            true => "allow it in an IAM policy: it is not authorized on a key",
            false => "leave it out: the grant says who may retire it",
        });
        if !whole {
            draft = draft.fix(without(context, element, &found));
        }
        match whole {
            true => draft.statement(statement),
            false => draft.part(statement, first.span),
        }
        .report(findings);
    }
}

fn is_without_effect(statement: &Statement, pattern: &ActionPattern) -> bool {
    let Some(written) = pattern.text.as_known().filter(|written| !glob::has_wildcard(written)) else {
        return false;
    };
    let known = catalog::action(&written).filter(|_| written.contains(':'));
    match known {
        // AWS's examples for enclaves name it beside Decrypt, under the same condition.
        Some(action) if action.name == "kms:GenerateRandom" => !statement.conditions.iter().any(|atom| {
            atom.key_folded.as_deref().is_none_or(|key| key.starts_with("kms:recipientattestation"))
        }),
        Some(action) => matches!(action.effect, PolicyEffect::Account | PolicyEffect::Ineffective),
        None => false,
    }
}

fn is_account(pattern: &ActionPattern) -> bool {
    let action = pattern.text.as_known().and_then(|written| catalog::action(&written));
    action.is_some_and(|action| action.effect == PolicyEffect::Account)
}

/// The others, which mean the same without them.
fn without(context: &Context<'_>, element: &ActionElement, found: &[&ActionPattern]) -> Option<Fix> {
    let all: Vec<_> = element.patterns.iter().map(|pattern| pattern.span).collect();
    let kept = all.iter().copied().filter(|span| found.iter().all(|pattern| pattern.span != *span));
    let edits = context.editor().keep_items(&all, &kept.collect::<Vec<_>>())?;
    Some(Fix::safe("remove what has no effect", edits))
}
