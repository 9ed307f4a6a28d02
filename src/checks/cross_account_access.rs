use crate::access::{ClassKind, Level, Ownership};
use crate::catalog::ActionSet;
use crate::engine::{Check, Context, Findings};
use crate::finding::Severity;
use crate::policy::{Effect, PrincipalKind, Statement};
use crate::source::Span;
use crate::value::Text;

pub(super) const CHECK: Check = Check::Policy(check);

/// Someone of another account.
struct Foreign {
    span: Span,
    account: String,
    who: String,
}

/// Which other accounts have access, one finding for each statement.
fn check(context: &Context<'_>, findings: &mut Findings) {
    let mut told: Vec<(usize, Vec<Foreign>)> = Vec::new();
    for (at, class) in context.access.classes().iter().enumerate() {
        let Some((account, who)) = foreign(context, &class.kind, class.ownership) else { continue };
        for ground in context.access.grounds_at(at, ActionSet::CROSS_ACCOUNT, Level::Delegated) {
            let Some(statement) = context.policy.statements.get(ground.statement) else { continue };
            // Under `*` the condition names the account.
            let names = |span: &Span| statement.span.contains(*span);
            let span = match is_everyone(statement, ground.principal) {
                true => class.mentions.iter().copied().find(names),
                false => Some(ground.principal),
            };
            let Some(span) = span else { continue };
            let foreign = Foreign { span, account: account.clone(), who: who.clone() };
            match told.iter_mut().find(|(known, _)| *known == ground.statement) {
                Some((_, all)) if all.iter().any(|other| other.span == span) => {}
                Some((_, all)) => all.push(foreign),
                None => told.push((ground.statement, vec![foreign])),
            }
        }
    }
    for (at, all) in told {
        if let Some(statement) = context.policy.statements.get(at) {
            report(context, statement, &all, findings);
        }
    }
}

fn report(context: &Context<'_>, statement: &Statement, all: &[Foreign], findings: &mut Findings) {
    let trusted = &context.config.trusted_accounts;
    let strangers: Vec<&Foreign> = all.iter().filter(|it| !trusted.contains(&it.account)).collect();
    let Some((first, more)) = strangers.split_first() else { return };
    let actions = statement.actions().0.intersection(ActionSet::CROSS_ACCOUNT).listed(3);
    let others = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
    let severity = if trusted.is_empty() { Severity::Info } else { Severity::Warning };
    let mut draft = context
        .finding(
            first.span,
            format!("{}{others} may call {actions}, if IAM policies there allow it", first.who),
        )
        .severity(severity)
        .label("another account")
        .help("if that is meant, add the account to `trusted-accounts` in the configuration");
    for other in more {
        draft = draft.related(other.span, "another account");
    }
    draft.statement(statement).report(findings);
}

/// The account of a class that belongs to another account for sure, and what to call it.
fn foreign(context: &Context<'_>, kind: &ClassKind, ownership: Ownership) -> Option<(String, String)> {
    let owner = context.config.owner_account.as_deref();
    let is_foreign = |account: &str| match ownership {
        Ownership::Foreign => true,
        Ownership::Own => false,
        Ownership::Unknown => owner.is_some_and(|owner| owner != account),
    };
    let known =
        |account: &Text| account.as_known().map(std::borrow::Cow::into_owned).filter(|it| is_foreign(it));
    match kind {
        ClassKind::AccountOther(account) => Some((known(account)?, format!("the account `{account}`"))),
        ClassKind::Named(arn) => {
            let of = PrincipalKind::parse(arn);
            Some((known(of.account()?)?, format!("`{arn}` of another account")))
        }
        _ => None,
    }
}

fn is_everyone(statement: &Statement, span: Span) -> bool {
    let entries = statement.principal.iter().flat_map(|element| &element.entries);
    let everyone =
        |entry: &&crate::policy::Principal| entry.kind == PrincipalKind::Everyone && entry.span == span;
    statement.effect == Effect::Allow && entries.into_iter().any(|entry| everyone(&entry))
}
