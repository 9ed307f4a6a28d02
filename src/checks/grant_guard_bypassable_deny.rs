use crate::catalog::ActionSet;
use crate::engine::{Check, Context, Draft, Findings};
use crate::fix::Fix;
use crate::glob;
use crate::policy::{BaseOperator, Condition, Effect, Quantifier, Statement};

pub(super) const CHECK: Check = Check::Policy(check);

const CREATE_GRANT: ActionSet = ActionSet::of(&["CreateGrant"]);
const FOR_AWS_RESOURCE: &str = "kms:grantisforawsresource";

/// Denies of CreateGrant that a request can step around.
fn check(context: &Context<'_>, findings: &mut Findings) {
    for statement in &context.policy.statements {
        let (must, _) = statement.actions();
        if statement.effect != Effect::Deny || !must.contains(CREATE_GRANT) || statement.conditions_open {
            continue;
        }
        for atom in &statement.conditions {
            let draft = match atom.key_folded.as_deref() {
                Some(FOR_AWS_RESOURCE) => for_aws_resource(context, statement, atom),
                Some("kms:grantoperations") => all_operations(context, statement, atom),
                Some("kms:granteeprincipal") => service_grantee(context, statement, atom),
                _ => None,
            };
            if let Some(draft) = draft {
                draft.part(statement, atom.span).report(findings);
            }
        }
    }
}

/// AWS does not say whether a direct call carries the key as `false` or not at all, and asks for both itself.
fn for_aws_resource(context: &Context<'_>, statement: &Statement, atom: &Condition) -> Option<Draft> {
    let base = atom.operator.base.filter(|base| *base != BaseOperator::Null)?;
    let no = |text: &str| text.eq_ignore_ascii_case("false");
    let denies_direct = atom.values.iter().any(|value| value.text.as_known().is_some_and(|text| no(&text)));
    if !denies_direct || base.is_negated() || atom.when_absent() != Some(false) {
        return None;
    }
    if context.policy.statements.iter().any(|other| denies_absent(statement, other)) {
        return None;
    }
    let (operator, written) = (&atom.operator.written, &atom.key);
    let message = format!("`{operator}` misses a call of CreateGrant that carries no `{written}` at all");
    let fix = operator_fix(context, statement, atom, &if_exists(atom));
    Some(context.finding(atom.operator_span, message).fix(fix).help(format!(
        "write `{}`, and beside it `\"aws:PrincipalIsAWSService\": \"false\"` if services create grants by themselves",
        if_exists(atom)
    )))
}

/// Whether another Deny may hit the calls that carry no `kms:GrantIsForAWSResource`.
fn denies_absent(this: &Statement, other: &Statement) -> bool {
    other.index != this.index
        && other.effect != Effect::Allow
        && other.actions().1.contains(CREATE_GRANT)
        && (other.conditions_open
            || other.conditions.iter().all(|atom| {
                atom.is_about(FOR_AWS_RESOURCE) == Some(false) || atom.when_absent() != Some(false)
            }))
}

/// All of the operations have to be listed, so one more that is not listed saves the grant.
fn all_operations(context: &Context<'_>, statement: &Statement, atom: &Condition) -> Option<Draft> {
    let base = atom.operator.base.filter(|base| !base.is_negated() && *base != BaseOperator::Null)?;
    if atom.operator.quantifier != Some(Quantifier::ForAllValues) {
        return None;
    }
    let message = format!(
        "`{}` denies only grants that give nothing but these operations; one other lets a grant pass",
        atom.operator.written
    );
    let meant = format!("ForAnyValue:{}", base.name());
    let fix = operator_fix(context, statement, atom, &meant);
    Some(context.finding(atom.operator_span, message).help(format!("write `{meant}`")).fix(fix))
}

/// A grant for a service principal has no `kms:GranteePrincipal`.
fn service_grantee(context: &Context<'_>, statement: &Statement, atom: &Condition) -> Option<Draft> {
    let base = atom.operator.base.filter(|base| *base != BaseOperator::Null)?;
    let wide =
        atom.values.iter().any(|value| value.text.as_known().is_some_and(|it| glob::has_wildcard(&it)));
    let misses = match base.is_negated() {
        // Whoever is not named here is denied, if the key is there at all.
        true => statement.demands("kms:granteeprincipal") == Some(true),
        false => base.takes_wildcards() && wide && atom.when_absent() == Some(false),
    };
    let message = format!("a grant for a service principal has no `{}`, so it is not denied", atom.key);
    misses.then(|| {
        let help = "add a Deny on `kms:GranteeServicePrincipal` for the services that may not receive grants";
        context.finding(atom.key_span, message).help(help)
    })
}

fn if_exists(atom: &Condition) -> String {
    format!("{}IfExists", atom.operator.written)
}

/// It denies more, which may be in use by a service.
fn operator_fix(context: &Context<'_>, statement: &Statement, atom: &Condition, meant: &str) -> Option<Fix> {
    let edits = context.editor().set_operator(statement, atom, meant)?;
    Some(Fix::suggested(format!("write `{meant}` for `{}`", atom.operator.written), edits))
}
