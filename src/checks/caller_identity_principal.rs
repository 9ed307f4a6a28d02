use crate::engine::{Check, Context, Findings};
use crate::finding::Severity;
use crate::policy::Statement;
use crate::source::Span;
use crate::value::{Piece, Text};

pub(super) const CHECK: Check = Check::Policy(check);

/// Whoever runs Terraform becomes the principal.
fn check(context: &Context<'_>, findings: &mut Findings) {
    for statement in &context.policy.statements {
        for (text, span) in principals(statement) {
            let Some((reference, severity)) = runner(text) else { continue };
            let (message, help) = match severity {
                Severity::Error => (
                    format!(
                        "`{reference}` is the session that happens to run Terraform, and changes with every run"
                    ),
                    "name a fixed role, or the account by `data.aws_caller_identity.….account_id`",
                ),
                _ => (
                    format!("`{reference}` is the role that happens to run Terraform"),
                    "name the role that is meant by its ARN, so that another runner does not take its place",
                ),
            };
            let draft = context.finding(span, message).severity(severity).help(help);
            draft.part(statement, span).report(findings);
        }
    }
}

/// The principals, and the ARNs that a condition compares the caller with.
fn principals(statement: &Statement) -> Vec<(&Text, Span)> {
    let named = statement.principal.iter().flat_map(|element| &element.entries);
    let compared =
        statement.conditions.iter().filter(|it| it.key_folded.as_deref() == Some("aws:principalarn"));
    let compared = compared.flat_map(|condition| &condition.values);
    named.map(|it| (&it.text, it.span)).chain(compared.map(|it| (&it.text, it.span))).collect()
}

/// The reference to whoever runs Terraform, and how bad it is.
fn runner(text: &Text) -> Option<(String, Severity)> {
    let Some(Piece::Unknown { symbol, .. }) = text.pieces.first() else { return None };
    let reference = symbol.reference.as_ref();
    let ends = |names: &[&str]| names.iter().any(|name| reference.ends_with(name));
    if reference.contains("data.aws_caller_identity.") && ends(&[".arn", ".user_id"]) {
        Some((reference.to_owned(), Severity::Error))
    } else if reference.contains("data.aws_iam_session_context.") && ends(&[".issuer_arn"]) {
        Some((reference.to_owned(), Severity::Warning))
    } else {
        None
    }
}
