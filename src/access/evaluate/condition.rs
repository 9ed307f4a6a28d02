//! Whether a condition holds for a request.

use std::net::IpAddr;

use super::Case;
use super::context::Context;
use crate::access::reading::{block, date, number};
use crate::glob;
use crate::policy::{BaseOperator, Condition, Quantifier};
use crate::value::Text;

/// Whether a condition holds.
pub(super) fn holds(condition: &Condition, case: &Case<'_>) -> bool {
    let (Some(key), Some(base)) = (&condition.key_folded, condition.operator.base) else { return false };
    if condition.values_open {
        return false;
    }
    let wanted: Vec<String> =
        condition.values.iter().filter_map(|value| spelt(&value.text, base, case)).collect();
    let given = case.context().get(key);
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

/// A value as the request's are compared with it; none where that is not known, and it matches nothing.
fn spelt(text: &Text, base: BaseOperator, case: &Case<'_>) -> Option<String> {
    let text = (case.spell)(text)?;
    if case.variables && base.takes_variables() {
        replace(&text, base, case.context())
    } else {
        Some(text.into_owned())
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
