//! Markdown for a comment on a pull request: a sentence, a table, and what to do.

use std::fmt::Write as _;

use super::Shown;
use super::escape::markdown as escape;
use super::text::summary;

/// Findings in the table; a comment has a limited length.
const MOST_FINDINGS: usize = 100;

/// The report as GitHub-flavoured Markdown.
pub(super) fn markdown(shown: &Shown<'_>) -> String {
    let Shown { report, sources, .. } = shown;
    let mut text = format!("### kmslint: {}\n", escape(&summary(report)));
    for failure in &report.failures {
        let _ = writeln!(text, "\n**Not read:** {}: {}", escape(&failure.path), escape(&failure.message));
    }
    if report.findings.is_empty() {
        return text;
    }
    text.push_str("\n| | rule | place | what |\n|---|---|---|---|\n");
    for finding in report.findings.iter().take(MOST_FINDINGS) {
        let file = sources.file(finding.primary.span.file);
        let at = file.position(finding.primary.span.start);
        let mut what = escape(&finding.message);
        for note in &finding.notes {
            let _ = write!(what, "<br>note: {}", escape(note));
        }
        if let Some(help) = &finding.help {
            let _ = write!(what, "<br>help: {}", escape(help));
        }
        let place = escape(&format!("{}:{}:{}", file.path(), at.line, at.column));
        let (rule, name) = (escape(&finding.rule), escape(&finding.name));
        let _ = writeln!(text, "| {} | {rule} {name} | {place} | {what} |", finding.severity);
    }
    let more = report.findings.len().saturating_sub(MOST_FINDINGS);
    if more > 0 {
        let _ = writeln!(text, "\nand {more} more");
    }
    text
}
