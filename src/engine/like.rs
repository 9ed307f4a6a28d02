//! Patterns of texts in a rule: as IAM has them, with `*` and `?`, or a regular expression between slashes.

use regex_lite::Regex;

use crate::engine::tri::Tri;
use crate::glob;
use crate::syntax::SyntaxError;
use crate::syntax::toml::Table;
use crate::value::Text;

/// Patterns, of which a text should match one.
#[derive(Clone, Debug)]
pub(super) struct Like(Vec<Shape>);

#[derive(Clone, Debug)]
enum Shape {
    Glob(String),
    Regex(Box<Regex>),
}

impl Like {
    /// The patterns of a member; none where it is not written.
    pub(super) fn parse(table: &Table<'_, '_>, key: &'static str) -> Option<Like> {
        if !table.has(key) {
            return None;
        }
        let written = table.texts(key);
        if written.is_empty() {
            table.error(SyntaxError::broken(table.span_of(key), format!("`{key}` names nothing")));
        }
        let mut shapes = Vec::new();
        for (text, span) in written {
            let Some(inner) = text.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')) else {
                shapes.push(Shape::Glob(text));
                continue;
            };
            match Regex::new(inner) {
                Ok(regex) => shapes.push(Shape::Regex(Box::new(regex))),
                Err(error) => {
                    let message = format!("`{text}` is not a regular expression: {error}");
                    table.error(SyntaxError::broken(span, message));
                }
            }
        }
        Some(Like(shapes))
    }

    /// Whether a text matches one of them.
    pub(super) fn matches(&self, text: &Text) -> Tri {
        Tri::any(self.0.iter().map(|shape| shape.matches(text)))
    }
}

impl Shape {
    fn matches(&self, text: &Text) -> Tri {
        match (self, text.as_known()) {
            (Shape::Glob(pattern), Some(text)) => glob::matches(pattern, &text, false).into(),
            (Shape::Regex(regex), Some(text)) => regex.is_match(&text).into(),
            (Shape::Glob(pattern), None) => begins(pattern, &text.known_prefix()),
            (Shape::Regex(_), None) => Tri::Unknown,
        }
    }
}

/// Whether a text of which only the beginning is known matches a pattern: a `*` at the end takes whatever follows, and
/// what stands before the first wildcard has to stand there.
fn begins(pattern: &str, known: &str) -> Tri {
    if pattern.ends_with('*') && glob::matches(pattern, known, false) {
        return Tri::True;
    }
    let head = pattern.split(['*', '?']).next().unwrap_or_default();
    let agree = head.starts_with(known) || known.starts_with(head);
    if agree { Tri::Unknown } else { Tri::False }
}

#[cfg(test)]
mod tests {
    use super::{Tri, begins};

    #[test]
    fn what_is_known_of_a_text_decides_as_far_as_it_goes() {
        for (pattern, known, expected) in [
            ("arn:aws:iam::444455556666:*", "arn:aws:iam::444455556666:role/", Tri::True),
            ("arn:aws:iam::444455556666:*", "arn:aws:iam::", Tri::Unknown),
            ("arn:aws:iam::444455556666:*", "arn:aws:iam::111122223333:", Tri::False),
            ("arn:*:role/orders", "arn:aws:iam::", Tri::Unknown),
            ("*", "", Tri::True),
            ("", "", Tri::Unknown),
        ] {
            assert_eq!(begins(pattern, known), expected, "{pattern} {known}");
        }
    }
}
