//! Lints an inventory line by line: each line by itself, so that a million of them need no more memory than one, and
//! any number of threads or machines can share them.

use std::collections::BTreeMap;

use crate::carrier::inventory::{bad, carry};
use crate::config::FailOn;
use crate::engine::{Engines, Registry};
use crate::finding::{Finding, Severity};
use crate::source::Sources;
use crate::suppress::Ledger;
use crate::syntax::{SyntaxError, SyntaxErrorKind};
use crate::{Options, Report, Summary};

/// The longest line that is read (bytes). The longest key policy that KMS takes has 32 KiB.
pub const LONGEST_LINE: usize = 16 << 20;

/// An inventory that is being linted.
pub struct Inventory<'a> {
    rules: &'a Registry,
    sources: &'a Sources,
    path: &'a str,
    options: &'a Options,
    engines: Engines<'a>,
    ledger: Ledger,
    fail_on: FailOn,
}

/// What was found in one line.
pub struct Line {
    /// The findings, in order; their offsets count from the start of the line.
    pub findings: Vec<Finding>,
    /// The files that they point into, the line among them.
    pub sources: Sources,
    /// The account that owns the key (12 digits), where it is known.
    pub account: Option<String>,
    /// How much of what.
    pub summary: Summary,
    /// The number of findings that the configuration keeps out of the report.
    pub suppressed: usize,
    /// Some finding makes the exit code 1.
    pub fails: bool,
}

/// What was found in many lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// How much of what; `files` is the number of lines that are not empty.
    pub summary: Summary,
    /// The number of findings that the configuration keeps out of the report.
    pub suppressed: usize,
    /// The number of findings of each rule, by id.
    pub by_rule: BTreeMap<String, usize>,
    /// What was found in the keys of each account; of those that are not known, under `unknown`.
    pub by_account: BTreeMap<String, Summary>,
    /// Some finding makes the exit code 1.
    pub fails: bool,
}

impl<'a> Inventory<'a> {
    /// An inventory of this path. `sources` hold the configuration, or find it.
    pub fn new(rules: &'a Registry, sources: &'a Sources, path: &'a str, options: &'a Options) -> Self {
        let config = options.settings.at(sources, path, options);
        let fail_on = config.fail_on.unwrap_or(FailOn::Severity(Severity::Warning));
        let ledger = match options.no_suppress {
            true => Ledger::default(),
            false => Ledger::read(sources, rules, &[], options),
        };
        Inventory { rules, sources, path, options, engines: Engines::new(rules, options), ledger, fail_on }
    }

    /// Lints the `number`th line (from 1). None of it where the line is empty.
    pub fn line(&mut self, number: u32, text: &[u8]) -> Option<Line> {
        let text = match number {
            1 => text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text),
            _ => text,
        };
        let is_too_long = text.len() > LONGEST_LINE;
        let text = text.trim_ascii_end();
        if text.trim_ascii_start().is_empty() {
            return None;
        }
        let bytes = if is_too_long { Vec::new() } else { text.to_vec() };
        let (sources, file) = self.sources.with_line(self.path, bytes, number);
        let carried = match is_too_long {
            false => carry(&sources, file),
            true => {
                let start = crate::source::Span::at(file, 0);
                let message = format!("the line is longer than {} MiB, and was not read", LONGEST_LINE >> 20);
                bad(SyntaxError::broken(start, message).kind(SyntaxErrorKind::Limit))
            }
        };
        let owner = carried.documents.first().and_then(|document| document.key.owner_account.as_ref());
        let account = owner.and_then(|text| text.as_known()).map(String::from);
        let mut report = Report::default();
        report.findings = report.judge(&self.engines, &sources, self.path, &carried, self.options);
        // A syntax error knows nothing of keys.
        let key = carried.documents.first().and_then(|document| document.address.clone());
        for finding in report.findings.iter_mut().filter(|finding| finding.key.is_none()) {
            finding.key.clone_from(&key);
        }
        let suppressed = self.ledger.apply(&mut report.findings, &sources, self.rules).len();
        self.engines.rate(&sources, &mut report.findings);
        report.finish(&sources);
        let fails = report.findings.iter().any(|finding| self.fail_on.fails(finding.severity));
        let summary = Summary { files: 1, ..report.summary };
        Some(Line { findings: report.findings, sources, account, summary, suppressed, fails })
    }
}

impl Totals {
    /// Counts a line.
    pub fn add(&mut self, line: &Line) {
        for finding in &line.findings {
            *self.by_rule.entry(finding.rule.clone()).or_default() += 1;
        }
        let account = line.account.as_deref().unwrap_or("unknown");
        match self.by_account.get_mut(account) {
            Some(counts) => counts.add(&line.summary),
            None => drop(self.by_account.insert(account.to_owned(), line.summary)),
        }
        self.summary.add(&line.summary);
        self.suppressed += line.suppressed;
        self.fails |= line.fails;
    }

    /// Counts what was found in other lines.
    pub fn merge(&mut self, other: Totals) {
        for (rule, count) in other.by_rule {
            *self.by_rule.entry(rule).or_default() += count;
        }
        for (account, counts) in other.by_account {
            self.by_account.entry(account).or_default().add(&counts);
        }
        self.summary.add(&other.summary);
        self.suppressed += other.suppressed;
        self.fails |= other.fails;
    }
}

impl Summary {
    fn add(&mut self, other: &Summary) {
        self.files += other.files;
        self.policies += other.policies;
        self.identity_policies += other.identity_policies;
        self.errors += other.errors;
        self.warnings += other.warnings;
        self.infos += other.infos;
        self.not_analysed += other.not_analysed;
    }
}
