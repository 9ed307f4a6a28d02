use crate::catalog::ConditionKey;
use crate::engine::{Check, Context, Draft, Findings};
use crate::finding::Severity;
use crate::fix::Fix;
use crate::policy::{BaseOperator, Condition, Effect, Quantifier, Statement};

pub(super) const CHECK: Check = Check::Policy(check);

/// `ForAllValues` and `ForAnyValue` belong to the keys of which a request has several values.
fn check(context: &Context<'_>, findings: &mut Findings) {
    for statement in &context.policy.statements {
        for atom in &statement.conditions {
            let Some(key) = atom.catalog_key() else { continue };
            if matches!(atom.operator.base, None | Some(BaseOperator::Null)) {
                continue;
            }
            let draft = match (atom.operator.quantifier, key.multivalued) {
                (Some(Quantifier::ForAllValues), false) => for_all(context, statement, atom, key),
                (Some(Quantifier::ForAnyValue), false) => Some(for_any(context, statement, atom)),
                (None, true) => Some(missing(context, atom)),
                _ => continue,
            };
            if let Some(draft) = draft {
                draft.part(statement, atom.span).report(findings);
            }
        }
    }
}

fn for_all(
    context: &Context<'_>,
    statement: &Statement,
    atom: &Condition,
    key: &ConditionKey,
) -> Option<Draft> {
    let (written, operator) = (&atom.key, &atom.operator.written);
    let draft = |message: String| {
        let draft = context.finding(atom.operator_span, message).help(without_prefix(atom));
        draft.fix(prefix_fix(context, statement, atom, statement.effect == Effect::Allow))
    };
    if key.folded == "kms:encryptioncontext:" || key.folded == "aws:requesttag/" {
        return Some(draft(format!("KMS refuses `{operator}` on `{written}`, which has one value")));
    }
    if key.always_present || statement.demands(atom.key_folded.as_deref()?)? {
        let message = format!("`{written}` has one value, so `ForAllValues:` says nothing here");
        return Some(draft(message).severity(Severity::Info));
    }
    let (outcome, severity) = match statement.effect {
        Effect::Allow => ("allowed", Severity::Error),
        Effect::Deny => ("denied", Severity::Warning),
        Effect::Unknown => return None,
    };
    let message =
        format!("`{operator}` also holds where `{written}` is missing, and the request is {outcome}");
    Some(draft(message).severity(severity))
}

fn for_any(context: &Context<'_>, statement: &Statement, atom: &Condition) -> Draft {
    let same = atom.operator.base.is_some_and(|base| !base.is_negated()) && !atom.operator.if_exists;
    let fix = prefix_fix(context, statement, atom, same);
    let message = format!("`{}` has one value, so `ForAnyValue:` says nothing here", atom.key);
    context.finding(atom.operator_span, message).severity(Severity::Info).help(without_prefix(atom)).fix(fix)
}

fn missing(context: &Context<'_>, atom: &Condition) -> Draft {
    let (key, written) = (&atom.key, &atom.operator.written);
    let message = format!("a request may carry several values of `{key}`, which `{written}` is not made for");
    context.finding(atom.operator_span, message).help(format!(
        "write `ForAnyValue:{written}` if one of them has to match, `ForAllValues:{written}` if all have to"
    ))
}

fn without_prefix(atom: &Condition) -> String {
    format!("write `{}`", plain(atom))
}

fn plain(atom: &Condition) -> &str {
    let written = &atom.operator.written;
    written.split_once(':').map_or(written.as_str(), |(_, name)| name)
}

/// Without `ForAllValues:` a missing key no longer lets an Allow through, and a Deny no longer denies it.
fn prefix_fix(context: &Context<'_>, statement: &Statement, atom: &Condition, safe: bool) -> Option<Fix> {
    let edits = context.editor().set_operator(statement, atom, plain(atom))?;
    let title = format!("write `{}` for `{}`", plain(atom), atom.operator.written);
    Some(if safe { Fix::safe(title, edits) } else { Fix::suggested(title, edits) })
}
