//! JSON, and JSON with holes, as Terraform leaves them where an expression stands.
//!
//! One reader for both: it is iterative, takes linear time, keeps the byte span of every node, and goes on
//! after an error. [`parse()`] makes an arena of nodes; a [`Value`] is made only of what is asked for.
//!
//! A text whose brackets do not match is read a second time with the indentation as a guide, and the reading
//! that needs fewer excuses is kept.

mod brackets;
mod buffer;
mod decode;
mod document;
mod errors;
mod guess;
mod parse;
mod scan;
mod strings;
mod tail;
#[cfg(test)]
mod tests;
mod word;

pub use buffer::Buffer;
pub use document::{Document, Form, Node};

use crate::source::{FileId, SourceFile};
use crate::syntax::SyntaxError;
use crate::value::{Text, Value};

/// Deepest nesting of lists and objects that is read.
pub const DEEPEST: usize = 500;

/// Reads a buffer.
pub fn parse<'a>(buffer: &'a Buffer<'a>) -> Document<'a> {
    let first = parse::run(buffer, parse::Guide::Brackets);
    let best = if first.unbalanced {
        let second = parse::run(buffer, parse::Guide::Indentation);
        if second.errors.count() <= first.errors.count() { second } else { first }
    } else {
        first
    };
    Document::new(buffer, best.tree, best.errors.finish())
}

/// Reads a string that holds JSON.
pub fn parse_text(text: &Text) -> (Option<Value>, Vec<SyntaxError>) {
    read(&Buffer::from_text(text))
}

/// Reads a whole file.
pub fn parse_file(source: &SourceFile, file: FileId) -> (Option<Value>, Vec<SyntaxError>) {
    read(&Buffer::from_source(source, file))
}

fn read(buffer: &Buffer<'_>) -> (Option<Value>, Vec<SyntaxError>) {
    let mut document = parse(buffer);
    let errors = std::mem::take(&mut document.errors);
    (document.root().map(|root| root.value()), errors)
}
