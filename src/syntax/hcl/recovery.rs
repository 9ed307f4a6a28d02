//! Where to go on after a mistake, and what is meant where that is plain.
//!
//! Text that is sound is never read here. Indentation is believed only where brackets and quotes do not work out.

use super::ast::{Expr, ExprId, Range};
use super::cursor::{Failed, Parser, Read, is_identifier, offset};

impl Parser {
    /// Reads something; if it has mistakes, again with blocks closed by indentation, and keeps the reading with
    /// fewer, so that a brace too few or too many costs nothing else.
    pub(super) fn better<T>(&mut self, read: impl Fn(&mut Self) -> T) -> T {
        let at = self.at;
        let by_braces = read(self);
        if self.errors.is_empty() || self.limited {
            return by_braces;
        }
        let errors = std::mem::take(&mut self.errors);
        let nodes = std::mem::take(&mut self.nodes);
        (self.at, self.depth, self.newlines, self.by_indentation) = (at, 0, false, true);
        let by_indentation = read(self);
        let most = errors.len() - usize::from(!self.lacks_bracket);
        if (1..=most).contains(&self.errors.len()) {
            return by_indentation;
        }
        (self.errors, self.nodes) = (errors, nodes);
        by_braces
    }

    /// Goes to the next line that begins another item of a block or ends it. Lines that are indented deeper belong
    /// to the broken item, and so do its closing brackets below it. `outer` is the indentation of the block.
    pub(super) fn synchronize(&mut self, item: usize, outer: Option<usize>) {
        let (_, own) = self.line_of(item);
        loop {
            self.skip_line();
            if self.at_end() {
                return;
            }
            let line = self.at;
            self.skip(false);
            let (_, indentation) = self.line_of(line);
            let ends =
                self.byte() == b'}' && (indentation < own || outer.is_some_and(|outer| indentation <= outer));
            let begins = indentation <= own && self.looks_like_item();
            if ends || begins {
                self.at = line;
                return;
            }
        }
    }

    /// Goes to the beginning of the next line, or past the heredoc that begins on this one.
    fn skip_line(&mut self) {
        let start = self.at;
        self.skip_to_line_end();
        let line = self.source.text().get(start..self.at).unwrap_or_default();
        let marker = line.rsplit_once("<<").map(|(_, marker)| marker.trim_start_matches('-').trim_end());
        if let Some((_, end)) = marker.and_then(|marker| self.marker_line(self.at, |line| line == marker)) {
            self.at = end;
            self.skip_to_line_end();
        }
        self.at = (self.at + if self.byte() == b'\r' { 2 } else { 1 }).min(self.end);
    }

    /// A name, then `=`, `{` or a label.
    pub(super) fn looks_like_item(&mut self) -> bool {
        let at = self.at;
        let named = self.identifier().is_some();
        self.skip(false);
        let assigned = self.byte() == b'=' && !matches!(self.peek(1), b'=' | b'>');
        let next = self.byte();
        self.at = at;
        named && (assigned || matches!(next, b'{' | b'"'))
    }

    /// The labels of a header that has lost its brace or a quote, and the way to the block's inside; none where
    /// the line at `start` looks like no header.
    pub(super) fn loose_labels(&mut self, start: usize) -> Option<Vec<Range>> {
        let from = self.at;
        self.skip_to_line_end();
        let line = self.since(from);
        let text = self.text(line).trim_end();
        let words = text.strip_suffix('{').unwrap_or(text);
        let braced = words.len() < text.len();
        let plain = words.chars().all(|c| is_identifier(c) || matches!(c, '"' | ' ' | '\t'));
        let labels = self.words(line);
        let (inside, end) = (from + text.len(), self.at);
        self.skip(true);
        let on_next_line = self.byte() == b'{';
        let deeper = !self.at_end() && self.line_of(self.at).1 > self.line_of(start).1;
        let found = match () {
            () if !plain => None,
            () if braced => Some(inside),
            () if on_next_line => Some(self.at + 1),
            () if deeper => Some(end),
            () => None,
        };
        self.at = found.unwrap_or(from);
        found.map(|_| labels)
    }

    /// The words of a range.
    pub(super) fn words(&self, range: Range) -> Vec<Range> {
        let mut words = Vec::new();
        let mut at = range.start;
        for word in self.text(range).split_inclusive(|c| !is_identifier(c)) {
            let length = word.trim_end_matches(|c| !is_identifier(c)).len();
            if length > 0 {
                words.push(Range { start: at, end: at + offset(length) });
            }
            at += offset(word.len());
        }
        words
    }

    /// A value from `from` to `end` that could not be read, told by its first line.
    pub(super) fn broken(&mut self, from: usize, end: usize) -> ExprId {
        let text = self.source.text().get(from..end.max(from)).unwrap_or_default();
        let line = text.lines().next().unwrap_or_default().trim_end();
        let after = std::mem::replace(&mut self.at, from + line.len());
        let node = self.add(Expr::Error, from);
        self.at = after;
        node
    }

    /// Whether what the bracket at `open` holds surely ends here, though it is not closed: before a bracket of
    /// another kind, or before a line that begins an item of what the bracket stands in.
    fn ends_here(&mut self, open: usize) -> bool {
        self.at_end()
            || matches!(self.byte(), b'}' | b']' | b')')
            || (self.looks_like_item() && self.is_left_of(open))
    }

    /// Whether a line begins here that is indented no more than the one that holds `open`.
    fn is_left_of(&self, open: usize) -> bool {
        self.first_on_line(self.at) && self.line_of(self.at).1 <= self.line_of(open).1
    }

