//! `yamldecode`: what Terraform takes the words of YAML 1.1 for.

use super::Arguments;
use crate::carrier::terraform::convert;
use crate::source::{FileId, Sources, Span};
use crate::syntax::yaml;
use crate::value::{Kind, Value};

/// The value of the one document in a text; its parts point into the text, or into the file it was read from.
pub(super) fn decode(sources: &Sources, arguments: &Arguments) -> Option<Value> {
    let (mut values, errors) = yaml::parse_text(arguments.get(0)?.as_text()?)?;
    let mut value = values.pop().filter(|_| errors.is_empty())?;
    interpret(sources, &mut value);
    Some(value)
}

fn interpret(sources: &Sources, value: &mut Value) {
    let span = value.span;
    let meant = match &mut value.kind {
        Kind::List(items) => return items.iter_mut().for_each(|item| interpret(sources, item)),
        Kind::Object(members) => {
            return members.iter_mut().for_each(|member| interpret(sources, &mut member.value));
        }
        Kind::Number(word) => Some(number(word).unwrap_or_else(|| convert::string(word, span).kind)),
        Kind::Text(text) => {
            let written = sources.text(span);
            let plain = !written.starts_with(['"', '\'', '|', '>']);
            text.as_known().filter(|_| plain).and_then(|word| word_kind(&word, span))
        }
        _ => None,
    };
    if let Some(kind) = meant {
        value.kind = kind;
    }
}

/// A number in Terraform's one way of writing it; none where it is no number to Terraform.
fn number(word: &str) -> Option<Kind> {
    let unsigned = word.strip_prefix('+').unwrap_or(word);
    let radix = [("0x", 16), ("0o", 8)].into_iter().find_map(|(prefix, radix)| {
        let digits = unsigned.strip_prefix(prefix)?;
        i64::from_str_radix(digits, radix).ok()
    });
    if let Some(number) = radix {
        return Some(Kind::Number(number.to_string()));
    }
    let digits = unsigned.trim_start_matches('-');
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let sign = if unsigned.starts_with('-') { "-" } else { "" };
        let digits = digits.trim_start_matches('0');
        return Some(Kind::Number(if digits.is_empty() {
            "0".to_owned()
        } else {
            format!("{sign}{digits}")
        }));
    }
    let span = Span::at(FileId(0), 0);
    unsigned.parse().ok().map(|number: f64| convert::number_value(number, span).kind)
}

/// What a plain word is that is no string.
fn word_kind(word: &str, span: Span) -> Option<Kind> {
    Some(match word {
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Kind::Bool(true),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Kind::Bool(false),
        _ => {
            // A date is the beginning of that day.
            let mut parts = word.split('-');
            let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
            let is = |part: &str, lengths: std::ops::RangeInclusive<usize>| {
                lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
            };
            let date = parts.next().is_none() && is(year, 4..=4) && is(month, 1..=2) && is(day, 1..=2);
            date.then(|| convert::string(&format!("{year}-{month:0>2}-{day:0>2}T00:00:00Z"), span).kind)?
        }
    })
}
