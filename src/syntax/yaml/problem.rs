//! Mistakes in YAML, in words for people who write it.

use granit_parser::{ErrorKind, ScanError};

use crate::source::{FileId, Span};
use crate::syntax::{SyntaxError, SyntaxErrorKind};

/// The mistake that ended a reading of `text`.
pub(super) fn describe(error: &ScanError, text: &str, file: FileId) -> SyntaxError {
    let at = error.marker().byte_offset().unwrap_or(text.len()).min(text.len());
    let (start, end) = place(text, at);
    let span = Span::new(file, small(start), small(end));
    let (message, help) = words(error.kind());
    let message = message.map_or_else(|| error.info().to_lowercase(), str::to_owned);
    let error_kind = match error.kind() {
        ErrorKind::RecursionLimitExceeded => SyntaxErrorKind::Limit,
        _ => SyntaxErrorKind::Broken,
    };
    let error = SyntaxError::broken(span, message).kind(error_kind);
    match help {
        "" => error,
        help => error.help(help),
    }
}

fn words(kind: &ErrorKind) -> (Option<&'static str>, &'static str) {
    let (message, help) = match kind {
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabAtBlockScalarStart => ("a tab cannot indent YAML", "indent with spaces"),
        ErrorKind::ExpectedBlockMappingKey | ErrorKind::InvalidIndentation => {
            ("this line fits to none of the blocks around it", "indent it as its neighbours are")
        }
        ErrorKind::ExpectedBlockSequenceEntry => (
            "an item of the list before this begins with `- `, and this does not",
            "indent it as its neighbours are",
        ),
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => {
            ("this is neither a key nor a value", "write `key: value`, with a space after the colon")
        }
        ErrorKind::UnclosedQuotedScalar => ("this quote is never closed", "add the closing quote"),
        ErrorKind::InvalidTrailingSingleQuotedScalar | ErrorKind::InvalidTrailingDoubleQuotedScalar => {
            ("something follows the closing quote", "quote the whole value")
        }
        ErrorKind::UnclosedFlowCollection { open: '[' } => ("`[` is never closed", "add a `]`"),
        ErrorKind::UnclosedFlowCollection { .. } => ("`{` is never closed", "add a `}`"),
        ErrorKind::ExpectedFlowSequenceSeparator => ("a `,` or `]` is missing before this", ""),
        ErrorKind::ExpectedFlowMappingSeparator => ("a `,` or `}` is missing before this", ""),
        ErrorKind::UnexpectedCharacter { .. } => {
            ("no value can begin with this character", "put the value in quotes")
        }
        ErrorKind::UnknownQuotedScalarEscape => {
            ("YAML knows no such escape", "write `\\\\` for a backslash, or use single quotes")
        }
        ErrorKind::RecursionLimitExceeded => ("this is nested deeper than is read", ""),
        ErrorKind::ExpectedDocumentStart => ("the document has ended before this", ""),
        _ => return (None, ""),
    };
    (Some(message), help)
}

/// The word at a byte; at the end of a line, the character before.
fn place(text: &str, at: usize) -> (usize, usize) {
    let rest = text.get(at..).unwrap_or_default();
    let word = rest.bytes().take_while(|byte| !byte.is_ascii_whitespace()).count();
    if word > 0 || rest.starts_with('\t') {
        return (at, at + word.max(1));
    }
    let before = text.get(..at).unwrap_or_default();
    match before.trim_end().char_indices().next_back() {
        Some((start, last)) => (start, start + last.len_utf8()),
        None => (at, at),
    }
}

fn small(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
