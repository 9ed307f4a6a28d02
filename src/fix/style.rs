//! How the text around a node is written: quotes, assignment, separators, indentation.

use crate::source::SourceFile;
use crate::value::{Member, Value};

use super::New;
use super::editor::{is_word_of_yaml, line_end};

/// The notation of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notation {
    /// `{ "key": value }`, also with escaped quotes inside of a string.
    Json,
    /// `{ key = value }`
    Hcl,
    /// `key: value` on lines of their own.
    YamlBlock,
    /// `statement { … }`: a block of arguments.
    HclBlock,
}

/// How an object is written.
#[derive(Clone, Debug)]
pub(super) struct Style {
    pub(super) notation: Notation,
    /// What begins and ends a string, such as `"` or `\"`.
    quote: String,
    /// What stands between a key and its value.
    assign: String,
    /// What stands between two members.
    pub(super) between: String,
}

impl Style {
    /// The style of an object in its file; none where its members do not stand in it as members do.
    pub(super) fn of(file: &SourceFile, object: &Value) -> Option<Style> {
        let source = file.slice(object.span.start, object.span.end);
        if is_block(source) {
            let (quote, assign) = ("\"".to_owned(), " = ".to_owned());
            return Some(Style { notation: Notation::HclBlock, quote, assign, between: "\n".to_owned() });
        }
        let members = members(object)?;
        let last = *members.last()?;
        let key = file.slice(last.key_span.start, last.key_span.end);
        let assign = file.slice(last.key_span.end, start_of(last, object)?).to_owned();
        let braces = source.starts_with('{');
        let notation = match (braces, assign.contains('=')) {
            (true, true) => Notation::Hcl,
            (true, false) => Notation::Json,
            (false, _) => Notation::YamlBlock,
        };
        let quote = match key.find('"') {
            Some(at) if key.get(..at).is_some_and(|run| run.bytes().all(|byte| byte == b'\\')) => {
                key.get(..=at)?.to_owned()
            }
            _ => "\"".to_owned(),
        };
        let assign = match notation {
            Notation::Hcl => " = ".to_owned(),
            Notation::YamlBlock => ": ".to_owned(),
            _ if assign.trim() == ":" => assign,
            _ => return None,
        };
        let before = match members.len().checked_sub(2).and_then(|at| members.get(at)) {
            Some(previous) => file.slice(end_of(previous, object)?, last.key_span.start),
            None => file.slice(object.span.start, last.key_span.start).trim_start_matches('{'),
        };
        let between = match notation {
            // What counts is the column, whatever stands before the first member.
            Notation::YamlBlock => {
                format!("{}{}", line_end(file), " ".repeat(column(file, last.key_span.start)))
            }
            _ => separator(notation, before, members.len()),
        };
        Some(Style { notation, quote, assign, between })
    }

    /// A key and its value.
    pub(super) fn member(&self, key: &str, value: &New) -> String {
        format!("{}{}{}", self.key(key), self.assign, self.value(value))
    }

    /// A key and an object of one member that is written already.
    pub(super) fn member_as_written(&self, key: &str, member: &str) -> String {
        format!("{}{}{{ {member} }}", self.key(key), self.assign)
    }

    fn key(&self, key: &str) -> String {
        let plain = key.bytes().all(|byte| byte.is_ascii_alphanumeric()) && !is_word_of_yaml(key);
        if self.notation != Notation::Json && plain { key.to_owned() } else { self.text(key) }
    }

    /// A string in quotes.
    pub(super) fn text(&self, text: &str) -> String {
        // The texts of corrections are actions, keys and ARNs: nothing in them needs an escape.
        format!("{}{text}{}", self.quote, self.quote)
    }

    /// A value on one line.
    pub(super) fn value(&self, value: &New) -> String {
        match value {
            New::Text(text) => self.text(text),
            New::Literal(literal) => literal.clone(),
            New::List(items) => {
                let items: Vec<String> = items.iter().map(|item| self.text(item)).collect();
                format!("[{}]", items.join(", "))
            }
            New::Object(members) => {
                let members: Vec<String> =
                    members.iter().map(|(key, value)| self.member(key, value)).collect();
                format!("{{ {} }}", members.join(", "))
            }
        }
    }
}

/// The members of an object in source order; none unless all of their keys stand in it.
pub(super) fn members(object: &Value) -> Option<Vec<&Member>> {
    let mut members: Vec<&Member> = object.as_object()?.iter().collect();
    members.sort_by_key(|member| member.key_span);
    members.iter().all(|member| object.span.contains(member.key_span)).then_some(members)
}

/// Where the value of a member begins in the object: the value itself, or the reference that stands for it.
fn start_of(member: &Member, object: &Value) -> Option<u32> {
    place(member, object).map(|span| span.start)
}

/// Where a member ends in the object.
pub(super) fn end_of(member: &Member, object: &Value) -> Option<u32> {
    place(member, object).map(|span| span.end)
}

fn place(member: &Member, object: &Value) -> Option<crate::source::Span> {
    let behind =
        |span: &crate::source::Span| object.span.contains(*span) && span.start >= member.key_span.end;
    let steps = member.value.trail.steps().map(|step| step.span);
    std::iter::once(member.value.span).chain(steps).find(behind)
}

/// Whether the text is `name … { … }`.
fn is_block(source: &str) -> bool {
    let name = source.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    let labels =
        name.trim_start_matches(|c: char| c == ' ' || c == '"' || c.is_ascii_alphanumeric() || c == '_');
    name.len() < source.len() && labels.starts_with('{') && source.ends_with('}')
}

/// How many characters stand before a place on its line.
pub(super) fn column(file: &SourceFile, at: u32) -> usize {
    let before = file.slice(0, at);
    before.rsplit('\n').next().map_or(0, |line| line.chars().count())
}

/// What stands between two members, taken from what stands before the last one.
fn separator(notation: Notation, before: &str, members: usize) -> String {
    let line = before.rfind('\n').and_then(|at| before.get(at..));
    let carriage = if before.contains("\r\n") { "\r" } else { "" };
    match (notation, line) {
        (Notation::Json, Some(line)) => format!(",{carriage}{line}"),
        (Notation::Json, None) if members > 1 && before.contains(',') => before.to_owned(),
        (Notation::Json, None) => ", ".to_owned(),
        (_, Some(line)) => format!("{carriage}{line}"),
        (_, None) => ", ".to_owned(),
    }
}
