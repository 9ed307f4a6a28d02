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

/// Block types of Terraform.
const KINDS: [&str; 13] = [
    "resource",
    "data",
    "module",
    "variable",
    "locals",
    "output",
    "provider",
    "terraform",
    "moved",
    "import",
    "check",
    "removed",
    "ephemeral",
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
        if let Some((kind, labels)) = header(&mut parser) {
            let end = skip_braces(source.text().as_bytes(), parser.at);
            let end = end.filter(|end| !goes_on(&mut parser, start, *end));
            let closed = end.is_some();
            parser.at = end.unwrap_or_else(|| next_header(source.text(), start));
            blocks.push(OutlineBlock { kind, labels, range: parser.since(start), closed });
            continue;
        }
        parser.at = start;
        let block = broken_header(&mut parser).filter(|_| parser.first_on_line(start));
        parser.at = next_header(source.text(), start);
        match block {
            Some((kind, labels)) => {
                blocks.push(OutlineBlock { kind, labels, range: parser.since(start), closed: false });
            }
            // What stands there up to the next block is one mistake.
            None => {
                let lost = source.text().get(start..).unwrap_or_default();
                let line = lost.lines().next().unwrap_or_default().trim_end();
                let span = parser.span(start, start + line.len());
                parser.errors.push(SyntaxError::broken(span, "expected a block"));
            }
        }
    }
    Outline { blocks, errors: parser.errors }
}

/// Whether the block at `start` goes on after `end`, where its braces balance: what stands there begins no other
/// block, so one of its own braces is missing or too many.
fn goes_on(parser: &mut Parser, start: usize, end: usize) -> bool {
    parser.at = end;
    parser.skip(true);
    let next = parser.at;
    if parser.at_end() {
        return false;
    }
    let on_own_line = parser.first_on_line(next);
    let deeper = parser.line_of(next).1 > parser.line_of(start).1;
    let kind = match header(parser) {
        Some((kind, _)) => Some(kind),
        None => {
            parser.at = next;
            broken_header(parser).map(|(kind, _)| kind)
        }
    };
    let begins = match kind {
        Some(kind) if deeper => KINDS.contains(&parser.text(kind)),
        Some(_) => true,
        None => false,
    };
    parser.at = next;
    !begins && (deeper || !on_own_line || matches!(parser.byte(), b'}' | b']' | b')'))
}

/// The header of a block of Terraform that has lost its brace or a quote: its type, and the words on its line.
fn broken_header(parser: &mut Parser) -> Option<(Range, Vec<Range>)> {
    let start = parser.at;
    let kind = parser.identifier()?;
    let begins = KINDS.contains(&parser.text(kind)) && begins_block(parser.source.text().get(start..)?);
    let after = parser.at;
    parser.skip_to_line_end();
    let line = parser.since(after);
    let labels = parser.words(line);
    begins.then_some((kind, labels))
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

/// Whether a byte ends a block, or begins what may hold a brace that does not.
fn matters(byte: u8) -> bool {
    matches!(byte, b'{' | b'}' | b'"' | b'#' | b'/' | b'<')
}

/// The offset after the brace that closes the one at `open`; none where there is none.
fn skip_braces(bytes: &[u8], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = open;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| matters(*byte))?;
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

/// The next line after the one at `at` that begins with a block type of Terraform and looks like a header.
fn next_header(text: &str, at: usize) -> usize {
    let mut line = line_end(text.as_bytes(), at) + 1;
    while let Some(rest) = text.get(line..).filter(|rest| !rest.is_empty()) {
        if begins_block(rest) {
            return line;
        }
        line = line_end(text.as_bytes(), line) + 1;
    }
    text.len()
}

/// Whether the first line of a text begins with a block type of Terraform, and a label or brace follows on it.
fn begins_block(text: &str) -> bool {
    let Some(kind) = KINDS.iter().find(|kind| text.starts_with(**kind)) else { return false };
    let line = text.lines().next().unwrap_or_default();
    let rest = line.get(kind.len()..).unwrap_or_default();
    let blank = rest.starts_with([' ', '\t']);
    let rest = rest.trim();
    matches!(rest.chars().next(), None | Some('{'))
        || (blank && (rest.starts_with('"') || rest.ends_with('{')) && !rest.starts_with('='))
}
