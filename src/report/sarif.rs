//! SARIF 2.1.0, for code scanning services.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use serde_json::{Value, json};

use super::escape::uri;
use super::visible::escaped_json;
use super::{Shown, unique};
use crate::engine::Rule;
use crate::finding::{Confidence, Finding, Severity};
use crate::fix::{Fix, Safety};
use crate::source::{Sources, Span};
use crate::suppress::By;

/// Where the schema lies, as the standard says.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The report as a SARIF log with one run.
pub(super) fn sarif(shown: &Shown<'_>) -> String {
    let Shown { report, sources, rules, .. } = shown;
    let mut results: Vec<(&Finding, Option<Value>)> =
        report.findings.iter().map(|finding| (finding, None)).collect();
    results.extend(report.suppressed.iter().map(|it| {
        let kind = if matches!(it.by, By::Comment(_)) { "inSource" } else { "external" };
        let mut suppression = json!({ "kind": kind, "status": "accepted" });
        if let (Some(object), Some(reason)) = (suppression.as_object_mut(), &it.reason) {
            object.insert("justification".to_owned(), json!(reason));
        }
        (&it.finding, Some(suppression))
    }));
    let reported: Vec<&Rule> = rules
        .rules()
        .iter()
        .filter(|rule| results.iter().any(|(finding, _)| finding.rule == rule.id))
        .collect();
    let fingerprints = unique(results.iter().map(|(finding, _)| *finding));
    let results: Vec<Value> = results
        .into_iter()
        .zip(fingerprints)
        .map(|((finding, suppression), fingerprint)| {
            let index = reported.iter().position(|rule| rule.id == finding.rule);
            result(finding, index, suppression, &fingerprint, sources)
        })
        .collect();
    let notifications: Vec<Value> = report
        .failures
        .iter()
        .map(|failure| {
            json!({
                "level": "error",
                "message": { "text": failure.message },
                "locations": [{ "physicalLocation": { "artifactLocation": artifact(&failure.path) } }],
            })
        })
        .collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "kmslint",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": reported.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { "SRCROOT": { "description": { "text": "the folder kmslint was run in" } } },
            "invocations": [{
                "executionSuccessful": report.failures.is_empty() && !report.misconfigured,
                "toolExecutionNotifications": notifications,
            }],
            "results": results,
        }],
    });
    escaped_json(serde_json::to_string_pretty(&log).unwrap_or_default() + "\n")
}

fn descriptor(rule: &Rule) -> Value {
    let precision = match rule.confidence {
        Confidence::High => "very-high",
        Confidence::Medium => "high",
        Confidence::Low => "medium",
    };
    // The scale of CVSS, in the middle of GitHub's bands for high, medium and low.
    let score = match rule.severity {
        Severity::Error => "8.0",
        Severity::Warning => "5.5",
        Severity::Info => "2.0",
    };
    let sections: Vec<String> = rule
        .sections()
        .iter()
        .filter(|section| section.heading != "Examples")
        .map(|section| format!("## {}\n\n{}", section.heading, section.text.trim()))
        .collect();
    let what =
        rule.sections().iter().find(|it| it.heading == "What it does").map(|it| it.text.trim().to_owned());
    let mut descriptor = json!({
        "id": rule.id,
        "name": rule.name,
        "shortDescription": { "text": rule.summary },
        "fullDescription": { "text": what.as_deref().unwrap_or(&rule.summary) },
        "defaultConfiguration": { "level": level(rule.severity) },
        "help": { "text": sections.join("\n\n"), "markdown": sections.join("\n\n") },
        "properties": { "precision": precision, "security-severity": score, "tags": ["security", "aws", "kms"] },
    });
    if let (Some(object), Some(page)) = (descriptor.as_object_mut(), rule.references.first()) {
        object.insert("helpUri".to_owned(), json!(page));
    }
    descriptor
}

fn result(
    finding: &Finding,
    index: Option<usize>,
    suppression: Option<Value>,
    fingerprint: &str,
    sources: &Sources,
) -> Value {
    let mut text = finding.message.clone();
    for note in &finding.notes {
        text.push_str("\nnote: ");
        text.push_str(note);
    }
    if let Some(help) = &finding.help {
        text.push_str("\nhelp: ");
        text.push_str(help);
    }
    let related: Vec<Value> = finding
        .related
        .iter()
        .enumerate()
        .map(|(at, label)| {
            let mut location = location(label.span, sources);
            if let Some(object) = location.as_object_mut() {
                object.insert("id".to_owned(), json!(at + 1));
                if !label.message.is_empty() {
                    object.insert("message".to_owned(), json!({ "text": label.message }));
                }
            }
            location
        })
        .collect();
    let mut result = json!({
        "ruleId": finding.rule,
        "level": level(finding.severity),
        "message": { "text": text },
        "locations": [location(finding.primary.span, sources)],
        "relatedLocations": related,
        "partialFingerprints": { "kmslint/v1": fingerprint },
        "suppressions": suppression.into_iter().collect::<Vec<_>>(),
        "properties": {
            "confidence": finding.confidence.to_string(),
            "key": finding.key,
            "sid": finding.sid,
        },
    });
    if let Some(object) = result.as_object_mut() {
        if let Some(index) = index {
            object.insert("ruleIndex".to_owned(), json!(index));
        }
        if let Some(fix) = &finding.fix {
            object.insert("fixes".to_owned(), json!([changes(fix, sources)]));
        }
    }
    result
}

fn changes(fix: &Fix, sources: &Sources) -> Value {
    let mut files: Vec<_> = fix.edits.iter().map(|edit| edit.span.file).collect();
    files.sort_unstable();
    files.dedup();
    let change = |file| {
        let edits = fix.edits.iter().filter(|edit| edit.span.file == file);
        let replacement = |edit: &crate::fix::Edit| json!({ "deletedRegion": region(edit.span, sources), "insertedContent": { "text": edit.text } });
        json!({
            "artifactLocation": artifact(sources.file(file).path()),
            "replacements": edits.map(replacement).collect::<Vec<_>>(),
        })
    };
    let judged = if fix.safety <= Safety::Safe { "" } else { " (for people to judge)" };
    json!({
        "description": { "text": format!("{}{judged}", fix.title) },
        "artifactChanges": files.into_iter().map(change).collect::<Vec<_>>(),
    })
}

fn location(span: Span, sources: &Sources) -> Value {
    let file = sources.file(span.file);
    let mut region = region(span, sources);
    if let Some(object) = region.as_object_mut() {
        object.insert("snippet".to_owned(), json!({ "text": file.slice(span.start, span.end) }));
    }
    json!({ "physicalLocation": { "artifactLocation": artifact(file.path()), "region": region } })
}

/// Lines and columns from 1; columns count code points, and the end column is exclusive.
fn region(span: Span, sources: &Sources) -> Value {
    let file = sources.file(span.file);
    let (start, end) = (file.position(span.start), file.position(span.end));
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
        "byteOffset": span.start,
        "byteLength": span.len(),
    })
}

fn artifact(path: &str) -> Value {
    if path.starts_with('/') {
        return json!({ "uri": uri(path) });
    }
    json!({ "uri": uri(path), "uriBaseId": "SRCROOT" })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}
