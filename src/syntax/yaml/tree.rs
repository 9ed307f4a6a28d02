//! Events to values.

use std::collections::HashMap;

use granit_parser::{Event, Options, Parser, ScalarStyle, ScanError, StructureStyle, Tag};

use super::scalar;
use super::{DEEPEST, MOST_ALIASED};
use crate::source::{FileId, Span};
use crate::syntax::{SyntaxError, SyntaxErrorKind};
use crate::value::{Kind, Member, SpanMap, Symbol, Text, Value};

/// What was made of a text, up to its first mistake.
pub(super) struct Tree {
    pub(super) documents: Vec<Value>,
    pub(super) errors: Vec<SyntaxError>,
    /// The mistake that ended it.
    pub(super) stop: Option<ScanError>,
    /// Where the outermost bracket opens that was not closed until then.
    pub(super) bracket: Option<u32>,
}

/// Reads a text. `source` is what spans point into; it may differ from `text` in characters, not in offsets.
pub(super) fn read(text: &str, source: &str, file: FileId) -> Tree {
    let mut options = Options::default();
    options.emit_unresolved_aliases = true;
    options.block_nesting_limit = DEEPEST;
    options.flow_nesting_limit = DEEPEST;
    let mut builder = Builder {
        source,
        file,
        open: Vec::new(),
        documents: Vec::new(),
        errors: Vec::new(),
        anchors: HashMap::new(),
        aliased: 0,
    };
    let mut stop = None;
    for event in Parser::new_from_str_with_options(text, options) {
        match event {
            Ok((event, span)) => builder.take(event, &span),
            Err(error) => {
                stop = Some(error);
                break;
            }
        }
    }
    let bracket = builder.open.iter().find(|container| container.flow).map(|container| container.start);
    while let Some(container) = builder.open.pop() {
        builder.close(container, None);
    }
    Tree { documents: builder.documents, errors: builder.errors, stop, bracket }
}

/// A container whose children are being read.
struct Open {
    start: u32,
    /// It is written in brackets.
    flow: bool,
    /// Byte offset after its last child.
    end: u32,
    tag: Option<(String, Span)>,
    anchor: usize,
    children: Children,
}

enum Children {
    List(Vec<Value>),
    /// The members, and the key that waits for its value.
    Object(Vec<Member>, Option<Value>),
}

/// A value that an alias may stand for.
struct Anchored {
    value: Value,
    nodes: usize,
    depth: usize,
}

