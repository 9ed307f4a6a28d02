//! Nodes to values: strings decoded, each character with its place in the source.

use super::buffer::Origin;
use super::document::{Document, Form, Node};
use super::scan::{escape, quote_length};
use crate::source::Span;
use crate::value::{Kind, Member, Piece, SpanMap, Symbol, Text, Value};

/// A container whose children are being made.
struct Open {
    /// Index of the first record that is not in it.
    after: u32,
    span: Span,
    children: Children,
}

enum Children {
    List(Vec<Value>),
    /// The members, and the key that waits for its value.
    Object(Vec<Member>, Option<(Text, Span)>),
}

/// The value of the node at `index`. Iterative, like the reader.
pub(super) fn value(document: &Document<'_>, index: u32) -> Value {
    let mut open: Vec<Open> = Vec::new();
    let mut index = index;
    loop {
        let Some(node) = document.node(index) else {
            return Value::new(Kind::Null, document.buffer().span(0, 0));
        };
        index += 1;
        if let Some(Open { children: Children::Object(_, key @ None), .. }) = open.last_mut() {
            *key = Some((key_text(node), node.span()));
            continue;
        }
        let children = match node.form() {
            Form::Object => Some(Children::Object(Vec::new(), None)),
            Form::List => Some(Children::List(Vec::new())),
            _ => None,
        };
        let mut done = None;
        match children {
            Some(children) => open.push(Open { after: node.after(), span: node.span(), children }),
            None => done = Some(Value::new(scalar(node), node.span())),
        }
        // Hand it to its container, and close every container that ends here.
        loop {
            if let Some(value) = done.take() {
                let Some(container) = open.last_mut() else { return value };
                container.take(value);
            }
            match open.pop_if(|container| container.after <= index) {
                Some(container) => done = Some(container.close()),
                None => break,
            }
        }
    }
}

impl Open {
    fn take(&mut self, value: Value) {
        match &mut self.children {
            Children::List(items) => items.push(value),
            Children::Object(members, key) => {
                if let Some((key, key_span)) = key.take() {
                    members.push(Member { key, key_span, value });
                }
            }
        }
    }

    fn close(self) -> Value {
        let kind = match self.children {
            Children::List(items) => Kind::List(items),
            Children::Object(members, _) => Kind::Object(members),
        };
        Value::new(kind, self.span)
    }
}

fn scalar(node: Node<'_>) -> Kind {
    match node.form() {
        Form::Null => Kind::Null,
        Form::True => Kind::Bool(true),
        Form::False => Kind::Bool(false),
        Form::Number => Kind::Number(source(node).to_owned()),
        Form::Text | Form::Word => Kind::Text(text(node)),
        Form::Hole | Form::Unreadable => Kind::Unknown(symbol(node)),
        Form::List => Kind::List(Vec::new()),
        Form::Object => Kind::Object(Vec::new()),
    }
}

/// What an unknown node stands for.
fn symbol(node: Node<'_>) -> Symbol {
    if let Some(symbol) = node.document.buffer().hole(node.start()) {
        return symbol.clone();
    }
    let written = source(node);
    if written.is_empty() {
        // Two missing values are not known to be equal.
        return Symbol::any(&format!("missing value at byte {}", node.start()), "the value is missing");
    }
    Symbol::any(written, "this is not JSON")
}

/// The key of a member, whatever stands in its place.
fn key_text(node: Node<'_>) -> Text {
    match node.form() {
        Form::Hole => Text::unknown(symbol(node), node.span()),
        _ if node.start() == node.end() => Text::known("", SpanMap::opaque(node.span())),
        _ => text(node),
    }
}

fn source(node: Node<'_>) -> &str {
    node.document.buffer().text().get(node.start() as usize..node.end() as usize).unwrap_or_default()
}

/// The bytes between the quotes of a string; all of a word.
pub(super) fn content(node: Node<'_>) -> (u32, u32) {
    let text = source(node);
    if node.form() != Form::Text {
        return (node.start(), node.end() - node.tail());
    }
    let open = u32::try_from(quote_length(text.as_bytes())).unwrap_or(0);
    (node.start() + open, (node.end() - node.tail()).max(node.start() + open))
}

