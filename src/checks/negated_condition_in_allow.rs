use crate::catalog::ActionSet;
use crate::engine::{Check, Context, Draft, Findings};
use crate::policy::{Condition, Effect, Statement};

pub(super) const CHECK: Check = Check::Policy(check);

/// A negated operator holds where the key is missing, so an Allow lets through what it was meant to keep out.
fn check(context: &Context<'_>, findings: &mut Findings) {
    for statement in context.policy.statements.iter().filter(|it| it.effect == Effect::Allow) {
        for atom in &statement.conditions {
            if let Some(draft) = judge(context, statement, atom) {
                draft.part(statement, atom.span).report(findings);
            }
        }
    }
}

fn judge(context: &Context<'_>, statement: &Statement, atom: &Condition) -> Option<Draft> {
    let negated = atom.operator.base.is_some_and(|base| base.is_negated());
    if !negated || atom.operator.quantifier.is_some() || atom.operator.if_exists {
        return None;
    }
    let key = atom.catalog_key().filter(|key| !key.always_present)?;
    if statement.demands(atom.key_folded.as_deref()?) != Some(false) {
        return None;
    }
    // Where no action carries the key, another rule says so.
    let (_, may) = statement.actions();
    if key.closed && !may.intersection(ActionSet::KNOWN).intersects(key.applies_to) {
        return None;
    }
    let (operator, written) = (&atom.operator.written, &atom.key);
    let message = format!("`{operator}` also allows requests that do not carry `{written}`");
    let draft = context.finding(atom.operator_span, message).help(format!(
        "list the values that are allowed, deny the others in a Deny of its own, or add \
         `\"Null\": {{ \"{written}\": \"false\" }}`"
    ));
    Some(match key.present_when {
        Some(when) => draft.note(format!("a request carries it only if {when}")),
        None => draft,
    })
}
