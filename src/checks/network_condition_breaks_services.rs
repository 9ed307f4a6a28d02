use crate::catalog::{ActionSet, Scope};
use crate::engine::{Check, Context, Findings};
use crate::finding::Severity;
use crate::policy::{BaseOperator, Condition, Effect, Statement};

pub(super) const CHECK: Check = Check::Policy(check);

/// What AWS services ask of a key while they work for its users.
const SERVICES_CALL: ActionSet = ActionSet::of(&[
    "Decrypt",
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext",
    "ReEncryptFrom",
    "ReEncryptTo",
    "CreateGrant",
]);

/// A service that calls KMS for a user does so from AWS's network, through no endpoint of the user's.
fn check(context: &Context<'_>, findings: &mut Findings) {
    for statement in &context.policy.statements {
        let (must, _) = statement.actions();
        let called = must.intersection(SERVICES_CALL);
        let exempt = statement.conditions_open || statement.conditions.iter().any(tells_services_apart);
        if called.is_empty() || exempt {
            continue;
        }
        if let Some(atom) = statement.conditions.iter().find(|atom| shuts_out(statement, atom)) {
            report(context, statement, atom, called, findings);
        }
    }
}

fn report(
    context: &Context<'_>,
    statement: &Statement,
    atom: &Condition,
    called: ActionSet,
    findings: &mut Findings,
) {
    let written = &atom.key;
    let draft = match statement.effect {
        Effect::Deny => context
            .finding(atom.key_span, format!("this Deny on `{written}` also hits AWS services that use the key for you"))
            .label("a service calls from AWS's network")
            .help(
                "exempt them: add `\"BoolIfExists\": { \"aws:ViaAWSService\": \"false\", \
                 \"aws:PrincipalIsAWSService\": \"false\" }` to the condition",
            ),
        _ => context
            .finding(atom.key_span, format!("by this condition on `{written}`, the key is of no use through AWS services"))
            .label("a service calls from AWS's network")
            .severity(Severity::Info)
            .help("if services use the key for this principal, allow that by a second statement on `kms:ViaService`"),
    };
    draft.note(format!("services call {}", called.listed(3))).part(statement, atom.span).report(findings);
}

/// Whether the calls of services fall under a Deny, or out of an Allow, because of where they come from.
fn shuts_out(statement: &Statement, atom: &Condition) -> bool {
    let network = atom.catalog_key().is_some_and(|key| {
        key.scope == Scope::Network
            && ["aws:sourceip", "aws:sourcevpc", "aws:sourcevpce", "aws:vpcsourceip", "aws:sourcevpcarn"]
                .contains(&key.folded)
    });
    let Some(base) = atom.operator.base.filter(|base| network && *base != BaseOperator::Null) else {
        return false;
    };
    let folded = atom.key_folded.as_deref().unwrap_or_default();
    match statement.effect {
        // Through no endpoint: the key is absent, and a negated operator holds, unless it has to be there.
        Effect::Deny => {
            base.is_negated() && (folded == "aws:sourceip" || statement.demands(folded) == Some(false))
        }
        Effect::Allow => !base.is_negated() && atom.when_absent() == Some(false),
        Effect::Unknown => false,
    }
}

/// Whether a condition makes a difference between the calls of services and others.
fn tells_services_apart(atom: &Condition) -> bool {
    atom.key_folded.as_deref().is_none_or(|key| {
        matches!(
            key,
            "aws:viaawsservice" | "aws:principalisawsservice" | "aws:principalservicename" | "kms:viaservice"
        ) || key.starts_with("aws:calledvia")
            || key.starts_with("aws:principalservicename")
            || key == "kms:grantisforawsresource"
    })
}
