use crate::carrier::{Resource, ResourceKind};
use crate::catalog::{self, Needs, enums, limits};
use crate::engine::{Check, Findings, InputContext};
use crate::policy::{InvalidPrincipal, PrincipalKind};
use crate::source::Span;

pub(super) const CHECK: Check = Check::Input(check);

/// What `kms:CreateGrant` refuses.
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html>
fn check(context: &InputContext<'_>, findings: &mut Findings) {
    for grant in context.resources.iter().filter(|resource| resource.kind == ResourceKind::Grant) {
        let key = context
            .resources
            .iter()
            .find(|it| it.is_key() && grant.names("key_id", &it.address) == Some(true));
        let mut report = |span: Span, message: String, help: Option<String>| {
            let mut draft = context.finding(span, message).key(Some(&grant.address));
            if let Some(help) = help {
                draft = draft.help(help);
            }
            draft.report(findings);
        };
        operations(grant, key, &mut report);
        grantees(grant, &mut report);
        constraints(grant, key, &mut report);
    }
}

/// Reports characters, a message and a help.
type Report<'r> = dyn FnMut(Span, String, Option<String>) + 'r;

fn operations(grant: &Resource, key: Option<&Resource>, report: &mut Report<'_>) {
    for (operation, span) in grant.texts("operations").unwrap_or_default() {
        if !enums::GRANT_OPERATION.contains(&operation.as_str()) {
            let meant = if operation == "ReEncrypt" {
                Some("`ReEncryptFrom` and `ReEncryptTo`".to_owned())
            } else {
                let names = enums::GRANT_OPERATION.iter().copied();
                catalog::nearest(&operation, names).map(|name| format!("`{name}`"))
            };
            let help = meant.map(|meant| format!("did you mean {meant}?"));
            report(span, format!("`{operation}` is no operation that a grant can give"), help);
        } else if let Some(reason) = key.and_then(|key| unsupported(&operation, key)) {
            report(span, format!("a grant cannot give `{operation}` on this key: {reason}"), None);
        }
    }
}

/// Why a key does not take an operation; none if it may.
fn unsupported(operation: &str, key: &Resource) -> Option<String> {
    let facts = key.facts();
    let action = catalog::action(operation)?;
    if let (Some(wanted), Some(usage)) = (action.usage, &facts.usage)
        && wanted != usage
    {
        return Some(format!("its `key_usage` is `{usage}`"));
    }
    let symmetric = facts.spec.as_deref()? == "SYMMETRIC_DEFAULT";
    let fits = match action.needs {
        Some(Needs::Symmetric) => symmetric,
        Some(Needs::Asymmetric) => !symmetric,
        _ => true,
    };
    (!fits).then(|| format!("its spec is `{}`", facts.spec.unwrap_or_default()))
}

fn grantees(grant: &Resource, report: &mut Report<'_>) {
    let (principal, service) = ("grantee_principal", "grantee_service_principal");
    match (grant.argument(principal), grant.argument(service)) {
        // `null` stands where a module leaves it to its caller.
        (None, None) if [principal, service].iter().all(|it| grant.attributes.get(it).is_none()) => {
            report(grant.span, format!("`{}` has no grantee", grant.address), None)
        }
        (Some(_), Some(second)) => {
            let message = format!("`{}` has both a grantee principal and a grantee service", grant.address);
            report(second.span, message, None);
        }
        _ => {}
    }
    for argument in [principal, "retiring_principal"] {
        let Some(value) = grant.argument(argument) else { continue };
        let Some(text) = value.as_text() else { continue };
        let PrincipalKind::Invalid(why) = PrincipalKind::parse(text) else {
            if matches!(PrincipalKind::parse(text), PrincipalKind::Everyone) {
                report(value.span, format!("`{text}` is no principal of a grant: it is given to one"), None);
            }
            continue;
        };
        let why = match why {
            InvalidPrincipal::Wildcard => "a grant is given to one principal, without wildcards",
            InvalidPrincipal::Group => "a grant cannot be given to a group",
            InvalidPrincipal::AccountId => "an account id has 12 digits",
            _ => "it is the ARN of a user, a role, a session or an account",
        };
        report(value.span, format!("`{text}` is no principal of a grant: {why}"), None);
    }
    if let Some(value) = grant.argument(service) {
        if grant.argument("retiring_principal").or(grant.argument("retiring_service_principal")).is_none() {
            let message =
                format!("`{}` is given to a service, and nobody is named who can retire it", grant.address);
            report(value.span, message, None);
        }
        let blocks = grant.blocks("constraints");
        let pinned = |block: &crate::value::Value| block.get("source_arn").is_some();
        if blocks.is_some_and(|blocks| !blocks.iter().any(pinned)) {
            let message =
                format!("`{}` is given to a service without the ARN of what it acts for", grant.address);
            report(value.span, message, Some("add `source_arn` to `constraints`".to_owned()));
        }
    }
}

fn constraints(grant: &Resource, key: Option<&Resource>, report: &mut Report<'_>) {
    const EQUALS: &str = "encryption_context_equals";
    const SUBSET: &str = "encryption_context_subset";
    let spec = key.and_then(|key| key.facts().spec);
    for block in grant.blocks("constraints").unwrap_or_default() {
        let given = |name: &str| block.get(name).filter(|value| value.kind != crate::value::Kind::Null);
        if let (Some(_), Some(second)) = (given(EQUALS), given(SUBSET)) {
            report(second.span, format!("`{EQUALS}` and `{SUBSET}` exclude each other"), None);
        }
        for value in [given(EQUALS), given(SUBSET)].into_iter().flatten() {
            let pairs = value.as_object().unwrap_or_default().len();
            let most = limits::ENCRYPTION_CONTEXT_PAIRS as usize;
            if pairs > most {
                report(
                    value.span,
                    format!("{pairs} pairs of encryption context, {most} at most are allowed"),
                    None,
                );
            }
            if let Some(spec) = spec.as_deref().filter(|spec| *spec != "SYMMETRIC_DEFAULT") {
                let message = format!(
                    "a key of spec `{spec}` takes no encryption context, so the grant allows nothing"
                );
                report(value.span, message, None);
            }
        }
    }
}
