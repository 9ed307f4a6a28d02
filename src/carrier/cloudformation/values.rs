//! Small things about values that are partly unknown, as CloudFormation converts them.

use crate::source::Span;
use crate::value::{Kind, Piece, SpanMap, Symbol, SymbolKind, Text, Value};

/// `AWS::NoValue`: what it stands for is left out.
pub(super) const NO_VALUE: &str = "AWS::NoValue";

/// A value as a string; none for what is no scalar.
pub(super) fn text(value: &Value) -> Option<Text> {
    match &value.kind {
        Kind::Text(text) => Some(text.clone()),
        Kind::Number(number) => Some(Text::known(number, SpanMap::opaque(value.span))),
        Kind::Bool(bool) => Some(Text::known(&bool.to_string(), SpanMap::opaque(value.span))),
        Kind::Unknown(symbol) => Some(Text::unknown(symbol.clone(), value.span)),
        Kind::Null | Kind::List(_) | Kind::Object(_) | Kind::Encoded(_) => None,
    }
}

/// A known string.
pub(super) fn known(value: &Value) -> Option<String> {
    text(value)?.as_known().map(|text| text.into_owned())
}

/// A known small number.
pub(super) fn index(value: &Value) -> Option<usize> {
    known(value)?.trim().parse().ok()
}

/// A known boolean, or a string that CloudFormation takes for one.
pub(super) fn boolean(value: &Value) -> Option<bool> {
    match known(value)?.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" => Some(true),
        "false" | "no" | "off" => Some(false),
        _ => None,
    }
}

/// Something that is not known.
pub(super) fn unknown(reference: &str, reason: &str, span: Span) -> Value {
    Value::new(Kind::Unknown(Symbol::any(reference, reason)), span)
}

/// A name that AWS or somebody else chooses: one part of an ARN, whatever it is.
pub(super) fn name(reference: &str, reason: &str) -> Symbol {
    Symbol { kind: SymbolKind::Name, ..Symbol::any(reference, reason) }
}

/// What `AWS::NoValue` evaluates to.
pub(super) fn no_value(span: Span) -> Value {
    unknown(NO_VALUE, "it is left out", span)
}

/// Whether a value is left out.
pub(super) fn is_no_value(value: &Value) -> bool {
    matches!(&value.kind, Kind::Unknown(symbol) if &*symbol.reference == NO_VALUE)
}

/// Known characters of no single place.
pub(super) fn piece(text: &str, span: Span) -> Piece {
    Piece::Known { text: text.to_owned(), map: SpanMap::opaque(span) }
}

/// Why a value that depends on another one is not known.
pub(super) fn because(value: &Value) -> String {
    value
        .first_unknown()
        .map_or_else(|| "it cannot be evaluated".to_owned(), |symbol| symbol.reason.to_string())
}

/// A policy in which a parameter that is empty by default is not known: the template is to be given one. Within a
/// longer string nothing may be what is meant.
pub(super) fn without_empty_defaults(mut value: Value) -> Value {
    let mut stack = Vec::from([&mut value]);
    while let Some(value) = stack.pop() {
        let is_empty =
            value.as_text().is_some_and(|text| text.as_known().is_some_and(|text| text.is_empty()));
        if is_empty && !value.trail.is_empty() {
            value.kind = Kind::Unknown(Symbol::any("parameter", "it is empty by default"));
        }
        match &mut value.kind {
            Kind::List(items) => stack.extend(items),
            Kind::Object(members) => stack.extend(members.iter_mut().map(|member| &mut member.value)),
            _ => {}
        }
    }
    value
}
