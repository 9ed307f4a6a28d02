//! Collects the errors of one reading.

use super::Buffer;
use crate::syntax::{SyntaxError, SyntaxErrorKind};

/// After this many the rest is only counted.
const MOST: usize = 100;

pub(super) struct Errors<'a> {
    buffer: &'a Buffer<'a>,
    list: Vec<SyntaxError>,
    /// What was not listed, and where that began.
    more: usize,
    more_at: u32,
}

impl<'a> Errors<'a> {
    pub(super) fn new(buffer: &'a Buffer<'a>) -> Self {
        Errors { buffer, list: Vec::new(), more: 0, more_at: 0 }
    }

    /// Something skipped or guessed at the bytes `start..end` of the buffer.
    pub(super) fn broken(&mut self, start: usize, end: usize, message: &str, help: &str) {
        self.add(start, end, message, help, SyntaxErrorKind::Broken);
    }

    /// Something that means what it seems to mean, but that KMS refuses.
    pub(super) fn tolerated(&mut self, start: usize, end: usize, message: &str, help: &str) {
        self.add(start, end, message, help, SyntaxErrorKind::Tolerated);
    }

    pub(super) fn add(&mut self, start: usize, end: usize, message: &str, help: &str, kind: SyntaxErrorKind) {
        if self.is_full() && kind != SyntaxErrorKind::Limit {
            if self.more == 0 {
                self.more_at = offset(start);
            }
            self.more += 1;
            return;
        }
        let mut error = SyntaxError::broken(self.buffer.span(offset(start), offset(end)), message).kind(kind);
        if !help.is_empty() {
            error = error.help(help);
        }
        self.list.push(error);
    }

    /// Takes back what was reported last if it begins at byte `start`: a better reason was found.
    pub(super) fn retract(&mut self, start: usize) {
        let start = self.buffer.span(offset(start), offset(start)).start;
        if self.more == 0 {
            self.list.pop_if(|error| error.span.start == start);
        }
    }

    /// Adds a place to the error that was reported last.
    pub(super) fn relate(&mut self, start: usize, end: usize, message: &str) {
        let span = self.buffer.span(offset(start), offset(end));
        if self.more == 0
            && let Some(error) = self.list.pop()
        {
            self.list.push(error.related(span, message));
        }
    }

    /// Whether no more are listed, so that it does not pay to find out more about the next one.
    pub(super) fn is_full(&self) -> bool {
        self.list.len() >= MOST
    }

    pub(super) fn count(&self) -> usize {
        self.list.len() + self.more
    }

    /// The errors in source order.
    pub(super) fn finish(mut self) -> Vec<SyntaxError> {
        self.list.sort_by_key(|error| (error.span.file, error.span.start));
        if self.more > 0 {
            let span = self.buffer.span(self.more_at, self.more_at);
            let what = if self.more == 1 { "mistake follows" } else { "mistakes follow" };
            self.list.push(SyntaxError::broken(span, format!("{} more {what} from here on", self.more)));
        }
        self.list
    }
}

pub(super) fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
