use crate::catalog::ActionSet;
use crate::engine::{Check, Context, Findings};
use crate::fix::Fix;
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
    let fix = apart(context, statement, element, (atom, carriers));
    draft.help(help).fix(fix).statement(statement).report(findings);
}

/// Whether nothing it matches carries the key, or as good as nothing: `kms:*`. RetireGrant alone is without
/// effect in a key policy anyway.
fn is_misplaced(pattern: &ActionPattern, carriers: ActionSet) -> bool {
    let known = pattern.must.intersection(ActionSet::KNOWN).difference(ActionSet::INEFFECTIVE);
    !known.is_empty() && (!pattern.may.intersects(carriers) || known.intersects(ActionSet::USE_CORE))
}

/// What never carries the key in a statement of its own, without the condition. In a Deny that would lock out
/// those who use the key, and is for its author to decide.
fn apart(
    context: &Context<'_>,
    statement: &Statement,
    element: &ActionElement,
    (atom, carriers): (&Condition, ActionSet),
) -> Option<Fix> {
    let carries = |pattern: &&ActionPattern| carriers.contains(pattern.may);
    let splits = element.patterns.iter().all(|it| carries(&it) || !it.may.intersects(carriers));
    if statement.effect != Effect::Allow || element.open || !splits {
        return None;
    }
    let spans = |kept: bool| -> Vec<_> {
        element.patterns.iter().filter(|it| carries(it) == kept).map(|it| it.span).collect()
    };
    let all: Vec<_> = element.patterns.iter().map(|it| it.span).collect();
    let editor = context.editor();
    let mut copied = editor.keep_items(&all, &spans(false))?;
    copied.extend(editor.remove_condition(statement, atom)?);
    copied.extend(editor.another_sid(context.policy, statement, "Others")?);
    let edits = editor.split(statement.span, editor.keep_items(&all, &spans(true))?, copied)?;
    Some(Fix::suggested(format!("put what never carries `{}` into a statement without it", atom.key), edits))
}
