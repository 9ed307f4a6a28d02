//! YAML: text to values, each node with its place.
//!
//! A tag that YAML itself does not define, such as `!Sub`, becomes an object with the tag as its only key. An
//! alias is the value of its anchor, used by one more step; a merge key is resolved. What is not YAML costs the
//! smallest block that holds it: the rest is read.

mod nested;
mod plain;
mod problem;
mod recover;
mod scalar;
#[cfg(test)]
mod tests;
mod tree;

pub(crate) use plain::is_plain;

use crate::source::{FileId, SourceFile};
use crate::syntax::SyntaxError;
use crate::value::{Text, Value};

/// Deepest nesting that is read.
pub const DEEPEST: usize = 200;

/// Nodes that the aliases of one file may stand for in total.
pub const MOST_ALIASED: usize = 200_000;

/// Reads a whole file: the value of each of its documents.
pub fn parse_file(source: &SourceFile, file: FileId) -> (Vec<Value>, Vec<SyntaxError>) {
    recover::parse(source.text(), source.text(), file)
}

/// Reads what is left of a file, `rest`, of which other parts were made comments; offsets are those of the file.
pub(crate) fn parse_rest(rest: &str, source: &SourceFile, file: FileId) -> (Vec<Value>, Vec<SyntaxError>) {
    recover::parse(rest, source.text(), file)
}

/// Reads YAML in a string, with spans of the files that its pieces stand in. What is not known of the string is taken
/// for a part of the scalar it stands in; none if that cannot be told.
pub fn parse_text(text: &Text) -> Option<(Vec<Value>, Vec<SyntaxError>)> {
    nested::parse(text)
}
