//! GitLab's code quality report.
//!
//! <https://docs.gitlab.com/ci/testing/code_quality/>

use serde_json::{Value, json};

use super::visible::escaped_json;
use super::{Shown, unique};
use crate::finding::Severity;

/// The findings as a list.
pub(super) fn gitlab(shown: &Shown<'_>) -> String {
    let findings = &shown.report.findings;
    let entries: Vec<Value> = findings
        .iter()
        .zip(unique(findings.iter()))
        .map(|(finding, fingerprint)| {
            let file = shown.sources.file(finding.primary.span.file);
            let (start, end) =
                (file.position(finding.primary.span.start), file.position(finding.primary.span.end));
            json!({
                "description": format!("{}: {}", finding.rule, finding.message),
                "check_name": format!("{} {}", finding.rule, finding.name),
                "fingerprint": fingerprint,
                "severity": match finding.severity {
                    Severity::Error => "critical",
                    Severity::Warning => "major",
                    Severity::Info => "info",
                },
                "location": {
                    "path": file.path(),
                    "lines": { "begin": start.line, "end": end.line },
                },
            })
        })
        .collect();
    escaped_json(serde_json::to_string_pretty(&entries).unwrap_or_default() + "\n")
}
