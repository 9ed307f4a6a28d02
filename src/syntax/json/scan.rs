//! Characters to tokens. What is wrong within a token is reported here.

use super::Buffer;
use super::buffer::HOLE;
use super::errors::{Errors, offset};
use super::word;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `{` (true) or `[`
    Open(bool),
    /// `}` (true) or `]`
    Close(bool),
    Colon,
    Comma,
    Text,
    Number,
    True,
    False,
    Null,
    /// A word without quotes that can only mean itself as a string.
    Word,
    /// Something that can mean anything.
    Unreadable,
    Hole,
    End,
}

/// A token and where it stands: byte offsets in the buffer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
    /// See [`super::document::Record`].
    pub(super) coded: bool,
    pub(super) tail: u8,
    /// Nothing but blanks stands before it on its line.
    pub(super) first_on_line: bool,
    /// Blanks at the beginning of its line, in bytes, and where that line begins.
    pub(super) indent: usize,
    pub(super) line: usize,
}

/// What the parser waits for, as far as it decides where a token ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Key,
    Value,
}

pub(super) struct Scanner<'a> {
    pub(super) buffer: &'a Buffer<'a>,
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
    pub(super) errors: Errors<'a>,
    /// A string or a comment reached the end of the text: what else is missing has the same cause.
    pub(super) truncated: bool,
    pub(super) line: usize,
    pub(super) indent: usize,
    pub(super) fresh: bool,
    /// Single and curly quotes are reported once.
    pub(super) odd_quotes: bool,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(buffer: &'a Buffer<'a>) -> Self {
        Scanner {
            buffer,
            bytes: buffer.text().as_bytes(),
            at: 0,
            errors: Errors::new(buffer),
            truncated: false,
            line: 0,
            indent: 0,
            fresh: true,
            odd_quotes: false,
        }
    }

    /// The next token.
    pub(super) fn next(&mut self, wanted: Wanted) -> Token {
        self.skip_blanks();
        let first_on_line = std::mem::take(&mut self.fresh);
        if first_on_line {
            self.indent = self.at - self.line;
        }
        let start = self.at;
        let token = |kind, end| Token {
            kind,
            start,
            end,
            coded: false,
            tail: 0,
            first_on_line,
            indent: self.indent,
            line: self.line,
        };
        let Some(byte) = self.peek(0) else { return token(Kind::End, start) };
        let mark = match byte {
            b'{' if self.is_template(start) => None,
            b'{' | b'[' => Some(Kind::Open(byte == b'{')),
            b'}' | b']' => Some(Kind::Close(byte == b'}')),
            b',' => Some(Kind::Comma),
            b':' => Some(Kind::Colon),
            HOLE => Some(Kind::Hole),
            _ => None,
        };
        if let Some(kind) = mark {
            self.at += 1;
            return token(kind, self.at);
        }
        let mut token = token(Kind::Text, start);
        let quote = quote_length(self.bytes.get(start..).unwrap_or_default());
        if quote > 0 && self.string(&mut token, quote, wanted) {
            token.end = self.at.max(start + quote);
        } else {
            token.kind = word::scan(self, &mut token.tail, wanted);
            token.end = self.at;
        }
        self.at = token.end;
        token
    }

    /// The byte `ahead` of where the scanner is.
    pub(super) fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    /// The next byte that is not a blank, without reading on.
    pub(super) fn look(&self) -> Option<u8> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        rest.iter().copied().find(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
    }

    /// Whether `at` is a hole, and not a control character of the text.
    pub(super) fn is_hole(&self, at: usize) -> bool {
        self.bytes.get(at) == Some(&HOLE) && self.buffer.hole(offset(at)).is_some()
    }

    /// Blanks, comments, and characters that only look like blanks.
    fn skip_blanks(&mut self) {
        // A run of comments, or of foreign blanks, is one mistake.
        let (mut comment, mut foreign) = (false, None);
        while let Some(byte) = self.peek(0) {
            match byte {
                b'\n' => {
                    self.at += 1;
                    self.line = self.at;
                    self.fresh = true;
                }
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'#' => self.comment(1, Some(b"\n"), &mut comment),
                b'/' if self.peek(1) == Some(b'/') => self.comment(2, Some(b"\n"), &mut comment),
                b'/' if self.peek(1) == Some(b'*') => self.comment(2, None, &mut comment),
                HOLE if self.is_hole(self.at) => break,
                0..0x20 | 0x7f.. => {
                    let length = foreign_blank(self.bytes.get(self.at..).unwrap_or_default());
                    if length == 0 {
                        break;
                    }
                    if foreign != Some(byte) {
                        self.foreign_blank(length);
                        foreign = Some(byte);
                    }
                    self.at += length;
                }
                _ => break,
            }
        }
    }

    fn comment(&mut self, marker: usize, line: Option<&[u8]>, reported: &mut bool) {
        let start = self.at;
        let body = self.bytes.get(start + marker..).unwrap_or_default();
        let length = match line {
            Some(_) => memchr::memchr(b'\n', body),
            None => memchr::memmem::find(body, b"*/").map(|length| length + 2),
        };
        self.at = length.map_or(self.bytes.len(), |length| start + marker + length);
        if length.is_none() && line.is_none() {
            self.errors.broken(start, start + marker, "the comment is never closed", "add `*/`");
            self.truncated = true;
        } else if !*reported {
            let end = self.bytes.get(start..self.at).unwrap_or_default().trim_ascii_end().len() + start;
            self.errors.tolerated(start, end, "JSON has no comments", "remove the comment");
        }
        *reported = true;
    }

    fn foreign_blank(&mut self, length: usize) {
        let (start, end) = (self.at, self.at + length);
        let character = self.buffer.text().get(start..end).and_then(|text| text.chars().next());
        let code = u32::from(character.unwrap_or_default());
        if code == 0 {
            let help = "was the file saved as UTF-16, or cut off while it was written?";
            self.errors.broken(start, end, "a NUL byte stands in the text", help);
        } else if code == 0xfeff && start == 0 {
            self.errors.tolerated(
                start,
                end,
                "the text begins with a byte order mark",
                "save it without one",
            );
        } else {
            let message = format!("the character U+{code:04X} is no blank in JSON");
            self.errors.tolerated(start, end, &message, "replace it by a space");
        }
    }
}

