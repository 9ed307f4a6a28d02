//! The report for people: each finding with its source, drawn by miette.

use std::fmt;
use std::fmt::Write as _;
use std::time::Duration;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};

use crate::Report;
use crate::engine::Registry;
use crate::finding::{Finding, Label, Severity};
use crate::report::window::Windows;
use crate::report::{Shown, visible};
use crate::source::Sources;

/// How the text report looks; the caller knows the terminal.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Whether to use colours.
    pub colour: bool,
    /// Whether to leave out all but the findings.
    pub quiet: bool,
    /// Whether to count the findings of each rule instead of showing them.
    pub statistics: bool,
    /// Columns after which messages are wrapped.
    pub width: usize,
    /// Whether to list what weaker rules say of the same mistake.
    pub verbose: bool,
    /// The time that the run took, if it is to be told.
    pub took: Option<Duration>,
    /// Whether the terminal opens links: a rule's id then leads to the AWS page that it rests on.
    pub links: bool,
}

impl Default for Style {
    fn default() -> Self {
        let (colour, quiet, statistics, verbose, links) = (false, false, false, false, false);
        Style { colour, quiet, statistics, width: 100, verbose, took: None, links }
    }
}

/// Places of the same mistake that are drawn; the rest is counted.
const MOST_PLACES: usize = 6;

/// All findings, and a line that counts them.
pub fn text(shown: &Shown<'_>) -> String {
    let Shown { report, sources, style, rules } = *shown;
    let mut text = String::new();
    if style.statistics {
        text.push_str(&statistics(report));
    } else {
        for group in groups(&report.findings) {
            let entry = finding(&group, sources, style);
            match group.first().and_then(|first| page(rules, first)).filter(|_| style.links) {
                Some((head, page)) => text.push_str(&entry.replacen(&head, &linked(&head, page), 1)),
                None => text.push_str(&entry),
            }
            text.push('\n');
        }
    }
    if !style.quiet {
        text.push_str(&summary(report));
        if let Some(took) = style.took {
            let _ = write!(text, ", {:.2} s", took.as_secs_f64());
        }
        text.push('\n');
    }
    text
}

/// How often each rule reports, the most frequent first.
fn statistics(report: &Report) -> String {
    let mut counts = std::collections::BTreeMap::new();
    for finding in &report.findings {
        *counts.entry((finding.severity, &finding.rule, &finding.name)).or_insert(0_usize) += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|((severity, rule, _), count)| (std::cmp::Reverse((*count, *severity)), *rule));
    let mut text = String::new();
    for ((severity, rule, name), count) in counts {
        let _ =
            writeln!(text, "{count:>6}  {:<7}  {} {}", severity.to_string(), visible(rule), visible(name));
    }
    text
}

/// What was found and looked at, in one line.
pub fn summary(report: &Report) -> String {
    let summary = &report.summary;
    let counts = [
        (summary.errors, "error", "errors"),
        (summary.warnings, "warning", "warnings"),
        (summary.infos, "info", "infos"),
    ];
    let counts: Vec<_> = counts.iter().filter(|(count, ..)| *count > 0).map(|&it| counted(it)).collect();
    if report.findings.is_empty() && summary.policies + summary.identity_policies == 0 {
        let files = counted((summary.files, "file", "files"));
        let suppressed = report.suppressed.len();
        if suppressed == 0 {
            return format!(
                "no key policies in {files}; looked for aws_kms_key and AWS::KMS::Key, and for policy documents in JSON"
            );
        }
    }
    let mut text = if counts.is_empty() { "no findings".to_owned() } else { counts.join(", ") };
    let policies = counted((summary.policies, "policy", "policies"));
    let files = counted((summary.files, "file", "files"));
    let _ = write!(text, " in {policies}");
    if summary.identity_policies > 0 {
        let _ = write!(text, " and {}", counted((summary.identity_policies, "IAM policy", "IAM policies")));
    }
    let _ = write!(text, " ({files})");
    if summary.not_analysed > 0 {
        let _ = write!(text, ", {} not fully analysed", summary.not_analysed);
    }
    if !report.suppressed.is_empty() {
        let _ = write!(text, ", {} suppressed", report.suppressed.len());
    }
    text
}

