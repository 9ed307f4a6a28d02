//! The one tree that every reader and evaluator ends in: values with provenance and unknowns.
//!
//! A [`Value`] is JSON-shaped, but each node knows where it was written, strings are made of known and
//! unknown pieces, and what could not be decided is kept, never dropped and never made empty.

use std::fmt;
use std::sync::Arc;

use crate::source::{FileId, Span};

/// A node: what it is, where it was written, and what carried it to where it is used.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// What it is.
    pub kind: Kind,
    /// Where it was written. A string's span includes its quotes.
    pub span: Span,
    /// What carried it here, nearest use first: `policy = local.p` ← `p = jsonencode(…)`.
    pub trail: Trail,
}

/// The forms of a [`Value`].
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// JSON `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number as it was written, such as `7` or `1e3`.
    Number(String),
    /// A string.
    Text(Text),
    /// A list.
    List(Vec<Value>),
    /// An object; members in source order, duplicate keys kept.
    Object(Vec<Member>),
    /// Nothing is known but where it comes from.
    Unknown(Symbol),
    /// A string that encodes a value as JSON, such as the result of Terraform's `jsonencode`. Kept as the value,
    /// so that each part still points at where it was written.
    Encoded(Box<Value>),
}

/// A member of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// The key, decoded.
    pub key: Text,
    /// Where the key was written, with its quotes.
    pub key_span: Span,
    /// The value.
    pub value: Value,
}

impl Member {
    /// The characters of key and value within `around`; of a value that comes from elsewhere, those that name it or
    /// else the key alone.
    pub fn written_in(&self, around: Span) -> Span {
        let value = self.value.trail.steps().next().map_or(self.value.span, |step| step.span);
        if around.contains(value) { self.key_span.cover(value) } else { self.key_span }
    }
}

/// A string as a sequence of pieces.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Text {
    /// The pieces, in order; adjacent known pieces may occur.
    pub pieces: Vec<Piece>,
}

/// A piece of a [`Text`].
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// Known characters.
    Known {
        /// The decoded characters.
        text: String,
        /// Where each of them was written.
        map: SpanMap,
    },
    /// Characters that are not known.
    Unknown {
        /// What they come from.
        symbol: Symbol,
        /// Where that was written, such as `${var.user_arn}`.
        span: Span,
    },
}

/// Maps offsets in a decoded string back to the file: sorted breakpoints, linear between two of them.
///
/// A breakpoint is `(decoded offset, source offset)` in bytes. After an escape such as `\"` or a stripped
/// heredoc indentation comes a new breakpoint. No breakpoint at all maps everything to the whole span.
#[derive(Clone, Debug, PartialEq)]
pub struct SpanMap {
    /// The file the characters were written in.
    pub file: FileId,
    /// Breakpoints, ascending in both members.
    pub points: Vec<(u32, u32)>,
    /// The source range that all of it came from (bytes).
    pub start: u32,
    /// Its end.
    pub end: u32,
}

impl SpanMap {
    /// Decoded and source text are the same, from the span's start on.
    pub fn identity(span: Span) -> Self {
        SpanMap { file: span.file, points: vec![(0, span.start)], start: span.start, end: span.end }
    }

    /// Every character comes from the whole of `span`, as in the result of a function call.
    pub fn opaque(span: Span) -> Self {
        SpanMap { file: span.file, points: Vec::new(), start: span.start, end: span.end }
    }

    /// The whole source range.
    pub fn span(&self) -> Span {
        Span::new(self.file, self.start, self.end)
    }

    /// The source of the decoded bytes `start..end`.
    pub fn source(&self, start: u32, end: u32) -> Span {
        let Some(from) = self.point(start) else { return self.span() };
        let to = if end > start { self.after(end) } else { from };
        Span::new(self.file, from.min(self.end), to.clamp(from, self.end.max(from)))
    }

    /// Cuts out the map of decoded bytes `start..end`.
    pub fn sub(&self, start: u32, end: u32) -> SpanMap {
        let span = self.source(start, end);
        let mut points = Vec::new();
        if let Some(from) = self.point(start) {
            points.push((0, from));
            // The one at `end` says where an escape at the end of the cut ends.
            let first = self.points.partition_point(|(out, _)| *out <= start);
            let inner = self.points.iter().skip(first).take_while(|(out, _)| *out <= end);
            points.extend(inner.map(|(out, source)| (out - start, *source)));
        }
        SpanMap { file: self.file, points, start: span.start, end: span.end }
    }

    fn point(&self, at: u32) -> Option<u32> {
        let before = self.points.partition_point(|(out, _)| *out <= at);
        let (out, source) = self.points.get(before.checked_sub(1)?)?;
        Some(source + (at - out))
    }

