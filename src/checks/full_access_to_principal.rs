use crate::access::{ClassKind, Level, Ownership, PrincipalClass};
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
    several_owners(context, findings);
}

/// Accounts that all have everything, where it is not known which of them owns the key: one does, and the others are
/// other accounts.
fn several_owners(context: &Context<'_>, findings: &mut Findings) {
    let mut accounts: Vec<(String, &Statement, &Principal)> = Vec::new();
    let all = context.policy.statements.iter().filter(|it| {
        it.effect == Effect::Allow
            && it.actions().0.contains(EVERYTHING)
            && it.conditions.is_empty()
            && !it.conditions_open
    });
    for statement in all {
        let entries = statement.principal.iter().filter(|element| !element.negated);
        for principal in entries.flat_map(|element| &element.entries) {
            let PrincipalKind::Account { account } = &principal.kind else { continue };
            let Some(account) = account.as_known() else { continue };
            if !accounts.iter().any(|(known, ..)| *known == account) {
                accounts.push((account.into_owned(), statement, principal));
            }
        }
    }
    let is_told = |class: &PrincipalClass| match &class.kind {
        ClassKind::AccountOther(account) => account.is_known() && class.ownership != Ownership::Unknown,
        _ => false,
    };
    let owner_known = context.access.classes().iter().any(is_told);
    let Some(((_, first, principal), more)) = accounts.split_first() else { return };
    if owner_known || context.config.owner_account.is_some() || more.is_empty() {
        return;
    }
    let message = format!("{} accounts have everything, and only one of them owns the key", accounts.len());
    let mut draft = context
        .finding(principal.span, message)
        .severity(Severity::Error)
        .label("this one, or another one")
        .help("list the actions that the other account needs; `owner-account` in the configuration says which owns the key")
        .statement(first);
    for (_, statement, principal) in more {
        draft = draft.related(principal.span, "so has this").statement(statement);
    }
    draft.report(findings);
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
