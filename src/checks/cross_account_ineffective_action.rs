use crate::access::Ownership;
use crate::catalog::ActionSet;
use crate::engine::{Check, Context, Findings};
use crate::finding::Severity;
use crate::glob;
use crate::policy::{Effect, Principal, Statement};

pub(super) const CHECK: Check = Check::Policy(check);

/// Most administration has no effect across accounts, whatever the policy says.
fn check(context: &Context<'_>, findings: &mut Findings) {
    for statement in context.policy.statements.iter().filter(|it| it.effect == Effect::Allow) {
        let Some(action) = statement.action.as_ref().filter(|element| !element.negated) else { continue };
        if !is_for_others(context, statement) {
            continue;
        }
        let dead = |set: ActionSet| !set.is_empty() && !set.intersects(ActionSet::CROSS_ACCOUNT);
        let dead: Vec<_> = action
            .patterns
            .iter()
            .filter(|pattern| {
                dead(pattern.must.intersection(ActionSet::KNOWN)) && pattern.must == pattern.may
            })
            .collect();
        let Some((first, more)) = dead.split_first() else { continue };
        let others = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
        let have = if more.is_empty() { "has" } else { "have" };
        let message = format!("`{}`{others} {have} no effect for principals of another account", first.text);
        let mut draft = context.finding(first.span, message).part(statement, first.span);
        // Who writes a wildcard means what it takes in, and that may be nothing here.
        if dead.iter().all(|pattern| pattern.text.as_known().is_some_and(|it| glob::has_wildcard(&it))) {
            draft = draft.severity(Severity::Info);
        }
        for other in more {
            draft = draft.related(other.span, "nor has this").part(statement, other.span);
        }
        if let Some(principal) = statement.principal.as_ref().and_then(|element| element.entries.first()) {
            draft = draft.related(principal.span, "another account");
        }
        draft
            .help("remove it; whoever is to do this needs a principal in the key's account")
            .report(findings);
    }
}

/// Whether all whom a statement names are surely of other accounts.
fn is_for_others(context: &Context<'_>, statement: &Statement) -> bool {
    let Some(element) = statement.principal.as_ref().filter(|it| !it.negated && !it.open) else {
        return false;
    };
    let foreign = |entry: &Principal| {
        let Some(account) = entry.kind.account() else { return false };
        let mut classes =
            context.access.classes().iter().filter(|class| class.mentions.contains(&entry.span));
        account.is_known() && classes.any(|class| class.ownership == Ownership::Foreign)
    };
    !element.entries.is_empty() && element.entries.iter().all(foreign)
}
