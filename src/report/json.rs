//! The report as JSON, which is public API: a field is never renamed or removed within a `schema` number.

use serde::Serialize;

use crate::Report;
use crate::finding::{Finding, Label, Weaker};
use crate::fix::{Edit, Fix, Safety};
use crate::report::visible::escaped_json;
use crate::source::{SourceFile, Sources, Span};

#[derive(Serialize)]
struct Document<'a> {
    schema: u32,
    findings: Vec<Entry<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    stale_baseline: &'a [String],
    summary: Counts,
}

#[derive(Serialize)]
pub(super) struct Entry<'a> {
    rule: &'a str,
    name: &'a str,
    severity: String,
    confidence: String,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    notes: &'a [String],
    primary: Place,
    related: Vec<Related<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<&'a str>,
    fingerprint: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<Correction<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    stands_for: Vec<Weak<'a>>,
}

#[derive(Serialize)]
struct Correction<'a> {
    safety: &'static str,
    title: &'a str,
    edits: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
struct Replacement<'a> {
    path: String,
    start: u32,
    end: u32,
    text: &'a str,
}

#[derive(Serialize)]
struct Weak<'a> {
    rule: &'a str,
    name: &'a str,
    severity: String,
    message: &'a str,
}

#[derive(Serialize)]
struct Place {
    path: String,
    start: Point,
    end: Point,
    text: String,
}

#[derive(Serialize)]
struct Related<'a> {
    #[serde(flatten)]
    place: Place,
    message: &'a str,
}

#[derive(Serialize)]
struct Point {
    offset: u32,
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct Counts {
    files: usize,
    policies: usize,
    identity_policies: usize,
    errors: usize,
    warnings: usize,
    infos: usize,
    not_analysed: usize,
    suppressed: usize,
}

#[derive(Serialize)]
struct Last {
    schema: u32,
    summary: Counts,
}

/// The report as JSON on indented lines. Offsets are bytes; lines and columns (code points) count from 1.
pub fn json(report: &Report, sources: &Sources) -> String {
    let document = Document {
        schema: 1,
        findings: report.findings.iter().map(|finding| entry(finding, sources)).collect(),
        stale_baseline: &report.stale,
        summary: counts(report),
    };
    escaped_json(serde_json::to_string_pretty(&document).unwrap_or_default() + "\n")
}

/// The findings as JSON, one on each line, and a last line with the counts.
pub(super) fn ndjson(report: &Report, sources: &Sources) -> String {
    let mut text = String::new();
    for finding in &report.findings {
        text.push_str(&serde_json::to_string(&entry(finding, sources)).unwrap_or_default());
        text.push('\n');
    }
    let last = Last { schema: 1, summary: counts(report) };
    escaped_json(text + &serde_json::to_string(&last).unwrap_or_default() + "\n")
}

pub(super) fn entry<'a>(finding: &'a Finding, sources: &Sources) -> Entry<'a> {
    let related = |label: &'a Label| Related { place: place(label.span, sources), message: &label.message };
    Entry {
        rule: &finding.rule,
        name: &finding.name,
        severity: finding.severity.to_string(),
        confidence: finding.confidence.to_string(),
        message: &finding.message,
        help: finding.help.as_deref(),
        notes: &finding.notes,
        primary: place(finding.primary.span, sources),
        related: finding.related.iter().map(related).collect(),
        key: finding.key.as_deref(),
        sid: finding.sid.as_deref(),
        fingerprint: &finding.fingerprint,
        fix: finding.fix.as_ref().map(|fix| correction(fix, sources)),
        stands_for: finding.stands_for.iter().map(weak).collect(),
    }
}

fn correction<'a>(fix: &'a Fix, sources: &Sources) -> Correction<'a> {
    let mut edits: Vec<&Edit> = fix.edits.iter().collect();
    edits.sort();
    let replacement = |edit: &'a Edit| Replacement {
        path: sources.file(edit.span.file).path().to_owned(),
        start: edit.span.start,
        end: edit.span.end,
        text: &edit.text,
    };
    Correction {
        safety: match fix.safety {
            Safety::Equal | Safety::Safe => "safe",
            Safety::Suggested => "suggest",
        },
        title: &fix.title,
        edits: edits.into_iter().map(replacement).collect(),
    }
}

fn weak(weaker: &Weaker) -> Weak<'_> {
    Weak {
        rule: &weaker.rule,
        name: &weaker.name,
        severity: weaker.severity.to_string(),
        message: &weaker.message,
    }
}

fn place(span: Span, sources: &Sources) -> Place {
    let file = sources.file(span.file);
    Place {
        path: file.path().to_owned(),
        start: point(&file, span.start),
        end: point(&file, span.end),
        text: file.slice(span.start, span.end).to_owned(),
    }
}

fn point(file: &SourceFile, offset: u32) -> Point {
    let position = file.position(offset);
    Point { offset, line: position.line, column: position.column }
}

fn counts(report: &Report) -> Counts {
    let summary = &report.summary;
    Counts {
        files: summary.files,
        policies: summary.policies,
        identity_policies: summary.identity_policies,
        errors: summary.errors,
        warnings: summary.warnings,
        infos: summary.infos,
        not_analysed: summary.not_analysed,
        suppressed: report.suppressed.len(),
    }
}
