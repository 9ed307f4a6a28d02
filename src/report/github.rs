//! Workflow commands of GitHub Actions, which become annotations of a pull request.
//!
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>

use std::fmt::Write as _;

use super::Shown;
use super::escape::{annotation, annotation_property};
use crate::finding::Severity;

/// One command for each finding and each failure.
pub(super) fn github(shown: &Shown<'_>) -> String {
    let mut text = String::new();
    for finding in &shown.report.findings {
        let file = shown.sources.file(finding.primary.span.file);
        let (start, end) =
            (file.position(finding.primary.span.start), file.position(finding.primary.span.end));
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        let _ = write!(text, "::{command} file={},line={}", annotation_property(file.path()), start.line);
        // GitHub takes columns on one line only.
        let _ = match end.line == start.line {
            true => write!(text, ",col={},endColumn={}", start.column, end.column),
            false => write!(text, ",endLine={}", end.line),
        };
        let title = format!("{} {}", finding.rule, finding.name);
        let mut lines = vec![finding.message.clone()];
        lines.extend(finding.notes.iter().map(|note| format!("note: {note}")));
        lines.extend(finding.help.iter().map(|help| format!("help: {help}")));
        let _ = writeln!(text, ",title={}::{}", annotation_property(&title), annotation(&lines.join("\n")));
    }
    for failure in &shown.report.failures {
        let (path, message) = (annotation_property(&failure.path), annotation(&failure.message));
        let _ = writeln!(text, "::error file={path},title=kmslint::{message}");
    }
    text
}
