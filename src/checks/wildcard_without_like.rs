use crate::engine::{Check, Context, Findings};
use crate::finding::Severity;
use crate::fix::Fix;
use crate::glob;
use crate::policy::{BaseOperator, Condition, Effect, Statement};

pub(super) const CHECK: Check = Check::Policy(check);

/// To `StringEquals`, `*` is a character like any other.
fn check(context: &Context<'_>, findings: &mut Findings) {
    for statement in &context.policy.statements {
        for atom in &statement.conditions {
            let Some(like) = like(atom.operator.base) else { continue };
            report(context, statement, atom, like, findings);
        }
    }
}

fn report(
    context: &Context<'_>,
    statement: &Statement,
    atom: &Condition,
    like: BaseOperator,
    findings: &mut Findings,
) {
    let wild = |text: &crate::value::Text| text.as_known().is_some_and(|known| has_wildcard(atom, &known));
    let found: Vec<_> = atom.values.iter().filter(|value| wild(&value.text)).collect();
    let (Some(first), Some(base)) = (found.first(), atom.operator.base) else { return };
    let all = found.len() == atom.values.len() && !atom.values_open;
    let all = all && atom.when_absent() == Some(base.is_negated());
    let outcome = if all { format!(", {}", statement.outcome(base.is_negated())) } else { String::new() };
    let written = &atom.operator.written;
    let message = format!("`{written}` takes the wildcard in `{}` literally{outcome}", first.text);
    // Access that is missing will be noticed; a guard that is missing will not.
    let severity = match (statement.effect, base.is_negated()) {
        _ if is_free_text(atom) => Severity::Warning,
        (Effect::Allow, false) => Severity::Warning,
        _ => Severity::Error,
    };
    let mut draft = context.finding(first.span, message).severity(severity);
    for value in found.iter().skip(1) {
        draft = draft.related(value.span, "another one");
    }
    draft = draft.related(atom.operator_span, "compares character by character");
    let meant = written.replace(base.name(), like.name());
    draft
        .fix(pattern_fix(context, statement, atom, (base, &meant)))
        .help(format!("write `{meant}`"))
        .part(statement, atom.span)
        .report(findings);
}

/// The operator that takes wildcards, of one that does not.
fn like(base: Option<BaseOperator>) -> Option<BaseOperator> {
    match base? {
        BaseOperator::StringEquals | BaseOperator::StringEqualsIgnoreCase => Some(BaseOperator::StringLike),
        BaseOperator::StringNotEquals | BaseOperator::StringNotEqualsIgnoreCase => {
            Some(BaseOperator::StringNotLike)
        }
        _ => None,
    }
}

/// Policy variables such as `${*}` are the way to write a literal asterisk.
fn has_wildcard(atom: &Condition, value: &str) -> bool {
    let plain = value.replace("${*}", "").replace("${?}", "");
    match is_free_text(atom) {
        // A question mark in a text is most often one.
        true => plain.contains('*'),
        false => glob::has_wildcard(&plain),
    }
}

/// Whether the caller may put any characters into the value.
fn is_free_text(atom: &Condition) -> bool {
    atom.key_folded.as_deref().is_some_and(|key| {
        key.starts_with("kms:encryptioncontext") || ["aws:useragent", "aws:referer"].contains(&key)
    })
}

/// A Deny that takes the pattern as one denies more, and so does a negated Allow allow less. The other way round
/// access comes back.
fn pattern_fix(
    context: &Context<'_>,
    statement: &Statement,
    atom: &Condition,
    (base, meant): (BaseOperator, &str),
) -> Option<Fix> {
    let edits = context.editor().set_operator(statement, atom, meant)?;
    let title = format!("write `{meant}` for `{}`", atom.operator.written);
    let narrows = match statement.effect {
        Effect::Deny => !base.is_negated(),
        Effect::Allow => base.is_negated(),
        Effect::Unknown => false,
    };
    // `StringLike` distinguishes upper and lower case.
    let safe = narrows && !base.is_case_blind() && !is_free_text(atom);
    Some(if safe { Fix::safe(title, edits) } else { Fix::suggested(title, edits) })
}
