use crate::carrier::KeyFacts;
use crate::catalog::{Action, ActionSet, Needs};
use crate::engine::{Check, Context, Findings};
use crate::finding::Severity;
use crate::glob;
use crate::policy::{ActionPattern, Effect};

pub(super) const CHECK: Check = Check::Policy(check);

/// Actions that are named, not those that a wildcard takes in.
fn check(context: &Context<'_>, findings: &mut Findings) {
    let facts = &context.document.key;
    for statement in context.policy.statements.iter().filter(|statement| statement.effect == Effect::Allow) {
        let Some(element) = statement.action.as_ref().filter(|element| !element.negated) else { continue };
        let dead = |pattern: &&ActionPattern| {
            let known = pattern.text.as_known().unwrap_or_default();
            let is_family =
                glob::has_wildcard(&known) && !pattern.must.difference(ActionSet::FUTURE).is_empty();
            let all = !known.is_empty() && pattern.must.iter().all(|action| !works(action, facts));
            let used = ActionSet::USE.contains(pattern.must.intersection(ActionSet::KNOWN));
            all && !pattern.must.is_empty() && (!is_family || used)
        };
        let void = |pattern: &ActionPattern| {
            let known: Vec<_> = pattern.must.iter().collect();
            !known.is_empty()
                && known.into_iter().all(|action| !works(action, facts) || !is_for(action, facts))
        };
        let nothing = !element.open && element.patterns.iter().all(void);
        let found: Vec<_> = element.patterns.iter().filter(|pattern| nothing || dead(pattern)).collect();
        let Some(first) = found.first() else { continue };
        let uses = |pattern: &&ActionPattern| pattern.must.intersects(ActionSet::USE);
        let used = element.patterns.iter().filter(uses).count();
        let nothing_works =
            nothing || used > 0 && !element.open && found.iter().filter(|it| uses(it)).count() == used;
        let mut draft = context
            .finding(first.span, format!("`{}` does not work on this key", first.text))
            .note(description(facts, first))
            .help("remove it, or allow what this kind of key can do")
            .statement(statement);
        for other in found.iter().skip(1) {
            draft = draft.related(other.span, "neither does this");
        }
        // A module serves keys of every kind.
        let is_of_module = context.document.address.as_deref().is_some_and(|it| it.starts_with("module."));
        if !nothing_works || is_of_module {
            draft = draft.severity(Severity::Info);
        }
        draft.report(findings);
    }
}

/// Whether an action may work on a key of which this is known.
fn works(action: &Action, facts: &KeyFacts) -> bool {
    let usage = match (action.usage, &facts.usage) {
        (Some(needed), Some(usage)) => needed == usage,
        _ => true,
    };
    let symmetric = facts.spec.as_deref().map(|spec| spec == "SYMMETRIC_DEFAULT");
    let asymmetric =
        facts.spec.as_deref().map(|spec| spec != "SYMMETRIC_DEFAULT" && !spec.starts_with("HMAC"));
    let fits = match action.needs {
        // Administrators may be prepared for keys of every kind; only the use of a key tells what it is for.
        Some(Needs::Symmetric) if action.usage.is_some() => symmetric,
        Some(Needs::Asymmetric) => asymmetric,
        _ => None,
    };
    usage && fits != Some(false)
}

/// Whether a key of which this is known is one that an action of administration is for.
fn is_for(action: &Action, facts: &KeyFacts) -> bool {
    let fits = match action.needs {
        Some(Needs::Imported) => facts.imported,
        Some(Needs::MultiRegion) => facts.multi_region,
        _ => None,
    };
    fits != Some(false)
}

fn description(facts: &KeyFacts, first: &ActionPattern) -> String {
    match first.must.iter().find(|action| !is_for(action, facts)).and_then(|action| action.needs) {
        Some(Needs::Imported) => return "its key material is not imported".to_owned(),
        Some(Needs::MultiRegion) => return "it is a key of one Region".to_owned(),
        _ => {}
    }
    let known = [("usage", &facts.usage), ("spec", &facts.spec)];
    let known = known.iter().filter_map(|(name, value)| Some(format!("its {name} is `{}`", value.as_ref()?)));
    known.collect::<Vec<_>>().join(", ")
}
