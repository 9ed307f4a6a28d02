use crate::catalog::ActionSet;
use crate::engine::{Check, Context, Findings};
use crate::finding::Severity;
use crate::policy::{Effect, Principal, PrincipalKind, Statement};

pub(super) const CHECK: Check = Check::Policy(check);

/// To read what an import needs changes nothing.
const ADMINISTERS: ActionSet = ActionSet::ADMIN_CORE.difference(ActionSet::of(&["GetParametersForImport"]));
const REVOKES: ActionSet = ActionSet::of(&["RevokeGrant"]);

/// No service that AWS documents manages its customers' keys.
fn check(context: &Context<'_>, findings: &mut Findings) {
    for statement in context.policy.statements.iter().filter(|it| it.effect == Effect::Allow) {
        let (must, _) = statement.actions();
        let given = match must.intersection(ADMINISTERS) {
            none if none.is_empty() => must.intersection(REVOKES),
            some => some,
        };
        let entries = statement.principal.iter().filter(|element| !element.negated);
        let is_service = |entry: &&Principal| matches!(entry.kind, PrincipalKind::Service { .. });
        let services: Vec<_> = entries.flat_map(|element| &element.entries).filter(is_service).collect();
        if !given.is_empty() && !services.is_empty() {
            report(context, statement, &services, given, findings);
        }
    }
}

fn report(
    context: &Context<'_>,
    statement: &Statement,
    services: &[&Principal],
    given: ActionSet,
    findings: &mut Findings,
) {
    let (Some((first, more)), Some(action)) = (services.split_first(), &statement.action) else { return };
    let gives = action.patterns.iter().find(|pattern| pattern.must.intersects(given));
    let span = gives.filter(|_| !action.negated).map_or(action.key_span, |pattern| pattern.span);
    let severity = if given.intersects(ADMINISTERS) { Severity::Error } else { Severity::Warning };
    let mut draft = context
        .finding(first.span, format!("the service `{}` can manage the key with {}", first.text, given.listed(3)))
        .severity(severity)
        .related(span, "manages the key")
        .help("list the cryptographic operations that the service needs, such as `kms:GenerateDataKey*` and `kms:Decrypt`")
        .statement(statement);
    for other in more {
        draft = draft.related(other.span, "so can this");
    }
    draft.report(findings);
}
