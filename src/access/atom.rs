//! One condition against one value of its key.

use std::net::IpAddr;

use super::text::{Comparison, is_marked, matches};
use crate::policy::{BaseOperator, Condition, Quantifier};
use crate::value::Text;

/// The values of a condition key in a request; none: the key is absent.
pub(super) type Given = Option<Vec<String>>;

/// Whether a condition holds; none where that is not known.
pub(super) fn holds(condition: &Condition, given: &Given) -> Option<bool> {
    let base = condition.operator.base?;
    if base == BaseOperator::Null {
        let wants_absent = known(&condition.values.first()?.text)?;
        return match wants_absent.to_ascii_lowercase().as_str() {
            "true" => Some(given.is_none()),
            "false" => Some(given.is_some()),
            _ => None,
        };
    }
    let Some(values) = given else {
        return match condition.operator.quantifier {
            _ if condition.operator.if_exists => Some(true),
            Some(Quantifier::ForAllValues) => Some(true),
            Some(Quantifier::ForAnyValue) => Some(false),
            None => Some(base.is_negated()),
        };
    };
    let each = values.iter().map(|value| one(condition, base, value));
    match condition.operator.quantifier {
        Some(Quantifier::ForAllValues) => all(each),
        _ => any(each),
    }
}

/// Whether one value of the request is what the condition asks for.
fn one(condition: &Condition, base: BaseOperator, value: &str) -> Option<bool> {
    let compared = condition.values.iter().map(|wanted| compare(base, &wanted.text, value));
    let open = condition.values_open.then_some(None);
    let matched = any(compared.chain(open));
    if base.is_negated() { matched.map(|matched| !matched) } else { matched }
}

/// Whether a value equals, or lies in, what a positive operator names.
fn compare(base: BaseOperator, wanted: &Text, value: &str) -> Option<bool> {
    use BaseOperator as Op;
    if wanted
        .pieces
        .iter()
        .any(|piece| matches!(piece, crate::value::Piece::Known { text, .. } if text.contains("${")))
    {
        // A policy variable: it depends on another key of the request.
        return None;
    }
    let how = |wildcards, fold| matches(wanted, value, Comparison { wildcards, fold });
    let number = || known(wanted)?.trim().parse::<f64>().ok().zip(unmarked(value)?.parse::<f64>().ok());
    let date = || Some((seconds(&known(wanted)?)?, seconds(unmarked(value)?)?));
    match base {
        Op::StringEquals | Op::StringNotEquals | Op::BinaryEquals => how(false, false),
        Op::StringEqualsIgnoreCase | Op::StringNotEqualsIgnoreCase => how(false, true),
        Op::StringLike | Op::StringNotLike => how(true, false),
        Op::ArnEquals | Op::ArnNotEquals | Op::ArnLike | Op::ArnNotLike => {
            how(true, false).map(|matched| matched && segments(wanted, value))
        }
        Op::Bool => how(false, true),
        Op::NumericEquals | Op::NumericNotEquals => number().map(|(wanted, value)| value == wanted),
        Op::NumericLessThan => number().map(|(wanted, value)| value < wanted),
        Op::NumericLessThanEquals => number().map(|(wanted, value)| value <= wanted),
        Op::NumericGreaterThan => number().map(|(wanted, value)| value > wanted),
        Op::NumericGreaterThanEquals => number().map(|(wanted, value)| value >= wanted),
        Op::DateEquals | Op::DateNotEquals => date().map(|(wanted, value)| value == wanted),
        Op::DateLessThan => date().map(|(wanted, value)| value < wanted),
        Op::DateLessThanEquals => date().map(|(wanted, value)| value <= wanted),
        Op::DateGreaterThan => date().map(|(wanted, value)| value > wanted),
        Op::DateGreaterThanEquals => date().map(|(wanted, value)| value >= wanted),
        Op::IpAddress | Op::NotIpAddress => network_holds(&known(wanted)?, unmarked(value)?),
        Op::Null => None,
    }
}

/// Wildcards of the Arn operators do not cross the colons of the first five parts.
fn segments(wanted: &Text, value: &str) -> bool {
    let Some(wanted) = wanted.as_known() else { return true };
    if is_marked(value) {
        return true;
    }
    let (wanted, value): (Vec<_>, Vec<_>) = (wanted.splitn(6, ':').collect(), value.splitn(6, ':').collect());
    wanted.len() == value.len() && wanted.iter().zip(value).all(|(w, v)| crate::glob::matches(w, v, false))
}

fn known(text: &Text) -> Option<String> {
    text.as_known().map(|text| text.into_owned())
}

fn unmarked(value: &str) -> Option<&str> {
    (!is_marked(value)).then_some(value)
}

pub(super) fn any(items: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut result = Some(false);
    for item in items {
        match item {
            Some(true) => return Some(true),
            None => result = None,
            Some(false) => {}
        }
    }
    result
}

pub(super) fn all(items: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    any(items.map(|item| item.map(|holds| !holds))).map(|some_fails| !some_fails)
}

/// The first and the last address of a block such as `10.0.0.0/8`, or of one address.
pub(super) fn block(cidr: &str) -> Option<(IpAddr, u32)> {
    let (address, length) =
        cidr.split_once('/').map_or((cidr, None), |(address, length)| (address, Some(length)));
    let address: IpAddr = address.trim().parse().ok()?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let length = length.map_or(Some(most), |length| length.trim().parse().ok())?;
    (length <= most).then_some((address, length))
}

/// Whether an address lies in a block; not, if either cannot be read.
pub(super) fn in_network(cidr: &str, value: &str) -> bool {
    network_holds(cidr, value).unwrap_or(false)
}

fn network_holds(cidr: &str, value: &str) -> Option<bool> {
    let (network, length) = block(cidr)?;
    let value: IpAddr = value.parse().ok()?;
    Some(match (network, value) {
        (IpAddr::V4(network), IpAddr::V4(value)) => {
            let shift = 32 - length;
            u32::from(network).checked_shr(shift).unwrap_or(0)
                == u32::from(value).checked_shr(shift).unwrap_or(0)
        }
        (IpAddr::V6(network), IpAddr::V6(value)) => {
            let shift = 128 - length;
            u128::from(network).checked_shr(shift).unwrap_or(0)
                == u128::from(value).checked_shr(shift).unwrap_or(0)
        }
        _ => false,
    })
}

/// Seconds since 1970 of an ISO 8601 date or a number of seconds.
pub(super) fn seconds(date: &str) -> Option<i64> {
    if let Ok(number) = date.trim().parse::<i64>() {
        return Some(number);
    }
    let (day, time) = date.trim().split_once('T').unwrap_or((date.trim(), "00:00:00Z"));
    let mut parts = day.splitn(3, '-').map(str::parse::<i64>);
    let (year, month, day) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    let time = time.strip_suffix('Z').unwrap_or(time);
    let mut parts = time.splitn(3, ':').map(|part| part.split('.').next().unwrap_or(part).parse::<i64>());
    let (hour, minute) = (parts.next()?.ok()?, parts.next().unwrap_or(Ok(0)).ok()?);
    let second = parts.next().unwrap_or(Ok(0)).ok()?;
    // Days from the civil calendar, by the usual count of 400-year eras.
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let of_era = shifted.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    Some(days * 86_400 + hour * 3_600 + minute * 60 + second)
}
