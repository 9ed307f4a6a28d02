//! A plain evaluator of one concrete request: no classes, no search, no unknowns. What is not known in the policy
//! does not match. It replays witnesses, and shares nothing with the search but how numbers and dates are spelt.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::Level;
use super::reading::{block, date, number};
use super::witness::account_of;
use crate::glob;
use crate::policy::{
    BaseOperator, Condition, Effect, Policy, PrincipalElement, PrincipalKind, Quantifier, Statement,
};

/// A request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// ARN of the principal, or name of the service.
    pub principal: String,
    /// The action, such as `kms:Decrypt`.
    pub action: String,
    /// Condition keys in lower case and their values. Those that follow from the principal need not be given.
    pub context: Vec<(String, Vec<String>)>,
    /// The account that owns the key. Principals of another one need IAM policies there: they get no further than
    /// [`Level::Delegated`].
    pub owner: Option<String>,
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
    let caller = Caller::of(request);
    let context = context(request, &caller);
    let variables = super::atom::takes_variables(policy);
    let foreign = request.owner.is_some() && caller.account.is_some() && caller.account != request.owner;
    let mut decision = Decision { level: Level::Nothing, statements: Vec::new() };
    for statement in policy.statements.iter().filter(|statement| statement.effect != Effect::Unknown) {
        let Some(level) = level_of(statement, &caller) else { continue };
        let resource = statement.resource.as_ref().is_some_and(|element| {
            let matched = element.patterns.iter().any(|pattern| pattern.matches_key != Some(false));
            matched != element.negated
        });
        if !resource
            || !acts(statement, &request.action)
            || !statement.conditions.iter().all(|condition| holds(condition, &context, variables))
        {
            continue;
        }
        let level = match statement.effect {
            Effect::Deny => Level::Denied,
            _ if foreign => level.min(Level::Delegated),
            _ => level,
        };
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

/// Who asks.
struct Caller<'r> {
    /// ARN of the principal, or name of the service.
    principal: &'r str,
    kind: PrincipalKind,
    /// Its account; a service has none.
    account: Option<String>,
}

impl<'r> Caller<'r> {
    fn of(request: &'r Request) -> Self {
        let kind = PrincipalKind::of_aws(&request.principal);
        Caller { principal: &request.principal, account: account_of(&kind), kind }
    }
}

/// The request's keys and those that follow from it.
fn context(request: &Request, caller: &Caller<'_>) -> BTreeMap<String, Vec<String>> {
    let mut context = BTreeMap::new();
    let mut set = |key: &str, value: String| drop(context.insert(key.to_owned(), vec![value]));
    set("aws:securetransport", "true".to_owned());
    match caller.kind {
        PrincipalKind::Session { .. } => set("aws:principaltype", "AssumedRole".to_owned()),
        PrincipalKind::Role { .. } => set("aws:principaltype", "AssumedRole".to_owned()),
        PrincipalKind::FederatedUser { .. } => set("aws:principaltype", "FederatedUser".to_owned()),
        PrincipalKind::User { .. } => set("aws:principaltype", "User".to_owned()),
        PrincipalKind::Account { .. } => set("aws:principaltype", "Account".to_owned()),
        _ => {}
    }
    match &caller.account {
        Some(account) => {
            set("kms:calleraccount", account.clone());
            set("aws:principalaccount", account.clone());
            set("aws:principalarn", role_of_session(&request.principal));
            set("aws:principalisawsservice", "false".to_owned());
        }
        None => {
            set("aws:principalisawsservice", "true".to_owned());
            set("aws:principalservicename", request.principal.clone());
        }
    }
    let pairs = request.context.iter().filter_map(|(key, _)| key.strip_prefix("kms:encryptioncontext:"));
    let pairs: Vec<String> = pairs.map(str::to_owned).collect();
    if !pairs.is_empty() {
        context.insert("kms:encryptioncontextkeys".to_owned(), pairs);
    }
    context.extend(request.context.iter().cloned());
    // An empty list is no value.
    context.retain(|_, values| !values.is_empty());
    context
}

/// The requests of a session carry the ARN of its role.
fn role_of_session(principal: &str) -> String {
    let parts: Vec<&str> = principal.splitn(6, ':').collect();
    match parts.as_slice() {
        [arn, partition, "sts", region, account, resource] => {
            match resource.split('/').collect::<Vec<_>>().as_slice() {
                ["assumed-role", role, _] => format!("{arn}:{partition}:iam:{region}:{account}:role/{role}"),
                _ => principal.to_owned(),
            }
        }
        _ => principal.to_owned(),
    }
}