    /// Source offset after the character that ends at decoded offset `end` (an escape is taken whole).
    fn after(&self, end: u32) -> u32 {
        let next = self.points.partition_point(|(out, _)| *out < end);
        match self.points.get(next) {
            // A breakpoint exactly here: the last character reaches up to it, or an escape does.
            Some((out, source)) if *out == end => *source,
            _ => self.point(end.saturating_sub(1)).map_or(self.end, |last| last + 1),
        }
    }
}

/// Something that is not known.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Symbol {
    /// Identity: the reference it came from, resolved as far as it goes, such as `var.user_arn`.
    /// Equal references are equal values; different ones are not known to differ.
    pub reference: Arc<str>,
    /// What is known about it all the same.
    pub kind: SymbolKind,
    /// Why it is not known, for people, such as "variable has no default".
    pub reason: Arc<str>,
}

/// What kind of thing a [`Symbol`] stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SymbolKind {
    /// The id of the account that owns the key.
    OwnAccount,
    /// The partition, such as `aws`.
    Partition,
    /// The Region the key lies in.
    Region,
    /// The DNS suffix of the partition, such as `amazonaws.com`.
    DnsSuffix,
    /// A resource name or id that AWS or a variable will choose: free of `:`, `/` is possible.
    Name,
    /// Anything, and any number of list items or members where it stands for one.
    Any,
}

impl Symbol {
    /// A symbol of unknown kind.
    pub fn any(reference: &str, reason: &str) -> Self {
        Symbol { reference: reference.into(), kind: SymbolKind::Any, reason: reason.into() }
    }

    /// The symbol of a kind whose values are all equal: own account, partition, Region, DNS suffix.
    pub fn of(kind: SymbolKind, reference: &str) -> Self {
        Symbol { reference: reference.into(), kind, reason: "known only to AWS".into() }
    }

    /// Whether two symbols are known to stand for the same value.
    pub fn same(&self, other: &Symbol) -> bool {
        match (self.kind, other.kind) {
            (SymbolKind::Name | SymbolKind::Any, _) | (_, SymbolKind::Name | SymbolKind::Any) => {
                self.reference == other.reference
            }
            (a, b) => a == b,
        }
    }
}

/// What carried a value to where it is used, nearest use first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trail(Option<Arc<Step>>);

/// A step of a [`Trail`].
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The characters that pass it on, such as `local.admins`.
    pub span: Span,
    /// What they are, for people, such as "given here".
    pub label: Arc<str>,
    rest: Trail,
}

impl Trail {
    /// This trail, used by one more step.
    pub fn used_at(&self, span: Span, label: &str) -> Trail {
        Trail(Some(Arc::new(Step { span, label: label.into(), rest: self.clone() })))
    }

    /// The steps, the last use first.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        let mut next = self.0.as_deref();
        std::iter::from_fn(move || {
            let step = next?;
            next = step.rest.0.as_deref();
            Some(step)
        })
    }

    /// Whether nothing carried the value.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }
}

impl Value {
    /// A value without a trail.
    pub fn new(kind: Kind, span: Span) -> Self {
        Value { kind, span, trail: Trail::default() }
    }

    /// A known string whose characters stand in the file as they are.
    pub fn text(text: &str, span: Span) -> Self {
        Value::new(Kind::Text(Text::known(text, SpanMap::opaque(span))), span)
    }

    /// The value, used by one more step.
    #[must_use]
    pub fn used_at(mut self, span: Span, label: &str) -> Self {
        self.trail = self.trail.used_at(span, label);
        self
    }

    /// The string, if it is one.
    pub fn as_text(&self) -> Option<&Text> {
        if let Kind::Text(text) = &self.kind { Some(text) } else { None }
    }

    /// The members, if it is an object.
    pub fn as_object(&self) -> Option<&[Member]> {
        if let Kind::Object(members) = &self.kind { Some(members) } else { None }
    }

    /// The items, if it is a list.
    pub fn as_list(&self) -> Option<&[Value]> {
        if let Kind::List(items) = &self.kind { Some(items) } else { None }
    }

    /// The last member with this key, as JSON readers take it.
    pub fn get(&self, key: &str) -> Option<&Value> {
        let members = self.as_object()?;
        members.iter().rev().find(|member| member.key.as_known().as_deref() == Some(key)).map(|m| &m.value)
    }

    /// The first unknown in it.
    pub fn first_unknown(&self) -> Option<Symbol> {
        let mut found = None;
        self.walk(&mut |value| {
            if found.is_none() {
                found = match &value.kind {
                    Kind::Unknown(symbol) => Some(symbol.clone()),
                    Kind::Text(text) => text.symbols().next().cloned(),
                    _ => None,
                };
            }
        });
        found
    }

