use crate::access::Combination;
use crate::catalog::ActionSet;
use crate::engine::{Check, Context, Findings};
use crate::finding::Severity;

pub(super) const CHECK: Check = Check::Policy(check);

const DESTROY: ActionSet = ActionSet::of(&["ScheduleKeyDeletion", "DisableKey", "DeleteImportedKeyMaterial"]);

/// Adds up what each principal holds directly, over all statements.
fn check(context: &Context<'_>, findings: &mut Findings) {
    for combination in context.access.combinations(DESTROY, ActionSet::USE_CORE) {
        if !context.is_nobody_in_particular(&combination) {
            report(context, &combination, findings);
        }
    }
}

fn report(context: &Context<'_>, combination: &Combination, findings: &mut Findings) {
    let Some(class) = context.access.classes().get(combination.class) else { return };
    let (Some(destroys), Some(uses)) = (combination.first.first(), combination.second.first()) else {
        return;
    };
    let destructive = context.access.held(combination.class).must.intersection(DESTROY);
    let always = context.access.direct(combination.class).must.intersects(DESTROY);
    let who = &class.kind;
    let actions = destructive.listed(3);
    let message = if always {
        format!("{who} uses the key and can also destroy it with {actions}")
    } else {
        format!("{who} uses the key and, under conditions, can also destroy it with {actions}")
    };
    let mut draft = context
        .finding(destroys.principal, message)
        .severity(if always { Severity::Error } else { Severity::Warning })
        .related(destroys.action, "destroys")
        .help("take these actions from it, and give them to a role that nothing else uses");
    draft = match uses.principal == destroys.principal {
        true => draft.related(uses.action, "uses"),
        false => draft.related(uses.principal, "uses"),
    };
    for at in statements(context, combination) {
        draft =
            context.policy.statements.get(at).map_or(draft.clone(), |statement| draft.statement(statement));
    }
    draft.report(findings);
}

/// The statements that prove it, and those by which the same principal administers: that it does is the lesser
/// mistake, and this finding stands for it.
fn statements(context: &Context<'_>, combination: &Combination) -> Vec<usize> {
    let mut statements = combination.statements();
    let duties = context.access.combinations(ActionSet::ADMIN_CORE, ActionSet::USE_CORE);
    let same = duties.iter().filter(|duty| duty.class == combination.class);
    for at in same.flat_map(Combination::statements) {
        if !statements.contains(&at) {
            statements.push(at);
        }
    }
    statements
}