/// At which level a statement's principals speak of the request's; none where they do not.
fn level_of(statement: &Statement, caller: &Caller<'_>) -> Option<Level> {
    let element = statement.principal.as_ref()?;
    let denies = statement.effect == Effect::Deny;
    if element.negated {
        return principal_level(element, caller, true).is_none().then_some(Level::Direct);
    }
    principal_level(element, caller, denies)
}

fn principal_level(element: &PrincipalElement, caller: &Caller<'_>, denies: bool) -> Option<Level> {
    let (principal, own) = (caller.principal, &caller.account);
    let levels = element.entries.iter().filter_map(|entry| match &entry.kind {
        PrincipalKind::Everyone => Some(Level::Direct),
        PrincipalKind::Account { account } => {
            let same =
                own.as_ref().is_some_and(|own| account.as_known().is_some_and(|account| account == *own));
            let root = principal.ends_with(":root");
            same.then_some(if root || denies { Level::Direct } else { Level::Delegated })
        }
        PrincipalKind::Role { arn, .. } => {
            let arn = arn.as_known()?;
            let session = principal.contains(":assumed-role/") && {
                let name = arn.rsplit('/').next().unwrap_or_default();
                principal.contains(&format!(":assumed-role/{name}/"))
                    && account_of(&PrincipalKind::of_aws(&arn)) == *own
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
        !element.patterns.is_empty() && named != element.negated
    })
}

type Context = BTreeMap<String, Vec<String>>;

fn holds(condition: &Condition, context: &Context, variables: bool) -> bool {
    let (Some(key), Some(base)) = (&condition.key_folded, condition.operator.base) else { return false };
    let wanted: Vec<String> = condition
        .values
        .iter()
        .filter_map(|value| value.text.as_known())
        .filter_map(|text| if variables { replace(&text, base, context) } else { Some(text.into_owned()) })
        .collect();
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

/// A character that no policy can hold, for a `*` and a `?` that are meant as such.
const STAR: char = '\u{1}';
const MARK: char = '\u{2}';

/// A value with its policy variables replaced; none where a variable has no value, and the value matches nothing.
fn replace(text: &str, base: BaseOperator, context: &Context) -> Option<String> {
    let literal = |value: &str| {
        if !base.takes_wildcards() {
            return value.to_owned();
        }
        value.replace('*', &STAR.to_string()).replace('?', &MARK.to_string())
    };
    let mut replaced = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        replaced.push_str(before);
        let Some((variable, after)) = after.split_once('}') else {
            replaced.push_str("${");
            rest = after;
            continue;
        };
        rest = after;
        let (name, default) = match variable.split_once(',') {
            Some((name, default)) => (name.trim(), Some(default.trim().trim_matches('\''))),
            None => (variable, None),
        };
        let value = match name {
            "*" | "?" | "$" => name.to_owned(),
            name => match context.get(&name.to_lowercase()).map(Vec::as_slice) {
                Some([one]) => one.clone(),
                _ => default?.to_owned(),
            },
        };
        replaced.push_str(&literal(&value));
    }
    replaced.push_str(rest);
    Some(replaced)
}

/// Whether a value is what the positive form of an operator asks for.
fn matches(base: BaseOperator, wanted: &str, value: &str) -> bool {
    use BaseOperator as Op;
    let numbers = || number(wanted).zip(number(value));
    let dates = || date(wanted).zip(date(value));
    match base {
        Op::StringEquals | Op::StringNotEquals | Op::BinaryEquals => wanted == value,
        Op::StringEqualsIgnoreCase | Op::StringNotEqualsIgnoreCase | Op::Bool => {
            wanted.to_lowercase() == value.to_lowercase()
        }
        Op::StringLike | Op::StringNotLike => like(wanted, value),
        Op::ArnEquals | Op::ArnNotEquals | Op::ArnLike | Op::ArnNotLike => arn(wanted, value),
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
        Op::IpAddress | Op::NotIpAddress => in_block(wanted, value),
        Op::Null => false,
    }
}

fn like(wanted: &str, value: &str) -> bool {
    if !wanted.contains([STAR, MARK]) {
        return glob::matches(wanted, value, false);
    }
    // Escaped wildcards stand for themselves on both sides.
    let value = value.replace('*', &STAR.to_string()).replace('?', &MARK.to_string());
    glob::matches(wanted, &value, false)
}

/// Each of the first five parts of an ARN is compared by itself.
fn arn(wanted: &str, value: &str) -> bool {
    let (wanted, value): (Vec<_>, Vec<_>) = (wanted.splitn(6, ':').collect(), value.splitn(6, ':').collect());
    if wanted.len() < 6 {
        return like(&wanted.join(":"), &value.join(":"));
    }
    wanted.len() == value.len() && wanted.iter().zip(&value).all(|(wanted, value)| like(wanted, value))
}

fn in_block(cidr: &str, value: &str) -> bool {
    let (Some((network, length)), Ok(value)) = (block(cidr), value.parse::<IpAddr>()) else { return false };
    let bits = |address: IpAddr| match address {
        IpAddr::V4(address) => (32, format!("{:032b}", u32::from(address))),
        IpAddr::V6(address) => (128, format!("{:0128b}", u128::from(address))),
    };
    let ((size, network), (same, value)) = (bits(network), bits(value));
    size == same && network.chars().zip(value.chars()).take(length as usize).all(|(a, b)| a == b)
}

/// The statements that might decide otherwise, if what is not known in them turned out so, by their places. The
/// decision of [`evaluate`] stands where there is none.
pub fn doubts(policy: &Policy, request: &Request) -> Vec<usize> {
    let decided = evaluate(policy, request).level;
    let caller = Caller::of(request);
    let context = context(request, &caller);
    let variables = super::atom::takes_variables(policy);
    let may_decide = |statement: &&Statement| {
        let principal = statement.principal.as_ref().is_some_and(|element| {
            let unknown = element.open || element.entries.iter().any(|entry| !entry.text.is_known());
            unknown || level_of(statement, &caller).is_some()
        });
        let action = statement.action.as_ref().is_some_and(|element| {
            let unknown = element.open || element.patterns.iter().any(|pattern| !pattern.text.is_known());
            unknown || acts(statement, &request.action)
        });
        let resource = statement.resource.as_ref().is_some_and(|element| {
            element.open
                || element.negated
                || element.patterns.iter().any(|pattern| pattern.matches_key != Some(false))
        });
        let open = |condition: &Condition| {
            condition.values_open
                || condition.key_folded.is_none()
                || condition.operator.base.is_none()
                || condition.values.iter().any(|value| !value.text.is_known())
        };
        let conditions = statement.conditions.iter().all(|it| open(it) || holds(it, &context, variables));
        let matters = match statement.effect {
            Effect::Deny => decided != Level::Denied,
            Effect::Allow => decided == Level::Nothing || decided == Level::Delegated,
            Effect::Unknown => decided != Level::Denied,
        };
        let known = statement.effect != Effect::Unknown
            && !statement.conditions_open
            && !statement.conditions.iter().any(open)
            && statement.action.as_ref().is_some_and(|element| {
                !element.open && element.patterns.iter().all(|pattern| pattern.text.is_known())
            })
            && statement.principal.as_ref().is_some_and(|element| {
                !element.open && element.entries.iter().all(|entry| entry.text.is_known())
            });
        !known && matters && principal && action && resource && conditions
    };
    policy.statements.iter().filter(may_decide).map(|statement| statement.index).collect()
}

/// What each statement has to do with a request: one clause for each.
pub fn explain(policy: &Policy, request: &Request) -> Vec<String> {
    let caller = Caller::of(request);
    let context = context(request, &caller);
    let variables = super::atom::takes_variables(policy);
    let say = |statement: &Statement| {
        let Some(level) = level_of(statement, &caller) else {
            return "does not speak of the principal".to_owned();
        };
        if !acts(statement, &request.action) {
            return "does not speak of the action".to_owned();
        }
        if let Some(failed) = statement.conditions.iter().find(|it| !holds(it, &context, variables)) {
            let given = failed.key_folded.as_ref().and_then(|key| context.get(key));
            let given = given.map_or("absent".to_owned(), |values| values.join(", "));
            return format!(
                "`{}` of `{}` fails: the request's is {given}",
                failed.operator.written, failed.key
            );
        }
        match (statement.effect, level) {
            (Effect::Deny, _) => "denies it".to_owned(),
            (_, Level::Direct) => "allows it directly".to_owned(),
            _ => "allows it through the account".to_owned(),
        }
    };
    policy.statements.iter().map(say).collect()
}
