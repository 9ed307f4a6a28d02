use crate::access::{ClassKind, Combination, Ground};
use crate::catalog::ActionSet;
use crate::engine::{Check, Context, Findings};

pub(super) const CHECK: Check = Check::Policy(check);

/// Adds up what each principal holds directly, over all statements.
fn check(context: &Context<'_>, findings: &mut Findings) {
    for combination in context.access.combinations(ActionSet::ADMIN_CORE, ActionSet::USE_CORE) {
        if !is_narrowed(context, &combination) {
            report(context, &combination, findings);
        }
    }
}

/// Whether it is about everyone in the account, each time under more conditions than that: by way of one service
/// or for one encryption context nobody in particular does both. `direct-access-whole-account` reports such access.
fn is_narrowed(context: &Context<'_>, combination: &Combination) -> bool {
    let kind = context.access.classes().get(combination.class).map(|class| &class.kind);
    let narrowed = |ground: &Ground| {
        let statement = context.policy.statements.get(ground.statement);
        statement.is_some_and(|it| it.conditions.iter().any(|it| !it.is_about_account()))
    };
    let all = |grounds: &[Ground]| grounds.iter().all(narrowed);
    matches!(kind, Some(ClassKind::AccountOther(_))) && (all(&combination.first) || all(&combination.second))
}

fn report(context: &Context<'_>, combination: &Combination, findings: &mut Findings) {
    let Some(class) = context.access.classes().get(combination.class) else { return };
    let (Some(admin), Some(uses)) = (combination.first.first(), combination.second.first()) else { return };
    let held = context.access.held(combination.class).must;
    let mut draft = context
        .finding(admin.principal, format!("{} administers the key and also uses it", class.kind))
        .note(format!("administration: {}", held.intersection(ActionSet::ADMIN_CORE).listed(4)))
        .note(format!("use: {}", held.intersection(ActionSet::USE_CORE).listed(4)))
        .help("give administration and use to two different roles");
    if uses.principal != admin.principal {
        draft = draft.label("administers").related(uses.principal, "uses");
    }
    for at in combination.statements() {
        draft =
            context.policy.statements.get(at).map_or(draft.clone(), |statement| draft.statement(statement));
    }
    draft.report(findings);
}
