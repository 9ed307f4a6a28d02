//! Terraform's conversions between types, over values that may be partly unknown.

use crate::source::Span;
use crate::value::{Kind, Member, Piece, SpanMap, Symbol, Text, Value};

/// A value as a string: strings, numbers and booleans; none for the rest.
pub(super) fn text(value: &Value) -> Option<Text> {
    match &value.kind {
        Kind::Text(text) => Some(text.clone()),
        Kind::Number(number) => Some(Text::known(number, SpanMap::opaque(value.span))),
        Kind::Bool(bool) => Some(Text::known(&bool.to_string(), SpanMap::opaque(value.span))),
        Kind::Unknown(symbol) => Some(Text::unknown(symbol.clone(), value.span)),
        Kind::Encoded(inner) => Some(json(inner)),
        Kind::Null | Kind::List(_) | Kind::Object(_) => None,
    }
}

/// A known string.
pub(super) fn known(value: &Value) -> Option<String> {
    text(value)?.as_known().map(|text| text.into_owned())
}

/// A known number.
pub(super) fn number(value: &Value) -> Option<f64> {
    known(value)?.trim().parse().ok()
}

/// A known number that can count something.
pub(super) fn index(value: &Value) -> Option<usize> {
    let number = number(value)?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be a small whole number"
    )]
    ((0.0..1e9).contains(&number) && number.fract() == 0.0).then_some(number as usize)
}

/// A known boolean.
pub(super) fn boolean(value: &Value) -> Option<bool> {
    match known(value)?.as_str() {
        "true" | "1" if !matches!(value.kind, Kind::Number(_)) => Some(true),
        "false" | "0" if !matches!(value.kind, Kind::Number(_)) => Some(false),
        _ => None,
    }
}

/// A number as Terraform writes it.
pub(super) fn number_value(number: f64, span: Span) -> Value {
    // Terraform counts in decimals of high precision: 0.1 + 0.2 is 0.3.
    let rounded = format!("{number:.14e}").parse().unwrap_or(number);
    let text = if number.fract() == 0.0 { format!("{number:.0}") } else { rounded.to_string() };
    Value::new(Kind::Number(text), span)
}

/// A string made here, of no single place in the source.
pub(super) fn string(text: &str, span: Span) -> Value {
    Value::text(text, span)
}

/// An unknown value.
pub(super) fn unknown(reference: &str, reason: &str, span: Span) -> Value {
    Value::new(Kind::Unknown(Symbol::any(reference, reason)), span)
}

/// Whether something in a value is unknown.
pub(super) fn has_unknown(value: &Value) -> bool {
    let mut found = false;
    value.walk(&mut |value| {
        found |= match &value.kind {
            Kind::Unknown(_) => true,
            Kind::Text(text) => !text.is_known(),
            _ => false,
        };
    });
    found
}

/// Whether two values are equal; none where that depends on something unknown.
pub(super) fn equal(a: &Value, b: &Value) -> Option<bool> {
    match (&a.kind, &b.kind) {
        (Kind::Unknown(x), Kind::Unknown(y)) if x.same(y) => Some(true),
        (Kind::Unknown(_), _) | (_, Kind::Unknown(_)) => None,
        (Kind::Null, Kind::Null) => Some(true),
        (Kind::Null, _) | (_, Kind::Null) => Some(false),
        (Kind::List(x), Kind::List(y)) => {
            if x.len() != y.len() {
                return Some(false);
            }
            all(x.iter().zip(y).map(|(x, y)| equal(x, y)))
        }
        (Kind::Object(x), Kind::Object(y)) => {
            if x.len() != y.len() {
                return Some(false);
            }
            all(x.iter().map(|member| {
                let key = member.key.as_known()?;
                b.get(&key).map_or(Some(false), |other| equal(&member.value, other))
            }))
        }
        (Kind::List(_) | Kind::Object(_), _) | (_, Kind::List(_) | Kind::Object(_)) => Some(false),
        (Kind::Number(_), Kind::Number(_)) => Some(number(a)? == number(b)?),
        (Kind::Bool(x), Kind::Bool(y)) => Some(x == y),
        // Nothing is converted to be compared.
        (Kind::Number(_) | Kind::Bool(_), _) | (_, Kind::Number(_) | Kind::Bool(_)) => Some(false),
        _ => {
            let (x, y) = (text(a)?, text(b)?);
            if x.same(&y) {
                return Some(true);
            }
            Some(*x.as_known()? == *y.as_known()?)
        }
    }
}

/// Whether all are true; an unknown one counts only where none is false.
pub(super) fn all(items: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut whole = Some(true);
    for item in items {
        match item {
            Some(false) => return Some(false),
            None => whole = None,
            Some(true) => {}
        }
    }
    whole
}

/// A member of an object.
pub(super) fn member(key: &str, value: Value) -> Member {
    let span = value.span;
    Member { key: Text::known(key, SpanMap::opaque(span)), key_span: span, value }
}

/// The text of a value encoded as JSON. Each scalar points at where it was written.
pub(super) fn json(value: &Value) -> Text {
    let mut text = Text::default();
    write_json(value, 0, &mut text);
    text
}

fn write_json(value: &Value, depth: usize, out: &mut Text) {
    let mut plain = |text: &str| out.pieces.push(piece(text, value.span));
    match &value.kind {
        _ if depth > 100 => plain("null"),
        Kind::Null => plain("null"),
        Kind::Bool(bool) => plain(&bool.to_string()),
        Kind::Number(number) => plain(number),
        Kind::Text(text) => write_string(text, value.span, out),
        Kind::Unknown(symbol) => {
            out.pieces.push(Piece::Unknown { symbol: symbol.clone(), span: value.span });
        }
        Kind::Encoded(inner) => write_string(&json(inner), value.span, out),
        Kind::List(items) => {
            plain("[");
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.pieces.push(piece(",", value.span));
                }
                write_json(item, depth + 1, out);
            }
            out.pieces.push(piece("]", value.span));
        }
        Kind::Object(members) => {
            plain("{");
            let mut members: Vec<&Member> = members.iter().collect();
            members.sort_by_key(|member| member.key.to_string());
            for (at, member) in members.iter().enumerate() {
                if at > 0 {
                    out.pieces.push(piece(",", value.span));
                }
                write_string(&member.key, member.key_span, out);
                out.pieces.push(piece(":", member.value.span));
                write_json(&member.value, depth + 1, out);
            }
            out.pieces.push(piece("}", value.span));
        }
    }
}

fn write_string(text: &Text, span: Span, out: &mut Text) {
    out.pieces.push(piece("\"", span));
    for part in &text.pieces {
        match part {
            Piece::Known { text, .. } => {
                let quoted = serde_json::Value::from(text.as_str()).to_string();
                let inner = quoted.get(1..quoted.len() - 1).unwrap_or_default();
                // Terraform's encoder keeps HTML safe.
                let inner = inner.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026");
                out.pieces.push(piece(&inner, span));
            }
            unknown => out.pieces.push(unknown.clone()),
        }
    }
    out.pieces.push(piece("\"", span));
}

fn piece(text: &str, span: Span) -> Piece {
    Piece::Known { text: text.to_owned(), map: SpanMap::opaque(span) }
}
