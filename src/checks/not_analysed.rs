use std::collections::BTreeSet;

use crate::carrier::{Document, Unresolved};
use crate::engine::{Check, Findings, InputContext};
use crate::source::OUTSIDE;

pub(super) const CHECK: Check = Check::Input(check);

/// One note for each key policy, however many branches it was looked at in.
fn check(context: &InputContext<'_>, findings: &mut Findings) {
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
