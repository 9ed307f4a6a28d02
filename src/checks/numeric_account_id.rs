use std::collections::BTreeSet;

use crate::engine::{Check, Context, Draft, Findings};
use crate::finding::Severity;
use crate::fix::{Edit, Fix};
use crate::policy::DefectKind;
use crate::source::Span;
use crate::value::Kind;

pub(super) const CHECK: Check = Check::Policy(check);

fn check(context: &Context<'_>, findings: &mut Findings) {
    let mut told = BTreeSet::new();
    for defect in &context.policy.defects {
        let is_principal = matches!(defect.kind, DefectKind::WrongType { element: "Principal", .. });
        if is_principal && let Some(id) = account_id(context, defect.span) {
            told.insert(defect.span);
            draft(context, context.defect(defect, words(&id).1), &id, defect.span).report(findings);
        }
    }
    // In a condition a number is no mistake, and one put into a string does not show there as one.
    let mut spans = Vec::new();
    context.document.value.walk(&mut |value| {
        if matches!(value.kind, Kind::Number(_)) {
            spans.push(value.span);
        }
    });
    spans.extend(context.document.passages.iter().map(|passage| passage.origin));
    for span in spans {
        if let Some(id) = account_id(context, span).filter(|id| id.starts_with('0'))
            && told.insert(span)
        {
            draft(context, context.finding(span, words(&id).1), &id, span).report(findings);
        }
    }
}

/// The characters of a span, if they are the digits of an account id without quotes.
fn account_id(context: &Context<'_>, span: Span) -> Option<String> {
    let text = context.sources.text(span);
    (text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())).then_some(text)
}

/// How bad it is, and why. Octal numbers begin with a zero in YAML 1.1, which CloudFormation reads.
fn words(id: &str) -> (Severity, String) {
    match u64::from_str_radix(id, 8) {
        Ok(octal) if id.starts_with('0') => {
            (Severity::Error, format!("the account id `{id}` is read as the octal number {octal}"))
        }
        _ if id.starts_with('0') => {
            (Severity::Warning, format!("the account id `{id}` loses its zero where it is read as a number"))
        }
        _ => (Severity::Info, format!("the account id `{id}` is written as a number")),
    }
}

fn draft(context: &Context<'_>, draft: Draft, id: &str, span: Span) -> Draft {
    let quoted = format!("\"{id}\"");
    let text = quoted.replace('"', &quote_before(context, span));
    draft
        .severity(words(id).0)
        .help(format!("put it in quotes: `{quoted}`"))
        .fix(Some(Fix::safe(format!("quote `{id}`"), vec![Edit { span, text }])))
}

/// A quote as those before it are written: escaped, where the policy stands in a string.
fn quote_before(context: &Context<'_>, span: Span) -> String {
    let policy = context.policy.span;
    let inside = policy.file == span.file && policy.start < span.start;
    let before =
        if inside { context.sources.text(Span { end: span.start, ..policy }) } else { String::new() };
    let escapes = before.rsplit_once('"').map_or("", |(before, _)| before);
    let count = escapes.len() - escapes.trim_end_matches('\\').len();
    format!("{}\"", "\\".repeat(count))
}
