use crate::catalog::ActionSet;
use crate::engine::{Check, Context, Findings};
use crate::policy::{ActionElement, ActionPattern, Condition, Effect, Statement};

pub(super) const CHECK: Check = Check::Policy(check);

/// A condition that needs a key of grants is false for every action that never carries it.
fn check(context: &Context<'_>, findings: &mut Findings) {
    for statement in &context.policy.statements {
        let Some(element) = statement.action.as_ref().filter(|element| !element.negated) else { continue };
        let needs_key = statement.conditions.iter().filter(|atom| atom.when_absent() == Some(false));
        let found = needs_key.into_iter().find_map(|atom| Some((atom, atom.grant_actions()?)));
        if let Some((atom, carriers)) = found {
            report(context, statement, element, (atom, carriers), findings);
        }
    }
}

fn report(
    context: &Context<'_>,
    statement: &Statement,
    element: &ActionElement,
    (atom, carriers): (&Condition, ActionSet),
    findings: &mut Findings,
) {
    let misplaced: Vec<_> =
        element.patterns.iter().filter(|pattern| is_misplaced(pattern, carriers)).collect();
    let Some(first) = misplaced.first() else { return };
    let (lost, label) = match statement.effect {
        Effect::Allow => ("so the statement never allows it", "never allowed here"),
        Effect::Deny => ("so the statement never denies it", "never denied here"),
        Effect::Unknown => return,
    };
    let message = match misplaced.len() {
        1 if first.must.contains(ActionSet::KNOWN) => {
            format!(
                "most actions of `{}` never carry `{}`, {}",
                first.text,
                atom.key,
                lost.replace(" it", " them")
            )
        }
        1 => format!("`{}` never carries `{}`, {lost}", first.text, atom.key),
        more => format!("{more} actions never carry `{}`, {}", atom.key, lost.replace(" it", " them")),
    };
    let mut draft = context.finding(atom.key_span, message).label("only grant actions carry this key");
    for pattern in misplaced {
        draft = draft.related(pattern.span, label);
    }
    let help = match statement.effect {
        Effect::Allow => {
            "move them to a statement without this condition, or remove them if nobody misses them"
        }
        _ => "move them to a statement without this condition",
    };
    draft.help(help).statement(statement).report(findings);
}

/// Whether nothing it matches carries the key, or as good as nothing: `kms:*`. RetireGrant alone is without
/// effect in a key policy anyway.
fn is_misplaced(pattern: &ActionPattern, carriers: ActionSet) -> bool {
    let known = pattern.must.intersection(ActionSet::KNOWN).difference(ActionSet::INEFFECTIVE);
    !known.is_empty() && (!pattern.may.intersects(carriers) || known.intersects(ActionSet::USE_CORE))
}
