//! User text that may go to a terminal.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a character would act on a terminal or on how the text around it reads, instead of being shown.
fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
            && c != '\u{200d}'
}

/// The text with every control character, terminal escape and direction mark written out as `\u{1b}`; for one
/// line.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if acts(c) {
            let _ = write!(shown, "{}", c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// A JSON text with such characters escaped: they occur in its strings only, line ends apart.
pub(super) fn escaped_json(text: String) -> String {
    let acts = |c: char| acts(c) && c != '\n';
    if !text.contains(acts) {
        return text;
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if acts(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(shown, "\\u{unit:04x}");
            }
        } else {
            shown.push(c);
        }
    }
    shown
}

/// The text with such characters replaced by as many bytes, so that offsets stay; tabs and line ends stay too.
pub(super) fn same_length(text: &str) -> Cow<'_, str> {
    let acts = |c: char| acts(c) && c != '\t' && c != '\n' && c != '\r';
    // A carriage return that ends no line would move the cursor.
    let returns = text.contains('\r') && text.replace("\r\n", "\n").contains('\r');
    if !returns && !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let lone = c == '\r' && rest.peek() != Some(&'\n');
        match (acts(c) || lone, c.len_utf8()) {
            (false, _) => shown.push(c),
            (true, 3) => shown.push('\u{fffd}'),
            (true, length) => shown.extend(std::iter::repeat_n('?', length)),
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_reach_no_terminal() {
        assert_eq!(visible("a\u{1b}[31mb\nc\u{202e}"), "a\\u{1b}[31mb\\u{a}c\\u{202e}");
        assert!(matches!(visible("né 🗝️👩‍💻"), Cow::Borrowed(_)));
    }

    #[test]
    fn offsets_stay() {
        for text in ["a\u{1b}[0m\r\nb", "x\u{9b}y", "\u{feff}{}", "a\rb", "plain\ttext\r\n"] {
            let shown = same_length(text);
            assert_eq!(shown.len(), text.len());
            assert!(
                !shown.replace("\r\n", "\n").contains(|c| acts(c) && c != '\t' && c != '\n'),
                "{shown:?}"
            );
        }
    }
}
