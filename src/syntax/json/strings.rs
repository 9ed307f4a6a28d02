//! Strings: where they end, also where a quote is missing or one too many.

use super::scan::{Scanner, Token, Wanted, escape, quote_length};

/// How far ahead a guess may look, in bytes: keeps guessing linear.
const SIGHT: usize = 1000;

/// How a string was found to end.
struct End {
    /// Byte offset of the end of the content.
    content: usize,
    /// Length of the closing quote.
    quote: usize,
}

impl Scanner<'_> {
    /// Reads the string whose opening quote of `quote` bytes is next. Says no if it is none after all.
    pub(super) fn string(&mut self, token: &mut Token, quote: usize, wanted: Wanted) -> bool {
        let start = self.at;
        let delimiter = self.peek(0).unwrap_or(b'"');
        if quote > 1 && !self.has_closing_curly(start + quote) {
            return false;
        }
        if delimiter != b'"' && !self.odd_quotes {
            self.odd_quotes = true;
            let name = if quote > 1 { "curly" } else { "single" };
            let message = format!("JSON strings stand in double quotes, not in {name} ones");
            self.errors.broken(start, start + quote, &message, "use `\"`");
        }
        self.at += quote;
        let end = self.content(token, quote, wanted);
        token.tail = u8::try_from(end.quote).unwrap_or(0);
        self.at = end.content + end.quote;
        true
    }

    fn content(&mut self, token: &mut Token, quote: usize, wanted: Wanted) -> End {
        let start = token.start;
        let delimiter = self.bytes.get(start).copied().unwrap_or(b'"');
        let (mut control, mut spans_lines) = (false, false);
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let special = |byte: &u8| *byte < 0x20 || *byte == b'\\' || *byte == delimiter;
            let Some(length) = rest.iter().position(special) else {
                self.at = self.bytes.len();
                self.errors.broken(
                    start,
                    first_line(self.bytes, start),
                    "the string is never closed",
                    "add a `\"`",
                );
                self.truncated = true;
                return End { content: self.at, quote: 0 };
            };
            self.at += length;
            match self.peek(0) {
                Some(byte) if byte == delimiter => {
                    let quote = quote_length(self.bytes.get(self.at..).unwrap_or_default());
                    if quote == 0 {
                        self.at += 1;
                        continue;
                    }
                    let end = End { content: self.at, quote };
                    if delimiter != b'"' || !self.touches_text(self.at + 1) {
                        return end;
                    }
                    return self.stray_quote(token, end, wanted);
                }
                Some(b'\\') => {
                    token.coded = true;
                    self.escape();
                }
                _ if self.is_hole(self.at) => {
                    token.coded = true;
                    self.at += 1;
                }
                Some(b'\n' | b'\r') if !spans_lines && !self.goes_on(delimiter) => {
                    return self.cut_at_line_end(start, start + quote, wanted);
                }
                byte => {
                    spans_lines |= matches!(byte, Some(b'\n' | b'\r'));
                    if !control {
                        control = true;
                        self.control(byte.unwrap_or_default());
                    }
                    self.at += 1;
                }
            }
        }
    }

    fn control(&mut self, byte: u8) {
        let (name, escape) = match byte {
            0 => return self.errors.broken(self.at, self.at + 1, "a NUL byte stands in the string", ""),
            b'\n' | b'\r' => ("a line break", "\\n".to_owned()),
            b'\t' => ("a tab", "\\t".to_owned()),
            _ => ("a control character", format!("\\u{byte:04x}")),
        };
        let message = format!("{name} stands in the string");
        self.errors.tolerated(self.at, self.at + 1, &message, &format!("write `{escape}`"));
    }

    fn escape(&mut self) {
        let start = self.at;
        let (decoded, length) = escape(self.bytes.get(start..).unwrap_or_default());
        self.at += length;
        match decoded {
            Some('\u{fffd}') => {
                let written = self.buffer.text().get(start + 2..start + 6).unwrap_or_default();
                if !written.eq_ignore_ascii_case("fffd") {
                    let help =
                        "characters above U+FFFF are two escapes, the first from `\\ud800` to `\\udbff`";
                    self.errors.broken(start, self.at, "the escape is one half of a character", help);
                }
            }
            Some(_) => {}
            None => {
                let next = self.buffer.text().get(start + 1..).and_then(|rest| rest.chars().next());
                if next.is_none() {
                    // The string is never closed, which will be said.
                    return;
                }
                let seen = next.filter(|next| !next.is_control());
                let message = match seen {
                    Some('u') => "`\\u` takes four hexadecimal digits".to_owned(),
                    Some(next) => format!("`\\{next}` is no escape in JSON"),
                    None => "a lone `\\` is no escape in JSON".to_owned(),
                };
                let end = start + 1 + seen.map_or(0, char::len_utf8);
                self.errors.broken(start, end, &message, "a backslash is written `\\\\`");
            }
        }
    }

    /// Whether the string that reached the end of its line goes on: the next quote closes it.
    fn goes_on(&self, delimiter: u8) -> bool {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let Some(length) = memchr::memchr(delimiter, rest) else { return false };
        let quote = quote_length(rest.get(length..).unwrap_or_default()).max(1);
        rest.get(..length).is_some_and(|before| before.ends_with(b"\\"))
            || self.may_close(self.at + length + quote)
    }

    /// Whether what stands at `at` can follow a string.
    fn may_close(&self, at: usize) -> bool {
        let rest = self.bytes.get(at..).unwrap_or_default().iter().take(SIGHT);
        let next = rest.copied().find(|byte| !matches!(byte, b' ' | b'\t'));
        matches!(next, None | Some(b',' | b'}' | b']' | b':' | b'\n' | b'\r'))
    }

    /// Whether what stands at `at` follows a key, or a value, that ends there.
    pub(super) fn closes(&self, at: usize, wanted: Wanted) -> bool {
        let rest = self.bytes.get(at..).unwrap_or_default().iter().take(SIGHT);
        let next = rest.copied().find(|byte| !matches!(byte, b' ' | b'\t'));
        match wanted {
            Wanted::Key => next == Some(b':'),
            Wanted::Value => matches!(next, None | Some(b',' | b'}' | b']' | b'\n' | b'\r')),
        }
    }

    /// A string without a closing quote ends with its line, but for the punctuation there.
    fn cut_at_line_end(&mut self, start: usize, inside: usize, wanted: Wanted) -> End {
        let line = self.bytes.get(inside..self.at).unwrap_or_default();
        let colon = memchr::memchr(b':', line).filter(|_| wanted == Wanted::Key);
        let blank = |byte: &u8| matches!(byte, b',' | b']' | b'}' | b' ' | b'\t');
        let kept = line.len() - line.iter().rev().take_while(|byte| blank(byte)).count();
        let content = inside + colon.unwrap_or(kept);
        self.errors.broken(start, content, "the string is never closed", "add a `\"`");
        End { content, quote: 0 }
    }

    /// Whether a string that ends at `at` runs into something that cannot follow it.
    fn touches_text(&self, at: usize) -> bool {
        let delimiter = b" \t\r\n,:}]{[\"'/#";
        self.bytes.get(at).is_some_and(|byte| *byte >= 0x20 && !delimiter.contains(byte))
    }

    /// A quote with text right behind it: one that should have been escaped, or the opening quote of the
    /// next string, and the closing one is missing.
    fn stray_quote(&mut self, token: &Token, first: End, wanted: Wanted) -> End {
        let at = first.content;
        let content = self.bytes.get(token.start + 1..at).unwrap_or_default();
        let trimmed = content.trim_ascii_end();
        if let Some(before) = trimmed.strip_suffix(b",").filter(|_| wanted == Wanted::Value) {
            let content = token.start + 1 + before.len();
            self.errors.broken(token.start, content, "the string is never closed", "add a `\"`");
            return End { content, quote: 0 };
        }
        let mut look = at + 1;
        let line = first_line(self.bytes, look).min(look + SIGHT);
        while let Some(length) = self.bytes.get(look..line).and_then(|rest| memchr::memchr(b'"', rest)) {
            let quote = look + length;
            let before = self.bytes.get(at + 1..quote).unwrap_or_default().trim_ascii_end();
            if matches!(before.last(), Some(b',' | b':' | b'{' | b'[')) {
                break;
            }
            if self.closes(quote + 1, wanted) {
                let help = "a quote inside a string is written `\\\"`";
                self.errors.broken(at, at + 1, "an unescaped quote stands in the string", help);
                self.at = quote;
                return End { content: quote, quote: 1 };
            }
            look = quote + 1;
        }
        first
    }

    fn has_closing_curly(&self, at: usize) -> bool {
        let rest = self.bytes.get(at..first_line(self.bytes, at).min(at + SIGHT)).unwrap_or_default();
        memchr::memchr_iter(0xe2, rest).any(|at| quote_length(rest.get(at..).unwrap_or_default()) == 3)
    }
}

/// The end of the line that `at` is on, without the line break.
fn first_line(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let length = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
    at + length
}
