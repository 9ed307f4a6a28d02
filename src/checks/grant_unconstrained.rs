use crate::carrier::{Resource, ResourceKind};
use crate::engine::{Check, Findings, InputContext};
use crate::finding::Severity;
use crate::policy::PrincipalKind;

pub(super) const CHECK: Check = Check::Input(check);

/// Operations that lead to plaintext, and take an encryption context.
const DISCLOSING: [&str; 4] = ["Decrypt", "GenerateDataKey", "GenerateDataKeyPair", "ReEncryptFrom"];

/// A service-linked role comes from AWS, which says what its grants must hold.
const SERVICE_LINKED: &str = "role/aws-service-role/";

fn check(context: &InputContext<'_>, findings: &mut Findings) {
    for grant in context.resources.iter().filter(|resource| resource.kind == ResourceKind::Grant) {
        let Some(operations) = grant.texts("operations") else { continue };
        let disclosing = operations.iter().find(|(name, _)| DISCLOSING.contains(&name.as_str()));
        let Some((operation, span)) = disclosing else { continue };
        let Some(grantee) = grant.argument("grantee_principal").and_then(|value| value.as_text()) else {
            continue;
        };
        if grantee.to_string().contains(SERVICE_LINKED) {
            continue;
        }
        if let PrincipalKind::Account { account } = PrincipalKind::parse(grantee) {
            let value = grant.span_of("grantee_principal");
            context
                .finding(value, format!("`{}` is given to the whole account `{account}`", grant.address))
                .label("every principal that IAM lets there")
                .related(*span, format!("may `{operation}`"))
                .help("give it to one role")
                .key(Some(&grant.address))
                .report(findings);
        } else if grant.blocks("constraints").is_some_and(<[_]>::is_empty)
            && let Some(symmetric) = is_symmetric(context, grant)
        {
            let mut draft = context
                .finding(
                    *span,
                    format!("`{}` lets its grantee `{operation}` everything under the key", grant.address),
                )
                .related(grant.span, "has no `constraints`")
                .help("name the encryption context in `constraints { encryption_context_equals = { … } }`")
                .key(Some(&grant.address));
            if !symmetric {
                draft = draft.severity(Severity::Info);
            }
            draft.report(findings);
        }
    }
}

/// Whether the key takes an encryption context; false where that is not known, none where it takes none.
fn is_symmetric(context: &InputContext<'_>, grant: &Resource) -> Option<bool> {
    let named = |key: &&Resource| key.is_key() && grant.names("key_id", &key.address) == Some(true);
    let Some(key) = context.resources.iter().find(named) else { return Some(false) };
    match key.facts().spec {
        Some(spec) => (spec == "SYMMETRIC_DEFAULT").then_some(true),
        None => Some(false),
    }
}
