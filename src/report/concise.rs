//! One line for each finding, for editors and `grep`.

use std::fmt::Write as _;

use crate::Report;
use crate::report::visible;
use crate::source::Sources;

/// `path:line:col: severity[ID] message`, one line for each finding.
pub fn concise(report: &Report, sources: &Sources) -> String {
    let mut text = String::new();
    for finding in &report.findings {
        let file = sources.file(finding.primary.span.file);
        let at = file.position(finding.primary.span.start);
        let (path, message) = (visible(file.path()), visible(&finding.message));
        let _ = writeln!(
            text,
            "{path}:{}:{}: {}[{}] {message}",
            at.line, at.column, finding.severity, finding.rule
        );
    }
    text
}
