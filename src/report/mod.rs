//! Shows findings: to people, to scripts, to programs, to services.

mod checkstyle;
mod concise;
mod escape;
mod github;
mod gitlab;
mod html;
pub mod inventory;
mod json;
mod junit;
mod markdown;
mod policies;
mod sarif;
#[cfg(test)]
mod tests;
mod text;
mod visible;
mod window;

use std::collections::BTreeMap;

pub use concise::concise;
pub(crate) use escape::markdown as in_markdown;
pub use json::json;
pub use policies::{Resolved, policies_json, policies_text, resolved};
pub use text::{Style, entries, summary, text};
pub use visible::visible;

use crate::Report;
use crate::engine::Registry;
use crate::finding::Finding;
use crate::source::Sources;

/// The JSON Schema of the `json` report.
pub const SCHEMA: &str = include_str!("../../schema/report.schema.json");

/// What a report is made from.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    /// The findings.
    pub report: &'a Report,
    /// The files they point into.
    pub sources: &'a Sources,
    /// The rules, for those who want to read about them.
    pub rules: &'a Registry,
    /// How the text looks.
    pub style: Style,
}

/// A form of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// With source, for people.
    Text,
    /// One line for each finding.
    Concise,
    /// For programs, one document.
    Json,
    /// For programs, one JSON object on each line.
    Ndjson,
    /// For code scanning services.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// Test results.
    Junit,
    /// For review tools.
    Checkstyle,
    /// A comment on a pull request.
    Markdown,
    /// A page with everything in it.
    Html,
}

impl Format {
    /// All of them, by the names they are asked for with.
    pub const NAMES: [(&'static str, Format); 11] = [
        ("text", Format::Text),
        ("concise", Format::Concise),
        ("json", Format::Json),
        ("ndjson", Format::Ndjson),
        ("sarif", Format::Sarif),
        ("github", Format::Github),
        ("gitlab", Format::Gitlab),
        ("junit", Format::Junit),
        ("checkstyle", Format::Checkstyle),
        ("markdown", Format::Markdown),
        ("html", Format::Html),
    ];

    /// The report in this form.
    pub fn render(self, shown: &Shown<'_>) -> String {
        let Shown { report, sources, .. } = *shown;
        match self {
            Format::Text => text(shown),
            Format::Concise => concise(report, sources),
            Format::Json => json(report, sources),
            Format::Ndjson => json::ndjson(report, sources),
            Format::Sarif => sarif::sarif(shown),
            Format::Github => github::github(shown),
            Format::Gitlab => gitlab::gitlab(shown),
            Format::Junit => junit::junit(shown),
            Format::Checkstyle => checkstyle::checkstyle(shown),
            Format::Markdown => markdown::markdown(shown),
            Format::Html => html::html(shown),
        }
    }
}

/// The fingerprints of findings, each with its number among its equals, for services that want them unique.
fn unique<'f>(findings: impl Iterator<Item = &'f Finding>) -> Vec<String> {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let number = |finding: &'f Finding| {
        let count = seen.entry(&finding.fingerprint).and_modify(|count| *count += 1).or_insert(1);
        format!("{}:{count}", finding.fingerprint)
    };
    findings.map(number).collect()
}
