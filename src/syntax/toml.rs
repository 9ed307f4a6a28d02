//! Reads the tables of a TOML text, every mistake with the characters that make it.

use std::cell::RefCell;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::source::{FileId, Span};
use crate::syntax::SyntaxError;

/// Where a TOML text lies, and the mistakes met in it.
pub(crate) struct Block {
    file: FileId,
    base: u32,
    errors: RefCell<Vec<SyntaxError>>,
}

/// A table of it, of which all members must be asked for.
pub(crate) struct Table<'b, 't> {
    block: &'b Block,
    name: &'b str,
    span: Span,
    members: &'b DeTable<'t>,
    asked: RefCell<Vec<&'static str>>,
}

/// A member of a table: a string or a table.
pub(crate) enum Member<'b, 't> {
    /// A string and its place.
    Text(String, Span),
    /// A table.
    Table(Table<'b, 't>),
}

impl Block {
    /// A block whose text begins at byte `base` of `file`.
    pub(crate) fn new(file: FileId, base: u32) -> Self {
        Block { file, base, errors: RefCell::default() }
    }

    /// The place of a range of the text.
    pub(crate) fn span(&self, range: std::ops::Range<usize>) -> Span {
        let offset = |at: usize| self.base.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
        Span::new(self.file, offset(range.start), offset(range.end))
    }

    /// Adds a mistake.
    pub(crate) fn error(&self, error: SyntaxError) {
        self.errors.borrow_mut().push(error);
    }

    /// The mistakes, in the order they were met.
    pub(crate) fn into_errors(self) -> Vec<SyntaxError> {
        self.errors.into_inner()
    }
}

impl<'b, 't> Table<'b, 't> {
    /// The members of a table called `name`, which lies at `span`.
    pub(crate) fn new(block: &'b Block, name: &'b str, span: Span, members: &'b DeTable<'t>) -> Self {
        Table { block, name, span, members, asked: RefCell::default() }
    }

    /// Where the table begins.
    pub(crate) fn span(&self) -> Span {
        self.span
    }

    /// Where a member's value was written; the table where it was not.
    pub(crate) fn span_of(&self, key: &'static str) -> Span {
        self.get(key).map_or(self.span, |value| self.block.span(value.span()))
    }

    /// Adds a mistake.
    pub(crate) fn error(&self, error: SyntaxError) {
        self.block.error(error);
    }

    /// A string that must be there.
    pub(crate) fn required(&self, key: &'static str) -> String {
        self.text(key).unwrap_or_else(|| {
            if self.get(key).is_none() {
                self.error(SyntaxError::broken(self.span, format!("{} has no `{key}`", self.name)));
            }
            String::new()
        })
    }

    /// A string.
    pub(crate) fn text(&self, key: &'static str) -> Option<String> {
        let value = self.get(key)?;
        let text = value.get_ref().as_str();
        if text.is_none() {
            self.wrong(key, value, "a string");
        }
        text.map(str::to_owned)
    }

