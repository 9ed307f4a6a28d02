//! User text in other languages than the terminal's. Each function takes any text and returns what its language
//! shows as that text; control characters and direction marks are written out first, as [`visible()`] does.

use std::fmt::Write as _;

use super::visible;

/// For HTML and XML, in text and in quoted attributes.
pub(super) fn markup(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in visible(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // No character of XML 1.0.
            '\u{fffe}' | '\u{ffff}' => {
                let _ = write!(escaped, "{}", c.escape_unicode());
            }
            c => escaped.push(c),
        }
    }
    escaped
}

/// As [`markup`], for several lines of source: line ends and tabs stay.
pub(super) fn source(text: &str) -> String {
    let line = |line: &str| line.split('\t').map(markup).collect::<Vec<_>>().join("\t");
    text.split('\n').map(|text| line(text.trim_end_matches('\r'))).collect::<Vec<_>>().join("\n")
}

/// As [`markup`], and what stands in backticks becomes `<code>`.
pub(super) fn message(text: &str) -> String {
    in_code(text, markup)
}

/// For Markdown on one line, in a table too: what could begin markup, a link, a mention or HTML is written as a
/// character reference, and what stands in backticks becomes `<code>`.
pub(crate) fn markdown(text: &str) -> String {
    in_code(text, |text| {
        let mut escaped = String::with_capacity(text.len() + 16);
        let mut before = ' ';
        for c in visible(text).chars() {
            let plain =
                c.is_alphanumeric() || matches!(c, ' ' | ',' | ';' | '-' | '/' | '=' | '?' | '%' | '$');
            // `www.` makes a link.
            let plain = plain || (c == '.' && before != 'w');
            if plain || !c.is_ascii() {
                escaped.push(c);
            } else {
                let _ = write!(escaped, "&#{};", u32::from(c));
            }
            before = c;
        }
        escaped
    })
}

/// The data of a workflow command of GitHub Actions.
pub(super) fn annotation(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(visible).collect();
    lines.join("\n").replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a workflow command of GitHub Actions.
pub(super) fn annotation_property(text: &str) -> String {
    annotation(text).replace(':', "%3A").replace(',', "%2C")
}

/// A path as a relative URI reference, or as a `file:` URI where it is absolute.
pub(super) fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    if path.starts_with('/') {
        uri.push_str("file://");
    }
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte))
            }
            byte => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}

/// Escapes a text, with `<code>` around what stands between two backticks.
fn in_code(text: &str, escape: impl Fn(&str) -> String) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    // An odd backtick belongs to the user's text: nothing is sure then.
    if parts.len().is_multiple_of(2) {
        return escape(text);
    }
    let mut escaped = String::new();
    for (at, part) in parts.iter().enumerate() {
        match at % 2 {
            0 => escaped.push_str(&escape(part)),
            _ => {
                let _ = write!(escaped, "<code>{}</code>", escape(part));
            }
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What people who want to be shown as something else put in a file name, a Sid or a principal.
    const ATTACKS: [&str; 9] = [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "`</code><b>`",
        "a\n::error::b\r\n",
        "[x](javascript:alert(1)) ![y](http://h/z) @everyone #1 | a |",
        "\u{1b}]8;;http://h\u{7}x\u{1b}[31m",
        "\u{202e}gnp.exe",
        "http://h www.h *b* _i_ ~s~ <!-- c -->",
        "=cmd|'/c calc'!A0",
    ];

    #[test]
    fn markup_holds_no_markup() {
        for attack in ATTACKS {
            let text = markup(attack);
            assert!(!text.contains(['<', '>', '"', '\'', '\u{1b}', '\n', '\u{202e}']), "{text}");
            let text = message(attack).replace("<code>", "").replace("</code>", "");
            assert!(!text.contains(['<', '>']), "{text}");
            assert!(!source(attack).contains(['<', '>', '\u{1b}', '\r']));
        }
    }

    #[test]
    fn markdown_holds_no_markdown() {
        for attack in ATTACKS {
            let text = markdown(attack).replace("<code>", "").replace("</code>", "");
            let begins = ['<', '>', '[', ']', '(', '|', '*', '_', '`', '@', '!', ':', '\n', '~', '\u{1b}'];
            assert!(!text.contains(begins) && !text.contains("www."), "{text}");
        }
        assert_eq!(markdown("`kms:*` is a|b"), "<code>kms&#58;&#42;</code> is a&#124;b");
    }

    #[test]
    fn annotations_stay_on_their_line() {
        for attack in ATTACKS {
            let text = annotation_property(attack);
            assert!(!text.contains(['\n', '\r', ':', ',', '\u{1b}']), "{text}");
        }
        assert_eq!(annotation("50%\nmore"), "50%25%0Amore");
    }

    #[test]
    fn paths_are_uris() {
        assert_eq!(uri("a b/é%.tf"), "a%20b/%C3%A9%25.tf");
        assert_eq!(uri("/a/b"), "file:///a/b");
        assert_eq!(uri("javascript:x"), "javascript%3Ax");
    }
}
