//! Functions over strings and numbers.

use super::{Arguments, format, regex};
use crate::carrier::terraform::bounds::{MAX_PIECES, MAX_TEXT};
use crate::carrier::terraform::convert;
use crate::value::{Kind, Piece, SpanMap, Text, Value};

pub(super) fn apply(name: &str, arguments: &Arguments) -> Option<Value> {
    let span = arguments.span;
    let string = |text: &str| Some(convert::string(text, span));
    let bool = |bool: bool| Some(Value::new(Kind::Bool(bool), span));
    let first = || arguments.known(0);
    match name {
        "format" => format::format(arguments),
        "formatlist" => format::format_list(arguments),
        "join" => join(arguments),
        "split" => {
            let (separator, text) = (first()?, arguments.known(1)?);
            let parts = text.split(separator.as_str()).map(|part| convert::string(part, span));
            let parts = if text.is_empty() { Vec::new() } else { parts.collect() };
            Some(Value::new(Kind::List(parts), span))
        }
        "replace" => {
            let (text, old, new) = (first()?, arguments.known(1)?, arguments.known(2)?);
            match old.strip_prefix('/').and_then(|pattern| pattern.strip_suffix('/')) {
                Some(pattern) => string(&regex::replace(&text, pattern, &new)?),
                // An empty one stands before each character and at the end.
                None if text.matches(old.as_str()).count().saturating_mul(new.len()) > MAX_TEXT => None,
                None => string(&text.replace(&old, &new)),
            }
        }
        "lower" => map(arguments.get(0)?, str::to_lowercase),
        "upper" => map(arguments.get(0)?, str::to_uppercase),
        "title" => map(arguments.get(0)?, title),
        "trimspace" => string(first()?.trim()),
        "chomp" => string(first()?.trim_end_matches(['\n', '\r'])),
        "trim" => {
            let cut: Vec<char> = arguments.known(1)?.chars().collect();
            string(first()?.trim_matches(cut.as_slice()))
        }
        "trimprefix" => {
            let (text, prefix) = (first()?, arguments.known(1)?);
            string(text.strip_prefix(prefix.as_str()).unwrap_or(&text))
        }
        "trimsuffix" => {
            let (text, suffix) = (first()?, arguments.known(1)?);
            string(text.strip_suffix(suffix.as_str()).unwrap_or(&text))
        }
        "startswith" => bool(first()?.starts_with(arguments.known(1)?.as_str())),
        "endswith" => bool(first()?.ends_with(arguments.known(1)?.as_str())),
        "strcontains" => bool(first()?.contains(arguments.known(1)?.as_str())),
        "substr" => substr(arguments).and_then(|text| string(&text)),
        "urlencode" => string(&url_encoded(&first()?)),
        "parseint" => {
            let base = u32::try_from(convert::index(arguments.get(1)?)?).ok()?;
            let number =
                (2..=36).contains(&base).then(|| i64::from_str_radix(&arguments.known(0)?, base).ok())?;
            Some(Value::new(Kind::Number(number?.to_string()), span))
        }
        "strrev" => string(&first()?.chars().rev().collect::<String>()),
        "indent" => {
            let blank = " ".repeat(convert::index(arguments.get(0)?)?.min(200));
            string(&arguments.known(1)?.replace('\n', &format!("\n{blank}")))
        }
        "abs" => Some(convert::number_value(convert::number(arguments.get(0)?)?.abs(), span)),
        "floor" => Some(convert::number_value(convert::number(arguments.get(0)?)?.floor(), span)),
        "ceil" => Some(convert::number_value(convert::number(arguments.get(0)?)?.ceil(), span)),
        "pow" | "log" => {
            let (a, b) = (convert::number(arguments.get(0)?)?, convert::number(arguments.get(1)?)?);
            let result = if name == "pow" { a.powf(b) } else { a.log(b) };
            result.is_finite().then(|| convert::number_value(result, span))
        }
        "signum" => {
            let number = convert::number(arguments.get(0)?)?;
            Some(convert::number_value(if number == 0.0 { 0.0 } else { number.signum() }, span))
        }
        "max" => extreme(arguments, f64::max),
        "min" => extreme(arguments, f64::min),
        "tostring" => match &arguments.get(0)?.kind {
            Kind::Null => arguments.get(0).cloned(),
            _ => Some(Value {
                kind: Kind::Text(convert::text(arguments.get(0)?)?),
                ..arguments.get(0)?.clone()
            }),
        },
        "tonumber" => Some(convert::number_value(convert::number(arguments.get(0)?)?, span)),
        "tobool" => bool(convert::boolean(arguments.get(0)?)?),
        "sensitive" | "nonsensitive" => arguments.get(0).cloned(),
        _ => None,
    }
}

/// The known pieces changed, the unknown ones kept.
fn map(value: &Value, change: fn(&str) -> String) -> Option<Value> {
    let text = convert::text(value)?;
    if !text.is_known() {
        return None;
    }
    let known = text.as_known()?;
    Some(convert::string(&change(&known), value.span))
}

/// As for the query of a URL: a blank is `+`.
fn url_encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' ' => out.push('+'),
            b if b.is_ascii_alphanumeric() || b"-_.~".contains(&b) => out.push(char::from(b)),
            b => out.push_str(&format!("%{b:02X}")),
        }
    }
    out
}

fn title(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut begins = true;
    for c in text.chars() {
        out.extend(if begins { c.to_uppercase().collect::<Vec<_>>() } else { vec![c] });
        begins = !(c.is_alphanumeric() || c == '_');
    }
    out
}

fn substr(arguments: &Arguments) -> Option<String> {
    let text: Vec<char> = arguments.known(0)?.chars().collect();
    let (offset, length) = (convert::number(arguments.get(1)?)?, convert::number(arguments.get(2)?)?);
    #[expect(clippy::cast_possible_truncation, reason = "out of range saturates")]
    let (offset, length) = (offset as i64, length as i64);
    let size = i64::try_from(text.len()).ok()?;
    let start = if offset < 0 { (size + offset).max(0) } else { offset.min(size) };
    let end = if length < 0 { size } else { (start + length).min(size) };
    Some(text.get(usize::try_from(start).ok()?..usize::try_from(end).ok()?)?.iter().collect())
}

fn extreme(arguments: &Arguments, pick: fn(f64, f64) -> f64) -> Option<Value> {
    let numbers: Option<Vec<f64>> = arguments.values.iter().map(convert::number).collect();
    Some(convert::number_value(numbers?.into_iter().reduce(pick)?, arguments.span))
}

/// `join`, unknown items included.
fn join(arguments: &Arguments) -> Option<Value> {
    let separator = arguments.known(0)?;
    let mut text = Text::default();
    let lists: Option<Vec<&[Value]>> = (1..arguments.values.len()).map(|at| arguments.list(at)).collect();
    for (at, item) in lists?.into_iter().flatten().enumerate() {
        if at > 0 {
            text.pieces.push(known(&separator, arguments));
        }
        text.pieces.extend(convert::text(item)?.pieces);
        if text.pieces.len() > MAX_PIECES {
            return None;
        }
    }
    Some(Value::new(Kind::Text(text), arguments.span))
}

fn known(text: &str, arguments: &Arguments) -> Piece {
    Piece::Known { text: text.to_owned(), map: SpanMap::opaque(arguments.span) }
}
