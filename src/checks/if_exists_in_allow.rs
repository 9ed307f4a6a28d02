use crate::catalog::{ConditionKey, Scope};
use crate::engine::{Check, Context, Draft, Findings};
use crate::finding::Severity;
use crate::fix::Fix;
use crate::policy::{Condition, Quantifier, Statement};

pub(super) const CHECK: Check = Check::Policy(check);

/// `…IfExists` in an Allow: whoever leaves the key out is let through.
fn check(context: &Context<'_>, findings: &mut Findings) {
    context.each_guard(findings, |statement, atom, key| judge(context, statement, atom, key));
}

fn judge(
    context: &Context<'_>,
    statement: &Statement,
    atom: &Condition,
    key: &ConditionKey,
) -> Option<Draft> {
    let (operator, written) = (&atom.operator.written, &atom.key);
    // Grant keys and keys of several values have rules of their own.
    let judged = atom.operator.if_exists && atom.grant_actions().is_none();
    if !judged || atom.operator.quantifier == Some(Quantifier::ForAllValues) {
        return None;
    }
    let plain = operator.get(..operator.len().saturating_sub("IfExists".len()))?;
    let help = format!("write `{plain}`");
    let edits = context.editor().set_operator(statement, atom, plain);
    let fix = edits.map(|edits| Fix::safe(format!("write `{plain}` for `{operator}`"), edits));
    if key.always_present && !key.closed {
        let message = format!("every request carries `{written}`, so `IfExists` says nothing here");
        return Some(
            context.finding(atom.operator_span, message).severity(Severity::Info).help(help).fix(fix),
        );
    }
    let missing = statement.demands(atom.key_folded.as_deref()?) == Some(false);
    if !missing || !narrows(key) {
        return None;
    }
    let message = format!("`{operator}` also allows requests that do not carry `{written}`");
    let draft = context.finding(atom.operator_span, message).help(help).fix(fix);
    Some(match key.present_when {
        Some(when) => draft.note(format!("a request carries it only if {when}")),
        None => draft,
    })
}

/// Whether a value of the key is asked for in order to keep others out.
fn narrows(key: &ConditionKey) -> bool {
    const WAYS: [&str; 3] = ["kms:viaservice", "kms:encryptioncontext:", "kms:encryptioncontextkeys"];
    key.narrows_principals
        || WAYS.contains(&key.folded)
        || key.folded.starts_with("kms:recipientattestation:")
        || key.folded.starts_with("aws:multifactorauth")
        || (key.scope == Scope::Principal && key.folded.starts_with("aws:principal"))
}
