//! All suppressions of a run, and which of them were needed.

use std::sync::Arc;

use super::comment::{Comment, comments};
use super::{By, Suppressed};
use crate::config::{ConfigFile, IgnoreEntry, covers, inner};
use crate::engine::Registry;
use crate::finding::Finding;
use crate::source::{FileId, Sources, Span};
use crate::{Input, Options, glob};

/// The suppressions of a run.
#[derive(Debug, Default)]
pub struct Ledger {
    /// Each of them, comments by file and place, then those of the configurations.
    pub entries: Vec<Entry>,
}

/// A suppression.
#[derive(Debug)]
pub struct Entry {
    /// Where it was written.
    pub span: Span,
    /// Rules by id, group or name.
    pub rules: Vec<String>,
    /// Why it does not hold, and what to do about it; it counts as absent then.
    pub problem: Option<(String, String)>,
    /// It kept something out of the report.
    pub used: bool,
    /// Whether it would be known if it was needed: its rules ran, and what it is about was looked at.
    pub judged: bool,
    reason: Option<String>,
    source: Source,
}

#[derive(Debug)]
enum Source {
    Comment(Span),
    Configuration(Arc<ConfigFile>, IgnoreEntry),
}

impl Ledger {
    /// Finds the suppressions in all files that were read and in the configurations.
    pub fn read(sources: &Sources, rules: &Registry, inputs: &[Input], options: &Options) -> Ledger {
        let files = options.settings.files();
        let mut entries = Vec::new();
        for id in 0..u32::try_from(sources.len()).unwrap_or(u32::MAX) {
            let id = FileId(id);
            let file = sources.file(id);
            if files.iter().any(|it| it.id == id) {
                continue;
            }
            for comment in comments(&file, id) {
                let wanted = inputs.iter().all(|input| input.wants(file.path()));
                entries.push(of_comment(comment, file.path(), wanted, sources, rules, options));
            }
        }
        for file in &files {
            for entry in &file.ignores {
                entries.push(of_configuration(entry, file, inputs, sources, rules, options));
            }
        }
        Ledger { entries }
    }

    /// Takes out the findings that a suppression is about.
    pub fn apply(
        &mut self,
        findings: &mut Vec<Finding>,
        sources: &Sources,
        rules: &Registry,
    ) -> Vec<Suppressed> {
        let mut suppressed = Vec::new();
        if self.entries.is_empty() {
            return suppressed;
        }
        let mut kept = Vec::new();
        for finding in findings.drain(..) {
            let mut by = None;
            for entry in self.entries.iter_mut().filter(|entry| entry.problem.is_none()) {
                let meant = entry.rules.iter().any(|word| rules.means(word, &finding.rule));
                if meant && entry.is_about(&finding, sources) {
                    entry.used = true;
                    by.get_or_insert_with(|| (entry.by(), entry.reason.clone()));
                }
            }
            match by {
                Some((by, reason)) => suppressed.push(Suppressed { finding, by, reason }),
                None => kept.push(finding),
            }
        }
        *findings = kept;
        suppressed
    }
}

impl Entry {
    fn by(&self) -> By {
        match self.source {
            Source::Comment(_) => By::Comment(self.span),
            Source::Configuration(..) => By::Configuration(self.span),
        }
    }

    fn is_about(&self, finding: &Finding, sources: &Sources) -> bool {
        match &self.source {
            Source::Comment(about) => {
                about.contains(finding.primary.span)
                    || finding.scopes.iter().any(|span| about.contains(*span))
            }
            Source::Configuration(file, entry) => {
                let fits = |pattern: &Option<String>, text: &Option<String>| {
                    pattern.as_ref().is_none_or(|pattern| {
                        glob::matches(pattern, text.as_deref().unwrap_or_default(), false)
                    })
                };
                let path = |span: Span| inner(sources, file, sources.file(span.file).path());
                let places = [finding.primary.span].into_iter().chain(finding.scopes.iter().copied());
                fits(&entry.key, &finding.key)
                    && fits(&entry.sid, &finding.sid)
                    && (entry.paths.is_empty()
                        || places.into_iter().any(|span| covers(&entry.paths, &path(span))))
            }
        }
    }
}

fn of_comment(
    comment: Comment,
    path: &str,
    wanted: bool,
    sources: &Sources,
    rules: &Registry,
    options: &Options,
) -> Entry {
    let config = options.settings.at(sources, path, options);
    let expired = options.today.zip(comment.until).filter(|(today, until)| until < today);
    let problem = if let Some((problem, help)) = comment.problem {
        Some((problem, help.to_owned()))
    } else if let Some(problem) = unknown(&comment.rules, rules) {
        Some(problem)
    } else if let Some((_, until)) = expired {
        Some(expiry(until))
    } else if config.require_reason && comment.reason.is_none() {
        let help = "write it after the brackets; `require-reason` is set in the configuration";
        Some(("this suppression has no reason".to_owned(), help.to_owned()))
    } else {
        None
    };
    let ran = comment.rules.iter().all(|word| rules.of(word).any(|rule| config.takes(rule)));
    Entry {
        span: comment.span,
        rules: comment.rules,
        problem,
        used: false,
        judged: wanted && ran,
        reason: comment.reason,
        source: Source::Comment(comment.about),
    }
}

fn of_configuration(
    entry: &IgnoreEntry,
    file: &Arc<ConfigFile>,
    inputs: &[Input],
    sources: &Sources,
    rules: &Registry,
    options: &Options,
) -> Entry {
    let expired = options.today.zip(entry.until).filter(|(today, until)| until < today);
    let config = options.settings.at(sources, &file.path, options);
    let ran = entry.rules.iter().all(|word| rules.of(word).any(|rule| config.takes(rule)));
    // Without a path it may be about a file that was not looked at.
    let met = |path: &String| covers(&entry.paths, &inner(sources, file, path));
    let looked_at = match entry.paths.as_slice() {
        [] => inputs.iter().all(|input| input.is_whole()),
        _ => sources.paths().iter().any(met),
    };
    Entry {
        span: entry.span,
        rules: entry.rules.clone(),
        // What is malformed is told as a mistake of the configuration.
        problem: if entry.invalid {
            Some((String::new(), String::new()))
        } else {
            expired.map(|(_, until)| expiry(until))
        },
        used: false,
        judged: looked_at && ran,
        reason: entry.reason.clone(),
        source: Source::Configuration(file.clone(), entry.clone()),
    }
}

fn expiry(until: super::Date) -> (String, String) {
    (
        format!("this suppression ended on {until}"),
        "correct the policy, or judge it again and move the day".to_owned(),
    )
}

fn unknown(words: &[String], rules: &Registry) -> Option<(String, String)> {
    let word = words.iter().find(|word| !rules.names(word))?;
    let help = match rules.nearest(word) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "`kmslint rules` lists them".to_owned(),
    };
    Some((format!("no rule is called `{word}`"), help))
}
