use crate::engine::{Check, Context, Draft, Findings};
use crate::finding::Severity;
use crate::policy::{Effect, Principal, PrincipalElement, PrincipalKind, Statement};

pub(super) const CHECK: Check = Check::Policy(check);

/// In an Allow it opens the key to the world; in a Deny it denies to those it seems to exempt.
fn check(context: &Context<'_>, findings: &mut Findings) {
    for statement in &context.policy.statements {
        let Some(element) = statement.principal.as_ref().filter(|element| element.negated) else { continue };
        let draft = match statement.effect {
            Effect::Allow => allow(context, statement, element),
            Effect::Deny => deny(context, element),
            Effect::Unknown => continue,
        };
        draft.statement(statement).report(findings);
    }
}

fn allow(context: &Context<'_>, statement: &Statement, element: &PrincipalElement) -> Draft {
    let free = statement.conditions.is_empty() && !statement.conditions_open;
    let message = match free {
        true => "this allows every principal of every account but the listed ones",
        false => "this allows everyone who fulfils the conditions, but the listed ones",
    };
    context
        .finding(element.key_span, message)
        .severity(if free { Severity::Error } else { Severity::Warning })
        .help("write `Principal` and list those who are meant; to keep some out, add a Deny")
}

fn deny(context: &Context<'_>, element: &PrincipalElement) -> Draft {
    let help =
        "deny to `\"*\"` instead, under `ArnNotEquals` on `aws:PrincipalArn` with the ARNs that are exempt";
    let missed = element.entries.iter().find(|entry| !element.open && is_denied_all_the_same(entry, element));
    match missed {
        Some(entry) => context
            .finding(
                element.key_span,
                format!("`{}` is denied as well, because its account is not exempt", entry.text.called()),
            )
            .severity(Severity::Error)
            .related(entry.span, "not exempt without its account")
            .help(help),
        None => context
            .finding(element.key_span, "AWS advises against `NotPrincipal`: it also denies to the sessions and services that nobody listed")
            .help(help),
    }
}

/// A user or role is exempt only if its account is listed too; a session, only if its role is, besides.
fn is_denied_all_the_same(entry: &Principal, element: &PrincipalElement) -> bool {
    let Some(account) = entry.kind.account().filter(|_| entry.is_someone()) else { return false };
    !element.entries.iter().any(|other| match &other.kind {
        PrincipalKind::Account { account: listed } => {
            listed.same(account) || !listed.is_known() || !account.is_known()
        }
        PrincipalKind::Unknown => true,
        _ => false,
    })
}
