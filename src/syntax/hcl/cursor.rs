//! A position in the bytes of a file: white space, comments, identifiers, and the errors met on the way.

use std::sync::Arc;

use super::ast::{Expr, ExprId, Node, Range, Tree};
use crate::source::{FileId, SourceFile, Span};
use crate::syntax::{SyntaxError, SyntaxErrorKind};

/// Nesting of brackets, templates and blocks that is still read. Terraform has no limit of its own; 250
/// levels fit a stack of 2 MiB without optimization.
pub(super) const MAX_DEPTH: u32 = 250;

/// The error was recorded; whoever can go on after it does.
pub(super) struct Failed;

/// What a reading step returns.
pub(super) type Read<T> = Result<T, Failed>;

/// The reader of one range of a file.
pub(super) struct Parser {
    pub(super) source: Arc<SourceFile>,
    pub(super) file: FileId,
    pub(super) at: usize,
    pub(super) end: usize,
    pub(super) nodes: Vec<Node>,
    pub(super) errors: Vec<SyntaxError>,
    pub(super) depth: u32,
    /// Inside brackets a newline is white space.
    pub(super) newlines: bool,
    /// Blocks are closed by indentation: the second attempt, after braces alone did not work out.
    pub(super) by_indentation: bool,
    /// A closing bracket or brace is missing somewhere.
    pub(super) lacks_bracket: bool,
    /// A limit was met, so that the end of the text says nothing.
    pub(super) limited: bool,
}

impl Parser {
    pub(super) fn new(source: Arc<SourceFile>, file: FileId, range: Range) -> Self {
        let end = (range.end as usize).min(source.text().len());
        let mut at = range.start as usize;
        if at == 0 && source.text().starts_with('\u{feff}') {
            at = '\u{feff}'.len_utf8();
        }
        Parser {
            source,
            file,
            at,
            end,
            nodes: Vec::new(),
            errors: Vec::new(),
            depth: 0,
            newlines: false,
            by_indentation: false,
            lacks_bracket: false,
            limited: false,
        }
    }

    pub(super) fn finish(self) -> Tree {
        let mut errors = self.errors;
        errors.sort_by_key(|error| (error.span.start, error.span.end));
        Tree { file: self.file, source: self.source, map: None, nodes: self.nodes, errors }
    }

    /// The byte here; 0 at the end.
    pub(super) fn byte(&self) -> u8 {
        self.peek(0)
    }

    /// The byte `ahead` of here; 0 past the end.
    pub(super) fn peek(&self, ahead: usize) -> u8 {
        let at = self.at + ahead;
        if at < self.end { self.source.text().as_bytes().get(at).copied().unwrap_or(0) } else { 0 }
    }

    pub(super) fn at_end(&self) -> bool {
        self.at >= self.end
    }

    /// The text from here to the end.
    pub(super) fn rest(&self) -> &str {
        self.source.text().get(self.at..self.end).unwrap_or_default()
    }

    pub(super) fn starts_with(&self, prefix: &str) -> bool {
        self.rest().starts_with(prefix)
    }

    /// Whether a line ends here: `\n` or `\r\n`.
    pub(super) fn at_newline(&self) -> bool {
        self.byte() == b'\n' || (self.byte() == b'\r' && self.peek(1) == b'\n')
    }

    pub(super) fn at_comment(&self) -> bool {
        self.byte() == b'#' || (self.byte() == b'/' && matches!(self.peek(1), b'/' | b'*'))
    }

