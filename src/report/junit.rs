//! JUnit's XML, as Jenkins, GitLab and others read it: one test case for each finding, in a suite for each file.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Shown;
use super::escape::markup;
use crate::finding::{Finding, Severity};

/// The report as XML. An info is a test case that passes; a run without findings is one too.
pub(super) fn junit(shown: &Shown<'_>) -> String {
    let Shown { report, sources, .. } = shown;
    let mut suites: BTreeMap<String, Vec<&Finding>> = BTreeMap::new();
    for finding in &report.findings {
        suites.entry(sources.file(finding.primary.span.file).path().to_owned()).or_default().push(finding);
    }
    let (failed, broken) = (report.summary.errors + report.summary.warnings, report.failures.len());
    let passed = usize::from(report.findings.is_empty() && broken == 0);
    let tests = report.findings.len() + broken + passed;
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        text,
        "<testsuites name=\"kmslint\" tests=\"{tests}\" failures=\"{failed}\" errors=\"{broken}\">"
    );
    for (path, findings) in &suites {
        let failures = findings.iter().filter(|finding| finding.severity > Severity::Info).count();
        let _ = writeln!(
            text,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\" errors=\"0\">",
            markup(path),
            findings.len()
        );
        for finding in findings {
            case(&mut text, finding, path, shown);
        }
        text.push_str("  </testsuite>\n");
    }
    if broken + passed > 0 {
        let _ = writeln!(
            text,
            "  <testsuite name=\"kmslint\" tests=\"{}\" failures=\"0\" errors=\"{broken}\">",
            broken + passed
        );
        for failure in &report.failures {
            let (path, message) = (markup(&failure.path), markup(&failure.message));
            let _ = writeln!(
                text,
                "    <testcase name=\"{path}\" classname=\"kmslint\"><error message=\"{message}\"/></testcase>"
            );
        }
        if passed > 0 {
            text.push_str("    <testcase name=\"no findings\" classname=\"kmslint\"/>\n");
        }
        text.push_str("  </testsuite>\n");
    }
    text.push_str("</testsuites>\n");
    text
}

fn case(text: &mut String, finding: &Finding, path: &str, shown: &Shown<'_>) {
    let file = shown.sources.file(finding.primary.span.file);
    let at = file.position(finding.primary.span.start);
    let _ = writeln!(
        text,
        "    <testcase name=\"{} {} at {}:{}\" classname=\"{}\" file=\"{}\" line=\"{}\">",
        markup(&finding.rule),
        markup(&finding.name),
        at.line,
        at.column,
        markup(path),
        markup(path),
        at.line
    );
    let mut lines = vec![format!("{path}:{}:{}: {}", at.line, at.column, finding.message)];
    lines.extend(finding.notes.iter().map(|note| format!("note: {note}")));
    lines.extend(finding.help.iter().map(|help| format!("help: {help}")));
    let body = lines.iter().map(|line| markup(line)).collect::<Vec<_>>().join("\n");
    let _ = match finding.severity {
        Severity::Info => writeln!(text, "      <system-out>{body}</system-out>"),
        severity => writeln!(
            text,
            "      <failure type=\"{severity}\" message=\"{}\">{body}</failure>",
            markup(&finding.message)
        ),
    };
    text.push_str("    </testcase>\n");
}
