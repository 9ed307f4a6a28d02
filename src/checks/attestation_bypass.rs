use crate::catalog::ActionSet;
use crate::engine::{Check, Context, Findings};
use crate::finding::Severity;
use crate::policy::{BaseOperator, Condition, Effect, PrincipalKind, Statement};
use crate::source::Span;

pub(super) const CHECK: Check = Check::Policy(check);

/// The actions whose answer KMS encrypts for an attested enclave, as far as it holds what was there before.
const ATTESTED: ActionSet = ActionSet::of(&["Decrypt", "DeriveSharedSecret"]);

fn check(context: &Context<'_>, findings: &mut Findings) {
    for statement in &context.policy.statements {
        for atom in statement.conditions.iter().filter(|atom| is_attestation(atom)) {
            debug_enclave(context, statement, atom, findings);
        }
        any_enclave(context, statement, findings);
        toothless_deny(context, statement, findings);
    }
    other_ways(context, findings);
}

fn is_attestation(atom: &Condition) -> bool {
    atom.key_folded.as_deref().is_some_and(|key| key.starts_with("kms:recipientattestation:"))
}

/// An enclave in debug mode has nothing but zeros in its registers, and its owner can look into it.
fn debug_enclave(context: &Context<'_>, statement: &Statement, atom: &Condition, findings: &mut Findings) {
    let measures = ["pcr0", "pcr1", "pcr2", "imagesha384"];
    let measured = atom.key_folded.as_deref().and_then(|key| key.rsplit(':').next());
    let accepts =
        statement.effect == Effect::Allow && atom.operator.base.is_some_and(|base| !base.is_negated());
    if !accepts || !measured.is_some_and(|name| measures.contains(&name)) {
        return;
    }
    let zeros = |text: &str| text.len() >= 64 && text.bytes().all(|byte| byte == b'0');
    let value = atom.values.iter().find(|value| value.text.as_known().is_some_and(|text| zeros(&text)));
    if let Some(value) = value {
        context
            .finding(
                value.span,
                "a measurement of zeros is an enclave in debug mode, which its owner can look into",
            )
            .severity(Severity::Error)
            .help("write the measurement of the image, as its build prints it")
            .part(statement, value.span)
            .report(findings);
    }
}

/// That there is a measurement says nothing about the image.
fn any_enclave(context: &Context<'_>, statement: &Statement, findings: &mut Findings) {
    let mut atoms = statement.conditions.iter().filter(|atom| is_attestation(atom)).peekable();
    let Some(first) = atoms.peek().copied() else { return };
    let null = |atom: &Condition| {
        atom.operator.base == Some(BaseOperator::Null) && atom.when_absent() == Some(false)
    };
    if statement.effect == Effect::Allow && !statement.conditions_open && atoms.all(null) {
        context
            .finding(
                first.span,
                format!("any enclave passes: `Null` asks only whether `{}` is there", first.key),
            )
            .help("compare it with the measurement of the image, by `StringEqualsIgnoreCase`")
            .part(statement, first.span)
            .report(findings);
    }
}

/// A Deny that does not hold for a request without attestation lets that request pass.
fn toothless_deny(context: &Context<'_>, statement: &Statement, findings: &mut Findings) {
    let negated =
        |atom: &&Condition| is_attestation(atom) && atom.operator.base.is_some_and(|it| it.is_negated());
    let mut atoms = statement.conditions.iter().filter(negated);
    let Some(atom) = atoms.next().filter(|_| statement.effect == Effect::Deny) else { return };
    if atom.key_folded.as_deref().and_then(|key| statement.demands(key)) == Some(true) {
        context
            .finding(atom.operator_span, "this Deny spares every request that carries no attestation at all")
            .help("write `StringNotEqualsIgnoreCase` alone: it also holds where the key is missing")
            .part(statement, atom.span)
            .report(findings);
    }
}

/// What one statement gives to an attested enclave only, another gives to whoever asks.
fn other_ways(context: &Context<'_>, findings: &mut Findings) {
    let statements = &context.policy.statements;
    let attested = |statement: &&Statement| {
        statement.effect == Effect::Allow
            && statement
                .conditions
                .iter()
                .any(|atom| is_attestation(atom) && atom.when_absent() == Some(false))
    };
    let Some(guarded) = statements.iter().find(attested) else { return };
    let wanted = guarded.actions().0.intersection(ATTESTED);
    let Some(atom) = guarded.conditions.iter().find(|atom| is_attestation(atom)) else { return };
    let mut ways: Vec<(&Statement, ActionSet, Span)> = Vec::new();
    for statement in statements.iter().filter(|statement| is_open_way(statement)) {
        let given = statement.actions().0.intersection(wanted);
        let given = given.difference(denied(statements));
        let Some(element) = &statement.action else { continue };
        let pattern = element.patterns.iter().find(|pattern| pattern.must.intersects(given));
        let span = pattern.filter(|_| !element.negated).map_or(element.key_span, |pattern| pattern.span);
        if !given.is_empty() {
            ways.push((statement, given, span));
        }
    }
    let Some((first, more)) = ways.split_first() else { return };
    let (statement, given, span) = *first;
    let mut draft = context
        .finding(span, format!("{} is allowed here without the attestation that {} asks for", given.listed(2), guarded.label()))
        .label("no attestation")
        .related(atom.key_span, "asked for here")
        .help(
            "deny these actions to everyone without it, by a Deny with `StringNotEqualsIgnoreCase` on the same key, \
             or leave them out here",
        )
        .part(statement, span);
    for (other, _, span) in more {
        draft = draft.related(*span, "no attestation either").part(other, *span);
    }
    draft.report(findings);
}

/// An Allow of which every condition is known, none about attestation. Service principals run no enclaves.
fn is_open_way(statement: &Statement) -> bool {
    let services = statement.principal.as_ref().is_some_and(|element| {
        !element.negated && element.entries.iter().all(|it| matches!(it.kind, PrincipalKind::Service { .. }))
    });
    statement.effect == Effect::Allow
        && !services
        && !statement.conditions_open
        && !statement.conditions.iter().any(|atom| atom.key_folded.is_none() || is_attestation(atom))
}

/// What some Deny may keep from requests without attestation, whoever makes them.
fn denied(statements: &[Statement]) -> ActionSet {
    let denies = statements.iter().filter(|statement| {
        statement.effect != Effect::Allow
            && (statement.conditions_open
                || statement
                    .conditions
                    .iter()
                    .all(|atom| !is_attestation(atom) || atom.when_absent() != Some(false)))
    });
    denies.fold(ActionSet::EMPTY, |all, statement| all.union(statement.actions().1))
}
