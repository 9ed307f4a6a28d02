use crate::carrier::{Resource, ResourceKind};
use crate::engine::{Check, Findings, InputContext};
use crate::finding::Severity;
use crate::policy::{Arn, Parsed, PrincipalKind};
use crate::value::Text;

pub(super) const CHECK: Check = Check::Input(check);

const SERVICE_LINKED: &str = "role/aws-service-role/";

/// Whoever holds `CreateGrant` by a grant can pass on what the grant gives, and what they pass on outlives it.
fn check(context: &InputContext<'_>, findings: &mut Findings) {
    for grant in context.resources.iter().filter(|resource| resource.kind == ResourceKind::Grant) {
        let operations = grant.texts("operations").unwrap_or_default();
        let Some((_, span)) = operations.iter().find(|(name, _)| name == "CreateGrant") else { continue };
        let grantee = grant.argument("grantee_principal").and_then(|value| value.as_text());
        let foreign = grantee.is_some_and(|grantee| is_foreign(context, grant, grantee));
        let linked = grantee.is_some_and(|grantee| grantee.to_string().contains(SERVICE_LINKED));
        let who =
            grantee.map_or_else(|| "the grantee".to_owned(), |grantee| format!("`{}`", grantee.called()));
        let mut draft = context
            .finding(*span, format!("{who} can pass on what `{}` gives, to anyone", grant.address))
            .label("grants made by it outlive it")
            .help("remove `CreateGrant` from the operations")
            .key(Some(&grant.address));
        if foreign {
            draft = draft
                .severity(Severity::Error)
                .related(grant.span_of("grantee_principal"), "of another account");
        } else if linked {
            draft = draft.severity(Severity::Info);
        }
        draft.report(findings);
    }
}

/// Whether the grantee surely belongs to another account than the key, and to none that is trusted.
fn is_foreign(context: &InputContext<'_>, grant: &Resource, grantee: &Text) -> bool {
    let kind = PrincipalKind::parse(grantee);
    let Some(account) = kind.account().and_then(|account| account.as_known()) else { return false };
    let of_key = grant.argument("key_id").and_then(|value| value.as_text()).map(Arn::parse);
    let of_key = match &of_key {
        Some(Parsed::Arn(arn)) => arn.account.as_known(),
        _ => None,
    };
    let owner = of_key.or(context.config.owner_account.as_deref().map(Into::into));
    owner.is_some_and(|owner| owner != account)
        && !context.config.trusted_accounts.iter().any(|it| *it == account)
}