struct Builder<'s> {
    source: &'s str,
    file: FileId,
    open: Vec<Open>,
    documents: Vec<Value>,
    errors: Vec<SyntaxError>,
    anchors: HashMap<usize, Anchored>,
    aliased: usize,
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, span: &granit_parser::Span) {
        let at = self.span(span);
        match event {
            Event::DocumentStart(..) => self.anchors.clear(),
            Event::Scalar(text, style, anchor, tag) => {
                let kind = match style {
                    // A word under a tag is text: `!Sub 12`, `!!str 12`.
                    ScalarStyle::Plain if tag.is_none() => scalar::plain(&text),
                    _ => None,
                };
                let text = || Kind::Text(scalar::text(&text, style, self.source, at));
                let value = Value::new(kind.unwrap_or_else(text), at);
                let value = tagged(value, self.tag(tag.as_deref(), span));
                self.anchor(anchor, &value);
                self.push(value);
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.begin(Children::List(Vec::new()), style, anchor, tag.as_deref(), span);
            }
            Event::MappingStart(style, anchor, tag) => {
                self.begin(Children::Object(Vec::new(), None), style, anchor, tag.as_deref(), span);
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(container) = self.open.pop() {
                    self.close(container, (!at.is_empty()).then_some(at.end));
                }
            }
            Event::Alias(anchor) => self.alias(anchor, at),
            Event::UnresolvedAlias(name) => {
                let message = format!("no anchor `&{name}` stands before this alias");
                self.errors.push(SyntaxError::broken(at, message));
                let symbol = Symbol::any(&format!("*{name}"), "the alias has no anchor");
                self.push(Value::new(Kind::Unknown(symbol), at));
            }
            _ => {}
        }
    }

    fn span(&self, span: &granit_parser::Span) -> Span {
        let offset = |at: Option<usize>| u32::try_from(at.unwrap_or_default()).unwrap_or(u32::MAX);
        Span::new(self.file, offset(span.start.byte_offset()), offset(span.end.byte_offset()))
    }

    /// A tag that YAML does not define, as it was written.
    fn tag(&self, tag: Option<&Tag>, span: &granit_parser::Span) -> Option<(String, Span)> {
        let tag = tag.filter(|tag| !tag.is_yaml_core_schema())?;
        let at = span.tag_span().map(|tag| self.span(&tag))?;
        (tag.original() != "!").then(|| (tag.original(), at))
    }

    fn begin(
        &mut self,
        children: Children,
        style: StructureStyle,
        anchor: usize,
        tag: Option<&Tag>,
        span: &granit_parser::Span,
    ) {
        let tag = self.tag(tag, span);
        let (at, flow) = (self.span(span), style == StructureStyle::Flow);
        self.open.push(Open { start: at.start, flow, end: at.end, tag, anchor, children });
    }

    fn close(&mut self, container: Open, end: Option<u32>) {
        let end = end.unwrap_or(container.end).max(container.end);
        let span = Span::new(self.file, self.start(&container), end);
        let kind = match container.children {
            // By the book an object with an object for its key, which is not what anybody means.
            Children::Object(..) if self.hole(span).is_some() => {
                let name = self.hole(span).unwrap_or_default();
                Kind::Unknown(Symbol::any(name, "a template fills this in"))
            }
            Children::List(items) => Kind::List(items),
            Children::Object(mut members, key) => {
                if let Some(key) = key {
                    members.push(member(key, Value::new(Kind::Null, Span::at(self.file, end))));
                }
                Kind::Object(merge(members))
            }
        };
        let value = tagged(Value::new(kind, span), container.tag);
        self.anchor(container.anchor, &value);
        self.push(value);
    }

    /// What is written in `{{ … }}`.
    fn hole(&self, span: Span) -> Option<&str> {
        let written = self.source.get(span.start as usize..span.end as usize)?;
        Some(written.strip_prefix("{{")?.strip_suffix("}}")?.trim())
    }

    /// Where a container begins. Of a list that is indented no more than its key, the parser tells the place behind the
    /// first dash.
    fn start(&self, container: &Open) -> u32 {
        let start = container.start;
        let Children::List(items) = &container.children else { return start };
        let at = self.source.get(start as usize..).unwrap_or_default();
        let is_first = items.first().is_some_and(|item| item.span.start == start);
        if container.flow || (at.starts_with('-') && !is_first) {
            return start;
        }
        let before = self.source.get(..start as usize).unwrap_or_default();
        let line = before.rfind('\n').map_or(0, |end| end + 1);
        let indent = before.bytes().skip(line).take_while(|byte| *byte == b' ').count();
        let is_dash = before.get(line + indent..).is_some_and(|rest| rest.starts_with('-'));
        if is_dash { u32::try_from(line + indent).unwrap_or(start) } else { start }
    }

    fn push(&mut self, value: Value) {
        let Some(open) = self.open.last_mut() else {
            self.documents.push(value);
            return;
        };
        if value.span.file == self.file && value.trail.is_empty() {
            open.end = open.end.max(value.span.end);
        }
        match &mut open.children {
            Children::List(items) => items.push(value),
            Children::Object(members, key) => match key.take() {
                None => *key = Some(value),
                Some(key) => members.push(member(key, value)),
            },
        }
    }

    fn anchor(&mut self, anchor: usize, value: &Value) {
        if anchor == 0 {
            return;
        }
        let mut nodes = 0;
        value.walk(&mut |_| nodes += 1);
        self.anchors.insert(anchor, Anchored { value: value.clone(), nodes, depth: depth(value) });
    }

    /// The value of an anchor, as far as the budget reaches: nine anchors of nine aliases each stand for a
    /// billion nodes.
    fn alias(&mut self, anchor: usize, at: Span) {
        let written = self.source.get(at.start as usize..at.end as usize).unwrap_or_default().to_owned();
        if let Some(open) = self.open.last_mut() {
            open.end = open.end.max(at.end);
        }
        let unknown = |reason: &str| Value::new(Kind::Unknown(Symbol::any(&written, reason)), at);
        let value = match self.anchors.get(&anchor) {
            None => unknown("the alias stands for what it is part of"),
            Some(anchored)
                if self.aliased + anchored.nodes > MOST_ALIASED
                    || self.open.len() + anchored.depth > DEEPEST * 2 =>
            {
                let message = "the aliases of this file stand for more than is read";
                if !self.errors.iter().any(|error| error.kind == SyntaxErrorKind::Limit) {
                    self.errors.push(SyntaxError::broken(at, message).kind(SyntaxErrorKind::Limit));
                }
                unknown(message)
            }
            Some(anchored) => {
                self.aliased += anchored.nodes;
                anchored.value.clone().used_at(at, "used by this alias")
            }
        };
        self.push(value);
    }
}

