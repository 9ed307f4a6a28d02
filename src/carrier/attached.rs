//! The policy that is attached to a key: the value that an argument encodes, and what of it is not known.

use super::Unresolved;
use crate::source::Span;
use crate::syntax::SyntaxError;
use crate::syntax::json;
use crate::value::{Kind, Piece, Symbol, SymbolKind, Value};

/// The value that an argument encodes, as JSON in a string or as itself; none where a string holds nothing.
pub(in crate::carrier) fn decoded(policy: Value, errors: &mut Vec<SyntaxError>) -> Option<Value> {
    let value = match &policy.kind {
        Kind::Encoded(inner) => (**inner).clone(),
        Kind::Text(text) => {
            let (value, found) = json::parse_text(text);
            for error in found {
                if !errors.contains(&error) {
                    errors.push(error);
                }
            }
            value?
        }
        _ => return Some(policy),
    };
    Some(Value { trail: policy.trail, ..value })
}

/// What of a policy is not known: all of it, or the pieces that stand for something nobody but a person can tell.
pub(in crate::carrier) fn not_known(policy: &Value) -> Vec<Unresolved> {
    if let Kind::Unknown(symbol) = &policy.kind {
        return Vec::from([unresolved(symbol, policy.span, true)]);
    }
    let mut found: Vec<Unresolved> = Vec::new();
    let mut add = |symbol: &Symbol, span: Span| {
        let is_told = found.iter().any(|known| *known.reference == *symbol.reference);
        if symbol.kind == SymbolKind::Any && !is_told {
            found.push(unresolved(symbol, span, false));
        }
    };
    policy.walk(&mut |value| match &value.kind {
        Kind::Unknown(symbol) => add(symbol, value.span),
        Kind::Text(text) => {
            for piece in &text.pieces {
                if let Piece::Unknown { symbol, span } = piece {
                    add(symbol, *span);
                }
            }
        }
        _ => {}
    });
    found
}

fn unresolved(symbol: &Symbol, span: Span, whole: bool) -> Unresolved {
    Unresolved { span, reference: symbol.reference.to_string(), reason: symbol.reason.to_string(), whole }
}
