use crate::engine::{Check, Context, Findings};
use crate::fix::{Fix, New};
use crate::policy::{DefectKind, Effect, Statement};

pub(super) const CHECK: Check = Check::Policy(check);

/// KMS stores a statement without actions or resources and never applies it.
fn check(context: &Context<'_>, findings: &mut Findings) {
    for statement in &context.policy.statements {
        for element in ["Action", "Resource"] {
            report(context, statement, element, findings);
        }
    }
}

fn report(context: &Context<'_>, statement: &Statement, element: &str, findings: &mut Findings) {
    let empty = match element {
        "Action" => statement.action.as_ref().map(|it| (it.span, it.patterns.is_empty() && !it.open)),
        _ => statement.resource.as_ref().map(|it| (it.span, it.patterns.is_empty() && !it.open)),
    };
    let (span, what) = match empty {
        None => (statement.span, format!("has no `{element}`")),
        Some((span, true)) => (span, format!("has an empty `{element}`")),
        Some((_, false)) => return,
    };
    // A value of the wrong type is another rule's business: KMS refuses it.
    let refused = |kind: &DefectKind| matches!(kind, DefectKind::WrongType { element: wrong, .. } if wrong.ends_with(element));
    let defects = &context.policy.defects;
    if defects.iter().any(|it| it.statement == Some(statement.index) && refused(&it.kind)) {
        return;
    }
    let (subject, lost) = match statement.effect {
        Effect::Deny => ("this Deny", "it denies nothing"),
        Effect::Allow => ("this statement", "it allows nothing"),
        Effect::Unknown => ("this statement", "it does nothing"),
    };
    let fix = match (element, empty) {
        ("Resource", None) => resource_fix(context, statement),
        _ => None,
    };
    context
        .finding(span, format!("{subject} {what}: KMS accepts it, and {lost}"))
        .help(match element {
            "Action" => "list the actions it is meant for",
            _ => "add `\"Resource\": \"*\"`, which means this key",
        })
        .fix(fix)
        .statement(statement)
        .report(findings);
}

/// A Deny only takes away; an Allow that begins to work gives access.
fn resource_fix(context: &Context<'_>, statement: &Statement) -> Option<Fix> {
    let every_key = New::Text("*".to_owned());
    let edits = context.editor().add_member(statement.span, "Resource", &every_key)?;
    let title = "add `Resource`";
    Some(if statement.effect == Effect::Deny {
        Fix::safe(title, edits)
    } else {
        Fix::suggested(title, edits)
    })
}
