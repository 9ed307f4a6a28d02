use crate::access::{ClassKind, Ground};
use crate::catalog::ActionSet;
use crate::config::Profile;
use crate::engine::{Check, Context, Findings};
use crate::finding::Severity;
use crate::policy::{Condition, Effect, PrincipalKind, Statement};

pub(super) const CHECK: Check = Check::Policy(check);

const CONCERNED: ActionSet = ActionSet::ADMIN_CORE.union(ActionSet::USE_CORE).union(ActionSet::DELEGATE);
/// Conditions that leave the whole of an organization or a part of it.
const ORGANIZATION: [&str; 2] = ["aws:principalorgid", "aws:principalorgpaths"];
/// Conditions that leave some principals of an account, whoever they are.
const PERSONAL: [&str; 6] = [
    "aws:principalarn",
    "aws:principaltype",
    "aws:userid",
    "aws:username",
    "aws:sourceidentity",
    "aws:principalisawsservice",
];

/// `"*"` with the account in a condition needs no IAM policy; the account as principal does.
fn check(context: &Context<'_>, findings: &mut Findings) {
    for (at, class) in context.access.classes().iter().enumerate() {
        if !matches!(class.kind, ClassKind::AccountOther(_)) {
            continue;
        }
        let mut told = Vec::new();
        for ground in context.access.grounds(at, CONCERNED) {
            let Some(statement) = context.policy.statements.get(ground.statement) else { continue };
            if !told.contains(&ground.statement) && names_everyone(statement, &ground) {
                told.push(ground.statement);
                report(context, statement, (&class.kind, ground), findings);
            }
        }
    }
}

fn names_everyone(statement: &Statement, ground: &Ground) -> bool {
    let entries = statement.principal.iter().filter(|element| !element.negated).flat_map(|it| &it.entries);
    let everyone = entries.filter(|entry| entry.kind == PrincipalKind::Everyone);
    statement.effect == Effect::Allow && everyone.into_iter().any(|entry| entry.span == ground.principal)
}

fn report(
    context: &Context<'_>,
    statement: &Statement,
    (class, ground): (&ClassKind, Ground),
    findings: &mut Findings,
) {
    let keyed = |keys: &[&str]| {
        let has = |it: &&Condition| it.key_folded.as_deref().is_some_and(|key| keys.contains(&key));
        statement.conditions.iter().find(has)
    };
    let personal = |it: &Condition| {
        it.key_folded
            .as_deref()
            .is_none_or(|key| PERSONAL.contains(&key) || key.starts_with("aws:principaltag/"))
    };
    if statement.conditions_open || statement.conditions.iter().any(personal) {
        return;
    }
    let account = statement.conditions.iter().find(|it| it.is_about_account());
    let Some(border) = account.or_else(|| keyed(&ORGANIZATION)) else { return };
    let others = statement.conditions.iter().any(|it| !it.is_about_account());
    let manages = statement.actions().0.intersects(ActionSet::ADMIN_CORE.union(ActionSet::DELEGATE));
    // Many mean it so for the use of a key.
    let strictly = manages || context.config.profile == Profile::Strict;
    let actions = statement.actions().0.intersection(CONCERNED).listed(3);
    let (who, help) = match account {
        Some(_) => (
            class.to_string(),
            "name the account as principal, `arn:aws:iam::ACCOUNT:root`, and let IAM policies decide who may",
        ),
        None => (
            "every principal of the key's account".to_owned(),
            "give the key's own account a statement of its own, with `arn:aws:iam::ACCOUNT:root` as principal",
        ),
    };
    context
        .finding(ground.principal, format!("{who} may call {actions}, without any IAM policy"))
        .severity(if strictly && !others { Severity::Warning } else { Severity::Info })
        .label("everyone that the condition lets through")
        .related(border.span, "and this is all that is asked of them")
        .help(help)
        .statement(statement)
        .report(findings);
}