/// A value under a tag.
fn tagged(value: Value, tag: Option<(String, Span)>) -> Value {
    let Some((tag, at)) = tag else { return value };
    let span = at.cover(value.span);
    let key = Text::known(&tag, SpanMap::identity(at));
    Value::new(Kind::Object(Vec::from([Member { key, key_span: at, value }])), span)
}

/// A key of YAML may be any value; as a member's it is its text.
fn member(key: Value, value: Value) -> Member {
    let key_span = key.span;
    let opaque = |text: &str| Text::known(text, SpanMap::opaque(key_span));
    let key = match key.kind {
        Kind::Text(text) => text,
        Kind::Number(number) => opaque(&number),
        Kind::Bool(bool) => opaque(if bool { "true" } else { "false" }),
        Kind::Null => opaque(""),
        Kind::Unknown(symbol) => Text::unknown(symbol, key_span),
        _ => Text::unknown(Symbol::any("key", "the key is no string"), key_span),
    };
    Member { key, key_span, value }
}

/// Puts the members that `<<` names after those that are written, which win.
fn merge(members: Vec<Member>) -> Vec<Member> {
    let is_merge = |member: &Member| {
        matches!(member.value.kind, Kind::Object(_) | Kind::List(_))
            && member.key.as_known().as_deref() == Some("<<")
    };
    if !members.iter().any(is_merge) {
        return members;
    }
    let (merges, mut own): (Vec<Member>, Vec<Member>) = members.into_iter().partition(is_merge);
    for merge in merges {
        let sources = match merge.value.kind {
            Kind::List(items) => items,
            kind => Vec::from([Value { kind, ..merge.value }]),
        };
        for source in sources {
            for mut member in source.as_object().unwrap_or_default().iter().cloned() {
                if !own.iter().any(|known| known.key.same(&member.key)) {
                    member.value = member.value.used_at(merge.key_span, "merged here");
                    own.push(member);
                }
            }
        }
    }
    own
}

fn depth(value: &Value) -> usize {
    let mut deepest = 0;
    let mut stack = Vec::from([(value, 1)]);
    while let Some((value, depth)) = stack.pop() {
        deepest = deepest.max(depth);
        match &value.kind {
            Kind::List(items) => stack.extend(items.iter().map(|item| (item, depth + 1))),
            Kind::Object(members) => stack.extend(members.iter().map(|member| (&member.value, depth + 1))),
            _ => {}
        }
    }
    deepest
}