/// The findings, each drawn on lines of its own. The same mistake in several statements of one policy is one
/// entry with several labels.
pub fn entries(findings: &[Finding], sources: &Sources, style: Style) -> Vec<String> {
    groups(findings).iter().map(|group| finding(group, sources, style)).collect()
}

/// Findings that are the same but for the place, each group where its first one is.
fn groups(findings: &[Finding]) -> Vec<Vec<&Finding>> {
    let mut groups: Vec<Vec<&Finding>> = Vec::new();
    let mut known = std::collections::BTreeMap::new();
    for finding in findings {
        let Finding { rule, message, help, notes, key, primary, .. } = finding;
        let identity = (rule, message, help, notes, key, primary.span.file);
        let at = *known.entry(identity).or_insert(groups.len());
        match groups.get_mut(at) {
            Some(group) => group.push(finding),
            None => groups.push(vec![finding]),
        }
    }
    groups
}

/// One entry of the report.
fn finding(group: &[&Finding], sources: &Sources, style: Style) -> String {
    let Some(first) = group.first() else { return String::new() };
    let mut labels: Vec<&Label> = vec![&first.primary];
    let others = group.iter().skip(1).take(MOST_PLACES - 1);
    labels.extend(others.map(|other| &other.primary));
    for label in group.iter().take(MOST_PLACES).flat_map(|finding| &finding.related) {
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    let (windows, spans) = Windows::new(&labels, sources);
    let severity = match first.severity {
        Severity::Error => miette::Severity::Error,
        Severity::Warning => miette::Severity::Warning,
        Severity::Info => miette::Severity::Advice,
    };
    let entry = Entry { message: visible(&first.message).into_owned(), windows, spans, severity };
    let theme = theme(first, style);
    let styles = theme.styles.clone();
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(style.width)
        .with_links(false)
        .with_context_lines(1)
        .without_cause_chain();
    let mut text = String::new();
    if handler.render_report(&mut text, &entry).is_err() {
        let _ = writeln!(text, "  {}", entry.message);
    }
    let mut remarks = Vec::new();
    remarks.extend(first.notes.iter().map(|note| ("note", note.clone())));
    if group.len() > MOST_PLACES {
        remarks.push(("note", format!("and in {} more places", group.len() - MOST_PLACES)));
    }
    remarks.extend(first.help.iter().map(|help| ("help", help.clone())));
    if style.verbose {
        let mut weaker: Vec<_> = group.iter().flat_map(|finding| &finding.stands_for).collect();
        weaker.dedup();
        remarks.extend(
            weaker.iter().map(|it| ("also", format!("{}[{}]: {}", it.severity, it.rule, it.message))),
        );
    }
    for (word, remark) in remarks {
        let _ = writeln!(text, "  {} {}", styles.help.style(format!("{word}:")), visible(&remark));
    }
    text.lines().fold(String::new(), |text, line| text + line.trim_end() + "\n")
}

/// What an entry begins with: the severity with the rule.
fn head(finding: &Finding) -> String {
    format!("{}[{}]:", finding.severity, visible(&finding.rule))
}

/// The head of an entry, and the page on the web that its rule rests on.
fn page<'r>(rules: &'r Registry, finding: &Finding) -> Option<(String, &'r str)> {
    let page = rules.find(&finding.rule)?.references.first()?;
    // A rule of the user's own may refer to anything.
    let is_plain = page.starts_with("https://") && page.chars().all(|letter| letter.is_ascii_graphic());
    is_plain.then(|| (head(finding), &**page))
}

/// A text that opens a page, by the escape sequence that terminals share (OSC 8).
fn linked(text: &str, page: &str) -> String {
    format!("\u{1b}]8;;{page}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\")
}

/// miette draws an icon before the message; ours is the head.
fn theme(finding: &Finding, style: Style) -> GraphicalTheme {
    let mut theme = if style.colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let head = head(finding);
    theme.characters.error.clone_from(&head);
    theme.characters.warning.clone_from(&head);
    theme.characters.advice = head;
    theme
}

fn counted((count, one, many): (usize, &str, &str)) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// What miette is handed.
#[derive(Debug)]
struct Entry {
    message: String,
    windows: Windows,
    spans: Vec<LabeledSpan>,
    severity: miette::Severity,
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Entry {}

impl miette::Diagnostic for Entry {
    fn severity(&self) -> Option<miette::Severity> {
        Some(self.severity)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.windows)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.spans.iter().cloned()))
    }
}
