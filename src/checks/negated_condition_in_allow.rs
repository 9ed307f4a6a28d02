use crate::catalog::{ActionSet, ConditionKey};
use crate::engine::{Check, Context, Draft, Findings};
use crate::policy::{Condition, Statement};

pub(super) const CHECK: Check = Check::Policy(check);

/// A negated operator holds where the key is missing, so an Allow lets through what it was meant to keep out.
fn check(context: &Context<'_>, findings: &mut Findings) {
    context.each_guard(findings, |statement, atom, key| judge(context, statement, atom, key));
}

fn judge(
    context: &Context<'_>,
    statement: &Statement,
    atom: &Condition,
    key: &ConditionKey,
) -> Option<Draft> {
    let negated = atom.operator.base.is_some_and(|base| base.is_negated());
    let plain = atom.operator.quantifier.is_none() && !atom.operator.if_exists;
    if !negated || !plain || key.always_present {
        return None;
    }
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
