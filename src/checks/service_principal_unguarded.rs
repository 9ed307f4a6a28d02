use crate::catalog::{self, ActionSet, Service, SourceKeys};
use crate::engine::{Check, Context, Findings};
use crate::finding::Severity;
use crate::fix::Fix;
use crate::policy::{Effect, Principal, PrincipalKind, SourceGuard, Statement};

pub(super) const CHECK: Check = Check::Policy(check);

/// What harms if a stranger's resource makes the service do it.
const SENSITIVE: ActionSet = ActionSet::of(&[
    "Encrypt",
    "Decrypt",
    "ReEncryptFrom",
    "ReEncryptTo",
    "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext",
    "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext",
    "Sign",
    "GenerateMac",
    "DeriveSharedSecret",
    "Decapsulate",
    "CreateGrant",
]);
const CREATE_GRANT: ActionSet = ActionSet::of(&["CreateGrant"]);

/// A service acts for the resources of all its customers; the key policy has to say whose count.
fn check(context: &Context<'_>, findings: &mut Findings) {
    let allows = context.policy.statements.iter().filter(|statement| statement.effect == Effect::Allow);
    for statement in allows {
        let actions = statement.actions().0.intersection(SENSITIVE);
        let guard = statement.source_guard();
        if actions.is_empty() || matches!(guard, SourceGuard::Wide | SourceGuard::Held) {
            continue;
        }
        let entries = statement.principal.iter().filter(|element| !element.negated);
        let services: Vec<&Principal> = entries
            .flat_map(|element| &element.entries)
            .filter(|entry| matches!(entry.kind, PrincipalKind::Service { .. }))
            .filter(|entry| !context.policy.statements.iter().any(|deny| cures(deny, entry)))
            .collect();
        if !services.is_empty() {
            report(context, statement, (&services, actions, guard), findings);
        }
    }
}

fn report(
    context: &Context<'_>,
    statement: &Statement,
    (services, actions, guard): (&[&Principal], ActionSet, SourceGuard),
    findings: &mut Findings,
) {
    let rows: Vec<_> = services.iter().map(|entry| row(entry)).collect();
    let judged = |row: &Option<&'static Service>| judge(*row, statement, actions, guard);
    // The worst of several services speaks for the statement.
    let worst = rows.iter().enumerate().max_by_key(|(at, row)| (judged(row).0, std::cmp::Reverse(*at)));
    let Some((at, row)) = worst else { return };
    let Some(first) = services.get(at) else { return };
    let (severity, note) = judged(row);
    let who = match services.len() {
        1 => format!("`{}`", first.text),
        more => format!("`{}` and {} more", first.text, more - 1),
    };
    let verb = if services.len() == 1 { "acts" } else { "act" };
    let help = match row.and_then(Service::guard) {
        Some(guard) if severity == Severity::Warning => format!("add a condition on {guard}"),
        Some(guard) => format!("if your use of the service sends it, add a condition on {guard}"),
        None => {
            "see in the guide of the service whether it sends `aws:SourceAccount` or an encryption context, \
                 and add a condition on it"
                .to_owned()
        }
    };
    let mut draft = context
        .finding(
            first.span,
            format!("{who} {verb} for every AWS customer, and nothing here says for whose resources"),
        )
        .severity(severity)
        .help(help)
        .statement(statement);
    if let Some(note) = note {
        draft = draft.note(note);
    }
    if severity == Severity::Warning
        && row.is_some_and(|row| matches!(row.source, SourceKeys::Both | SourceKeys::Account))
    {
        draft = draft.fix(of_owner(context, statement));
    }
    if let Some(row) = row {
        draft = draft.note(format!("see https://docs.aws.amazon.com/{}", row.page));
    }
    for other in services.iter().filter(|other| other.span != first.span) {
        draft = draft.related(other.span, "so does this");
    }
    draft.report(findings);
}

/// How bad it is, and what speaks against the usual advice.
fn judge(
    row: Option<&'static Service>,
    statement: &Statement,
    actions: ActionSet,
    guard: SourceGuard,
) -> (Severity, Option<&'static str>) {
    let only_grants = actions == CREATE_GRANT && statement.conditions.iter().any(|it| it.may_guard_grants());
    let exception = row.and_then(|row| row.exception.as_ref());
    let excused = exception.filter(|it| ActionSet::of(it.actions).contains(actions));
    if guard == SourceGuard::Doubtful {
        let note =
            "for most service principals AWS does not document `kms:ViaService` and `kms:CallerAccount`";
        return (Severity::Info, Some(note));
    }
    match (row, excused) {
        (_, Some(exception)) => (Severity::Info, Some(exception.why)),
        _ if only_grants => (Severity::Info, None),
        (Some(row), None) if row.source != SourceKeys::Undocumented => (Severity::Warning, None),
        _ => (Severity::Info, None),
    }
}

fn row(principal: &Principal) -> Option<&'static Service> {
    match principal.text.as_known() {
        Some(name) => catalog::service(&name),
        None => by_unknown(principal),
    }
}

/// `logs.${region}.amazonaws.com`, `cloudtrail.${dns_suffix}`: what stands before the unknown piece names it.
fn by_unknown(principal: &Principal) -> Option<&'static Service> {
    let prefix = principal.text.known_prefix();
    catalog::service(&format!("{}.amazonaws.com", prefix.strip_suffix('.')?))
}

/// Whether a Deny speaks of foreign sources: the form of a data perimeter.
fn cures(deny: &Statement, service: &Principal) -> bool {
    let names = deny.principal.as_ref().is_some_and(|element| {
        element.open
            || element.negated
            || element.entries.iter().any(|entry| {
                matches!(entry.kind, PrincipalKind::Everyone | PrincipalKind::Unknown)
                    || entry.text.same(&service.text)
            })
    });
    deny.effect != Effect::Allow
        && names
        && (deny.conditions_open
            || deny.conditions.iter().any(|it| !it.key.is_known() || it.is_about_source()))
}

/// For resources of the key's own account, if the account is known and nobody but services is meant.
fn of_owner(context: &Context<'_>, statement: &Statement) -> Option<Fix> {
    let principals = statement.principal.as_ref().filter(|element| !element.open)?;
    if !principals.entries.iter().all(|entry| matches!(entry.kind, PrincipalKind::Service { .. })) {
        return None;
    }
    let owner = context.access.owner()?.as_known()?;
    let edits =
        context.editor().add_condition(statement.span, "StringEquals", "aws:SourceAccount", &owner)?;
    Some(Fix::suggested(format!("add `aws:SourceAccount` with `{owner}`"), edits))
}
