//! YAML in a string: the places of its nodes are those in the file around it.

use super::recover;
use crate::source::Span;
use crate::syntax::SyntaxError;
use crate::value::{Kind, Member, Piece, SpanMap, Text, Value};

pub(super) fn parse(text: &Text) -> Option<(Vec<Value>, Vec<SyntaxError>)> {
    let [Piece::Known { text, map }] = text.pieces.as_slice() else { return None };
    let (mut roots, mut errors) = recover::parse(text, map.file);
    roots.iter_mut().for_each(|root| place(root, map));
    for error in &mut errors {
        error.span = outer(error.span, map);
    }
    Some((roots, errors))
}

fn outer(span: Span, map: &SpanMap) -> Span {
    map.source(span.start, span.end)
}

fn place(value: &mut Value, map: &SpanMap) {
    value.span = outer(value.span, map);
    let mut trail = crate::value::Trail::default();
    let steps: Vec<_> = value.trail.steps().map(|step| (step.span, step.label.to_string())).collect();
    for (span, label) in steps.into_iter().rev() {
        trail = trail.used_at(outer(span, map), &label);
    }
    value.trail = trail;
    match &mut value.kind {
        Kind::Text(text) => place_text(text, map),
        Kind::List(items) => items.iter_mut().for_each(|item| place(item, map)),
        Kind::Encoded(inner) => place(inner, map),
        Kind::Object(members) => {
            for Member { key, key_span, value } in members {
                place_text(key, map);
                *key_span = outer(*key_span, map);
                place(value, map);
            }
        }
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Unknown(_) => {}
    }
}

fn place_text(text: &mut Text, map: &SpanMap) {
    for piece in &mut text.pieces {
        match piece {
            Piece::Known { map: inner, .. } => *inner = compose(inner, map),
            Piece::Unknown { span, .. } => *span = outer(*span, map),
        }
    }
}

/// The map of characters that `inner` finds in a string, to where `around` finds that string's characters.
fn compose(inner: &SpanMap, around: &SpanMap) -> SpanMap {
    let whole = outer(inner.span(), around);
    let mut points = Vec::new();
    for (at, (decoded, middle)) in inner.points.iter().enumerate() {
        points.push((*decoded, around.source(*middle, *middle).start));
        let end = inner.points.get(at + 1).map_or(inner.end, |(_, next)| *next);
        let within = around.points.iter().filter(|(place, _)| (*middle + 1..end).contains(place));
        points.extend(within.map(|(place, source)| (decoded + (place - middle), *source)));
    }
    // An escape in between may put two characters on one place; the maps are ascending.
    points.dedup_by_key(|(decoded, _)| *decoded);
    SpanMap { file: whole.file, points, start: whole.start, end: whole.end }
}
