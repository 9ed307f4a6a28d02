use crate::engine::{Check, Context, Findings};
use crate::finding::Severity;
use crate::policy::{Principal, PrincipalKind, permission_set};

pub(super) const CHECK: Check = Check::Policy(check);

/// Principals that exist today and not tomorrow.
fn check(context: &Context<'_>, findings: &mut Findings) {
    for statement in &context.policy.statements {
        for principal in statement.principal.iter().flat_map(|element| &element.entries) {
            let Some((severity, what, help)) = judge(principal) else { continue };
            context
                .finding(principal.span, format!("`{}` {what}", principal.text.called()))
                .severity(severity)
                .help(help)
                .part(statement, principal.span)
                .report(findings);
        }
    }
}

fn judge(principal: &Principal) -> Option<(Severity, String, String)> {
    let told = |severity, what: &str, help: &str| Some((severity, what.to_owned(), help.to_owned()));
    match &principal.kind {
        PrincipalKind::Session { role, .. } => told(
            Severity::Warning,
            "is one session of a role, and the next session has another name",
            &format!("name the role `{role}` by its ARN"),
        ),
        PrincipalKind::FederatedUser { .. } => told(
            Severity::Info,
            "is a federated user, who is there for some hours",
            "name a role that the user assumes",
        ),
        PrincipalKind::Role { arn, .. } => {
            let name = permission_set(arn)?;
            told(
                Severity::Warning,
                "is made anew, under another name, when its permission set is assigned again",
                &format!(
                    "name the account, and compare `aws:PrincipalArn` under `ArnLike` with \
                     `…:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_{name}_*`; the role then needs an IAM policy as well"
                ),
            )
        }
        PrincipalKind::User { .. } => told(
            Severity::Info,
            "is an IAM user, whose access keys do not expire",
            "name a role that the person or program assumes",
        ),
        _ => None,
    }
}
