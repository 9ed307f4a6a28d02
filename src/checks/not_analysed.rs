use std::collections::BTreeSet;

use crate::access::Variable;
use crate::carrier::{Document, Unresolved};
use crate::engine::{Check, Context, Draft, Findings, Hinge, InputContext, Undecided};
use crate::source::{OUTSIDE, Span};

pub(super) const CHECK: Check = Check::Undecided { input: unknown, policy: undecided };

/// Questions that are told in full.
const MOST_TOLD: usize = 4;

/// One note for each key policy, however many branches it was looked at in.
fn unknown(context: &InputContext<'_>, findings: &mut Findings) {
    let mut told = BTreeSet::new();
    for document in context.documents.iter().filter(|document| document.role.is_of_key()) {
        let unresolved = distinct(&document.unresolved);
        let whole = unresolved.iter().copied().find(|it| it.whole);
        let Some(first) = whole.or_else(|| unresolved.first().copied()) else { continue };
        if told.insert((document.attachment, first.span)) {
            report(context, document, (first, whole.is_some()), &unresolved, findings);
        }
    }
}

fn report(
    context: &InputContext<'_>,
    document: &Document,
    (first, whole): (&Unresolved, bool),
    unresolved: &[&Unresolved],
    findings: &mut Findings,
) {
    let reference = &first.reference;
    let message = match (whole, unresolved.len() - 1) {
        (true, _) => format!("this policy was not checked, because `{reference}` is not known"),
        (false, 0) => format!("this policy was checked without knowing `{reference}`"),
        (false, 1) => format!("this policy was checked without knowing `{reference}` and one more value"),
        (false, more) => {
            format!("this policy was checked without knowing `{reference}` and {more} more values")
        }
    };
    let mut draft = context.finding(first.span, message).label(first.reason.clone());
    for other in unresolved.iter().filter(|other| !whole && other.reference != *reference) {
        draft = draft.related(other.span, other.reason.clone());
    }
    if unresolved.iter().any(|it| it.reason == OUTSIDE) {
        draft = draft.help("`--allow-outside` reads it where that is meant");
    }
    draft.key(document.address.as_deref()).report(findings);
}

/// Each reference once, where it stands first.
fn distinct(unresolved: &[Unresolved]) -> Vec<&Unresolved> {
    let mut seen = BTreeSet::new();
    unresolved.iter().filter(|it| seen.insert(it.reference.as_str())).collect()
}

/// What is known in full, and still not decided; one note for each reason.
fn undecided(context: &Context<'_>, all: &[Undecided], findings: &mut Findings) {
    for Undecided { on, findings: questions } in all {
        let draft = match (on, questions.split_first()) {
            (Hinge::Size, _) => Some(too_large(context)),
            (Hinge::Variables(variables), Some((first, _))) => on_variables(context, variables, first),
            (Hinge::GivenUp, Some((first, _))) => Some(given_up(context, first)),
            (_, None) => None,
        };
        let Some(mut draft) = draft else { continue };
        let mut more: Vec<&str> = questions.iter().map(|it| it.told().message.as_str()).collect();
        more.dedup();
        for question in more.iter().skip(1).take(MOST_TOLD) {
            draft = draft.note(format!("nor is it decided whether {question}"));
        }
        if let Some(left) = more.len().checked_sub(MOST_TOLD + 1).filter(|left| *left > 0) {
            draft = draft.note(format!("and {left} more questions are not"));
        }
        draft.report(findings);
    }
}

fn too_large(context: &Context<'_>) -> Draft {
    let span = context.policy.span;
    let first = Span { end: span.start.saturating_add(1).min(span.end), ..span };
    context
        .finding(first, "who can do what was not worked out: this policy is larger than any that KMS takes")
}

fn on_variables(context: &Context<'_>, variables: &[Variable], question: &Draft) -> Option<Draft> {
    let place = |variable: &Variable| {
        let statement = context.policy.statements.get(variable.statement)?;
        let condition = statement.conditions.get(variable.condition)?;
        Some((statement, condition.values.get(variable.value)?.span))
    };
    let (first, more) = variables.split_first()?;
    let (statement, span) = place(first)?;
    let (written, told) = (&first.written, &question.told().message);
    let message = match more.len() {
        0 => format!("`{written}` decides whether {told}"),
        more => format!("`{written}` and {more} more policy variables decide whether {told}"),
    };
    let mut draft = context.finding(span, message).label("each request fills this in").part(statement, span);
    for (statement, span) in more.iter().filter_map(place) {
        draft = draft.related(span, "and this").part(statement, span);
    }
    let draft = draft.related(question.told().primary.span, "this is not decided");
    Some(draft.help(
        "compare with values that are written out, or see for yourself who can make the two sides equal",
    ))
}

fn given_up(context: &Context<'_>, question: &Draft) -> Draft {
    let message =
        format!("the search was given up before it was decided whether {}", question.told().message);
    context
        .finding(question.told().primary.span, message)
        .help("patterns with fewer `*` and `?`, or fewer conditions, can be decided")
}
