//! What a request of a class can carry: for each condition key, the values it may have.

use super::ClassKind;
use super::atom::{Given, block, seconds};
use super::text::{FRESH_ACCOUNT, instances, request};
use crate::catalog::{ActionSet, Callers, ConditionKey, ValueType, condition_key};
use crate::policy::{BaseOperator, Condition, PrincipalKind};

/// The values of a key that are worth trying, or why there are none.
pub(super) enum Candidates {
    /// Every value that makes a difference to the conditions at hand is like one of these.
    Values(Vec<Given>),
    /// Nothing is known of the key.
    Unknown,
}

/// An organization that the policy does not mention.
const FRESH_ORGANIZATION: &str = "o-zzzzzzzzzz";

/// The candidates for `key` in a request of `class` for one of `actions`, which all have the same keys.
pub(super) fn candidates(
    key: &str,
    class: &ClassKind,
    actions: ActionSet,
    conditions: &[&Condition],
) -> Candidates {
    let fixed = |value: String| Candidates::Values(vec![Some(vec![value])]);
    let absent = || Candidates::Values(vec![None]);
    let service = matches!(class, ClassKind::Service(_));
    match key {
        "kms:calleraccount" | "aws:principalaccount" if !service => match account(class) {
            Some(account) => fixed(account),
            None => Candidates::Unknown,
        },
        "aws:principalarn" if !service => arns(class, conditions),
        "aws:principalisawsservice" => fixed(service.to_string()),
        "aws:principaltype" => match principal_types(class) {
            [] => Candidates::Unknown,
            types => Candidates::Values(types.iter().map(|kind| Some(vec![(*kind).to_owned()])).collect()),
        },
        "aws:securetransport" => fixed("true".to_owned()),
        "aws:principalservicename" if service => match class {
            ClassKind::Service(name) => fixed(request(name)),
            _ => absent(),
        },
        "aws:principalorgid" if matches!(class, ClassKind::Fresh) => {
            Candidates::Values(vec![None, Some(vec![FRESH_ORGANIZATION.to_owned()])])
        }
        "aws:principalorgpaths" if matches!(class, ClassKind::Fresh) => Candidates::Values(vec![
            None,
            Some(vec![format!("{FRESH_ORGANIZATION}/r-zzzz/ou-zzzz-zzzzzzzz/")]),
        ]),
        "aws:sourcevpc" | "aws:sourcevpce" if matches!(class, ClassKind::Fresh) => {
            let prefix = if key.ends_with('e') { "vpce" } else { "vpc" };
            Candidates::Values(vec![None, Some(vec![format!("{prefix}-0zzzzzzzzzzzzzzzz")])])
        }
        _ => match condition_key(key) {
            None => Candidates::Unknown,
            Some(known) if known.closed && !known.applies_to.intersects(actions) => absent(),
            Some(known) if known.callers == Callers::Service && !service => absent(),
            Some(known) if known.callers == Callers::Iam && service => absent(),
            Some(known) => Candidates::Values(free(known, key, conditions)),
        },
    }
}

/// The account of a class as a request string.
fn account(class: &ClassKind) -> Option<String> {
    match class {
        ClassKind::Fresh => Some(FRESH_ACCOUNT.to_owned()),
        ClassKind::AccountRoot(account) | ClassKind::AccountOther(account) => Some(request(account)),
        ClassKind::Named(arn) => PrincipalKind::parse(arn).account().map(request),
        ClassKind::Opaque(_) | ClassKind::Service(_) => None,
    }
}

fn principal_types(class: &ClassKind) -> &'static [&'static str] {
    match class {
        ClassKind::AccountRoot(_) => &["Account"],
        ClassKind::AccountOther(_) | ClassKind::Fresh => &["AssumedRole", "User", "FederatedUser"],
        ClassKind::Named(arn) => match PrincipalKind::parse(arn) {
            PrincipalKind::User { .. } => &["User"],
            PrincipalKind::FederatedUser { .. } => &["FederatedUser"],
            _ => &["AssumedRole"],
        },
        ClassKind::Opaque(_) | ClassKind::Service(_) => &[],
    }
}

