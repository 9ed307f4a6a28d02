use crate::engine::{Check, Context, Findings};
use crate::fix::Fix;
use crate::glob;
use crate::policy::{
    ActionElement, ActionPattern, BaseOperator, Condition, ConditionValue, PrincipalElement, PrincipalKind,
    Statement,
};
use crate::source::Span;

pub(super) const CHECK: Check = Check::Policy(check);

fn check(context: &Context<'_>, findings: &mut Findings) {
    for statement in &context.policy.statements {
        let mut found: Vec<(Span, String)> = Vec::new();
        found.extend(statement.action.iter().flat_map(actions));
        found.extend(statement.principal.iter().flat_map(principals));
        for atom in &statement.conditions {
            for (at, value) in atom.values.iter().enumerate() {
                if atom
                    .values
                    .iter()
                    .take(at)
                    .any(|other| other.text.is_known() && other.text.same(&value.text))
                {
                    found.push((value.span, format!("`{}` stands there twice", value.text)));
                }
            }
        }
        found.extend(statement.conditions.iter().flat_map(bounds));
        for (span, message) in found {
            let edits = context.editor().remove_text(span);
            let fix = edits.map(|edits| Fix::safe("remove what says nothing new", edits));
            context.finding(span, message).part(statement, span).help("remove it").fix(fix).report(findings);
        }
    }
    sids(context, findings);
}

/// Patterns that another one of the statement takes in, and wildcards after a whole name.
fn actions(element: &ActionElement) -> Vec<(Span, String)> {
    let mut found = Vec::new();
    for (at, pattern) in element.patterns.iter().enumerate() {
        let Some(text) = pattern.text.as_known() else { continue };
        let covers = |(place, other): &(usize, &ActionPattern)| {
            let known = other.text.as_known();
            *place != at
                && known.is_some_and(|known| match known.eq_ignore_ascii_case(&text) {
                    true => *place < at,
                    // A `?` would match the `*` of the other pattern as a character.
                    false => {
                        known.contains('*') && !known.contains('?') && glob::matches(&known, &text, true)
                    }
                })
        };
        if let Some((_, other)) = element.patterns.iter().enumerate().find(covers) {
            found.push((pattern.span, format!("`{text}` is part of `{}`", other.text)));
        }
    }
    found
}

fn principals(element: &PrincipalElement) -> Vec<(Span, String)> {
    let mut found = Vec::new();
    for (at, entry) in element.entries.iter().enumerate() {
        let before = element.entries.iter().take(at);
        for other in before {
            let same_account = match (&entry.kind, &other.kind) {
                (PrincipalKind::Account { account: a }, PrincipalKind::Account { account: b }) => a.same(b),
                _ => false,
            };
            if entry.text.same(&other.text) && entry.kind == other.kind {
                found.push((entry.span, format!("`{}` stands there twice", entry.text)));
                break;
            } else if same_account {
                found.push((entry.span, format!("`{}` is the same account as `{}`", entry.text, other.text)));
                break;
            }
        }
    }
    found
}

/// Bounds that a wider one of the same condition takes in: one of several has to hold.
fn bounds(atom: &Condition) -> Vec<(Span, String)> {
    use BaseOperator::{
        NumericGreaterThan, NumericGreaterThanEquals, NumericLessThan, NumericLessThanEquals,
    };
    let below = match atom.operator.base {
        Some(NumericLessThan | NumericLessThanEquals) => true,
        Some(NumericGreaterThan | NumericGreaterThanEquals) => false,
        _ => return Vec::new(),
    };
    let number = |value: &ConditionValue| value.text.as_known()?.trim().parse::<f64>().ok();
    let mut found = Vec::new();
    for value in &atom.values {
        let Some(own) = number(value) else { continue };
        let wider = atom
            .values
            .iter()
            .find(|other| number(other).is_some_and(|other| if below { other > own } else { other < own }));
        if let Some(wider) = wider {
            found.push((value.span, format!("`{}` is within `{}`", value.text, wider.text)));
        }
    }
    found
}

/// Statements of one name.
fn sids(context: &Context<'_>, findings: &mut Findings) {
    let named = |statement: &Statement| {
        statement.sid.as_ref().and_then(|sid| Some(sid.text.as_known()?.into_owned()))
    };
    for (at, statement) in context.policy.statements.iter().enumerate() {
        let (Some(sid), Some(name)) = (&statement.sid, named(statement)) else { continue };
        let first =
            context.policy.statements.iter().take(at).find(|other| named(other).as_ref() == Some(&name));
        if let Some(first) = first.filter(|_| !name.is_empty()) {
            let mut draft = context
                .finding(sid.span, format!("two statements are called `{name}`"))
                .part(statement, sid.span)
                .help("give each a name of its own");
            if let Some(other) = &first.sid {
                draft = draft.related(other.span, "the first one");
            }
            draft.report(findings);
        }
    }
}
