//! Text to spanned trees. Nothing here fails on bad input: a reader returns what it understood and the
//! errors it met.

pub mod hcl;
pub mod json;
pub(crate) mod toml;
pub mod yaml;

use crate::finding::Label;
use crate::source::Span;

/// Something in a text that its format does not allow. The reader went on after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// The characters at fault: the cause, not the place where the reader noticed.
    pub span: Span,
    /// One sentence, lower case, no full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Other places, such as the bracket that was never closed.
    pub related: Vec<Label>,
    /// What it means for the text.
    pub kind: SyntaxErrorKind,
}

/// How much a [`SyntaxError`] costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SyntaxErrorKind {
    /// The strict reader (KMS, Terraform) refuses it, but its meaning is plain: a comment or a trailing
    /// comma in JSON, a byte order mark.
    Tolerated,
    /// Something was skipped or guessed.
    Broken,
    /// A limit of this reader (depth, size): the rest was not read.
    Limit,
}

impl SyntaxError {
    /// An error that made the reader skip or guess something.
    pub fn broken(span: Span, message: impl Into<String>) -> Self {
        SyntaxError {
            span,
            message: message.into(),
            help: None,
            related: Vec::new(),
            kind: SyntaxErrorKind::Broken,
        }
    }

    /// The same, with what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same, with another kind.
    #[must_use]
    pub fn kind(mut self, kind: SyntaxErrorKind) -> Self {
        self.kind = kind;
        self
    }

    /// The same, with another place that belongs to it.
    #[must_use]
    pub fn related(mut self, span: Span, message: impl Into<String>) -> Self {
        self.related.push(Label::new(span, message));
        self
    }
}