    /// Space, then whether an item of a list, call or object follows; its closing bracket is taken.
    pub(super) fn begins_item(&mut self, open: usize, bracket: u8) -> Read<bool> {
        let after = self.at;
        self.skip(true);
        let is_object = bracket == b'}';
        let left = is_object && self.by_indentation && self.first_on_line(self.at) && {
            let (own, outer) = (self.line_of(self.at).1, self.line_of(open).1);
            if self.byte() == bracket { own < outer } else { own <= outer }
        };
        if self.byte() == bracket && !left {
            self.at += 1;
            return Ok(false);
        }
        let ends = if is_object { matches!(self.byte(), b']' | b')') } else { self.ends_here(open) };
        if left || ends || self.at_end() {
            self.unclosed(open, bracket);
            if !left && is_object {
                // What it holds may stand outside it.
                return Err(Failed);
            }
            self.at = after;
            return Ok(false);
        }
        Ok(true)
    }

    /// What follows an item of a list, call or object: whether another one may. A closing bracket is taken. An item
    /// with something behind it that is nothing is no longer known.
    pub(super) fn separates(&mut self, open: usize, bracket: u8, item: ExprId) -> Read<bool> {
        let after = self.at;
        self.space();
        match self.byte() {
            b',' => {
                self.at += 1;
                return Ok(true);
            }
            byte if byte == bracket && bracket != b'}' => {
                self.at += 1;
                return Ok(false);
            }
            // Between the items of an object newlines separate, and `begins_item` looks at its brace.
            byte if bracket == b'}' && (byte == b'}' || self.at_newline() || self.at_comment()) => {
                return Ok(true);
            }
            _ => {}
        }
        // The comma was in a string that was not closed, and that was told.
        let is_broken = self.nodes.get(item.0 as usize).is_some_and(|node| node.expr == Expr::Error);
        if is_broken && self.first_on_line(self.at) && !self.ends_here(open) {
            return Ok(true);
        }
        if self.ends_here(open) {
            self.unclosed(open, bracket);
            self.at = after;
            return Ok(false);
        }
        let message = format!("expected `,` or `{}`", char::from(bracket));
        if self.misses_comma(bracket) {
            self.note(message);
            return Ok(true);
        }
        self.note(message);
        self.drop_line(item)
    }

    /// Whether another item begins here, so that only a comma is missing.
    fn misses_comma(&mut self, bracket: u8) -> bool {
        if bracket == b'}' {
            return self.looks_like_item();
        }
        let byte = self.byte();
        let begins = byte.is_ascii_alphanumeric() || matches!(byte, b'"' | b'{' | b'[');
        let apart = byte == b'"'
            && self.at > 0
            && matches!(self.source.text().as_bytes().get(self.at - 1), Some(b' '));
        (begins && self.first_on_line(self.at)) || apart
    }

    /// Passes over the rest of the line where no bracket stands in it: it belongs to the item before it.
    fn drop_line(&mut self, item: ExprId) -> Read<bool> {
        let start = self.at;
        self.skip_to_line_end();
        let rest = self.since(start);
        if self.text(rest).contains(['(', ')', '[', ']', '{', '}', '<']) {
            self.at = start;
            return Err(Failed);
        }
        if let Some(node) = self.nodes.get_mut(item.0 as usize) {
            node.expr = Expr::Error;
        }
        Ok(true)
    }

    /// Space, then the closing bracket of the one at `open`, which may be missing where it is plain that it ends.
    pub(super) fn close(&mut self, open: usize, bracket: u8) -> Read<()> {
        let after = self.at;
        self.space();
        if self.byte() == bracket {
            self.at += 1;
            return Ok(());
        }
        if self.ends_here(open) {
            self.unclosed(open, bracket);
            self.at = after;
            return Ok(());
        }
        self.fail(format!("expected `{}`", char::from(bracket)))
    }

    /// Notes that the bracket at `open` is not closed: here, or at the end nowhere.
    fn unclosed(&mut self, open: usize, bracket: u8) {
        self.lacks_bracket = true;
        let closing = char::from(bracket);
        let _: Read<()> = if self.at_end() {
            let opened = self.source.slice(offset(open), offset(open + 1)).to_owned();
            self.fail_at(open, open + 1, format!("`{opened}` is never closed by `{closing}`"))
        } else if bracket == b'}' {
            self.fail(format!("expected `{closing}`"))
        } else {
            self.fail(format!("expected `,` or `{closing}`"))
        };
    }

    /// The first line after the one at `at` whose text without its blanks `wanted` takes: where the text begins and
    /// ends.
    pub(super) fn marker_line(&self, at: usize, wanted: impl Fn(&str) -> bool) -> Option<(usize, usize)> {
        let text = self.source.text().get(..self.end).unwrap_or_default();
        let mut start = at + memchr::memchr(b'\n', text.get(at..)?.as_bytes())? + 1;
        loop {
            let line = text.get(start..)?.split_inclusive('\n').next()?;
            let trimmed = line.trim();
            if wanted(trimmed) {
                let indentation = line.len() - line.trim_start().len();
                return Some((start + indentation, start + indentation + trimmed.len()));
            }
            start += line.len();
        }
    }
}

/// Whether two words differ in at most one character.
pub(super) fn is_nearly(a: &str, b: &str) -> bool {
    let alike = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let (a, b) =
        (a.as_bytes().get(alike..).unwrap_or_default(), b.as_bytes().get(alike..).unwrap_or_default());
    let alike = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    a.len() - alike <= 1 && b.len() - alike <= 1
}
