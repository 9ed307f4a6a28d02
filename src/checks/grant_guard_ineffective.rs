use crate::catalog::ActionSet;
use crate::engine::{Check, Context, Draft, Findings};
use crate::finding::Severity;
use crate::fix::Fix;
use crate::glob;
use crate::policy::{BaseOperator, Condition, Effect, Quantifier, Statement};

pub(super) const CHECK: Check = Check::Policy(check);

const CREATE_GRANT: ActionSet = ActionSet::of(&["CreateGrant"]);
const FOR_AWS_RESOURCE: &str = "kms:grantisforawsresource";
const OPERATIONS: &str = "kms:grantoperations";

/// Conditions on CreateGrant that look like a guard and let a direct call through.
fn check(context: &Context<'_>, findings: &mut Findings) {
    for statement in &context.policy.statements {
        let (must, _) = statement.actions();
        if statement.effect != Effect::Allow || !must.contains(CREATE_GRANT) || statement.conditions_open {
            continue;
        }
        if let Some(draft) =
            for_aws_resource(context, statement).or_else(|| any_operation(context, statement))
        {
            draft.statement(statement).report(findings);
        }
        if let Some(draft) = passed_on(context, statement) {
            draft.statement(statement).report(findings);
        }
    }
}

/// A call that no service makes carries the key as `false` or not at all; AWS does not say which.
fn for_aws_resource(context: &Context<'_>, statement: &Statement) -> Option<Draft> {
    let atoms: Vec<_> = with_key(statement, FOR_AWS_RESOURCE).collect();
    let first = *atoms.first()?;
    let others = statement.conditions.iter().filter(|it| it.key_folded.as_deref() != Some(FOR_AWS_RESOURCE));
    if others.into_iter().any(Condition::may_guard_grants) {
        return None;
    }
    let holds = |value: Option<bool>| -> Option<bool> {
        let verdicts: Option<Vec<bool>> = atoms.iter().map(|atom| holds_for(atom, value)).collect();
        Some(verdicts?.into_iter().all(|holds| holds))
    };
    let (absent, direct, service) = (holds(None)?, holds(Some(false))?, holds(Some(true))?);
    if !absent && !direct {
        return None;
    }
    let written = &first.operator.written;
    let (span, message) = if first.operator.base == Some(BaseOperator::Null) {
        (
            first.operator_span,
            format!("`{written}` asks whether `{}` is there, not whether it is true", first.key),
        )
    } else if direct && !service {
        let message =
            format!("`{}` is compared with `false`, so only direct calls can create grants", first.key);
        (first.values.first()?.span, message)
    } else if direct {
        let span = first.values.first()?.span.cover(first.values.last()?.span);
        (span, format!("`{}` may be true or false here, so it does not restrict CreateGrant", first.key))
    } else {
        let message = format!(
            "`{written}` also holds where `{}` is missing, so a direct call may create grants",
            first.key
        );
        (first.operator_span, message)
    };
    let help = format!("write `\"Bool\": {{ \"{}\": \"true\" }}`", first.key);
    let bool_alone = !direct && first.operator.base == Some(BaseOperator::Bool) && atoms.len() == 1;
    let edits = bool_alone.then(|| context.editor().set_operator(statement, first, "Bool")).flatten();
    let fix = edits.map(|edits| Fix::safe(format!("write `Bool` for `{written}`"), edits));
    Some(context.finding(span, message).help(help).fix(fix))
}

/// `ForAnyValue` is content with one listed operation among others.
fn any_operation(context: &Context<'_>, statement: &Statement) -> Option<Draft> {
    let any = |atom: &&Condition| atom.operator.quantifier == Some(Quantifier::ForAnyValue);
    let atom = with_key(statement, OPERATIONS).find(any)?;
    if statement.conditions.iter().any(|other| !std::ptr::eq(other, atom) && other.may_guard_grants()) {
        return None;
    }
    let base = atom.operator.base.filter(|base| !base.is_negated())?;
    let message = format!(
        "`{}` is content with one listed operation, so a grant may give any other as well",
        atom.operator.written
    );
    let meant = format!("ForAllValues:{}", base.name());
    let edits = context.editor().set_operator(statement, atom, &meant);
    let fix = edits.map(|edits| Fix::safe(format!("write `{meant}` for `{}`", atom.operator.written), edits));
    Some(context.finding(atom.operator_span, message).help(format!("write `{meant}`")).fix(fix))
}

/// Who may create grants, and is limited to operations among which is CreateGrant.
fn passed_on(context: &Context<'_>, statement: &Statement) -> Option<Draft> {
    let limits = |atom: &&Condition| {
        atom.operator.quantifier == Some(Quantifier::ForAllValues)
            && atom.operator.base.is_some_and(|base| !base.is_negated())
    };
    let atom = with_key(statement, OPERATIONS).find(limits)?;
    let value = atom.values.iter().find(|value| value.text.as_known().as_deref() == Some("CreateGrant"))?;
    let message = "a grant may give `CreateGrant`, so whoever receives it can pass the key on";
    let help = "remove it from the list unless the grantee has to create grants itself";
    Some(context.finding(value.span, message).severity(Severity::Info).help(help))
}

fn with_key<'s>(statement: &'s Statement, key: &'static str) -> impl Iterator<Item = &'s Condition> {
    statement.conditions.iter().filter(move |atom| atom.key_folded.as_deref() == Some(key))
}

/// Whether an atom on a Boolean key holds for this value; `None` as the value: absent; as the result: not known.
fn holds_for(atom: &Condition, value: Option<bool>) -> Option<bool> {
    let Some(value) = value else { return atom.when_absent() };
    let base = atom.operator.base?;
    if base == BaseOperator::Null {
        return atom.when_absent().map(|wants_absent| !wants_absent);
    }
    if base != BaseOperator::Bool && !base.name().starts_with("String") {
        return None;
    }
    let value = value.to_string();
    let fits = |pattern: &str| match base.takes_wildcards() {
        true => glob::matches(pattern, &value, false),
        false => pattern.eq_ignore_ascii_case(&value),
    };
    let matches = atom.values.iter().map(|it| Some(fits(&it.text.as_known()?)));
    let matches: Option<Vec<bool>> = matches.collect();
    let found = matches?.contains(&true);
    if atom.values_open && !found { None } else { Some(found != base.is_negated()) }
}
