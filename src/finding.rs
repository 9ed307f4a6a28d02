//! What kmslint reports.

use std::collections::BTreeMap;
use std::fmt;

use crate::fix::Fix;
use crate::source::Span;

/// How bad it is. Ordered: `Info < Warning < Error`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; never fails a run by default.
    Info,
    /// Should be fixed.
    Warning,
    /// Broken, or dangerous.
    Error,
}

/// How sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// A heuristic.
    Low,
    /// Depends on something that AWS does not document.
    Medium,
    /// Follows from AWS's documentation.
    High,
}

/// A place and what is said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The characters.
    pub span: Span,
    /// One short phrase, lower case, no full stop; may be empty on a primary label.
    pub message: String,
}

impl Label {
    /// A label.
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Label { span, message: message.into() }
    }
}

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Id of the rule, such as `KMS201`.
    pub rule: String,
    /// Name of the rule, such as `public-key-policy`.
    pub name: String,
    /// How bad it is.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// One sentence, lower case, no full stop, the user's text in backticks.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Facts that prove it, one line each, such as the witness request or the branch it holds in.
    pub notes: Vec<String>,
    /// The characters that cause it.
    pub primary: Label,
    /// Other places that belong to it, in the order they should be read.
    pub related: Vec<Label>,
    /// Address of the key, such as `aws_kms_key.main`, where there is one.
    pub key: Option<String>,
    /// Sid of the statement, where there is one.
    pub sid: Option<String>,
    /// What other rules say of the same mistake, and this one stands for.
    pub stands_for: Vec<Weaker>,
    /// How to correct it, where kmslint knows.
    pub fix: Option<Fix>,
    /// Where a suppression counts besides the primary label: the statements it rests on, and the place where the
    /// policy is attached to the key.
    pub scopes: Vec<Span>,
    /// What it is about, for baselines and for services that follow findings over time; 32 hexadecimal digits. See
    /// `fingerprint.rs`.
    pub fingerprint: String,
}

/// What a weaker rule says of a mistake that another finding stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weaker {
    /// Id of the rule, such as `KMS501`.
    pub rule: String,
    /// Name of the rule.
    pub name: String,
    /// How bad that rule finds it.
    pub severity: Severity,
    /// What it says.
    pub message: String,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        })
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        })
    }
}

/// Makes one finding of those that several keys have from the same characters, such as the instances of a module or
/// an IAM policy that is attached twice. Of different severities the highest stands. `findings` are in their order.
pub fn join(findings: Vec<Finding>) -> Vec<Finding> {
    let mut counts: BTreeMap<(String, Span, Option<String>), usize> = BTreeMap::new();
    let mut places: BTreeMap<(String, Span, usize), usize> = BTreeMap::new();
    let mut kept: Vec<(Finding, Vec<String>)> = Vec::new();
    for finding in findings {
        let span = finding.primary.span;
        // What a rule says twice of one key is not one thing.
        let count = counts.entry((finding.rule.clone(), span, finding.key.clone())).or_default();
        let place = *places.entry((finding.rule.clone(), span, *count)).or_insert(kept.len());
        *count += 1;
        let Some((first, keys)) = kept.get_mut(place) else {
            kept.push((finding, Vec::new()));
            continue;
        };
        let better = (finding.severity, finding.key.is_some()) > (first.severity, first.key.is_some());
        let other = if better { std::mem::replace(first, finding) } else { finding };
        keys.extend(other.key);
    }
    let told = |(mut finding, keys): (Finding, Vec<String>)| {
        let named: Vec<String> = keys.iter().take(2).map(|key| format!("`{key}`")).collect();
        match (named.join(", "), keys.len().saturating_sub(2)) {
            (named, _) if named.is_empty() => {}
            (named, 0) => finding.notes.push(format!("the same holds for {named}")),
            (named, more) => finding.notes.push(format!("the same holds for {named} and {more} more")),
        }
        finding
    };
    kept.into_iter().map(told).collect()
}