    /// A boolean.
    pub(crate) fn flag(&self, key: &'static str) -> Option<bool> {
        let value = self.get(key)?;
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            self.wrong(key, value, "true or false");
        }
        flag
    }

    /// A whole number that is not negative.
    pub(crate) fn number(&self, key: &'static str) -> Option<u32> {
        let value = self.get(key)?;
        let number = value.get_ref().as_integer().and_then(|number| number.as_str().parse().ok());
        if number.is_none() {
            self.wrong(key, value, "a whole number");
        }
        number
    }

    /// A string or a list of strings, each with its place.
    pub(crate) fn texts(&self, key: &'static str) -> Vec<(String, Span)> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let items = match value.get_ref() {
            DeValue::Array(items) => items.iter().collect(),
            _ => vec![value],
        };
        items
            .into_iter()
            .filter_map(|item| {
                let Some(text) = item.get_ref().as_str() else {
                    self.wrong(key, item, "a string");
                    return None;
                };
                Some((text.to_owned(), self.block.span(item.span())))
            })
            .collect()
    }

    /// One of some words.
    pub(crate) fn word<T: Copy>(&self, key: &'static str, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(key)?;
        self.choose(&text, self.span_of(key), words)
    }

    /// The meaning of a word; a mistake if it has none.
    pub(crate) fn choose<T: Copy>(&self, text: &str, span: Span, words: &[(&str, T)]) -> Option<T> {
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning);
        if found.is_none() {
            let known: Vec<_> = words.iter().map(|(word, _)| *word).collect();
            let mut error = SyntaxError::broken(span, format!("`{text}` is not known here"));
            error.help = Some(suggestion(text, &known));
            self.error(error);
        }
        found
    }

    /// A table.
    pub(crate) fn table<'s>(&'s self, key: &'static str) -> Option<Table<'s, 't>> {
        let value = self.get(key)?;
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.wrong(key, value, "a table");
        }
        Some(Table::new(self.block, key, self.block.span(value.span()), table?))
    }

    /// A table or a list of tables.
    pub(crate) fn tables<'s>(&'s self, key: &'static str) -> Vec<Table<'s, 't>> {
        let Some(DeValue::Array(items)) = self.get(key).map(Spanned::get_ref) else {
            return self.table(key).into_iter().collect();
        };
        let table = |item: &'s Spanned<DeValue<'t>>| {
            let members = item.get_ref().as_table();
            if members.is_none() {
                self.wrong(key, item, "a table");
            }
            Some(Table::new(self.block, key, self.block.span(item.span()), members?))
        };
        items.iter().filter_map(table).collect()
    }

    /// All members as texts, whatever their keys.
    pub(crate) fn free(&self) -> Vec<(String, Vec<String>)> {
        let words = |value: &DeValue<'_>| match value {
            DeValue::String(text) => text.to_string(),
            DeValue::Integer(number) => number.to_string(),
            DeValue::Boolean(flag) => flag.to_string(),
            _ => String::new(),
        };
        let member = |value: &DeValue<'_>| match value {
            DeValue::Array(items) => items.iter().map(|item| words(item.get_ref())).collect(),
            value => vec![words(value)],
        };
        self.members.iter().map(|(key, value)| (key.get_ref().to_string(), member(value.get_ref()))).collect()
    }

    /// All keys, each with its place, in source order.
    pub(crate) fn keys(&self) -> Vec<(String, Span)> {
        let place =
            |key: &Spanned<toml::de::DeString<'_>>| (key.get_ref().to_string(), self.block.span(key.span()));
        let mut keys: Vec<_> = self.members.keys().map(place).collect();
        keys.sort_by_key(|(_, span)| span.start);
        keys
    }

    /// The member of a key that is not known beforehand: a table, or a string.
    pub(crate) fn member<'s>(&'s self, key: &str) -> Option<Member<'s, 't>> {
        let value = self.members.get(key)?;
        let span = self.block.span(value.span());
        match value.get_ref() {
            DeValue::Table(members) => {
                Some(Member::Table(Table::new(self.block, "this table", span, members)))
            }
            DeValue::String(text) => Some(Member::Text(text.to_string(), span)),
            _ => {
                self.wrong(key, value, "a string or a table");
                None
            }
        }
    }

    /// Whether the member is there.
    pub(crate) fn has(&self, key: &'static str) -> bool {
        self.get(key).is_some()
    }

    /// A mistake for each member that nobody asked for.
    pub(crate) fn finish(&self) {
        let asked = self.asked.borrow();
        for (key, _) in self.members.iter().filter(|(key, _)| !asked.contains(&key.get_ref().as_ref())) {
            let span = self.block.span(key.span());
            let mut error =
                SyntaxError::broken(span, format!("{} has no key `{}`", self.name, key.get_ref()));
            error.help = Some(suggestion(key.get_ref(), &asked));
            self.error(error);
        }
    }

    fn get(&self, key: &'static str) -> Option<&'b Spanned<DeValue<'t>>> {
        if !self.asked.borrow().contains(&key) {
            self.asked.borrow_mut().push(key);
        }
        self.members.get(key)
    }

    fn wrong(&self, key: &str, value: &Spanned<DeValue<'_>>, expected: &str) {
        let message = format!("`{key}` should be {expected}, not {}", value.get_ref().type_str());
        self.error(SyntaxError::broken(self.block.span(value.span()), message));
    }
}

/// What was probably meant, or all that is possible.
pub(crate) fn suggestion(written: &str, known: &[&str]) -> String {
    match crate::catalog::nearest(written, known.iter().copied()) {
        Some(word) => format!("did you mean `{word}`?"),
        None => format!("known are `{}`", known.join("`, `")),
    }
}
