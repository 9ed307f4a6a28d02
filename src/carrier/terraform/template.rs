//! Templates: the pieces of a string, with what is put into them.

use super::bounds::{MAX_PIECES, TOO_LONG, is_long};
use super::convert;
use super::eval::{Evaluator, Place};
use crate::carrier::Passage;
use crate::source::Span;
use crate::syntax::hcl::ast::{Expr, ExprId, Range};
use crate::syntax::hcl::{DecodedPart, template_parts};
use crate::value::{Kind, Piece, SpanMap, Symbol, Text, Value};

impl Evaluator<'_> {
    /// A quoted string or a heredoc.
    pub(super) fn template(&self, place: Place<'_>, id: ExprId) -> Value {
        let span = place.span(id);
        let parts = template_parts(place.tree, id);
        // `"${x}"` is x itself, not a string of it; a heredoc always is a string.
        if let ([DecodedPart::Interpolation { expr, range }], Expr::Quoted(_) | Expr::Template(_)) =
            (parts.as_slice(), place.tree.expr(id))
        {
            return self.wrapped(place, *expr, *range, span);
        }
        self.joined(place, &parts, span)
    }

    /// `"${x}"`: the value of x; where it is not known, written here.
    fn wrapped(&self, place: Place<'_>, expr: ExprId, range: Range, span: Span) -> Value {
        let mut value = self.expr(place, expr);
        if let Kind::Unknown(symbol) = &value.kind
            && !self.is_handle(symbol)
        {
            self.pass(place.tree.span(range), &value);
            value.span = span;
        }
        value
    }

    /// The parts of a template as one text.
    pub(super) fn joined(&self, place: Place<'_>, parts: &[DecodedPart], span: Span) -> Value {
        let mut text = Text::default();
        match self.parts(place, parts, &mut text) && !is_long(&text) {
            true => Value::new(Kind::Text(text), span),
            false => convert::unknown("the text", TOO_LONG, span),
        }
    }

    /// Puts parts behind a text; whether they fit.
    fn parts(&self, place: Place<'_>, parts: &[DecodedPart], out: &mut Text) -> bool {
        for part in parts {
            if out.pieces.len() > MAX_PIECES {
                return false;
            }
            match part {
                DecodedPart::Literal { text, map } => {
                    out.pieces.push(Piece::Known { text: text.clone(), map: map.clone() });
                }
                DecodedPart::Interpolation { expr, range } => self.interpolate(place, *expr, *range, out),
                DecodedPart::If { condition, then, otherwise, .. } => {
                    let holds = self.condition(place, *condition);
                    if !self.parts(place, if holds { then } else { otherwise }, out) {
                        return false;
                    }
                }
                DecodedPart::For { key_name, value_name, collection, range, body } => {
                    let collection = self.expr(place, *collection);
                    let Some(pairs) = self.pairs(&collection) else {
                        let symbol = collection
                            .first_unknown()
                            .unwrap_or_else(|| Symbol::any("for", "it cannot be iterated"));
                        out.pieces.push(Piece::Unknown { symbol, span: place.tree.span(*range) });
                        continue;
                    };
                    for (key, value) in pairs {
                        let mut scope = place.scope.with(place.tree.text(*value_name), value);
                        if let Some(name) = key_name {
                            scope = scope.with(place.tree.text(*name), key);
                        }
                        if !self.parts(Place { scope: &scope, ..place }, body, out) {
                            return false;
                        }
                    }
                }
            }
        }
        true
    }

    fn interpolate(&self, place: Place<'_>, expr: ExprId, range: Range, out: &mut Text) {
        let span = place.tree.span(range);
        let value = self.expr(place, expr);
        self.pass(span, &value);
        match convert::text(&value) {
            Some(text) => out.pieces.extend(text.pieces.into_iter().map(|piece| match piece {
                // Where a value is not known, the place that asks for it is the one to show.
                Piece::Unknown { symbol, .. } => Piece::Unknown { symbol, span },
                Piece::Known { text, map } if map.file != span.file => {
                    Piece::Known { text, map: SpanMap::opaque(span) }
                }
                known => known,
            })),
            None => {
                let symbol = Symbol::any(place.tree.text(range), "it is no string");
                out.pieces.push(Piece::Unknown { symbol, span });
            }
        }
    }

    /// Remembers what carried a value to the place it is put in.
    fn pass(&self, span: Span, value: &Value) {
        let origin = if let Kind::Encoded(inner) = &value.kind { inner.span } else { value.span };
        if !value.trail.is_empty() || origin.file != span.file {
            let trail = value.trail.clone();
            self.touch();
            self.passages.borrow_mut().push(Passage { span, origin, trail });
        }
    }
}