/// Values of `aws:PrincipalArn`. A principal that is not named may have any name in its account.
fn arns(class: &ClassKind, conditions: &[&Condition]) -> Candidates {
    let inside = |account: &str| {
        let partition = conditions.iter().flat_map(|condition| &condition.values).find_map(|value| {
            request(&value.text).split(':').nth(1).filter(|p| !p.contains(['*', '?'])).map(str::to_owned)
        });
        let partition = partition.unwrap_or_else(|| "aws".to_owned());
        let mut values = vec![
            format!("arn:{partition}:iam::{account}:role/any"),
            format!("arn:{partition}:iam::{account}:user/any"),
        ];
        for value in conditions.iter().flat_map(|condition| &condition.values) {
            let pattern = request(&value.text);
            // The resource part of each pattern, put into this account.
            let name = pattern.splitn(6, ':').nth(5).unwrap_or(&pattern).to_owned();
            for name in instances(&name) {
                if let Some((kind @ ("role" | "user"), _)) = name.split_once('/') {
                    let _ = kind;
                    values.push(format!("arn:{partition}:iam::{account}:{name}"));
                }
            }
        }
        Candidates::Values(values.into_iter().map(|value| Some(vec![value])).collect())
    };
    match class {
        ClassKind::Fresh => inside(FRESH_ACCOUNT),
        ClassKind::AccountOther(account) => inside(&request(account)),
        ClassKind::AccountRoot(account) => {
            Candidates::Values(vec![Some(vec![format!("arn:aws:iam::{}:root", request(account))])])
        }
        ClassKind::Named(arn) => match PrincipalKind::parse(arn) {
            // The key holds the role's ARN, whose path the session's ARN does not tell.
            PrincipalKind::Session { .. } => Candidates::Unknown,
            _ => Candidates::Values(vec![Some(vec![request(arn)])]),
        },
        ClassKind::Opaque(text) => Candidates::Values(vec![Some(vec![request(text)])]),
        ClassKind::Service(_) => Candidates::Values(vec![None]),
    }
}

/// Values of a key that whoever asks can choose, or that nothing here fixes.
fn free(known: &ConditionKey, key: &str, conditions: &[&Condition]) -> Vec<Given> {
    let mut values: Vec<String> = match known.value_type {
        ValueType::Bool => vec!["true".to_owned(), "false".to_owned()],
        ValueType::Address => vec!["203.0.113.77".to_owned(), "2001:db8::77".to_owned()],
        ValueType::Number => vec!["0".to_owned()],
        ValueType::Date => vec!["1700000000".to_owned()],
        ValueType::Text | ValueType::Arn => vec!["any".to_owned()],
    };
    for condition in conditions {
        for wanted in &condition.values {
            let wanted = request(&wanted.text);
            match known.value_type {
                ValueType::Number => values.extend(around(wanted.parse::<f64>().ok())),
                #[expect(clippy::cast_precision_loss, reason = "dates of this century")]
                ValueType::Date => values.extend(around(seconds(&wanted).map(|seconds| seconds as f64))),
                ValueType::Address => values.extend(block(&wanted).map(|(address, _)| address.to_string())),
                ValueType::Bool => {}
                ValueType::Text | ValueType::Arn => {
                    values.extend(instances(&wanted));
                    if condition.operator.base.is_some_and(BaseOperator::is_case_blind) {
                        values.push(wanted.to_uppercase());
                    }
                }
            }
        }
    }
    values.extend(joined(conditions));
    values.dedup();
    let mut given: Vec<Given> = Vec::new();
    let mandatory = known.always_present || key == "kms:grantoperations";
    if !mandatory {
        given.push(None);
    }
    given.extend(values.iter().map(|value| Some(vec![value.clone()])));
    if known.multivalued && values.len() > 1 {
        given.extend(values.iter().skip(1).map(|value| Some(vec![value.clone(), "any".to_owned()])));
        given.push(Some(values));
    }
    given
}

fn around(number: Option<f64>) -> Vec<String> {
    number.map_or_else(Vec::new, |n| vec![(n - 1.0).to_string(), n.to_string(), (n + 1.0).to_string()])
}

/// Texts that two patterns with wildcards may both match, such as `ab` for `a*` and `*b`.
fn joined(conditions: &[&Condition]) -> Vec<String> {
    const MOST: usize = 8;
    let patterns: Vec<String> = conditions
        .iter()
        .flat_map(|condition| &condition.values)
        .map(|value| request(&value.text))
        .filter(|pattern| pattern.contains(['*', '?']))
        .take(MOST)
        .collect();
    let mut values = Vec::new();
    for a in &patterns {
        for b in patterns.iter().filter(|b| *b != a) {
            let (front, back) =
                (a.split('*').next().unwrap_or_default(), b.rsplit('*').next().unwrap_or_default());
            values.push(format!("{front}{back}").replace('?', "x"));
            values.push(a.replacen('*', &instances(b)[0], 1).replace(['*', '?'], ""));
        }
    }
    values
}

/// The conditions keys of a statement that only some actions carry.
pub(super) fn closed_keys<'c>(conditions: impl Iterator<Item = &'c Condition>) -> Vec<&'static ConditionKey> {
    let keys = conditions.filter_map(|condition| condition_key(condition.key_folded.as_deref()?));
    keys.filter(|key| key.closed).collect()
}
