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

/// Names that an AWS service gives to all of its sessions in the role of a customer: replication of Amazon S3, and the
/// audit of Amazon RDS for Db2, whose guide puts the session into the key policy.
const NAMED_BY_AWS: [&str; 2] = ["/s3-replication", "/RDS-Db2-Audit"];

fn is_named_by_aws(principal: &Text) -> bool {
    let written = principal.to_string();
    NAMED_BY_AWS.iter().any(|name| written.ends_with(name))
}

fn judge(principal: &Principal) -> Option<(Severity, String, String)> {
    let told = |severity, what: &str, help: &str| Some((severity, what.to_owned(), help.to_owned()));
    match &principal.kind {
        PrincipalKind::Session { role, .. } if is_named_by_aws(&principal.text) => told(
            Severity::Info,
            "is a session that an AWS service names, and the name may change",
            &format!("name the role `{role}` by its ARN"),
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
