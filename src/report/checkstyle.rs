//! Checkstyle's XML, which many review tools read.

use std::fmt::Write as _;

use super::Shown;
use super::escape::markup;

/// The findings by file.
pub(super) fn checkstyle(shown: &Shown<'_>) -> String {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n");
    let mut open: Option<String> = None;
    for finding in &shown.report.findings {
        let file = shown.sources.file(finding.primary.span.file);
        if open.as_deref() != Some(file.path()) {
            if open.is_some() {
                text.push_str("  </file>\n");
            }
            let _ = writeln!(text, "  <file name=\"{}\">", markup(file.path()));
            open = Some(file.path().to_owned());
        }
        let at = file.position(finding.primary.span.start);
        let help = finding.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
        let _ = writeln!(
            text,
            "    <error line=\"{}\" column=\"{}\" severity=\"{}\" message=\"{}\" source=\"kmslint.{}\"/>",
            at.line,
            at.column,
            finding.severity,
            markup(&format!("{}{help}", finding.message)),
            markup(&finding.rule)
        );
    }
    if open.is_some() {
        text.push_str("  </file>\n");
    }
    for failure in &shown.report.failures {
        let (path, message) = (markup(&failure.path), markup(&failure.message));
        let _ = writeln!(
            text,
            "  <file name=\"{path}\"><error severity=\"error\" message=\"{message}\" source=\"kmslint\"/></file>"
        );
    }
    text.push_str("</checkstyle>\n");
    text
}
