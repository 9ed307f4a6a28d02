use crate::access::{Axiom, Conflict};
use crate::engine::{Check, Context, Findings};
use crate::finding::Severity;
use crate::policy::{BaseOperator, Condition, Effect, Statement};

pub(super) const CHECK: Check = Check::Policy(check);

/// Conditions that no request fulfils, and those that every request does.
fn check(context: &Context<'_>, findings: &mut Findings) {
    for statement in context.policy.statements.iter().filter(|it| it.effect != Effect::Unknown) {
        match context.access.unsatisfiable(statement.index) {
            Some(conflict) => never(context, statement, &conflict, findings),
            None => always(context, statement, findings),
        }
    }
}

fn never(context: &Context<'_>, statement: &Statement, conflict: &Conflict, findings: &mut Findings) {
    // That two values differ, of which one is not known, is only taken to be so.
    if conflict.axioms.iter().any(|axiom| axiom == Axiom::UnknownsDiffer) {
        return;
    }
    let atoms: Vec<_> = conflict.conditions.iter().filter_map(|at| statement.conditions.get(*at)).collect();
    // What is to be put there may fulfil it.
    if atoms.iter().any(|atom| atom.has_placeholder()) {
        return;
    }
    let Some((first, more)) = atoms.split_first() else { return };
    let lost = statement.outcome(false);
    let message = match (more.len(), conflict.principals, conflict.actions) {
        (0, true, _) => format!("no principal of this statement fulfils this condition, {lost}"),
        (0, false, true) => format!("no action of this statement fulfils this condition, {lost}"),
        (0, false, false) => format!("no request fulfils this condition, {lost}"),
        (_, true, _) => format!("no principal of this statement fulfils these conditions together, {lost}"),
        (_, false, _) => format!("no request fulfils these conditions together, {lost}"),
    };
    let mut draft = context.finding(first.span, message).part(statement, first.span);
    for atom in more {
        draft = draft.related(atom.span, "together with this").part(statement, atom.span);
    }
    if let (true, Some(element)) = (conflict.principals, &statement.principal) {
        draft = draft.related(element.span, "these principals");
    }
    if let (true, false, Some(element)) = (conflict.actions, conflict.principals, &statement.action) {
        draft = draft.related(element.span, "these actions");
    }
    for axiom in conflict.axioms.iter().filter(|axiom| *axiom != Axiom::AlwaysPresent) {
        draft = draft.note(axiom.to_string());
    }
    // KMS has no connections without TLS, so a Deny of them is idle and right.
    if atoms.iter().any(|atom| atom.is_about("aws:securetransport") == Some(true)) {
        draft = draft.severity(Severity::Info);
    }
    let help = match more {
        [] => "compare with a value that such a request can have",
        _ => "every condition of a statement has to hold: keep the one that is meant, or make two statements",
    };
    draft.help(help).report(findings);
}

/// A pattern or a range that takes every value guards nothing. What holds because of who calls is often there for
/// the sake of completeness.
fn always(context: &Context<'_>, statement: &Statement, findings: &mut Findings) {
    if !statement.conditions.iter().any(takes_anything) {
        return;
    }
    for at in context.access.tautologies(statement.index) {
        let Some(atom) = statement.conditions.get(at).filter(|atom| takes_anything(atom)) else { continue };
        let outcome = match statement.effect {
            Effect::Allow => "so it restricts nothing",
            _ => "so the Deny is not limited by it",
        };
        let mut draft = context
            .finding(atom.span, format!("every request fulfils this condition, {outcome}"))
            .severity(Severity::Warning)
            .help("write the values that are meant, or leave the condition away")
            .part(statement, atom.span);
        // It rests on who calls as well, so that a note on the operator does not stand for it.
        if let Some(element) = &statement.principal {
            draft = draft.part(statement, element.span);
        }
        draft.report(findings);
    }
}

fn takes_anything(atom: &Condition) -> bool {
    let base = atom.operator.base;
    let numbers = base.is_some_and(|base| base.name().starts_with("Numeric"));
    let anything = |text: &str| !text.is_empty() && text.chars().all(|c| c == '*');
    numbers
        || (base.is_some_and(BaseOperator::takes_wildcards)
            && atom.values.iter().any(|value| value.text.as_known().is_some_and(|text| anything(&text))))
}
