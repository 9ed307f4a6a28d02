//! Scalars: what a word means, and where each character of a string was written.

use granit_parser::ScalarStyle;

use crate::source::{FileId, Span};
use crate::value::{Kind, SpanMap, Text};

/// What a word without quotes and tag is if it is no string, by the types of YAML 1.1 that CloudFormation reads; a
/// number stays as written. The one thing more is a number that begins with a zero and is not octal: it is a string
/// in YAML 1.1 and a number in YAML 1.2, and it is told as the number that it may be taken for.
///
/// Source: <https://yaml.org/type/>, and where that contradicts itself what SnakeYAML does.
pub(super) fn plain(word: &str) -> Option<Kind> {
    match word {
        "" | "~" | "null" | "Null" | "NULL" => Some(Kind::Null),
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some(Kind::Bool(true)),
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some(Kind::Bool(false)),
        _ => is_number(word).then(|| Kind::Number(word.to_owned())),
    }
}

fn is_number(word: &str) -> bool {
    if matches!(word, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let digits = word.strip_prefix(['+', '-']).unwrap_or(word);
    if matches!(digits, ".inf" | ".Inf" | ".INF") {
        return true;
    }
    let based = |prefix, is_digit: fn(&u8) -> bool| {
        let rest: Option<&str> = digits.strip_prefix(prefix);
        rest.is_some_and(|rest| {
            rest.bytes().all(|byte| byte == b'_' || is_digit(&byte)) && rest.bytes().any(|byte| byte != b'_')
        })
    };
    based("0x", u8::is_ascii_hexdigit)
        || based("0b", |byte| matches!(byte, b'0' | b'1'))
        || is_decimal(digits)
        || is_sexagesimal(digits)
}

/// How many bytes at the start of a word are digits, or `_` behind the first one.
fn digits(word: &str) -> usize {
    let is_digit = |(at, byte): &(usize, u8)| byte.is_ascii_digit() || *at > 0 && *byte == b'_';
    word.bytes().enumerate().take_while(is_digit).count()
}

/// `7`, `1.5`, `.5`, `1e3`
fn is_decimal(word: &str) -> bool {
    let (whole, rest) = word.split_at(digits(word));
    let (fraction, exponent) = match rest.strip_prefix('.') {
        Some(rest) if whole.is_empty() => rest.split_at(digits(rest)),
        Some(rest) => rest.split_at(rest.bytes().take_while(|b| b.is_ascii_digit() || *b == b'_').count()),
        None => ("", rest),
    };
    let power =
        exponent.strip_prefix(['e', 'E']).map(|power| power.strip_prefix(['+', '-']).unwrap_or(power));
    let is_power = |power: &str| !power.is_empty() && power.bytes().all(|byte| byte.is_ascii_digit());
    (!whole.is_empty() || !fraction.is_empty()) && (exponent.is_empty() || power.is_some_and(is_power))
}

/// `12:30`, `1:20:30.5`: a number to the base of 60.
fn is_sexagesimal(word: &str) -> bool {
    let (whole, fraction) = word.split_once('.').map_or((word, None), |(whole, rest)| (whole, Some(rest)));
    let mut parts = whole.split(':');
    let first = parts.next().unwrap_or_default();
    let is_first = !first.is_empty() && digits(first) == first.len();
    let is_part = |part: &str| match part.as_bytes() {
        [one] => one.is_ascii_digit(),
        [ten, one] => matches!(ten, b'0'..=b'5') && one.is_ascii_digit(),
        _ => false,
    };
    let is_fraction = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    is_first
        && whole.contains(':')
        && parts.all(is_part)
        && match fraction {
            Some(fraction) => is_fraction(fraction),
            None => !first.starts_with('0'),
        }
}

/// A string: `decoded` was written in `style` as the bytes `start..end` of `source`.
pub(super) fn text(decoded: &str, style: ScalarStyle, source: &str, span: Span) -> Text {
    let written = source.get(span.start as usize..span.end as usize).unwrap_or_default();
    let map = match style {
        ScalarStyle::DoubleQuoted => double_quoted(decoded, written, span),
        ScalarStyle::SingleQuoted => follow(decoded, written, 1, span, true),
        _ => follow(decoded, written, 0, span, false),
    };
    Text::known(decoded, map.unwrap_or_else(|| SpanMap::opaque(span)))
}

/// Breakpoints in the making.
struct Points {
    points: Vec<(u32, u32)>,
    base: u32,
}

impl Points {
    /// The byte at `out` of the string comes from byte `at` of what is written.
    fn mark(&mut self, out: usize, at: usize) {
        let (out, source) = (small(out), self.base + small(at));
        let implied = |(o, s): &(u32, u32)| source.checked_sub(*s) == Some(out - o);
        match self.points.last_mut() {
            Some(last) if implied(last) => {}
            Some(last) if last.0 == out => last.1 = source,
            _ => self.points.push((out, source)),
        }
    }

    fn finish(self, file: FileId, written: usize) -> SpanMap {
        SpanMap { file, points: self.points, start: self.base, end: self.base + small(written) }
    }
}

fn small(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Plain, single-quoted and block scalars: the characters stand as they are, but white space is folded or
/// stripped, and `''` is a quote. Every character that is no white space is found exactly.
fn follow(decoded: &str, written: &str, skip: usize, span: Span, quoted: bool) -> Option<SpanMap> {
    let inner = written.get(skip..written.len().checked_sub(skip)?)?;
    let mut points = Points { points: Vec::new(), base: span.start + small(skip) };
    let bytes = inner.as_bytes();
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
    let mut at = 0;
    for (out, character) in decoded.char_indices() {
        if !character.is_ascii_whitespace() {
            at += bytes.get(at..)?.iter().take_while(|byte| is_space(byte)).count();
            points.mark(out, at);
            inner.get(at..)?.starts_with(character).then_some(())?;
            at += character.len_utf8();
            if quoted && character == '\'' {
                at += 1;
                points.mark(out + 1, at);
            }
        } else {
            points.mark(out, at);
            // A carriage return before a line feed is no character of the string.
            at += usize::from(character == '\n' && bytes.get(at) == Some(&b'\r'));
            at += usize::from(bytes.get(at).is_some_and(is_space));
        }
    }
    Some(points.finish(span.file, inner.len()))
}

/// Double quotes: escapes, and lines that are folded.
fn double_quoted(decoded: &str, written: &str, span: Span) -> Option<SpanMap> {
    let inner = written.strip_prefix('"')?.strip_suffix('"')?;
    let mut points = Points { points: Vec::new(), base: span.start + 1 };
    let bytes = inner.as_bytes();
    let mut at = 0;
    let mut rest = decoded.char_indices().peekable();
    while let Some((out, character)) = rest.next() {
        // `\` at the end of a line joins it to the next one.
        while bytes.get(at..)?.starts_with(b"\\\n") || bytes.get(at..)?.starts_with(b"\\\r\n") {
            at += 1;
            at += bytes.get(at..)?.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        }
        if bytes.get(at) == Some(&b'\\') {
            points.mark(out, at);
            let kind = bytes.get(at + 1)?;
            at += match kind {
                b'x' => 4,
                b'u' => 6,
                b'U' => 10,
                _ => 2,
            };
            if *kind == b'u' && (character as u32) > 0xffff {
                at += 6;
            }
            points.mark(out + character.len_utf8(), at);
        } else if character == ' ' && matches!(bytes.get(at), Some(b'\n' | b'\r'))
            || character == '\n'
            || trailing(bytes, at, character)
        {
            points.mark(out, at);
            at += bytes.get(at..)?.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            // Several line ends of one fold.
            while rest.next_if(|(_, next)| *next == '\n').is_some() {}
        } else {
            points.mark(out, at);
            inner.get(at..)?.starts_with(character).then_some(())?;
            at += character.len_utf8();
        }
    }
    Some(points.finish(span.file, inner.len()))
}

/// White space at the end of a line that is folded.
fn trailing(bytes: &[u8], at: usize, character: char) -> bool {
    let rest = bytes.get(at..).unwrap_or_default();
    let blank = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    character == ' ' && blank > 0 && matches!(rest.get(blank), Some(b'\n' | b'\r'))
}
