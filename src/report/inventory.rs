//! The findings of an inventory as JSON, one on each line, in the form of `ndjson`; public API as that is.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::Summary;
use crate::finding::Finding;
use crate::inventory::{Line, Totals};
use crate::report::json::{Entry, entry};
use crate::report::visible::escaped_json;
use crate::source::Sources;

#[derive(Serialize)]
struct Found<'a> {
    #[serde(flatten)]
    entry: Entry<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<&'a str>,
}

#[derive(Serialize)]
struct Last<'a> {
    schema: u32,
    summary: Counts<'a>,
}

#[derive(Serialize)]
struct Counts<'a> {
    lines: usize,
    #[serde(flatten)]
    all: Numbers,
    suppressed: usize,
    by_rule: &'a BTreeMap<String, usize>,
    by_account: BTreeMap<&'a str, Numbers>,
}

#[derive(Serialize)]
struct Numbers {
    policies: usize,
    errors: usize,
    warnings: usize,
    infos: usize,
    not_analysed: usize,
}

/// The findings of a line, one on each line.
pub fn line(line: &Line) -> String {
    findings(&line.findings, &line.sources, line.account.as_deref())
}

/// Findings that are about no line, such as those on the configuration.
pub fn findings(findings: &[Finding], sources: &Sources, account: Option<&str>) -> String {
    let mut text = String::new();
    for finding in findings {
        let found = Found { entry: entry(finding, sources), account };
        text.push_str(&serde_json::to_string(&found).unwrap_or_default());
        text.push('\n');
    }
    escaped_json(text)
}

/// The last line: how much of what, for each rule and each account.
pub fn summary(totals: &Totals) -> String {
    let counts = Counts {
        lines: totals.summary.files,
        all: numbers(&totals.summary),
        suppressed: totals.suppressed,
        by_rule: &totals.by_rule,
        by_account: totals
            .by_account
            .iter()
            .map(|(account, counts)| (account.as_str(), numbers(counts)))
            .collect(),
    };
    let last = Last { schema: 1, summary: counts };
    escaped_json(serde_json::to_string(&last).unwrap_or_default() + "\n")
}

fn numbers(summary: &Summary) -> Numbers {
    let Summary { policies, errors, warnings, infos, not_analysed, .. } = *summary;
    Numbers { policies, errors, warnings, infos, not_analysed }
}
