//! Strings with something to be put in: `${Name}` of `Fn::Sub`, `{{resolve:…}}`.

use super::eval::{Evaluator, Scope};
use super::{serverless, values};
use crate::source::Span;
use crate::value::{Kind, Piece, SpanMap, Symbol, Text, Value};

impl Evaluator<'_> {
    /// The string of `Fn::Sub`. `bound_only`: only names of the scope are put in, as in keys of `Fn::ForEach`. Of what
    /// `&{Name}` puts in, letters and digits are left, so that it can be part of a logical id.
    pub(super) fn substitute(&self, text: &Text, scope: &Scope, bound_only: bool) -> Text {
        let mut pieces = Vec::new();
        for piece in &text.pieces {
            let Piece::Known { text, map } = piece else {
                pieces.push(piece.clone());
                continue;
            };
            let mut done = 0;
            let hole = |from| {
                let holes = ["${", "&{"].into_iter().filter_map(|open| next(text, from, open, "}"));
                holes.min_by_key(|(start, _)| *start)
            };
            while let Some((start, end)) = hole(done) {
                let name = text.get(start + 2..end - 1).unwrap_or_default();
                let span = source(map, start, end);
                if text.get(start..).is_some_and(|rest| rest.starts_with('&')) {
                    let plain =
                        scope.get(name.trim()).and_then(values::known).map(|item| alphanumeric(&item));
                    cut(text, map, done, if plain.is_some() { start } else { end }, &mut pieces);
                    pieces.extend(plain.map(|plain| values::piece(&plain, span)));
                } else if let Some(literal) = name.strip_prefix('!') {
                    cut(text, map, done, start, &mut pieces);
                    pieces.push(values::piece(&format!("${{{literal}}}"), span));
                } else if !bound_only || scope.get(name.trim()).is_some() {
                    cut(text, map, done, start, &mut pieces);
                    self.insert(name.trim(), span, scope, &mut pieces);
                } else {
                    cut(text, map, done, end, &mut pieces);
                }
                done = end;
            }
            cut(text, map, done, text.len(), &mut pieces);
        }
        Text { pieces }
    }

    fn insert(&self, name: &str, span: Span, scope: &Scope, pieces: &mut Vec<Piece>) {
        let value = match name.split_once('.') {
            _ if scope.get(name).is_some() => self.reference(name, span, scope),
            Some((resource, attribute)) => self.attribute(resource, attribute, span),
            None => self.reference(name, span, scope),
        };
        self.pass(span, &value);
        match values::text(&value) {
            Some(text) => pieces.extend(text.pieces.into_iter().map(|piece| match piece {
                // What is put in is shown where it is put in.
                Piece::Unknown { symbol, .. } => Piece::Unknown { symbol, span },
                Piece::Known { text, .. } => values::piece(&text, span),
            })),
            None => {
                let symbol = Symbol::any(name, "it is no string");
                pieces.push(Piece::Unknown { symbol, span });
            }
        }
    }

    /// A string outside of `Fn::Sub`: what is resolved on deployment becomes an unknown piece.
    pub(super) fn template_text(&self, text: &Text) -> Text {
        let text = &serverless::opened(text);
        let holds = |piece: &Piece| matches!(piece, Piece::Known { text, .. } if text.contains("{{resolve:"));
        if !text.pieces.iter().any(holds) {
            return text.clone().into_owned();
        }
        let mut pieces = Vec::new();
        for piece in &text.pieces {
            let Piece::Known { text, map } = piece else {
                pieces.push(piece.clone());
                continue;
            };
            let mut done = 0;
            while let Some((start, end)) = next(text, done, "{{resolve:", "}}") {
                cut(text, map, done, start, &mut pieces);
                let reference = text.get(start..end).unwrap_or_default().trim_matches(['{', '}', ' ']);
                let symbol = Symbol::any(reference, "it is looked up on deployment");
                pieces.push(Piece::Unknown { symbol, span: source(map, start, end) });
                done = end;
            }
            cut(text, map, done, text.len(), &mut pieces);
        }
        Text { pieces }
    }

    /// The parts of a string between delimiters; none where an unknown piece may hold one.
    pub(super) fn split(&self, text: &Text, delimiter: &str) -> Option<Vec<Text>> {
        let mut parts = Vec::from([Text::default()]);
        for piece in &text.pieces {
            match piece {
                Piece::Known { text, map } => {
                    let mut done = 0;
                    while let Some(at) = text.get(done..)?.find(delimiter).filter(|_| !delimiter.is_empty()) {
                        cut(text, map, done, done + at, &mut parts.last_mut()?.pieces);
                        parts.push(Text::default());
                        done += at + delimiter.len();
                    }
                    cut(text, map, done, text.len(), &mut parts.last_mut()?.pieces);
                }
                Piece::Unknown { symbol, .. } if symbol.kind == crate::value::SymbolKind::Any => return None,
                // A name, an account, a Region has neither.
                unknown if delimiter == ":" || delimiter == "," => {
                    parts.last_mut()?.pieces.push(unknown.clone())
                }
                _ => return None,
            }
        }
        Some(parts)
    }
}

/// The items of a comma-delimited list.
pub(super) fn items(value: &Value) -> Option<Vec<Value>> {
    let text = values::text(value)?;
    let [Piece::Known { text, map }] = text.pieces.as_slice() else { return None };
    let mut items = Vec::new();
    let mut start = 0;
    for part in text.split(',') {
        let trimmed = part.trim();
        let from = start + part.find(trimmed).unwrap_or_default();
        let map = map.sub(small(from), small(from + trimmed.len()));
        let span = map.span();
        items.push(Value::new(Kind::Text(Text::known(trimmed, map)), span));
        start += part.len() + 1;
    }
    Some(items)
}

fn alphanumeric(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// Start and end of the first hole from `from` on.
fn next(text: &str, from: usize, open: &str, close: &str) -> Option<(usize, usize)> {
    let start = from + text.get(from..)?.find(open)?;
    let end = start + text.get(start..)?.find(close)? + close.len();
    Some((start, end))
}

pub(super) fn cut(text: &str, map: &SpanMap, start: usize, end: usize, pieces: &mut Vec<Piece>) {
    if let Some(text) = text.get(start..end).filter(|text| !text.is_empty()) {
        pieces.push(Piece::Known { text: text.to_owned(), map: map.sub(small(start), small(end)) });
    }
}

pub(super) fn source(map: &SpanMap, start: usize, end: usize) -> Span {
    map.source(small(start), small(end))
}

fn small(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
