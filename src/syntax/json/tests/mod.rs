//! Tests of the JSON reader.

mod recovery;

use crate::source::{FileId, SourceFile};
use crate::syntax::{SyntaxError, SyntaxErrorKind};
use crate::value::{Kind, Value};

use super::{Buffer, parse_file};

/// Reads a text as a file.
fn read(text: &str) -> (Option<Value>, Vec<SyntaxError>) {
    parse_file(&SourceFile::new("policy.json", text.as_bytes().to_vec()), FileId(0))
}

/// Plain JSON of a value, unknown ones as `?`.
fn show(value: &Value) -> String {
    match &value.kind {
        Kind::Null => "null".to_owned(),
        Kind::Bool(is) => is.to_string(),
        Kind::Number(number) => number.clone(),
        Kind::Text(text) => format!("{:?}", text.to_string()),
        Kind::List(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(",")),
        Kind::Object(members) => {
            let members = members.iter().map(|m| format!("{:?}:{}", m.key.to_string(), show(&m.value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        _ => "?".to_owned(),
    }
}

/// What was read, and each error as `kind `source` message`.
fn reading(text: &str) -> (String, Vec<String>) {
    let (value, errors) = read(text);
    let source = SourceFile::new("", text.as_bytes().to_vec());
    let errors = errors.iter().map(|error| {
        let kind = match error.kind {
            SyntaxErrorKind::Tolerated => "tolerated",
            SyntaxErrorKind::Broken => "broken",
            SyntaxErrorKind::Limit => "limit",
        };
        let at = source.position(error.span.start);
        format!(
            "{kind} {}:{} {:?} {}",
            at.line,
            at.column,
            source.slice(error.span.start, error.span.end),
            error.message
        )
    });
    (value.map_or_else(|| "nothing".to_owned(), |value| show(&value)), errors.collect())
}
