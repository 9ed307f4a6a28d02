//! What miette is shown of the sources: a few lines around each label, and of a long line only the characters
//! around it. miette reads a source from its start for each label, and panics on a label past column 65,535;
//! minified policies and plans have both.

use std::collections::BTreeMap;

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan};

use crate::finding::Label;
use crate::report::visible::{same_length, visible};
use crate::source::{FileId, SourceFile, Sources, Span};

/// A line of more bytes is shown in part.
const LONG: u32 = 160;
/// Bytes shown before and after a label in a long line.
const AROUND: u32 = 50;
/// A label over more lines underlines its first line only.
const MOST_LINES: usize = 10;

/// Pieces of the sources, one after the other in an offset space of their own: the one with the primary label
/// first, the others by file and place.
#[derive(Debug)]
pub(super) struct Windows {
    windows: Vec<Window>,
}

#[derive(Debug)]
struct Window {
    /// Where it begins in the offset space.
    base: usize,
    path: String,
    /// The text, of the same length as its source and safe for a terminal.
    text: String,
    /// Line of its first character, from 0.
    line: usize,
    /// The labels' offsets in the space, and line and column (from 0) of each.
    columns: BTreeMap<usize, (usize, usize)>,
}

/// A piece of one file: bytes `start..end`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Piece {
    file: FileId,
    start: u32,
    end: u32,
}

impl Windows {
    /// The windows that the labels need, and the labels in their offset space. The first label is the primary.
    pub(super) fn new(labels: &[&Label], sources: &Sources) -> (Windows, Vec<LabeledSpan>) {
        let shown: Vec<Span> = labels.iter().map(|label| shorten(label.span, sources)).collect();
        let mut windows = Vec::new();
        let mut base = 0;
        for piece in pieces(&shown, sources) {
            let file = sources.file(piece.file);
            let text = same_length(file.slice(piece.start, piece.end)).into_owned();
            let line = file.position(piece.start).line as usize - 1;
            let path = visible(file.path()).into_owned();
            let length = text.len();
            windows.push((piece, Window { base, path, text, line, columns: BTreeMap::new() }));
            // A gap, so that the end of one window is no place in the next.
            base += length + 2;
        }
        let mut spans = Vec::new();
        for (at, (label, span)) in labels.iter().zip(shown).enumerate() {
            let holds =
                |piece: &Piece| piece.file == span.file && piece.start <= span.start && span.end <= piece.end;
            let Some((piece, window)) = windows.iter_mut().find(|(piece, _)| holds(piece)) else { continue };
            let offset = window.base + (span.start - piece.start) as usize;
            let place = sources.file(span.file).position(span.start);
            window.columns.insert(offset, (place.line as usize - 1, place.column as usize - 1));
            let message = (!label.message.is_empty()).then(|| visible(&label.message).into_owned());
            let length = span.len() as usize;
            spans.push(match at {
                0 => LabeledSpan::new_primary_with_span(message, (offset, length)),
                _ => LabeledSpan::new(message, offset, length),
            });
        }
        (Windows { windows: windows.into_iter().map(|(_, window)| window).collect() }, spans)
    }
}

impl SourceCode for Windows {
    /// `before` and `after` are lines of context; both are 0 only where miette asks for a label's place.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn miette::SpanContents<'a> + 'a>, MietteError> {
        let holds = |window: &&Window| {
            window.base <= span.offset() && span.offset() + span.len() <= window.base + window.text.len()
        };
        let window = self.windows.iter().find(holds).ok_or(MietteError::OutOfBounds)?;
        let place = window.columns.get(&span.offset()).filter(|_| before == 0 && after == 0);
        let (line, column) = place.copied().unwrap_or((window.line, 0));
        Ok(Box::new(MietteSpanContents::new_named(
            window.path.clone(),
            window.text.as_bytes(),
            (window.base, window.text.len()).into(),
            line,
            column,
            window.text.lines().count(),
        )))
    }
}

/// The characters of a label that are underlined: not half a file, and not the white space at their end.
fn shorten(span: Span, sources: &Sources) -> Span {
    let file = sources.file(span.file);
    let length = u32::try_from(file.text().len()).unwrap_or(u32::MAX);
    let (start, mut end) = (span.start.min(length), span.end.min(length));
    let (first, last) = (line_at(&file, start), line_at(&file, end.saturating_sub(1).max(start)));
    let lines = line(&file, first);
    if last - first >= MOST_LINES || (first..=last).any(|at| is_long(&file, at)) {
        end = end.min(lines.1);
        if is_long(&file, first) {
            end = boundary(&file, end.min(start + LONG), start);
        }
    }
    let text = file.slice(start, end);
    let trimmed = u32::try_from(text.trim_end_matches(['\r', '\n']).len()).unwrap_or(0);
    Span::new(span.file, start, start + trimmed)
}

/// The pieces that hold the spans with a line of context; pieces that touch are one. That of the first span
/// comes first.
fn pieces(spans: &[Span], sources: &Sources) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = spans.iter().map(|span| around(*span, sources)).collect();
    let primary = spans.first().copied();
    pieces.sort();
    let mut joined: Vec<Piece> = Vec::new();
    for piece in pieces {
        match joined.last_mut() {
            Some(last) if last.file == piece.file && piece.start <= last.end => {
                last.end = last.end.max(piece.end)
            }
            _ => joined.push(piece),
        }
    }
    let is_primary = |piece: &Piece| {
        primary.is_some_and(|it| piece.file == it.file && piece.start <= it.start && it.end <= piece.end)
    };
    joined.sort_by_key(|piece| {
        let same_file = primary.is_some_and(|primary| primary.file == piece.file);
        (!is_primary(piece), !same_file, *piece)
    });
    joined
}

fn around(span: Span, sources: &Sources) -> Piece {
    let file = sources.file(span.file);
    let (first, last) = (line_at(&file, span.start), line_at(&file, span.end));
    let (mut start, mut end) = (line(&file, first).0, line(&file, last).1);
    if (first..=last).any(|at| is_long(&file, at)) {
        start = boundary(&file, start.max(span.start.saturating_sub(AROUND)), start);
        end = boundary(&file, end.min(span.end.saturating_add(AROUND)), span.end);
    } else {
        if first > 0 && !is_long(&file, first - 1) {
            start = line(&file, first - 1).0;
        }
        if !is_long(&file, last + 1) {
            end = line(&file, last + 1).1.max(end);
        }
    }
    Piece { file: span.file, start, end }
}

/// Number of the line that holds a byte, from 0.
fn line_at(file: &SourceFile, offset: u32) -> usize {
    file.line_starts().partition_point(|start| *start <= offset).saturating_sub(1)
}

/// Start and end of a line, its line end included.
fn line(file: &SourceFile, at: usize) -> (u32, u32) {
    let length = u32::try_from(file.text().len()).unwrap_or(u32::MAX);
    let starts = file.line_starts();
    let start = starts.get(at).copied().unwrap_or(length);
    (start, starts.get(at + 1).copied().unwrap_or(length))
}

fn is_long(file: &SourceFile, at: usize) -> bool {
    let (start, end) = line(file, at);
    end - start > LONG
}

/// The character boundary at or before `offset`, but not before `least`.
fn boundary(file: &SourceFile, offset: u32, least: u32) -> u32 {
    (least..=offset).rev().find(|at| file.text().is_char_boundary(*at as usize)).unwrap_or(least)
}
