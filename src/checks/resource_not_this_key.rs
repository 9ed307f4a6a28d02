use crate::engine::{Check, Context, Findings};
use crate::finding::Severity;
use crate::fix::Fix;
use crate::glob;
use crate::policy::{Effect, ResourceElement, ResourcePattern, Statement};

pub(super) const CHECK: Check = Check::Policy(check);

/// A key policy is about the key it is attached to, and `Resource` has to match that key.
fn check(context: &Context<'_>, findings: &mut Findings) {
    for statement in &context.policy.statements {
        let Some(element) = &statement.resource else { continue };
        match element.negated {
            true => not_resource(context, statement, element, findings),
            false => resource(context, statement, element, findings),
        }
    }
}

fn resource(
    context: &Context<'_>,
    statement: &Statement,
    element: &ResourceElement,
    findings: &mut Findings,
) {
    let never = |pattern: &&ResourcePattern| pattern.matches_key == Some(false);
    let void = !element.open && element.patterns.iter().all(|pattern| never(&pattern));
    for pattern in &element.patterns {
        let written = &pattern.text;
        let draft = match pattern.matches_key {
            Some(false) if void => {
                let message = format!("`{written}` is not this key, {}", statement.outcome(false));
                context.finding(pattern.span, message).label(what(pattern)).statement(statement)
            }
            Some(false) => context
                .finding(pattern.span, format!("`{written}` is not this key, so it has no effect here"))
                .label(what(pattern))
                .severity(Severity::Info)
                .part(statement, pattern.span),
            None if names_a_key(pattern) => context
                .finding(pattern.span, "a key policy speaks of no other key than its own")
                .severity(Severity::Info)
                .part(statement, pattern.span),
            _ => continue,
        };
        let fix = match pattern.matches_key {
            Some(false) if !void => without(context, element, pattern),
            _ => this_key(context, statement, element),
        };
        draft.help("write `\"Resource\": \"*\"`, which means this key").fix(fix).report(findings);
    }
}

/// `*`, which brings a Deny into force, or an Allow.
fn this_key(context: &Context<'_>, statement: &Statement, element: &ResourceElement) -> Option<Fix> {
    let items: Vec<_> = element.patterns.iter().map(|pattern| pattern.span).collect();
    let editor = context.editor();
    let mut edits = editor.set_items(&items, &["*".to_owned()])?;
    if element.negated {
        edits.extend(editor.rename_element(element.key_span, "NotResource", "Resource")?);
    }
    let fix = if statement.effect == Effect::Deny { Fix::safe } else { Fix::suggested };
    Some(fix("write `*`".to_owned(), edits)).filter(|_| !element.open)
}

/// Without a pattern that never matches, among others.
fn without(context: &Context<'_>, element: &ResourceElement, pattern: &ResourcePattern) -> Option<Fix> {
    let all: Vec<_> = element.patterns.iter().map(|it| it.span).collect();
    let kept: Vec<_> = all.iter().copied().filter(|span| *span != pattern.span).collect();
    let edits = context.editor().keep_items(&all, &kept)?;
    Some(Fix::safe(format!("remove `{}`", pattern.text), edits))
}

/// `NotResource` speaks of the key unless one of its patterns matches it.
fn not_resource(
    context: &Context<'_>,
    statement: &Statement,
    element: &ResourceElement,
    findings: &mut Findings,
) {
    let matched = element.patterns.iter().find(|pattern| pattern.matches_key == Some(true));
    let draft = match matched {
        Some(pattern) => {
            let message = format!("`NotResource` leaves out this key, {}", statement.outcome(false));
            context.finding(pattern.span, message).statement(statement)
        }
        None if statement.effect != Effect::Unknown && !element.open => context
            .finding(
                element.key_span,
                "`NotResource` in a key policy is a long way to say `\"Resource\": \"*\"`",
            )
            .severity(Severity::Info)
            .part(statement, element.key_span),
        None => return,
    };
    let fix = this_key(context, statement, element);
    draft.help("write `\"Resource\": \"*\"`, which means this key").fix(fix).report(findings);
}

/// Whether it names one key, in full.
fn names_a_key(pattern: &ResourcePattern) -> bool {
    pattern.text.as_known().is_some_and(|written| written.contains(":key/") && !glob::has_wildcard(&written))
}

/// What the pattern names instead of a key of this account.
fn what(pattern: &ResourcePattern) -> &'static str {
    let written = pattern.text.to_string();
    let mut parts = written.splitn(6, ':');
    match (parts.next(), parts.nth(1), parts.nth(2)) {
        (Some("arn"), Some("kms"), Some(resource)) if resource.starts_with("alias/") => {
            "an alias, which is a resource of its own"
        }
        (Some("arn"), Some("kms"), _) => "not a key of this account",
        (Some("arn"), Some(_), _) => "a resource of another service",
        _ if written.starts_with("alias/") => "an alias name",
        _ => "no ARN",
    }
}
