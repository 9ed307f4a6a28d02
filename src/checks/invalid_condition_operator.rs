use crate::engine::{Check, Context, Findings};
use crate::finding::Severity;
use crate::fix::Fix;
use crate::policy::{BaseOperator, Condition, DefectKind, Statement};

pub(super) const CHECK: Check = Check::Policy(check);

/// Operators that do not exist, alone or with what stands before and behind them.
fn check(context: &Context<'_>, findings: &mut Findings) {
    for defect in &context.policy.defects {
        let (message, meant) = match &defect.kind {
            DefectKind::UnknownOperator { name, meant } => {
                (format!("there is no condition operator `{name}`"), meant.as_ref())
            }
            DefectKind::WrongType { element: "Condition", expected } => {
                (format!("`Condition` must be {expected}"), None)
            }
            _ => continue,
        };
        let mut draft = context.defect(defect, message);
        if let Some(meant) = meant {
            let edits = context.editor().rename_member(defect.span, meant);
            let fix = edits.map(|edits| Fix::suggested(format!("write `{meant}`"), edits));
            draft = draft.help(format!("did you mean `{meant}`?")).fix(fix);
        }
        draft.report(findings);
    }
    for statement in &context.policy.statements {
        let mut last = None;
        for atom in &statement.conditions {
            // One operator with several keys is one mistake.
            if last != Some(atom.operator_span) {
                operator(context, statement, atom, findings);
            }
            last = Some(atom.operator_span);
            booleans(context, statement, atom, findings);
        }
    }
}

fn operator(context: &Context<'_>, statement: &Statement, atom: &Condition, findings: &mut Findings) {
    let (operator, written) = (&atom.operator, &atom.operator.written);
    let canonical = operator.canonical().filter(|canonical| canonical != written);
    let (message, severity, help) = match (operator.base, &canonical) {
        (Some(BaseOperator::Null), _) if operator.if_exists || operator.quantifier.is_some() => (
            format!("there is no condition operator `{written}`"),
            Severity::Error,
            "write `Null`: it asks whether the key is there, whatever its values".to_owned(),
        ),
        (Some(_), Some(canonical)) => (
            format!("AWS spells the operator `{written}` as `{canonical}`"),
            Severity::Info,
            format!("write `{canonical}`"),
        ),
        _ => return,
    };
    let meant = canonical.filter(|_| severity == Severity::Info).unwrap_or_else(|| "Null".to_owned());
    let fix = context.editor().rename_member(atom.operator_span, &meant).map(|edits| {
        let title = format!("write `{meant}` for `{written}`");
        // Case makes no difference; an operator that does not exist does.
        if severity == Severity::Info { Fix::safe(title, edits) } else { Fix::suggested(title, edits) }
    });
    let draft = context.finding(atom.operator_span, message).severity(severity).help(help).fix(fix);
    draft.part(statement, atom.operator_span).report(findings);
}

/// A Boolean key has one value, and a list of both is always true.
fn booleans(context: &Context<'_>, statement: &Statement, atom: &Condition, findings: &mut Findings) {
    let boolean = matches!(atom.operator.base, Some(BaseOperator::Bool | BaseOperator::Null));
    let (true, [first, .., last]) = (boolean, atom.values.as_slice()) else { return };
    let message = format!("`{}` takes one value, not {}", atom.operator.written, atom.values.len());
    context
        .finding(first.span.cover(last.span), message)
        .help("write `true` or `false`")
        .part(statement, atom.span)
        .report(findings);
}