    /// The range from `start` to here.
    pub(super) fn since(&self, start: usize) -> Range {
        Range { start: offset(start), end: offset(self.at) }
    }

    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, offset(start), offset(end))
    }

    pub(super) fn add(&mut self, expr: Expr, start: usize) -> ExprId {
        self.nodes.push(Node { expr, range: self.since(start) });
        ExprId(offset(self.nodes.len() - 1))
    }

    /// Records an error at the character here, the whole of it.
    pub(super) fn fail<T>(&mut self, message: impl Into<String>) -> Read<T> {
        let length = self.rest().chars().next().map_or(0, |c| if c == '\n' { 0 } else { c.len_utf8() });
        self.fail_at(self.at, self.at + length, message)
    }

    pub(super) fn fail_at<T>(&mut self, start: usize, end: usize, message: impl Into<String>) -> Read<T> {
        self.errors.push(SyntaxError::broken(self.span(start, end), message));
        Err(Failed)
    }

    /// Records an error at the character here where reading goes on all the same.
    pub(super) fn note(&mut self, message: impl Into<String>) {
        let _: Read<()> = self.fail(message);
    }

    /// One level deeper, unless that is too deep.
    pub(super) fn enter(&mut self) -> Read<()> {
        if self.depth >= MAX_DEPTH {
            let span = self.span(self.at, (self.at + 1).min(self.end));
            let span = if self.source.text().is_char_boundary(span.end as usize) {
                span
            } else {
                Span::at(self.file, span.start)
            };
            let message = format!("nested more than {MAX_DEPTH} levels deep");
            self.errors.push(SyntaxError::broken(span, message).kind(SyntaxErrorKind::Limit));
            self.limited = true;
            // Nothing below can be read, and looking for a place to go on would be in vain at each level.
            self.at = self.end;
            return Err(Failed);
        }
        self.depth += 1;
        Ok(())
    }

    pub(super) fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// Skips blanks and comments; newlines too where they are white space.
    pub(super) fn space(&mut self) {
        self.skip(self.newlines);
    }

    /// Skips blanks, comments, and newlines where `newlines` says so. A comment to the end of a line stays
    /// where newlines count.
    pub(super) fn skip(&mut self, newlines: bool) {
        loop {
            match self.byte() {
                b' ' | b'\t' => self.at += 1,
                b'\n' if newlines => self.at += 1,
                b'\r' if newlines && self.peek(1) == b'\n' => self.at += 2,
                b'/' if self.peek(1) == b'*' => match self.rest().find("*/") {
                    Some(length) => self.at += length + 2,
                    None => return,
                },
                b'#' if newlines => self.skip_to_line_end(),
                b'/' if newlines && self.peek(1) == b'/' => self.skip_to_line_end(),
                _ => return,
            }
        }
    }

    /// Goes to the `\n` (or `\r\n`) of this line, or to the end.
    pub(super) fn skip_to_line_end(&mut self) {
        let length = memchr::memchr(b'\n', self.rest().as_bytes()).unwrap_or(self.rest().len());
        self.at += length;
        if self.byte() == b'\n' && length > 0 && self.before() == b'\r' {
            self.at -= 1;
        }
    }

    fn before(&self) -> u8 {
        let at = self.at.checked_sub(1);
        at.and_then(|at| self.source.text().as_bytes().get(at)).copied().unwrap_or(0)
    }

    /// Reads an identifier, if one begins here.
    pub(super) fn identifier(&mut self) -> Option<Range> {
        let start = self.at;
        let mut chars = self.rest().char_indices();
        let (_, first) = chars.next()?;
        if !(first.is_alphabetic() || first == '_') {
            return None;
        }
        let length = chars.find(|(_, c)| !is_identifier(*c)).map_or(self.rest().len(), |(at, _)| at);
        self.at += length;
        Some(self.since(start))
    }

    /// The text of a range.
    pub(super) fn text(&self, range: Range) -> &str {
        self.source.slice(range.start, range.end)
    }

    /// Whether the word `word` stands here, and not a longer one.
    pub(super) fn at_word(&self, word: &str) -> bool {
        let rest = self.rest().strip_prefix(word);
        rest.is_some_and(|rest| !rest.chars().next().is_some_and(is_identifier))
    }

    /// Byte offset of the first character of the line that holds `at`, and the width of its indentation in
    /// characters.
    pub(super) fn line_of(&self, at: usize) -> (usize, usize) {
        let before = self.source.text().get(..at).unwrap_or_default();
        let start = memchr::memrchr(b'\n', before.as_bytes()).map_or(0, |at| at + 1);
        let line = self.source.text().get(start..self.end).unwrap_or_default();
        let line = if start == 0 { line.trim_start_matches('\u{feff}') } else { line };
        (start, line.bytes().take_while(|b| matches!(b, b' ' | b'\t')).count())
    }

    /// Whether only blanks stand between the beginning of the line and `at`.
    pub(super) fn first_on_line(&self, at: usize) -> bool {
        let (start, indentation) = self.line_of(at);
        let line = self.source.text().get(start..at).unwrap_or_default();
        line.trim_start_matches('\u{feff}').len() == indentation
    }
}

pub(super) fn is_identifier(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '-'
}

/// An offset as it is kept: files are at most 1 GiB.
pub(super) fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
