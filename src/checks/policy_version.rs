use std::borrow::Cow;

use crate::carrier::{Given, Role};
use crate::engine::{Check, Context, Draft, Findings};
use crate::finding::Severity;
use crate::fix::{Fix, New};
use crate::policy::{Effect, Statement};
use crate::source::Span;
use crate::value::{Piece, Text};

pub(super) const CHECK: Check = Check::Policy(check);

const CURRENT: &str = "2012-10-17";
const OLD: &str = "2008-10-17";
const HELP: &str = "write `\"Version\": \"2012-10-17\"`";

/// The version decides whether `${…}` in a value is a variable or five characters more.
fn check(context: &Context<'_>, findings: &mut Findings) {
    if context.document.role == Role::Fragment || context.document.given == Given::Default {
        return;
    }
    let Some(draft) = version(context) else { return };
    // Where no variable is used, the two versions mean the same.
    let variable = context.policy.statements.iter().find_map(variable);
    let draft = draft.fix(current(context, variable.is_some()));
    let draft = match variable {
        Some((statement, span)) => draft
            .severity(Severity::Error)
            .related(span, "not replaced: `${` and `}` stay ordinary characters")
            .part(statement, span),
        None => draft,
    };
    draft.help(HELP).report(findings);
}

fn version(context: &Context<'_>) -> Option<Draft> {
    let policy = context.policy;
    let Some(version) = &policy.version else {
        let whole = policy.span;
        // A member of unknown name may be the version, and one of the wrong type is another mistake.
        let is_other = |key: Option<Cow<'_, str>>| key.is_some_and(|key| key != "Version");
        let known = context.document.value.as_object()?.iter().all(|member| is_other(member.key.as_known()));
        let first = Span::new(whole.file, whole.start, whole.start.saturating_add(1).min(whole.end));
        let message = "the policy has no `Version`, so AWS reads it by the rules of 2008-10-17";
        return known.then(|| context.finding(first, message));
    };
    let written = version.text.as_known()?;
    let (message, severity) = match (written.as_ref(), written.trim()) {
        (CURRENT, _) => return None,
        (_, CURRENT | OLD) if written.trim() != written => {
            (format!("the version has white space around `{}`", written.trim()), Severity::Warning)
        }
        (OLD, _) => (format!("`{OLD}` is the version without policy variables"), Severity::Warning),
        _ => (format!("there is no policy version `{written}`"), Severity::Error),
    };
    Some(context.finding(version.span, message).severity(severity))
}

/// The first policy variable of a statement.
fn variable(statement: &Statement) -> Option<(&Statement, Span)> {
    if statement.effect == Effect::Unknown {
        return None;
    }
    let resources = statement.resource.iter().flat_map(|element| &element.patterns).map(|it| &it.text);
    let values = statement.conditions.iter().flat_map(|atom| &atom.values).map(|value| &value.text);
    let span = resources.chain(values).find_map(variable_of)?;
    Some((statement, span))
}

fn variable_of(text: &Text) -> Option<Span> {
    text.pieces.iter().find_map(|piece| {
        let Piece::Known { text, map } = piece else { return None };
        let start = text.find("${")?;
        let end = start + text.get(start..)?.find('}')? + 1;
        Some(map.source(u32::try_from(start).ok()?, u32::try_from(end).ok()?))
    })
}

/// The current version, which changes what a variable means.
fn current(context: &Context<'_>, variables: bool) -> Option<Fix> {
    let editor = context.editor();
    let edits = match &context.policy.version {
        Some(version) => editor.set_text(version.span, CURRENT),
        None => {
            context.document.value.get("Statement")?;
            editor.add_first_member(context.policy.span, "Version", &New::Text(CURRENT.to_owned()))
        }
    };
    let title = format!("write version {CURRENT}");
    let fix = if variables { Fix::suggested } else { Fix::safe };
    Some(fix(title, edits?))
}
