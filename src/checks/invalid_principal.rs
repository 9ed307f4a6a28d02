use crate::engine::{Check, Context, Findings};
use crate::fix::Fix;
use crate::policy::{InvalidPrincipal, Principal, PrincipalKind};

pub(super) const CHECK: Check = Check::Policy(check);

/// KMS refuses the policy and does not say which principal it means.
fn check(context: &Context<'_>, findings: &mut Findings) {
    for statement in &context.policy.statements {
        for principal in statement.principal.iter().flat_map(|element| &element.entries) {
            let PrincipalKind::Invalid(reason) = &principal.kind else { continue };
            let (message, help) = words(*reason, principal);
            context
                .finding(principal.span, message)
                .help(help)
                .fix(account(context, principal))
                .part(statement, principal.span)
                .report(findings);
        }
    }
}

fn words(reason: InvalidPrincipal, principal: &Principal) -> (String, &'static str) {
    let written = &principal.text;
    match reason {
        InvalidPrincipal::Malformed => (
            format!("`{written}` is no principal"),
            "write the whole ARN, such as `arn:aws:iam::111122223333:role/name`, an account id, or `*`",
        ),
        InvalidPrincipal::AccountId => (
            format!("the account id in `{written}` does not have 12 digits"),
            "account ids have 12 digits, leading zeros included",
        ),
        InvalidPrincipal::Wildcard => (
            format!("`{written}` has a wildcard, which a principal may not contain"),
            "name the account, and put the pattern into a condition: `ArnLike` on `aws:PrincipalArn`",
        ),
        InvalidPrincipal::Group => (
            format!("`{written}` is a group, and a group cannot be a principal"),
            "name the account, and give the group its permission by an IAM policy",
        ),
        InvalidPrincipal::NotAPrincipal => (
            format!("`{written}` names nothing that can call AWS"),
            match is_instance_profile(principal) {
                true => "name the role in the instance profile",
                false => "name a role, a user or an account",
            },
        ),
        InvalidPrincipal::Federated => (
            format!("`{written}` is an identity provider, which a key policy cannot name"),
            "name the role that the federated users assume",
        ),
        InvalidPrincipal::CanonicalUser => (
            format!("`{written}` is a canonical user, which only S3 knows"),
            "name the user or role by its ARN, or the account by its id",
        ),
        InvalidPrincipal::UnknownType => {
            (format!("`Principal` has no key `{written}`"), "its keys are `AWS` and `Service`")
        }
        InvalidPrincipal::ServiceWildcard => (
            format!("`{written}` cannot stand for all services"),
            "name the service, such as `logs.eu-west-1.amazonaws.com`",
        ),
    }
}

fn is_instance_profile(principal: &Principal) -> bool {
    principal.text.to_string().contains(":instance-profile/")
}

/// The account, where an ARN names nothing but one.
fn account(context: &Context<'_>, principal: &Principal) -> Option<Fix> {
    let written = principal.text.as_known()?;
    let arn = written.trim_end_matches('*').trim_end_matches(':');
    let parts: Vec<&str> = arn.split(':').collect();
    let ["arn", partition, "iam", "", id] = parts.as_slice() else { return None };
    if id.len() != 12 || !id.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let root = format!("arn:{partition}:iam::{id}:root");
    let edits = context.editor().set_text(principal.span, &root)?;
    Some(Fix::suggested(format!("write `{root}`"), edits))
}
