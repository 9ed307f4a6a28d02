use crate::engine::{Check, Context, Draft, Findings};
use crate::finding::Severity;
use crate::policy::{Principal, PrincipalKind, permission_set};
use crate::value::Text;

pub(super) const CHECK: Check = Check::Policy(check);

/// Principals that exist today and not tomorrow; one finding for each, wherever it stands.
fn check(context: &Context<'_>, findings: &mut Findings) {
    let mut found: Vec<(&Text, Draft)> = Vec::new();
    for statement in &context.policy.statements {
        for principal in statement.principal.iter().flat_map(|element| &element.entries) {
            let known = found.iter_mut().find(|(text, _)| text.same(&principal.text));
            if let Some((_, draft)) = known {
                *draft = draft.clone().related(principal.span, "here, too").part(statement, principal.span);
                continue;
            }
            let Some((severity, what, help)) = judge(principal) else { continue };
            let draft = context
                .finding(principal.span, format!("`{}` {what}", principal.text.called()))
                .severity(severity)
                .help(help)
                .part(statement, principal.span);
            found.push((&principal.text, draft));
        }
    }
    found.into_iter().for_each(|(_, draft)| draft.report(findings));
}

fn judge(principal: &Principal) -> Option<(Severity, String, String)> {
    let told = |severity, what: &str, help: &str| Some((severity, what.to_owned(), help.to_owned()));
    match &principal.kind {
        // Amazon S3 gives all of its replicating sessions this name.
        PrincipalKind::Session { .. } if principal.text.to_string().ends_with("/s3-replication") => told(
            Severity::Info,
            "is the session in which Amazon S3 replicates, whose name may change",
            "name the role by its ARN",
        ),
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