/// A string or a word, decoded piece by piece.
pub(super) fn text(node: Node<'_>) -> Text {
    let buffer = node.document.buffer();
    let (start, end) = content(node);
    let coded = node.form() == Form::Text;
    let mut pieces = Vec::new();
    // Where the next segment is taken up: an escape may reach over the end of its own.
    let mut at = start;
    for segment in buffer.segments(start, end) {
        match &segment.origin {
            Origin::Hole { symbol, span } => {
                at = at.max(segment.end);
                pieces.push(Piece::Unknown { symbol: (*symbol).clone(), span: *span });
            }
            Origin::Known(map) => {
                let mut run = Run::new(map, segment.start);
                while at < end.min(segment.end) {
                    at = run.step(buffer.text(), at, end.min(segment.end), end, coded);
                }
                pieces.extend(run.finish());
            }
        }
    }
    if pieces.is_empty() {
        return Text::known("", SpanMap::identity(buffer.span(start, end)));
    }
    Text { pieces }
}

/// A piece in the making.
struct Run<'m> {
    map: &'m SpanMap,
    /// Where the segment of `map` begins in the buffer.
    origin: u32,
    text: String,
    points: Vec<(u32, u32)>,
    /// What was read of the buffer so far.
    read: Option<(u32, u32)>,
}

impl<'m> Run<'m> {
    fn new(map: &'m SpanMap, origin: u32) -> Self {
        Run { map, origin, text: String::new(), points: Vec::new(), read: None }
    }

    /// Takes a stretch without escapes up to `limit`, or one escape that ends before `end`; returns the
    /// offset after it.
    fn step(&mut self, buffer: &str, at: u32, limit: u32, end: u32, coded: bool) -> u32 {
        let out = self.length();
        self.mark(out, self.map.source(at - self.origin, at - self.origin).start);
        let rest = buffer.get(at as usize..end as usize).unwrap_or_default();
        let next = if coded && rest.starts_with('\\') {
            let (decoded, length) = escape(rest.as_bytes());
            let next = at + u32::try_from(length).unwrap_or(1);
            match decoded {
                Some(character) => self.text.push(character),
                None => self.text.push_str(rest.get(..length).unwrap_or_default()),
            }
            let last = next - self.origin;
            self.mark(self.length(), self.map.source(last - 1, last).end);
            next
        } else {
            let plain = rest.get(..(limit - at) as usize).unwrap_or(rest);
            let length = if coded { memchr::memchr(b'\\', plain.as_bytes()) } else { None };
            let plain = length.and_then(|length| plain.get(..length)).unwrap_or(plain);
            let next = at + u32::try_from(plain.len()).unwrap_or(1).max(1);
            self.text.push_str(plain);
            let (from, to) = (at - self.origin, next - self.origin);
            let first = self.map.points.partition_point(|(decoded, _)| *decoded <= from);
            let inner = self.map.points.iter().skip(first).take_while(|(decoded, _)| *decoded <= to);
            for (decoded, source) in inner {
                self.mark(out + (decoded - from), *source);
            }
            next
        };
        let from = self.read.map_or(at, |(from, _)| from);
        self.read = Some((from, next));
        next
    }

    /// The byte at `out` of the piece comes from `source`, unless that follows from the last mark.
    fn mark(&mut self, out: u32, source: u32) {
        let implied = self.points.last().is_some_and(|(o, s)| source.checked_sub(*s) == Some(out - o));
        if !implied {
            self.points.push((out, source));
        }
    }

    fn length(&self) -> u32 {
        u32::try_from(self.text.len()).unwrap_or(u32::MAX)
    }

    fn finish(self) -> Option<Piece> {
        let (start, end) = self.read?;
        let span = self.map.source(start - self.origin, end - self.origin);
        let points = if self.map.points.is_empty() { Vec::new() } else { self.points };
        let map = SpanMap { file: span.file, points, start: span.start, end: span.end };
        Some(Piece::Known { text: self.text, map })
    }
}
