//! YAML in a string: the places of its nodes are those in the file around it.

use super::recover;
use crate::source::Span;
use crate::syntax::SyntaxError;
use crate::value::{Kind, Member, Piece, SpanMap, Text, Value};

/// What stands for an unknown piece: a character of private use, which no document has.
const HOLE: char = '\u{f8ff}';

pub(super) fn parse(text: &Text) -> Option<(Vec<Value>, Vec<SyntaxError>)> {
    let mut around = Around { pieces: Vec::new(), length: 0 };
    let mut whole = String::new();
    for piece in &text.pieces {
        match piece {
            Piece::Known { text, .. } if text.contains(HOLE) => return None,
            Piece::Known { text, .. } => whole.push_str(text),
            Piece::Unknown { .. } => whole.push(HOLE),
        }
        around.pieces.push((around.length, piece));
        around.length = u32::try_from(whole.len()).ok()?;
    }
    let file = around.span(Span::at(crate::source::FileId(0), 0)).file;
    let (mut roots, mut errors) = recover::parse(&whole, &whole, file);
    roots.iter_mut().for_each(|root| around.place(root));
    for error in &mut errors {
        error.span = around.span(error.span);
    }
    Some((roots, errors))
}

/// The pieces of the string, each with its offset in it.
struct Around<'t> {
    pieces: Vec<(u32, &'t Piece)>,
    length: u32,
}

impl<'t> Around<'t> {
    /// The piece that holds an offset, and where it begins and ends.
    fn piece(&self, at: u32) -> Option<(u32, u32, &'t Piece)> {
        let next = self.pieces.partition_point(|(start, _)| *start <= at);
        let (start, piece) = self.pieces.get(next.saturating_sub(1))?;
        Some((*start, self.pieces.get(next).map_or(self.length, |(start, _)| *start), piece))
    }

    /// A span of the string in the file; of one through several pieces, to the last that is in the file of the first.
    fn span(&self, span: Span) -> Span {
        let within = |from: u32, to: u32| {
            let (start, end, piece) = self.piece(from)?;
            Some(match piece {
                Piece::Known { map, .. } => map.source(from - start, to.min(end) - start),
                Piece::Unknown { span, .. } => *span,
            })
        };
        let Some(first) = within(span.start, span.end) else { return span };
        let last = within(span.end.saturating_sub(1).max(span.start), span.end).unwrap_or(first);
        if last.file == first.file && last.end >= first.start { first.cover(last) } else { first }
    }

    fn place(&self, value: &mut Value) {
        value.span = self.span(value.span);
        let mut trail = crate::value::Trail::default();
        let steps: Vec<_> = value.trail.steps().map(|step| (step.span, step.label.to_string())).collect();
        for (span, label) in steps.into_iter().rev() {
            trail = trail.used_at(self.span(span), &label);
        }
        value.trail = trail;
        match &mut value.kind {
            Kind::Text(text) => self.place_text(text),
            Kind::List(items) => items.iter_mut().for_each(|item| self.place(item)),
            Kind::Encoded(inner) => self.place(inner),
            Kind::Object(members) => {
                for Member { key, key_span, value } in members {
                    self.place_text(key);
                    *key_span = self.span(*key_span);
                    self.place(value);
                }
            }
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Unknown(_) => {}
        }
    }

    fn place_text(&self, text: &mut Text) {
        let mut placed = Vec::new();
        for piece in &text.pieces {
            match piece {
                Piece::Known { text, map } => self.split(text, map, &mut placed),
                Piece::Unknown { symbol, span } => {
                    placed.push(Piece::Unknown { symbol: symbol.clone(), span: self.span(*span) });
                }
            }
        }
        text.pieces = placed;
    }

    /// Characters that were read, by the pieces of the string they come from.
    fn split(&self, text: &str, inner: &SpanMap, placed: &mut Vec<Piece>) {
        let (mut start, mut rest) = (0_u32, text);
        while let Some(first) = rest.chars().next() {
            let from = inner.source(start, start).start;
            let Some((begin, end, piece)) = self.piece(from) else { return };
            let length = match piece {
                Piece::Unknown { .. } => first.len_utf8(),
                Piece::Known { .. } => rest
                    .char_indices()
                    .find(|(at, c)| {
                        let at = start + u32::try_from(*at).unwrap_or(u32::MAX);
                        *c == HOLE || inner.source(at, at).start >= end
                    })
                    .map_or(rest.len(), |(at, _)| at.max(first.len_utf8())),
            };
            let next = start + u32::try_from(length).unwrap_or(u32::MAX);
            placed.push(match piece {
                Piece::Unknown { .. } => piece.clone(),
                Piece::Known { map, .. } => Piece::Known {
                    text: rest.get(..length).unwrap_or_default().to_owned(),
                    map: compose(&inner.sub(start, next), map, begin),
                },
            });
            (start, rest) = (next, rest.get(length..).unwrap_or_default());
        }
    }
}

/// The map of characters that `inner` finds in a string, to where `around` finds the characters of the piece of it
/// that begins at `begin`.
fn compose(inner: &SpanMap, around: &SpanMap, begin: u32) -> SpanMap {
    let place = |at: u32| around.source(at.saturating_sub(begin), at.saturating_sub(begin)).start;
    let whole = around.source(inner.start.saturating_sub(begin), inner.end.saturating_sub(begin));
    let mut points = Vec::new();
    for (at, (decoded, middle)) in inner.points.iter().enumerate() {
        points.push((*decoded, place(*middle)));
        let end = inner.points.get(at + 1).map_or(inner.end, |(_, next)| *next);
        let within = around.points.iter().filter(|(place, _)| (*middle + 1..end).contains(&(place + begin)));
        points.extend(within.map(|(place, source)| (decoded + (place + begin - middle), *source)));
    }
    // An escape in between may put two characters on one place; the maps are ascending.
    points.dedup_by_key(|(decoded, _)| *decoded);
    SpanMap { file: whole.file, points, start: whole.start, end: whole.end }
}
