use crate::engine::{Check, Context, Findings};
use crate::fix::Fix;
use crate::policy::{Condition, Effect, Statement};

pub(super) const CHECK: Check = Check::Policy(check);

/// Statements that decide no request. What makes one so by itself, such as a `Resource` that is another key, is the
/// business of other rules, which stand for this one.
fn check(context: &Context<'_>, findings: &mut Findings) {
    for statement in &context.policy.statements {
        // What is to be put for a placeholder may bring it to life.
        let unfinished = statement.conditions.iter().any(Condition::has_placeholder);
        if unfinished || context.access.is_dead(statement.index) != Some(true) {
            continue;
        }
        let denies = denies(context, statement);
        let message = match denies.is_empty() {
            true => "no request is decided by this statement",
            false => "all that this statement allows is denied",
        };
        let mut draft = context.finding(statement.span, message).statement(statement);
        for deny in denies {
            draft = draft.related(deny.span, "denied here");
        }
        // What was meant may be what the other statement takes away: people choose which of the two is wrong.
        let edits = context.editor().remove_item(statement.span);
        let fix = edits.map(|edits| Fix::suggested("remove the statement", edits));
        draft.help("remove it, or correct what makes it void").fix(fix).report(findings);
    }
}

/// The Denies without which an Allow would give something: one of them that is enough, or else all.
fn denies<'a>(context: &Context<'a>, statement: &Statement) -> Vec<&'a Statement> {
    let is_dead_beside = |keep: &dyn Fn(&Statement) -> bool| {
        context.access.is_dead_beside(statement.index, keep) == Some(true)
    };
    if statement.effect != Effect::Allow || is_dead_beside(&|_| false) {
        return Vec::new();
    }
    let denies: Vec<_> = context.policy.statements.iter().filter(|it| it.effect == Effect::Deny).collect();
    let enough = denies.iter().find(|deny| is_dead_beside(&|it| it.index == deny.index)).copied();
    enough.map_or(denies, |deny| vec![deny])
}
