use crate::carrier::{Given, Role};
use crate::catalog::ActionSet;
use crate::config::Profile;
use crate::engine::{Check, Context, Findings};
use crate::finding::Severity;
use crate::fix::Fix;
use crate::policy::{
    ActionElement, BaseOperator, Condition, ConditionValue, Effect, Principal, PrincipalKind, Statement,
};
use crate::source::Span;

pub(super) const CHECK: Check = Check::Policy(check);

const CREATE_GRANT: ActionSet = ActionSet::of(&["CreateGrant"]);
const PUT_KEY_POLICY: ActionSet = ActionSet::of(&["PutKeyPolicy"]);

/// Whoever can create any grant can give away any operation, and the key policy does not show it.
fn check(context: &Context<'_>, findings: &mut Findings) {
    if context.config.profile == Profile::ControlTower {
        demand_deny(context, findings);
    }
    for statement in &context.policy.statements {
        let (must, may) = statement.actions();
        let guarded =
            statement.conditions_open || statement.conditions.iter().any(|it| it.may_guard_grants());
        if statement.effect == Effect::Allow && must.contains(CREATE_GRANT) && !guarded {
            report(context, statement, may.contains(PUT_KEY_POLICY), findings);
        }
    }
}

fn report(context: &Context<'_>, statement: &Statement, administers: bool, findings: &mut Findings) {
    let Some(principals) = statement.principal.as_ref().filter(|element| !element.negated) else { return };
    let concerns = |principal: &&Principal| match is_foreign(context, principal) {
        // Whoever can rewrite the policy needs no grant; for other accounts PutKeyPolicy has no effect.
        Some(true) => true,
        _ => !administers && (principal.kind == PrincipalKind::Everyone || principal.is_someone()),
    };
    let found: Vec<_> = principals
        .entries
        .iter()
        .filter(concerns)
        .filter(|principal| !is_service_linked(principal))
        .filter(|principal| !context.policy.statements.iter().any(|deny| cures(deny, principal)))
        .collect();
    let (Some(first), Some(action)) = (found.first(), &statement.action) else { return };
    let gives = action.patterns.iter().find(|pattern| pattern.must.contains(CREATE_GRANT));
    let span = gives.filter(|_| !action.negated).map_or(action.key_span, |pattern| pattern.span);
    let is_public = context.access.exposures().iter().any(|it| it.certain && it.statement == statement.index);
    let who = match (&first.kind, found.len()) {
        (PrincipalKind::Everyone, _) if is_public => format!("everyone that `{}` stands for", first.text),
        (PrincipalKind::Everyone, _) => "whoever fulfils the condition".to_owned(),
        (_, 1) => format!("`{}`", first.text.called()),
        (_, more) => format!("`{}` and {} more", first.text.called(), more - 1),
    };
    let mut draft =
        context.finding(span, format!("{who} can create any grant on the key, for any principal")).help(
            "if only AWS services need it, put it into a statement of its own under \
             `\"Bool\": { \"kms:GrantIsForAWSResource\": \"true\" }`",
        );
    // Principals given by a condition on their ARN are principals like any other.
    let named = statement.conditions.iter().any(|it| it.is_about("aws:principalarn") != Some(false));
    let everyone = found.iter().any(|principal| principal.kind == PrincipalKind::Everyone);
    if everyone && (is_public || !named) {
        draft = draft.severity(Severity::Error);
    }
    for principal in found {
        draft = draft.related(principal.span, "can create any grant");
    }
    draft.fix(for_services(context, statement, action)).statement(statement).report(findings);
}

/// What CT.KMS.PR.3 of AWS Control Tower asks of every key policy.
fn demand_deny(context: &Context<'_>, findings: &mut Findings) {
    let policy = context.policy;
    let denies = |statement: &Statement| {
        let everyone = statement.principal.as_ref().is_some_and(|element| {
            let entries = || element.entries.iter();
            element.open
                || entries().any(|it| matches!(it.kind, PrincipalKind::Everyone | PrincipalKind::Unknown))
        });
        let keys = || statement.conditions.iter().map(is_false_if_exists);
        let asks = |key: &str| keys().any(|it| it == Some(key));
        let tells_services = keys().all(|it| it.is_some())
            && ["kms:grantisforawsresource", "aws:principalisawsservice"].into_iter().all(asks);
        statement.effect != Effect::Allow
            && statement.actions().1.contains(CREATE_GRANT)
            && everyone
            && (statement.conditions_open || tells_services)
    };
    let is_whole =
        context.document.role == Role::KeyPolicy && !context.is_perhaps_an_excerpt() && !policy.open;
    if !is_whole || policy.statements.iter().any(denies) {
        return;
    }
    let is_default = context.document.given == Given::Default;
    context
        .finding(
            if is_default { context.document.attachment } else { policy.span },
            "no statement denies `kms:CreateGrant` in the way that AWS Control Tower demands",
        )
        .help(
            "deny `kms:CreateGrant` to `\"*\"` under `\"BoolIfExists\": { \"kms:GrantIsForAWSResource\": \"false\", \
             \"aws:PrincipalIsAWSService\": \"false\" }`",
        )
        .report(findings);
}

