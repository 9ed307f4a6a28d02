//! The bytes that the reader reads, and the way back from them to the files they were written in.

use std::borrow::Cow;

use crate::source::{FileId, SourceFile, Span};
use crate::value::{Piece, SpanMap, Symbol, Text};

/// Stands in the buffer for a hole. A control character, so that a scan for the special bytes of a string
/// stops at it; only the list of holes says that one is meant.
pub(super) const HOLE: u8 = 0x01;

/// Longest buffer in bytes: offsets are 32 bits.
const LONGEST: usize = 1 << 30;

/// A JSON text: decoded characters, the holes in them, and a map back to the source.
#[derive(Debug)]
pub struct Buffer<'a> {
    text: Cow<'a, str>,
    /// Gapless and in order; none is empty.
    segments: Vec<Segment<'a>>,
    /// Offsets of bytes that were not UTF-8 and are read as `?`.
    pub(super) invalid: &'a [u32],
    /// What an empty buffer points at.
    place: Span,
}

/// A stretch of a [`Buffer`] that comes from one piece of the source.
#[derive(Debug)]
pub(super) struct Segment<'a> {
    /// Byte offset in the buffer.
    pub(super) start: u32,
    /// Byte offset after the last byte.
    pub(super) end: u32,
    pub(super) origin: Origin<'a>,
}

/// Where a [`Segment`] comes from.
#[derive(Debug)]
pub(super) enum Origin<'a> {
    /// Offsets from the segment's start go through this map.
    Known(Cow<'a, SpanMap>),
    /// A hole of one byte.
    Hole { symbol: &'a Symbol, span: Span },
}

impl<'a> Buffer<'a> {
    /// A whole file, not copied.
    pub fn from_source(source: &'a SourceFile, file: FileId) -> Self {
        let text = source.text();
        let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
        let place = Span::new(file, 0, end);
        let origin = Origin::Known(Cow::Owned(SpanMap::identity(place)));
        let segments = if end == 0 { Vec::new() } else { vec![Segment { start: 0, end, origin }] };
        Buffer { text: Cow::Borrowed(text), segments, invalid: source.invalid_bytes(), place }
    }

    /// A string value. Its unknown pieces become holes; what is longer than 1 GiB is left out.
    pub fn from_text(source: &'a Text) -> Self {
        let mut text = Cow::Borrowed("");
        let mut segments: Vec<Segment<'a>> = Vec::new();
        for piece in &source.pieces {
            let start = text.len();
            let origin = match piece {
                Piece::Known { text: known, .. } if known.is_empty() => continue,
                Piece::Known { text: known, map } => {
                    if start + known.len() > LONGEST {
                        break;
                    }
                    // A single piece, the usual case, is not copied.
                    text += known.as_str();
                    Origin::Known(Cow::Borrowed(map))
                }
                Piece::Unknown { symbol, span } => {
                    text.to_mut().push(char::from(HOLE));
                    Origin::Hole { symbol, span: *span }
                }
            };
            segments.push(Segment { start: offset(start), end: offset(text.len()), origin });
        }
        let place = match source.pieces.first() {
            Some(Piece::Known { map, .. }) => map.span(),
            Some(Piece::Unknown { span, .. }) => *span,
            None => Span::at(FileId(0), 0),
        };
        Buffer { text, segments, invalid: &[], place }
    }

    /// The text; a hole is one byte of it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The source of the bytes `start..end` of the buffer.
    ///
    /// Where they come from several pieces, it reaches from the first to the last if that is a range of one
    /// file, and covers what lies in the first piece otherwise.
    pub fn span(&self, start: u32, end: u32) -> Span {
        let Some(first) = self.segment(start) else { return self.place };
        if end <= first.end {
            return first.span(start, end);
        }
        let head = first.span(start, first.end);
        let Some(last) = self.segment(end.saturating_sub(1)) else { return head };
        let tail = last.span(last.start, end);
        let forward = head.file == tail.file && head.end <= tail.start;
        if forward { head.cover(tail) } else { head }
    }

    /// The hole at byte `at`.
    pub(super) fn hole(&self, at: u32) -> Option<&'a Symbol> {
        match self.segment(at)?.origin {
            Origin::Hole { symbol, .. } => Some(symbol),
            Origin::Known(_) => None,
        }
    }

    /// The segments that have bytes in `start..end`.
    pub(super) fn segments(&self, start: u32, end: u32) -> impl Iterator<Item = &Segment<'a>> {
        let first = self.segments.partition_point(|segment| segment.end <= start);
        self.segments.iter().skip(first).take_while(move |segment| segment.start < end)
    }

    /// The segment that holds byte `at`; past the end, the last one.
    fn segment(&self, at: u32) -> Option<&Segment<'a>> {
        let index = self.segments.partition_point(|segment| segment.end <= at);
        self.segments.get(index).or(self.segments.last())
    }
}

impl Segment<'_> {
    /// The source of the bytes `start..end` of the buffer, as far as they lie in here.
    fn span(&self, start: u32, end: u32) -> Span {
        match &self.origin {
            Origin::Hole { span, .. } => *span,
            Origin::Known(map) => {
                let (start, end) = (start.clamp(self.start, self.end), end.min(self.end));
                if start == end && start > self.start {
                    // An empty range belongs behind the character before it, not before the next one.
                    let before = map.source(start - self.start - 1, start - self.start);
                    return if map.points.is_empty() { before } else { Span::at(before.file, before.end) };
                }
                map.source(start - self.start, end.saturating_sub(self.start))
            }
        }
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
