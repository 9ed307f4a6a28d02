//! A plain evaluator of one concrete request, for replaying witnesses: no classes, no search, no unknowns. What
//! is not known in the policy does not match.

use std::collections::BTreeMap;

use super::Level;
use super::witness::account_of;
use crate::glob;
use crate::policy::{
    BaseOperator, Condition, Effect, Policy, PrincipalElement, PrincipalKind, Quantifier, Statement,
};

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// ARN of the principal, or name of the service.
    pub principal: String,
    /// The action, such as `kms:Decrypt`.
    pub action: String,
    /// Condition keys in lower case and their values. Those that follow from the principal need not be given.
    pub context: Vec<(String, Vec<String>)>,
}

/// What a policy says to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The level.
    pub level: Level,
    /// The statements that decide, by their places.
    pub statements: Vec<usize>,
}

/// Evaluates a request.
pub fn evaluate(policy: &Policy, request: &Request) -> Decision {
    let context = context(request);
    let mut decision = Decision { level: Level::Nothing, statements: Vec::new() };
    for statement in policy.statements.iter().filter(|statement| statement.effect != Effect::Unknown) {
        let Some(level) = level_of(statement, request) else { continue };
        let resource = statement.resource.as_ref().is_some_and(|element| {
            let matched = element.patterns.iter().any(|pattern| pattern.matches_key != Some(false));
            matched != element.negated
        });
        if !resource
            || !acts(statement, &request.action)
            || !statement.conditions.iter().all(|c| holds(c, &context))
        {
            continue;
        }
        let level = if statement.effect == Effect::Deny { Level::Denied } else { level };
        let decides = match (level, decision.level) {
            (Level::Denied, Level::Denied) => true,
            (_, Level::Denied) => false,
            (Level::Denied, _) => true,
            (level, known) => level >= known,
        };
        if decides {
            if level != decision.level {
                decision.statements.clear();
            }
            decision.level = level;
            decision.statements.push(statement.index);
        }
    }
    decision
}

/// The request's keys and those that follow from its principal.
fn context(request: &Request) -> BTreeMap<String, Vec<String>> {
    let mut context = BTreeMap::new();
    let mut set = |key: &str, value: String| drop(context.insert(key.to_owned(), vec![value]));
    set("aws:securetransport", "true".to_owned());
    match account_of(&request.principal) {
        Some(account) => {
            set("kms:calleraccount", account.clone());
            set("aws:principalaccount", account);
            set("aws:principalarn", request.principal.clone());
            set("aws:principalisawsservice", "false".to_owned());
        }
        None => {
            set("aws:principalisawsservice", "true".to_owned());
            set("aws:principalservicename", request.principal.clone());
        }
    }
    context.extend(request.context.iter().cloned());
    context
}

/// At which level a statement's principals speak of the request's; none where they do not.
fn level_of(statement: &Statement, request: &Request) -> Option<Level> {
    let element = statement.principal.as_ref()?;
    let denies = statement.effect == Effect::Deny;
    let matched = principal_level(element, &request.principal, denies);
    if element.negated { matched.is_none().then_some(Level::Direct) } else { matched }
}

fn principal_level(element: &PrincipalElement, principal: &str, denies: bool) -> Option<Level> {
    let levels = element.entries.iter().filter_map(|entry| match &entry.kind {
        PrincipalKind::Everyone => Some(Level::Direct),
        PrincipalKind::Account { account } => {
            let same = account_of(principal)
                .is_some_and(|of| account.as_known().is_some_and(|account| account == of));
            let root = principal.ends_with(":root");
            same.then_some(if root || denies { Level::Direct } else { Level::Delegated })
        }
        PrincipalKind::Role { arn, .. } => {
            let arn = arn.as_known()?;
            let session = principal.contains(":assumed-role/") && {
                let name = arn.rsplit('/').next().unwrap_or_default();
                principal.contains(&format!(":assumed-role/{name}/"))
                    && account_of(&arn) == account_of(principal)
            };
            (arn == principal || session).then_some(Level::Direct)
        }
        PrincipalKind::Service { name } => {
            name.as_known().filter(|name| name == principal).map(|_| Level::Direct)
        }
        _ => entry.text.as_known().filter(|text| text == principal).map(|_| Level::Direct),
    });
    levels.max()
}

fn acts(statement: &Statement, action: &str) -> bool {
    statement.action.as_ref().is_some_and(|element| {
        let named = element.patterns.iter().any(|pattern| {
            pattern.text.as_known().is_some_and(|pattern| glob::matches(&pattern, action, true))
        });
        named != element.negated
    })
}

fn holds(condition: &Condition, context: &BTreeMap<String, Vec<String>>) -> bool {
    let (Some(key), Some(base)) = (&condition.key_folded, condition.operator.base) else { return false };
    let wanted: Vec<String> =
        condition.values.iter().filter_map(|v| v.text.as_known().map(|t| t.into_owned())).collect();
    let given = context.get(key);
    if base == BaseOperator::Null {
        return wanted.iter().any(|wanted| wanted.eq_ignore_ascii_case("true") == given.is_none());
    }
    let Some(given) = given else { return condition.when_absent() == Some(true) };
    let one = |value: &String| wanted.iter().any(|wanted| matches(base, wanted, value)) != base.is_negated();
    match condition.operator.quantifier {
        Some(Quantifier::ForAllValues) => given.iter().all(one),
        _ => given.iter().any(one),
    }
}

/// Whether a value is what the positive form of an operator asks for.
fn matches(base: BaseOperator, wanted: &str, value: &str) -> bool {
    use BaseOperator as Op;
    let numbers = || wanted.parse::<f64>().ok().zip(value.parse::<f64>().ok());
    let dates = || super::atom::seconds(wanted).zip(super::atom::seconds(value));
    match base {
        Op::StringEquals | Op::StringNotEquals | Op::BinaryEquals => wanted == value,
        Op::StringEqualsIgnoreCase | Op::StringNotEqualsIgnoreCase | Op::Bool => {
            wanted.eq_ignore_ascii_case(value)
        }
        Op::StringLike | Op::StringNotLike => glob::matches(wanted, value, false),
        Op::ArnEquals | Op::ArnNotEquals | Op::ArnLike | Op::ArnNotLike => {
            let (wanted, value): (Vec<_>, Vec<_>) =
                (wanted.splitn(6, ':').collect(), value.splitn(6, ':').collect());
            wanted.len() == value.len() && wanted.iter().zip(&value).all(|(w, v)| glob::matches(w, v, false))
        }
        Op::NumericEquals | Op::NumericNotEquals => numbers().is_some_and(|(w, v)| v == w),
        Op::NumericLessThan => numbers().is_some_and(|(w, v)| v < w),
        Op::NumericLessThanEquals => numbers().is_some_and(|(w, v)| v <= w),
        Op::NumericGreaterThan => numbers().is_some_and(|(w, v)| v > w),
        Op::NumericGreaterThanEquals => numbers().is_some_and(|(w, v)| v >= w),
        Op::DateEquals | Op::DateNotEquals => dates().is_some_and(|(w, v)| v == w),
        Op::DateLessThan => dates().is_some_and(|(w, v)| v < w),
        Op::DateLessThanEquals => dates().is_some_and(|(w, v)| v <= w),
        Op::DateGreaterThan => dates().is_some_and(|(w, v)| v > w),
        Op::DateGreaterThanEquals => dates().is_some_and(|(w, v)| v >= w),
        Op::IpAddress | Op::NotIpAddress => super::atom::in_network(wanted, value),
        Op::Null => false,
    }
}
