//! Findings that the user has judged: kept out of the report, with a reason and an end.

mod comment;
mod date;
mod ledger;

pub use date::Date;
pub use ledger::{Entry, Ledger};

use crate::finding::Finding;
use crate::source::Span;

/// A finding that is kept out of the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppressed {
    /// The finding.
    pub finding: Finding,
    /// What keeps it out.
    pub by: By,
    /// Why, as the user says.
    pub reason: Option<String>,
}

/// What keeps a finding out of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// A comment in the source.
    Comment(Span),
    /// An `[[ignore-finding]]` of the configuration.
    Configuration(Span),
    /// It was there before.
    Baseline,
}