    /// The value with the symbols that `known` knows put in as texts.
    #[must_use]
    pub fn resolved(&self, known: &dyn Fn(&Symbol) -> Option<String>) -> Value {
        let kind = match &self.kind {
            Kind::Text(text) => Kind::Text(text.resolved(known)),
            Kind::List(items) => Kind::List(items.iter().map(|item| item.resolved(known)).collect()),
            Kind::Object(members) => {
                let member = |member: &Member| Member {
                    key: member.key.resolved(known),
                    key_span: member.key_span,
                    value: member.value.resolved(known),
                };
                Kind::Object(members.iter().map(member).collect())
            }
            Kind::Unknown(symbol) => match known(symbol) {
                Some(text) => Kind::Text(Text::known(&text, SpanMap::opaque(self.span))),
                None => self.kind.clone(),
            },
            Kind::Encoded(inner) => Kind::Encoded(Box::new(inner.resolved(known))),
            kind => kind.clone(),
        };
        Value { kind, span: self.span, trail: self.trail.clone() }
    }

    /// Calls `visit` for this value and every value below it, parents first.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Value)) {
        let mut stack = vec![self];
        while let Some(value) = stack.pop() {
            visit(value);
            match &value.kind {
                Kind::List(items) => stack.extend(items.iter().rev()),
                Kind::Object(members) => stack.extend(members.iter().rev().map(|member| &member.value)),
                Kind::Encoded(inner) => stack.push(inner),
                _ => {}
            }
        }
    }
}

impl Text {
    /// A known string.
    pub fn known(text: &str, map: SpanMap) -> Self {
        Text { pieces: vec![Piece::Known { text: text.to_owned(), map }] }
    }

    /// One unknown piece.
    pub fn unknown(symbol: Symbol, span: Span) -> Self {
        Text { pieces: vec![Piece::Unknown { symbol, span }] }
    }

    /// The string with the symbols that `known` knows put in as texts.
    #[must_use]
    pub fn resolved(&self, known: &dyn Fn(&Symbol) -> Option<String>) -> Text {
        let piece = |piece: &Piece| match piece {
            Piece::Unknown { symbol, span } => match known(symbol) {
                Some(text) => Piece::Known { text, map: SpanMap::opaque(*span) },
                None => piece.clone(),
            },
            Piece::Known { .. } => piece.clone(),
        };
        Text { pieces: self.pieces.iter().map(piece).collect() }
    }

    /// The whole string, if every piece is known.
    pub fn as_known(&self) -> Option<std::borrow::Cow<'_, str>> {
        match self.pieces.as_slice() {
            [] => Some("".into()),
            [Piece::Known { text, .. }] => Some(text.as_str().into()),
            pieces => {
                let mut whole = String::new();
                for piece in pieces {
                    let Piece::Known { text, .. } = piece else { return None };
                    whole.push_str(text);
                }
                Some(whole.into())
            }
        }
    }

    /// The unknown pieces.
    pub fn symbols(&self) -> impl Iterator<Item = &Symbol> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Unknown { symbol, .. } => Some(symbol),
            Piece::Known { .. } => None,
        })
    }

    /// Whether every piece is known.
    pub fn is_known(&self) -> bool {
        self.symbols().next().is_none()
    }

    /// Whether two strings are known to be equal: the same characters and the same symbols.
    pub fn same(&self, other: &Text) -> bool {
        match (self.as_known(), other.as_known()) {
            (Some(here), Some(there)) => here == there,
            (None, None) => self.parts() == other.parts(),
            _ => false,
        }
    }

    /// What a message calls it: the resource, such as `aws_iam_role.app`, if it is an ARN that follows from one
    /// (the reference of its account is then `aws_iam_role.app(account)`); else its characters.
    pub fn called(&self) -> String {
        let resource = self.symbols().find_map(|symbol| symbol.reference.strip_suffix("(account)"));
        resource.map_or_else(|| self.to_string(), str::to_owned)
    }

    /// The string as a sequence of known runs and symbol identities; adjacent known pieces joined.
    fn parts(&self) -> Vec<Part> {
        let mut parts: Vec<Part> = Vec::new();
        for piece in &self.pieces {
            match (piece, parts.last_mut()) {
                (Piece::Known { text, .. }, _) if text.is_empty() => {}
                (Piece::Known { text, .. }, Some(Part::Known(run))) => run.push_str(text),
                (Piece::Known { text, .. }, _) => parts.push(Part::Known(text.clone())),
                (Piece::Unknown { symbol, .. }, _) => parts.push(match symbol.kind {
                    SymbolKind::Name | SymbolKind::Any => Part::Named(symbol.reference.clone()),
                    kind => Part::Kind(kind),
                }),
            }
        }
        parts
    }
}

#[derive(PartialEq)]
enum Part {
    Known(String),
    Named(Arc<str>),
    Kind(SymbolKind),
}

/// Known characters as they are, unknown pieces as `${reference}`.
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in &self.pieces {
            match piece {
                Piece::Known { text, .. } => f.write_str(text)?,
                Piece::Unknown { symbol, .. } => write!(f, "${{{}}}", symbol.reference)?,
            }
        }
        Ok(())
    }
}
