use crate::access::Combination;
use crate::catalog::ActionSet;
use crate::engine::{Check, Context, Findings};

pub(super) const CHECK: Check = Check::Policy(check);

/// Adds up what each principal holds directly, over all statements.
fn check(context: &Context<'_>, findings: &mut Findings) {
    for combination in context.access.combinations(ActionSet::ADMIN_CORE, ActionSet::USE_CORE) {
        if !context.is_nobody_in_particular(&combination) {
            report(context, &combination, findings);
        }
    }
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