/// Length in bytes of the quote that `text` begins with; 0 where there is none.
pub(super) fn quote_length(text: &[u8]) -> usize {
    match text {
        [b'"' | b'\'', ..] => 1,
        [0xe2, 0x80, 0x9c | 0x9d, ..] => 3,
        _ => 0,
    }
}

/// Length of a control character or a Unicode blank, which JSON does not allow between tokens.
fn foreign_blank(text: &[u8]) -> usize {
    match text {
        [0..0x20 | 0x7f, ..] => 1,
        [0xc2, 0xa0 | 0x85, ..] => 2,
        [0xe2, 0x80, 0x80..=0x8f | 0xa8 | 0xa9 | 0xaf, ..] | [0xe2, 0x81, 0x9f | 0xa0, ..] => 3,
        [0xe3, 0x80, 0x80, ..] | [0xef, 0xbb, 0xbf, ..] => 3,
        _ => 0,
    }
}

/// The escape that `text` begins with: what it stands for, if it is a good one, and its length in bytes.
pub(super) fn escape(text: &[u8]) -> (Option<char>, usize) {
    let simple = match text.get(1) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode(text),
        // The character after a lone backslash is read as itself: it may be a hole, or of several bytes.
        _ => return (None, 1),
    };
    (Some(simple), 2)
}

fn unicode(text: &[u8]) -> (Option<char>, usize) {
    let unit = |from: usize| {
        let digits = text.get(from..from + 4)?;
        digits.iter().try_fold(0, |unit, digit| Some(unit * 16 + char::from(*digit).to_digit(16)?))
    };
    match unit(2) {
        None => (None, 2),
        Some(high @ 0xd800..0xdc00) if text.get(6..8) == Some(b"\\u") => match unit(8) {
            Some(low @ 0xdc00..0xe000) => {
                (char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)), 12)
            }
            _ => (Some('\u{fffd}'), 6),
        },
        Some(unit) => (Some(char::from_u32(unit).unwrap_or('\u{fffd}')), 6),
    }
}
