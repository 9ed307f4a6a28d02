use crate::access::{ClassKind, Level, Ownership};
use crate::catalog::ActionSet;
use crate::engine::{Check, Context, Findings};
use crate::finding::Severity;
use crate::policy::{Effect, Principal, PrincipalKind, Statement, is_called_someone};

pub(super) const CHECK: Check = Check::Policy(check);

const EVERYTHING: ActionSet = ActionSet::ADMIN_CORE.union(ActionSet::USE_CORE);

/// `kms:*` belongs to the account, where IAM policies limit it further.
fn check(context: &Context<'_>, findings: &mut Findings) {
    let allows = context.policy.statements.iter().filter(|statement| statement.effect == Effect::Allow);
    let all = allows.filter(|it| it.actions().0.contains(EVERYTHING) && !is_through_service(it));
    for statement in all {
        let entries = statement.principal.iter().filter(|element| !element.negated);
        for principal in entries.flat_map(|element| &element.entries) {
            if let Some((severity, who)) = holder(context, statement, principal) {
                report(context, statement, (principal, severity, &who), findings);
            }
        }
    }
}

/// Whether it counts for requests alone that a service makes for the caller: none of them administers keys.
fn is_through_service(statement: &Statement) -> bool {
    statement.demands("kms:viaservice") == Some(true)
}

fn report(
    context: &Context<'_>,
    statement: &Statement,
    (principal, severity, who): (&Principal, Severity, &str),
    findings: &mut Findings,
) {
    let Some(element) = &statement.action else { return };
    let whole = element.patterns.iter().find(|pattern| pattern.must.contains(EVERYTHING));
    let action = whole.filter(|_| !element.negated).map_or(element.key_span, |pattern| pattern.span);
    let what = match whole {
        Some(pattern) if !element.negated => format!("`{}`", pattern.text),
        _ => "everything".to_owned(),
    };
    context
        .finding(principal.span, format!("{who} has {what}, and no IAM policy limits it"))
        .label("not the account")
        .related(action, "all of administration and use")
        .help(
            "if the account is meant, name it: `arn:aws:iam::ACCOUNT:root`; \
             otherwise list the actions that this principal needs",
        )
        .severity(severity)
        .statement(statement)
        .report(findings);
}

/// Who holds everything by this principal string, and how bad it is.
fn holder(context: &Context<'_>, statement: &Statement, principal: &Principal) -> Option<(Severity, String)> {
    let classes = context.access.classes().iter().enumerate();
    let holding = classes.filter(|(at, class)| {
        let level = match (&principal.kind, class.ownership) {
            // Another account's IAM policies are not ours to limit.
            (PrincipalKind::Account { .. }, Ownership::Foreign) => Level::Delegated,
            (PrincipalKind::Account { .. }, _) => return false,
            _ => Level::Direct,
        };
        let reasons = context.access.grounds_at(*at, EVERYTHING, level);
        let by_this =
            reasons.iter().any(|it| it.statement == statement.index && it.principal == principal.span);
        by_this && context.access.reachable(*at, level).must.contains(EVERYTHING)
    });
    let found = holding.filter_map(|(_, class)| {
        let wide = matches!(class.kind, ClassKind::AccountOther(_) | ClassKind::Fresh);
        let severity = match (&class.kind, class.ownership) {
            (ClassKind::Opaque(text), _) if !is_called_someone(text) => return None,
            (ClassKind::AccountRoot(_), _) => return None,
            (ClassKind::AccountOther(_) | ClassKind::Service(_) | ClassKind::Fresh, _) => Severity::Error,
            (_, Ownership::Foreign) => Severity::Error,
            _ => Severity::Warning,
        };
        Some(((severity, wide), class.kind.to_string()))
    });
    // Of several that one string stands for, the widest.
    let widest = found.reduce(|widest, next| if next.0 > widest.0 { next } else { widest });
    widest.map(|((severity, _), who)| (severity, who))
}
