use crate::catalog::{ActionSet, ConditionKey};
use crate::engine::{Check, Context, Draft, Findings};
use crate::finding::Severity;
use crate::fix::Fix;
use crate::policy::{BaseOperator, Condition, Quantifier, Statement};

pub(super) const CHECK: Check = Check::Policy(check);

/// All of no values are whatever one likes.
fn check(context: &Context<'_>, findings: &mut Findings) {
    context.each_guard(findings, |statement, atom, key| judge(context, statement, atom, key));
}

fn judge(
    context: &Context<'_>,
    statement: &Statement,
    atom: &Condition,
    key: &ConditionKey,
) -> Option<Draft> {
    let for_all = atom.operator.quantifier == Some(Quantifier::ForAllValues);
    let null = atom.operator.base == Some(BaseOperator::Null);
    if !for_all || null || !key.multivalued || statement.demands(key.folded) != Some(false) {
        return None;
    }
    let (must, _) = statement.actions();
    let actions = must.intersection(ActionSet::KNOWN).difference(ActionSet::INEFFECTIVE);
    let (operator, written) = (&atom.operator.written, &atom.key);
    let (carriers, others) = (actions.intersection(key.applies_to), actions.difference(key.applies_to));
    // Where no action carries the key, another rule says so.
    if key.closed && carriers.is_empty() {
        return None;
    }
    if is_mandatory(key) {
        // `kms:GrantOperations` beside Decrypt: meant for the grants, and Decrypt is not limited by it.
        let message = format!("`{operator}` on `{written}` does not limit {}", others.listed(3));
        let help = format!("give {} a statement of its own, with this condition", carriers.listed(2));
        let draft = context.finding(atom.operator_span, message).severity(Severity::Info).help(help);
        return (key.closed && !others.is_empty()).then_some(draft);
    }
    let message = format!("`{operator}` also holds where a request has no `{written}` at all");
    let name = written.to_string();
    let edits = context.editor().add_condition(statement.span, "Null", &name, "false");
    let fix = edits
        .filter(|_| written.is_known())
        .map(|edits| Fix::safe(format!("ask for a value of `{name}`"), edits));
    Some(context.finding(atom.operator_span, message).fix(fix).help(format!(
        "add `\"Null\": {{ \"{written}\": \"false\" }}` to the condition, which asks for one value at least"
    )))
}

/// Whether KMS refuses a request without values of this key.
fn is_mandatory(key: &ConditionKey) -> bool {
    key.always_present || key.folded == "aws:tagkeys"
}
