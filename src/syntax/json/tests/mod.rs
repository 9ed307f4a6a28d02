//! Tests of the JSON reader.
#![expect(clippy::string_slice, reason = "a test may stop at the first surprise")]

mod differential;
mod holes;
mod recovery;
mod robust;
mod spans;

use crate::source::{FileId, SourceFile};
use crate::syntax::{SyntaxError, SyntaxErrorKind};
use crate::value::{Kind, Value};

use super::parse_file;

/// Reads a text as a file.
fn read(text: &str) -> (Option<Value>, Vec<SyntaxError>) {
    parse_file(&file(text), FileId(0))
}

fn file(text: &str) -> SourceFile {
    SourceFile::new("policy.json", text.as_bytes().to_vec())
}

/// Plain JSON of a value, unknown ones as `?`.
fn show(value: &Value) -> String {
    match &value.kind {
        Kind::Null => "null".to_owned(),
        Kind::Bool(is) => is.to_string(),
        Kind::Number(number) => number.clone(),
        Kind::Text(text) => format!("{:?}", text.to_string()),
        Kind::List(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(",")),
        Kind::Object(members) => {
            let members = members.iter().map(|m| format!("{:?}:{}", m.key.to_string(), show(&m.value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        _ => "?".to_owned(),
    }
}

/// Each error as kind, place, source characters, message.
fn list(errors: &[SyntaxError], source: &SourceFile) -> Vec<String> {
    let lines = errors.iter().map(|error| {
        let kind = match error.kind {
            SyntaxErrorKind::Tolerated => "tolerated",
            SyntaxErrorKind::Broken => "broken",
            SyntaxErrorKind::Limit => "limit",
        };
        let at = source.position(error.span.start);
        let written = source.slice(error.span.start, error.span.end);
        format!("{kind} {}:{} {written:?} {}", at.line, at.column, error.message)
    });
    lines.collect()
}

/// What was read, and what was wrong.
fn reading(text: &str) -> (String, Vec<String>) {
    let (value, errors) = read(text);
    (value.map_or_else(|| "nothing".to_owned(), |value| show(&value)), list(&errors, &file(text)))
}

/// A small generator of pseudo-random numbers (xorshift), the same on every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap_or(0) % bound.max(1)
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }

    /// A JSON value with blanks in random places.
    fn json(&mut self, depth: usize) -> String {
        let scalars = [
            "null",
            "true",
            "false",
            "0",
            "-1.5e3",
            "12",
            "\"\"",
            "\"kms:*\"",
            "\"é\\u00e9\\n\"",
            "\"😀\\ud83d\\ude00\"",
            "\"a\\\"b\\\\\"",
        ];
        let blank = ["", "", " ", "\n\t", "\r\n"];
        match if depth == 0 { 0 } else { self.below(4) } {
            0 | 1 => self.pick(&scalars).to_owned(),
            form => {
                let mut text = String::from(if form == 2 { "[" } else { "{" });
                for index in 0..self.below(4) {
                    let comma = if index > 0 { "," } else { "" };
                    let key = if form == 3 {
                        format!("\"{}{index}\"{}:", self.pick(&["k", "é", "\\u0041"]), self.pick(&blank))
                    } else {
                        String::new()
                    };
                    text += &format!(
                        "{comma}{}{key}{}{}",
                        self.pick(&blank),
                        self.pick(&blank),
                        self.json(depth - 1)
                    );
                }
                text + self.pick(&blank) + if form == 2 { "]" } else { "}" }
            }
        }
    }

    /// The text with a few characters changed, added or taken out.
    fn mutate(&mut self, text: &str) -> String {
        let mut chars: Vec<char> = text.chars().collect();
        let bits: Vec<char> =
            "{}[],:\"'\\/#*=$ \t\n\r\u{0}\u{1}\u{7f}\u{a0}\u{feff}“”é😀0a-.u".chars().collect();
        for _ in 0..=self.below(3) {
            let at = self.below(chars.len() + 1);
            match self.below(4) {
                0 if at < chars.len() => drop(chars.remove(at)),
                1 if at < chars.len() => chars[at] = bits[self.below(bits.len())],
                2 => chars.truncate(at),
                _ => chars.insert(at, bits[self.below(bits.len())]),
            }
        }
        chars.into_iter().collect()
    }
}
