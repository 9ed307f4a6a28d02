//! Going on after a mistake: the smallest block that holds it is taken out, and the text is read again.

use super::problem;
use super::tree::{self, Tree};
use crate::source::{FileId, Span};
use crate::syntax::SyntaxError;
use crate::value::{Kind, Member, Symbol, Text, Value};

/// Mistakes after which a file is given up.
const MOST_MISTAKES: usize = 8;

/// Readings of one file: a mistake may cost several, each without a larger block.
const MOST_READINGS: usize = 40;

/// Reads a text; `source` is what its offsets point into.
pub(super) fn parse(text: &str, source: &str, file: FileId) -> (Vec<Value>, Vec<SyntaxError>) {
    let mut text = text.to_owned();
    let mut errors = Vec::new();
    let mut gaps: Vec<(usize, usize)> = Vec::new();
    for _ in 0..MOST_READINGS {
        let Tree { documents, errors: inner, stop, bracket } = tree::read(&text, source, file);
        let Some(stop) = stop else {
            return finish(documents, inner, errors, &gaps, file);
        };
        let at = stop.marker().byte_offset().unwrap_or(text.len()).min(text.len());
        // What is missing in brackets is noticed long after them.
        let at = bracket.map_or(at, |open| at.min(open as usize));
        let gap = gap(&text, at, gaps.last().copied());
        if gaps.last().is_none_or(|last| gap.0 > last.0 && gap.0 >= last.1) {
            errors.push(problem::describe(&stop, source, file));
            gaps.push(gap);
        } else if let Some(last) = gaps.last_mut() {
            *last = gap;
        }
        if errors.len() > MOST_MISTAKES || gap.0 >= gap.1 {
            return finish(documents, inner, errors, &gaps, file);
        }
        blank(&mut text, gap);
    }
    let Tree { documents, errors: inner, .. } = tree::read(&text, source, file);
    finish(documents, inner, errors, &gaps, file)
}

fn finish(
    mut documents: Vec<Value>,
    inner: Vec<SyntaxError>,
    mut errors: Vec<SyntaxError>,
    gaps: &[(usize, usize)],
    file: FileId,
) -> (Vec<Value>, Vec<SyntaxError>) {
    for (start, end) in gaps {
        let small = |at: &usize| u32::try_from(*at).unwrap_or(u32::MAX);
        let gap = Span::new(file, small(start), small(end));
        for document in &mut documents {
            note(document, gap);
        }
    }
    errors.extend(inner);
    errors.sort_by_key(|error| error.span.start);
    (documents, errors)
}

/// The block to take out for a mistake at byte `at`. After the one at `last` was taken out in vain, a larger one.
fn gap(text: &str, at: usize, last: Option<(usize, usize)>) -> (usize, usize) {
    let line = |at: usize| text.get(..at).unwrap_or_default().rfind('\n').map_or(0, |end| end + 1);
    let mut start = line(at);
    // A mistake at the end of a block is one of the last line that says something.
    while start > 0 && is_blank(text, start) {
        start = line(start - 1);
    }
    if let Some((from, to)) = last
        && (from..to).contains(&start)
    {
        start = parent(text, from);
    }
    (start, block_end(text, start))
}

fn is_blank(text: &str, start: usize) -> bool {
    text.get(start..line_end(text, start)).is_none_or(|line| line.trim().is_empty())
}

fn line_end(text: &str, start: usize) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    memchr::memchr(b'\n', rest.as_bytes()).map_or(text.len(), |end| start + end + 1)
}

fn indent(text: &str, start: usize) -> usize {
    text.get(start..).unwrap_or_default().bytes().take_while(|byte| *byte == b' ').count()
}

/// The line that holds the block of the line at `start`: the nearest before it that is indented less.
fn parent(text: &str, start: usize) -> usize {
    let own = indent(text, start);
    let mut at = start;
    while at > 0 {
        at = text.get(..at - 1).unwrap_or_default().rfind('\n').map_or(0, |end| end + 1);
        if !is_blank(text, at) && indent(text, at) < own {
            break;
        }
    }
    at
}

/// The end of the block that begins with the line at `start`: the next line that is not indented more.
fn block_end(text: &str, start: usize) -> usize {
    let own = indent(text, start);
    let mut at = line_end(text, start);
    while at < text.len() && (is_blank(text, at) || indent(text, at) > own) {
        at = line_end(text, at);
    }
    at
}

/// Puts spaces in the place of a range, byte for byte; lines stay lines.
fn blank(text: &mut String, (start, end): (usize, usize)) {
    let blanked: String = match text.get(start..end) {
        Some(range) => range.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect(),
        None => return,
    };
    text.replace_range(start..end, &blanked);
}

/// Puts something unknown into the smallest container around a gap.
fn note(value: &mut Value, gap: Span) {
    let symbol = || Symbol::any("this", "this is not YAML");
    let unknown = Value::new(Kind::Unknown(symbol()), gap);
    match &mut value.kind {
        Kind::Object(members) => {
            let inner = members.iter_mut().map(|member| &mut member.value);
            if let Some(inner) = smallest(inner, gap) {
                return note(inner, gap);
            }
            members.push(Member { key: Text::unknown(symbol(), gap), key_span: gap, value: unknown });
        }
        Kind::List(items) => match smallest(items.iter_mut(), gap) {
            Some(inner) => note(inner, gap),
            None => items.push(unknown),
        },
        Kind::Null => *value = unknown,
        _ => {}
    }
}

/// The container that a gap lies in, or directly behind where nothing else follows it.
fn smallest<'v>(values: impl Iterator<Item = &'v mut Value>, gap: Span) -> Option<&'v mut Value> {
    let mut values: Vec<&mut Value> = values.collect();
    let is_container = |value: &Value| matches!(value.kind, Kind::Object(_) | Kind::List(_));
    let at = values.iter().rposition(|value| value.span.start <= gap.start)?;
    let value = values.swap_remove(at);
    (is_container(value) && value.trail.is_empty() && value.span.end >= gap.start).then_some(value)
}
