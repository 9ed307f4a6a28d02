//! Cuts a file into its top-level blocks in one pass, without reading their insides.

use std::sync::Arc;

use super::ast::Range;
use super::cursor::{Parser, offset};
use super::template::whole_file;
use crate::source::{FileId, SourceFile};
use crate::syntax::SyntaxError;

/// The top-level blocks of a file.
#[derive(Debug, Default)]
pub struct Outline {
    /// The blocks, in source order.
    pub blocks: Vec<OutlineBlock>,
    /// What stands between blocks and is none.
    pub errors: Vec<SyntaxError>,
}

/// A top-level block.
#[derive(Clone, Debug, PartialEq)]
pub struct OutlineBlock {
    /// The block type.
    pub kind: Range,
    /// The labels, without quotes.
    pub labels: Vec<Range>,
    /// From the block type to the closing brace; of a block that is never closed, to the next header.
    pub range: Range,
    /// Whether its braces balance.
    pub closed: bool,
}

/// Block types of Terraform, one of which begins a line where a block before it was never closed.
const HEADERS: [&str; 14] = [
    "resource ",
    "data ",
    "module ",
    "variable ",
    "locals ",
    "locals{",
    "output ",
    "provider ",
    "terraform ",
    "moved ",
    "import ",
    "check ",
    "removed ",
    "ephemeral ",
];

/// Outlines a file.
pub fn outline(source: &Arc<SourceFile>, file: FileId) -> Outline {
    let mut parser = Parser::new(source.clone(), file, whole_file(source.text().len()));
    let mut blocks = Vec::new();
    loop {
        parser.skip(true);
        if parser.at_end() {
            break;
        }
        let start = parser.at;
        match header(&mut parser) {
            Some((kind, labels)) => {
                let end = skip_braces(source.text().as_bytes(), parser.at);
                let closed = end.is_some();
                parser.at = end.unwrap_or_else(|| next_header(source.text(), parser.at));
                blocks.push(OutlineBlock { kind, labels, range: parser.since(start), closed });
            }
            None => {
                parser.at = start;
                parser.skip_to_line_end();
                let line = parser.since(start);
                let end = start + parser.text(line).trim_end().len();
                let span = parser.span(start, end);
                parser.errors.push(SyntaxError::broken(span, "expected a block"));
            }
        }
    }
    Outline { blocks, errors: parser.errors }
}

/// A block's type and labels, up to its `{`.
fn header(parser: &mut Parser) -> Option<(Range, Vec<Range>)> {
    let kind = parser.identifier()?;
    let mut labels = Vec::new();
    loop {
        parser.skip(false);
        match parser.byte() {
            b'{' => return Some((kind, labels)),
            b'"' => {
                let rest = parser.rest().get(1..)?;
                let length = memchr::memchr2(b'"', b'\n', rest.as_bytes())?;
                if rest.as_bytes().get(length) != Some(&b'"') {
                    return None;
                }
                let start = parser.at + 1;
                labels.push(Range { start: offset(start), end: offset(start + length) });
                parser.at = start + length + 1;
            }
            _ => labels.push(parser.identifier()?),
        }
    }
}

/// The bytes that end a block, or begin what may hold a brace that does not.
const MATTERS: [bool; 256] = {
    let mut matters = [false; 256];
    let bytes = *b"{}\"#/<";
    let mut at = 0;
    while at < bytes.len() {
        matters[bytes[at] as usize] = true;
        at += 1;
    }
    matters
};

/// The offset after the brace that closes the one at `open`; none where there is none.
fn skip_braces(bytes: &[u8], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = open;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| MATTERS.get(usize::from(*byte)) == Some(&true))?;
        match bytes.get(at)? {
            b'{' => depth += 1,
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            b'"' => {
                at = skip_string(bytes, at + 1);
                continue;
            }
            b'#' => {
                at = line_end(bytes, at);
                continue;
            }
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                at = line_end(bytes, at);
                continue;
            }
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                at += 2 + memchr::memmem::find(bytes.get(at + 2..)?, b"*/")? + 2;
                continue;
            }
            b'<' if bytes.get(at + 1) == Some(&b'<') => {
                if let Some(end) = skip_heredoc(bytes, at + 2) {
                    at = end;
                    continue;
                }
            }
            _ => {}
        }
        at += 1;
    }
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    memchr::memchr(b'\n', rest).map_or(bytes.len(), |length| at + length)
}

/// The offset after the closing quote; a string that its line does not close ends with the line.
fn skip_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    // Braces of the interpolations that are open, each with the strings in them.
    let mut open = 0_usize;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' if open == 0 => at += 1,
            b'"' if open == 0 => return at + 1,
            b'"' => {
                at = skip_plain_string(bytes, at + 1);
                continue;
            }
            b'$' | b'%'
                if open == 0 && bytes.get(at + 1) == Some(byte) && bytes.get(at + 2) == Some(&b'{') =>
            {
                at += 2
            }
            b'$' | b'%' if open == 0 && bytes.get(at + 1) == Some(&b'{') => {
                open = 1;
                at += 1;
            }
            b'{' if open > 0 => open += 1,
            b'}' if open > 0 => open -= 1,
            b'\n' if open == 0 => return at,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// A string inside an interpolation. Strings in interpolations of this one are rare enough to count quotes by
/// braces only.
fn skip_plain_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    let mut open = 0_usize;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'$' | b'%' if bytes.get(at + 1) == Some(&b'{') => {
                open += 1;
                at += 1;
            }
            b'}' if open > 0 => open -= 1,
            b'"' if open == 0 => return at + 1,
            b'\n' => return at,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// The offset of the newline after the end marker; none where this begins no heredoc.
fn skip_heredoc(bytes: &[u8], start: usize) -> Option<usize> {
    let start = start + usize::from(bytes.get(start) == Some(&b'-'));
    let first = line_end(bytes, start);
    let marker = bytes.get(start..first)?;
    let marker = marker.strip_suffix(b"\r").unwrap_or(marker);
    let named = marker.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_' || *b >= 0x80);
    if !named || !marker.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-') || *b >= 0x80) {
        return None;
    }
    let mut at = first + 1;
    while at < bytes.len() {
        let end = line_end(bytes, at);
        if bytes.get(at..end)?.trim_ascii() == marker {
            return Some(end);
        }
        at = end + 1;
    }
    None
}

/// The next line that begins with a block type of Terraform.
fn next_header(text: &str, at: usize) -> usize {
    let mut line = line_end(text.as_bytes(), at) + 1;
    while let Some(rest) = text.get(line..).filter(|rest| !rest.is_empty()) {
        if HEADERS.iter().any(|header| rest.starts_with(header)) {
            return line;
        }
        line = line_end(text.as_bytes(), line) + 1;
    }
    text.len()
}
