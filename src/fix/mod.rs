//! Corrections: what to write instead, and whether that may be done without asking.
//!
//! A check that knows the correction makes it with an [`Editor`], which copies the style of what stands around.
//! `apply` puts corrections into the text, and `rounds` lints and corrects until nothing is left to correct: it takes
//! back what does not read well afterwards, and what is called safe and would give access.

mod apply;
mod condition;
mod editor;
mod element;
mod rounds;
mod style;
#[cfg(test)]
mod tests;

pub use apply::{Applied, apply};
pub use editor::{Editor, New};
pub use rounds::{Corrected, Refusal, correct};

use crate::source::Span;

/// A correction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// Whether it may be done without asking.
    pub safety: Safety,
    /// What it does: one phrase, lower case, the user's text in backticks.
    pub title: String,
    /// What is written instead, in no order; the spans do not overlap.
    pub edits: Vec<Edit>,
}

/// Whether a [`Fix`] may be done without asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Safety {
    /// Everybody may do the same afterwards. Proved each time it is applied.
    Equal,
    /// Nobody may do more afterwards. Proved each time it is applied.
    Safe,
    /// For people to judge: it may give access, or take away what is in use.
    Suggested,
}

/// Characters of a file, and what stands there instead.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// The characters that go; empty where something is only put in.
    pub span: Span,
    /// The characters that come.
    pub text: String,
}

impl Fix {
    /// A correction after which the policy says the same.
    pub fn equal(title: impl Into<String>, edits: Vec<Edit>) -> Self {
        Fix { safety: Safety::Equal, title: title.into(), edits }
    }

    /// A correction that may be done without asking.
    pub fn safe(title: impl Into<String>, edits: Vec<Edit>) -> Self {
        Fix { safety: Safety::Safe, title: title.into(), edits }
    }

    /// A correction for people to judge.
    pub fn suggested(title: impl Into<String>, edits: Vec<Edit>) -> Self {
        Fix { safety: Safety::Suggested, title: title.into(), edits }
    }
}