/// The key of a condition that asks for `false`, or for no value at all.
fn is_false_if_exists(condition: &Condition) -> Option<&str> {
    let is_false =
        |value: &ConditionValue| value.text.as_known().is_none_or(|text| text.eq_ignore_ascii_case("false"));
    let operator = &condition.operator;
    let plain =
        operator.base == Some(BaseOperator::Bool) && operator.if_exists && operator.quantifier.is_none();
    let holds = plain && condition.values.iter().all(is_false);
    condition.key_folded.as_deref().filter(|_| holds)
}

/// Whether it is a principal, or the whole, of another account; `None`: not known.
fn is_foreign(context: &Context<'_>, principal: &Principal) -> Option<bool> {
    let (owner, account) = (context.document.key.owner_account.as_ref()?, principal.kind.account()?);
    if owner.same(account) {
        return Some(false);
    }
    (owner.is_known() && account.is_known()).then_some(true)
}

/// Whether it is a role that nobody but a service can use.
fn is_service_linked(principal: &Principal) -> bool {
    principal.text.to_string().contains(":role/aws-service-role/")
}

/// Whether a statement may deny grants that no service asked for, or all of them.
fn cures(statement: &Statement, principal: &Principal) -> bool {
    let (_, may) = statement.actions();
    if statement.effect == Effect::Allow || !may.contains(CREATE_GRANT) {
        return false;
    }
    let applies = statement.principal.as_ref().is_some_and(|element| {
        element.negated || element.open || element.entries.iter().any(|entry| covers(entry, principal))
    });
    let tells_calls_apart = statement.conditions.iter().any(|it| it.has_grant_key());
    applies && (statement.conditions_open || statement.conditions.is_empty() || tells_calls_apart)
}

fn covers(denied: &Principal, principal: &Principal) -> bool {
    match &denied.kind {
        PrincipalKind::Everyone | PrincipalKind::Unknown => true,
        PrincipalKind::Account { account } => principal.kind.account().is_some_and(|of| of.same(account)),
        _ => denied.text.same(&principal.text),
    }
}

/// Grants for AWS services only: by a condition, in a statement of its own where others stand beside it.
fn for_services(context: &Context<'_>, statement: &Statement, action: &ActionElement) -> Option<Fix> {
    const KEY: &str = "kms:GrantIsForAWSResource";
    const CARRIERS: ActionSet = ActionSet::of(&["CreateGrant", "ListGrants", "RevokeGrant"]);
    if action.negated || action.open {
        return None;
    }
    let editor = context.editor();
    let guard = editor.add_condition(statement.span, "Bool", KEY, "true")?;
    if CARRIERS.contains(action.actions().1) {
        return Some(Fix::suggested(format!("add `{KEY}`"), guard));
    }
    let spans = |grants: bool| -> Vec<Span> {
        let of = action.patterns.iter().filter(|pattern| pattern.may.intersects(CREATE_GRANT) == grants);
        of.map(|pattern| pattern.span).collect()
    };
    let (all, grants, others) =
        (action.patterns.iter().map(|it| it.span).collect::<Vec<_>>(), spans(true), spans(false));
    let only_grants =
        action.patterns.iter().all(|it| !it.may.intersects(CREATE_GRANT) || CARRIERS.contains(it.may));
    if !only_grants {
        return None;
    }
    let mut copied = editor.keep_items(&all, &grants)?;
    copied.extend(guard);
    copied.extend(editor.another_sid(context.policy, statement, "Grants")?);
    let edits = editor.split(statement.span, editor.keep_items(&all, &others)?, copied)?;
    Some(Fix::suggested(format!("put `kms:CreateGrant` into a statement of its own, under `{KEY}`"), edits))
}
