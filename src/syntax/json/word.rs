//! Everything that is neither punctuation nor a string: numbers, names, and what does not belong.

use super::scan::{Kind, Scanner, Wanted};

/// Longest template expression that is recognised, in bytes.
const SIGHT: usize = 1000;

/// Reads the word that is next, at least one character.
pub(super) fn scan(scanner: &mut Scanner<'_>, tail: &mut u8, wanted: Wanted) -> Kind {
    let start = scanner.at;
    let template = template(scanner, start);
    if let Some(end) = template {
        scanner.at = end;
        let message = "a template expression outside of a string is not JSON";
        scanner.errors.broken(start, end, message, "check the policy that the template renders");
        return Kind::Unreadable;
    }
    let rest = scanner.bytes.get(start..).unwrap_or_default();
    let length = rest.iter().enumerate().position(|(at, byte)| ends_word(rest, at, *byte, wanted));
    scanner.at += length.unwrap_or(rest.len());
    while !scanner.buffer.text().is_char_boundary(scanner.at) {
        scanner.at += 1;
    }
    let Some(written) = scanner.buffer.text().get(start..scanner.at) else { return Kind::Unreadable };
    let (kind, message, help) = classify(written, wanted);
    if let Some(end) = closing_quote(scanner, start, kind, wanted) {
        scanner.errors.broken(start, end, "the string has no opening quote", "add a `\"`");
        scanner.at = end;
        *tail = 1;
        return Kind::Word;
    }
    if !message.is_empty() {
        let end = scanner.at;
        scanner.errors.broken(start, end, &message, &help);
    }
    kind
}

/// The end of the string that the word begins, if only its opening quote is missing.
fn closing_quote(scanner: &Scanner<'_>, start: usize, kind: Kind, wanted: Wanted) -> Option<usize> {
    let rest = scanner.bytes.get(start..)?;
    let rest = rest.get(..SIGHT.min(rest.len()))?;
    let length = rest.iter().position(|byte| *byte < 0x20 || b"\",{}[]".contains(byte))?;
    let touches = start + length == scanner.at;
    if rest.get(length) != Some(&b'"') || !(touches || matches!(kind, Kind::Word | Kind::Unreadable)) {
        return None;
    }
    let end = start + length + 1;
    scanner.closes(end, wanted).then_some(end)
}

fn ends_word(rest: &[u8], at: usize, byte: u8, wanted: Wanted) -> bool {
    match byte {
        _ if at == 0 => false,
        b' ' | b',' | b'{' | b'}' | b'[' | b']' | b'"' | 0..0x20 => true,
        b':' => {
            let next = rest.get(at + 1);
            wanted == Wanted::Key || matches!(next, None | Some(b' ' | b'"' | b'{' | b'[' | 0..0x20))
        }
        // A blank that only looks like one.
        0xc2 => rest.get(at + 1) == Some(&0xa0),
        _ => false,
    }
}

/// What a word is, and what is wrong with it: message and help, both empty where nothing is.
fn classify(written: &str, wanted: Wanted) -> (Kind, String, String) {
    let good = |kind| (kind, String::new(), String::new());
    let exact = match written {
        "true" => Some(Kind::True),
        "false" => Some(Kind::False),
        "null" => Some(Kind::Null),
        _ if is_number(written) => Some(Kind::Number),
        _ => None,
    };
    if wanted == Wanted::Key && (exact.is_some() || is_name(written)) {
        let help = format!("write `\"{written}\"`");
        return (Kind::Word, format!("the key `{written}` is not in double quotes"), help);
    }
    if let Some(kind) = exact {
        return good(kind);
    }
    let meant = match written.to_ascii_lowercase().as_str() {
        "true" => Some((Kind::True, "true")),
        "false" => Some((Kind::False, "false")),
        "null" | "none" | "nil" | "undefined" => Some((Kind::Null, "null")),
        _ => None,
    };
    if let Some((kind, right)) = meant {
        return (kind, format!("`{written}` is not JSON"), format!("write `{right}`"));
    }
    let shown: String = written.chars().take(40).collect();
    let dots = if shown.len() < written.len() { "…" } else { "" };
    if written.bytes().all(|byte| byte.is_ascii_digit()) {
        let help = format!("account ids are strings: write `\"{shown}{dots}\"`");
        return (Kind::Number, format!("the number `{shown}{dots}` begins with 0"), help);
    }
    let message = format!("`{shown}{dots}` is not JSON");
    // A reference to something else, such as `var.role_arn`, must not be taken for its own name.
    if is_name(written) {
        (Kind::Word, message, format!("write `\"{shown}{dots}\"`"))
    } else {
        (Kind::Unreadable, message, String::new())
    }
}

/// A name or an action pattern: something that one writes in quotes.
fn is_name(written: &str) -> bool {
    let mut bytes = written.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'*' || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"_:*-/".contains(&byte))
}

/// Whether this is a number as JSON writes it.
fn is_number(written: &str) -> bool {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let text = written.strip_prefix('-').unwrap_or(written);
    let whole = digits(text);
    if whole == 0 || (whole > 1 && text.starts_with('0')) {
        return false;
    }
    let mut rest = text.get(whole..).unwrap_or_default();
    if let Some(fraction) = rest.strip_prefix('.') {
        let length = digits(fraction);
        if length == 0 {
            return false;
        }
        rest = fraction.get(length..).unwrap_or_default();
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        let length = digits(exponent);
        return length > 0 && length == exponent.len();
    }
    rest.is_empty()
}

impl Scanner<'_> {
    /// Whether the `{` at `at` opens a `{{ … }}` of a template.
    pub(super) fn is_template(&self, at: usize) -> bool {
        self.bytes.get(at + 1) == Some(&b'{') && template(self, at).is_some()
    }
}

/// The end of the `${…}` or `{{…}}` at `start`; it must end on its line.
fn template(scanner: &Scanner<'_>, start: usize) -> Option<usize> {
    let rest = scanner.bytes.get(start..)?;
    let rest = rest.get(..SIGHT.min(rest.len()))?;
    let line = rest.get(..memchr::memchr(b'\n', rest).unwrap_or(rest.len()))?;
    if line.starts_with(b"{{") {
        let length = memchr::memmem::find(line, b"}}")?;
        // `{{"a": 1}}` is not a template but a bracket too many.
        return (!line.get(..length)?.iter().any(|byte| b"\":,".contains(byte)))
            .then_some(start + length + 2);
    }
    if !line.starts_with(b"${") && !line.starts_with(b"%{") {
        return None;
    }
    let mut depth = 0_usize;
    for (at, byte) in line.iter().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return Some(start + at + 1),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    None
}
