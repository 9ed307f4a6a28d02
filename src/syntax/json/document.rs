//! The tree that the reader makes: an arena in document order.

use std::borrow::Cow;

use super::Buffer;
use super::decode;
use crate::source::Span;
use crate::syntax::SyntaxError;
use crate::value::{Text, Value};

/// What a [`Node`] was written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `null`
    Null,
    /// `true`
    True,
    /// `false`
    False,
    /// A number.
    Number,
    /// A string in quotes.
    Text,
    /// A word that should have been in quotes.
    Word,
    /// A list.
    List,
    /// An object.
    Object,
    /// A hole outside of strings.
    Hole,
    /// Characters that no value can be made of, or none at all where a value was due.
    Unreadable,
}

/// A record of the arena. A container's children follow it; an object's are keys and values in turn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record {
    pub(super) form: Form,
    /// A string that is not its own characters: an escape or a hole is in it.
    pub(super) coded: bool,
    /// Length in bytes of a string's closing quote; 0 where it is missing.
    pub(super) tail: u8,
    /// Byte offset in the buffer, quotes and brackets included.
    pub(super) start: u32,
    /// Byte offset after the last byte.
    pub(super) end: u32,
    /// Index of the first record that does not belong to this one.
    pub(super) after: u32,
}

/// A JSON text that was read. Usually one value, and more where several stand in a row.
#[derive(Debug)]
pub struct Document<'a> {
    buffer: &'a Buffer<'a>,
    /// Record 0 is a list around everything.
    records: Vec<Record>,
    /// What was wrong, in source order.
    pub errors: Vec<SyntaxError>,
}

/// A node of a [`Document`].
#[derive(Clone, Copy, Debug)]
pub struct Node<'d> {
    pub(super) document: &'d Document<'d>,
    pub(super) index: u32,
    record: Record,
}

impl<'a> Document<'a> {
    pub(super) fn new(buffer: &'a Buffer<'a>, records: Vec<Record>, errors: Vec<SyntaxError>) -> Self {
        Document { buffer, records, errors }
    }

    /// The value; where several stand in a row, a list of them. A hole beside the value is not counted.
    pub fn root(&self) -> Option<Node<'_>> {
        let around = self.node(0)?;
        let mut real = around.children().filter(|child| child.form() != Form::Hole);
        match (real.next(), real.next()) {
            (Some(one), None) => Some(one),
            (Some(_), Some(_)) => Some(around),
            (None, _) => around.children().next(),
        }
    }

    /// The value of a node and everything below it.
    pub fn value(&self, node: Node<'_>) -> Value {
        decode::value(self, node.index)
    }

    /// How many nodes there are, keys counted.
    pub fn len(&self) -> usize {
        self.records.len().saturating_sub(1)
    }

    /// Whether there is no node at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All nodes in document order, keys included.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        (1..).map_while(|index| self.node(index))
    }

    pub(super) fn buffer(&self) -> &'a Buffer<'a> {
        self.buffer
    }

    pub(super) fn node(&self, index: u32) -> Option<Node<'_>> {
        let record = *self.records.get(index as usize)?;
        Some(Node { document: self, index, record })
    }
}

impl<'d> Node<'d> {
    /// What it was written as.
    pub fn form(self) -> Form {
        self.record.form
    }

    /// Where it was written; a string's quotes and a container's brackets included.
    pub fn span(self) -> Span {
        self.document.buffer().span(self.record.start, self.record.end)
    }

    /// The items of a list; of anything else, none.
    pub fn items(self) -> impl Iterator<Item = Node<'d>> {
        self.children().filter(move |_| self.form() == Form::List)
    }

    /// The members of an object, in source order, duplicates kept: key and value.
    pub fn members(self) -> impl Iterator<Item = (Node<'d>, Node<'d>)> {
        let mut children = self.children().filter(move |_| self.form() == Form::Object);
        std::iter::from_fn(move || Some((children.next()?, children.next()?)))
    }

    /// The last member with this key.
    pub fn get(self, key: &str) -> Option<Node<'d>> {
        self.members().filter(|(name, _)| name.known().as_deref() == Some(key)).last().map(|(_, value)| value)
    }

    /// The characters of a string or a word, if all are known.
    pub fn known(self) -> Option<Cow<'d, str>> {
        if !matches!(self.form(), Form::Text | Form::Word) {
            return None;
        }
        if !self.record.coded {
            let (start, end) = decode::content(self);
            return self.document.buffer().text().get(start as usize..end as usize).map(Cow::Borrowed);
        }
        self.text()?.as_known().map(|text| Cow::Owned(text.into_owned()))
    }

    /// A string or a word, decoded; each character knows where it was written.
    pub fn text(self) -> Option<Text> {
        matches!(self.form(), Form::Text | Form::Word).then(|| decode::text(self))
    }

    /// The node and everything below it.
    pub fn value(self) -> Value {
        self.document.value(self)
    }

    pub(super) fn start(self) -> u32 {
        self.record.start
    }

    pub(super) fn end(self) -> u32 {
        self.record.end
    }

    pub(super) fn after(self) -> u32 {
        self.record.after
    }

    pub(super) fn tail(self) -> u32 {
        u32::from(self.record.tail)
    }

    fn children(self) -> impl Iterator<Item = Node<'d>> {
        let mut next = self.index + 1;
        std::iter::from_fn(move || {
            let child = self.document.node(next).filter(|_| next < self.record.after)?;
            next = child.record.after;
            Some(child)
        })
    }
}
