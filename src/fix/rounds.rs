//! Lint and correct, again and again, until nothing is left to correct.

use std::collections::{BTreeMap, BTreeSet};

use super::{Fix, Safety, apply};
use crate::access::Widening;
use crate::carrier::{Carried, Document};
use crate::engine::Registry;
use crate::finding::Finding;
use crate::policy::Policy;
use crate::source::{FileId, Sources};
use crate::value::{Kind, Value};
use crate::{Input, Options, Report, access, carry, lint_with};

/// A correction may make place for another one; more rounds than this are none of a text that settles.
const MOST_ROUNDS: usize = 20;

/// What is linted, and how.
type Run<'a> = (&'a [Input], &'a Options);

/// What came of correcting.
pub struct Corrected {
    /// The files as they are now.
    pub sources: Sources,
    /// The files that changed.
    pub changed: BTreeSet<FileId>,
    /// How many corrections were made.
    pub made: usize,
    /// The corrections that were not, and why.
    pub refused: Vec<Refusal>,
    /// What is still to be said.
    pub report: Report,
}

/// A correction that was not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Id of the rule.
    pub rule: String,
    /// Path of the file.
    pub path: String,
    /// What it would have done.
    pub title: String,
    /// Why it was not.
    pub why: String,
}

/// Corrects what the findings say how to, up to a kind of correction. A round's corrections are made together if
/// the result holds, else one by one. The result holds if everything reads as well as before, and if no
/// correction that is called safe lets anyone do more.
pub fn correct(
    rules: &Registry,
    sources: &Sources,
    inputs: &[Input],
    options: &Options,
    most: Safety,
) -> Corrected {
    let mut round = Corrected {
        sources: sources.with_texts(&BTreeMap::new()),
        changed: BTreeSet::new(),
        made: 0,
        refused: Vec::new(),
        report: lint_with(rules, sources, inputs, options),
    };
    for _ in 0..MOST_ROUNDS {
        let before = read(&round.sources, inputs, options);
        let findings: Vec<Finding> =
            round.report.findings.iter().filter(|it| round.takes(it, most)).cloned().collect();
        let fixes: Vec<&Fix> = findings.iter().filter_map(|finding| finding.fix.as_ref()).collect();
        if fixes.is_empty() {
            break;
        }
        let (old, changed, made) =
            (round.sources.with_texts(&BTreeMap::new()), round.changed.clone(), round.made);
        let applied = apply(&round.sources, &fixes);
        let mut tried = applied.taken.clone();
        let taken = applied.taken.iter().filter_map(|at| fixes.get(*at));
        let safeties: BTreeSet<Safety> = taken.map(|fix| fix.safety).collect();
        let strictest = safeties.first().copied().filter(|_| !safeties.contains(&Safety::Suggested));
        if let Some(safety) = strictest
            && holds(&before, &round.sources, &applied.texts, (inputs, options), (safety, false)).is_ok()
        {
            round.made += applied.taken.len();
            round.put(&applied.texts);
        } else {
            match round.one_by_one(&findings, &before, (inputs, options)) {
                Some(at) => tried = vec![at],
                None => break,
            }
        }
        let report = lint_with(rules, &round.sources, inputs, options);
        let tried: Vec<Finding> = tried.iter().filter_map(|at| findings.get(*at)).cloned().collect();
        let in_vain = round.in_vain(&tried, &report, &old);
        if in_vain.is_empty() {
            round.report = report;
        } else {
            // In a broken text, what is put in may be read as a part of something else.
            (round.sources, round.changed, round.made) = (old, changed, made);
            round.refused.extend(in_vain);
        }
    }
    round
}

impl Corrected {
    /// Whether a finding has a correction that may be made, and was not refused.
    fn takes(&self, finding: &Finding, most: Safety) -> bool {
        let Some(fix) = finding.fix.as_ref().filter(|fix| fix.safety <= most) else { return false };
        let whole = fix.edits.iter().all(|edit| self.sources.file(edit.span.file).invalid_bytes().is_empty());
        whole && !self.refused.iter().any(|refusal| self.is_of(refusal, finding, fix))
    }

    fn is_of(&self, refusal: &Refusal, finding: &Finding, fix: &Fix) -> bool {
        let path = self.sources.file(finding.primary.span.file);
        refusal.rule == finding.rule && refusal.title == fix.title && refusal.path == path.path()
    }

    /// The corrections that were tried, and of which as many are left to make as there were.
    fn in_vain(&self, tried: &[Finding], after: &Report, old: &Sources) -> Vec<Refusal> {
        let kind = |finding: &Finding, sources: &Sources| {
            let title = finding.fix.as_ref()?.title.clone();
            let path = sources.file(finding.primary.span.file).path().to_owned();
            let why = "it would be left to do all the same".to_owned();
            Some(Refusal { rule: finding.rule.clone(), path, title, why })
        };
        let kinds = |findings: &[Finding], sources: &Sources| -> Vec<Refusal> {
            findings.iter().filter_map(|it| kind(it, sources)).collect()
        };
        let (were, are) = (kinds(&self.report.findings, old), kinds(&after.findings, &self.sources));
        let count = |list: &[Refusal], of: &Refusal| list.iter().filter(|it| *it == of).count();
        let mut in_vain = kinds(tried, old);
        in_vain.retain(|of| count(&are, of) >= count(&were, of));
        in_vain.dedup();
        in_vain
    }

    /// Makes the first correction that holds, and refuses those before it. Its place among the findings.
    fn one_by_one(&mut self, findings: &[Finding], before: &[Carried], run: Run<'_>) -> Option<usize> {
        for (at, finding) in findings.iter().enumerate() {
            let Some(fix) = &finding.fix else { continue };
            let applied = apply(&self.sources, &[fix]);
            let only_adds = fix.edits.iter().all(|edit| edit.span.is_empty());
            match holds(before, &self.sources, &applied.texts, run, (fix.safety, only_adds)) {
                Ok(()) => {
                    self.made += 1;
                    self.put(&applied.texts);
                    return Some(at);
                }
                Err(why) => self.refused.push(Refusal {
                    rule: finding.rule.clone(),
                    path: self.sources.file(finding.primary.span.file).path().to_owned(),
                    title: fix.title.clone(),
                    why,
                }),
            }
        }
        None
    }

    fn put(&mut self, texts: &BTreeMap<FileId, String>) {
        self.changed.extend(texts.keys());
        // What was refused of the text before may be right of this one.
        self.refused.clear();
        self.sources = self.sources.with_texts(texts);
    }
}

/// Whether new texts read as well as the old ones, and give nobody more where they must not.
fn holds(
    before: &[Carried],
    sources: &Sources,
    texts: &BTreeMap<FileId, String>,
    (inputs, options): Run<'_>,
    (safety, only_adds): (Safety, bool),
) -> Result<(), String> {
    let sources = sources.with_texts(texts);
    let after = read(&sources, inputs, options);
    let mistakes = |carried: &[Carried]| carried.iter().map(|carried| carried.errors.len()).sum::<usize>();
    if mistakes(&after) > mistakes(before) {
        return Err("the text would not read well".to_owned());
    }
    let (old, new) = (documents(before), documents(&after));
    if old.len() != new.len() || !old.iter().zip(&new).all(|(old, new)| is_same(old, new)) {
        return Err("the policy would not be found again".to_owned());
    }
    // What is put in must be read.
    if only_adds && meaning(before) == meaning(&after) {
        return Err("it would change nothing".to_owned());
    }
    if safety == Safety::Suggested {
        return Ok(());
    }
    for (old, new) in old.iter().zip(&new) {
        let config = options.settings.at(&sources, &old.path, options);
        let key = config.of_key(&old.key);
        let policy = |document: &Document| Policy::new(&key.settled(&document.value), &key, document.role);
        let (old, new) = (policy(old), policy(new));
        refute("give", access::widens(&old, &new, &key))?;
        if safety == Safety::Equal {
            refute("take", access::widens(&new, &old, &key))?;
        }
    }
    Ok(())
}

/// That a correction gives, or takes, nothing.
fn refute(what: &str, widening: Option<Widening>) -> Result<(), String> {
    match widening {
        None => Ok(()),
        Some(Widening::Proved(witness)) => Err(format!("it would {what} access: {witness}")),
        Some(Widening::NotProven(doubt)) => {
            Err(format!("it is not proven that it would {what} no access: {}", doubt.reason))
        }
    }
}

fn read(sources: &Sources, inputs: &[Input], options: &Options) -> Vec<Carried> {
    inputs.iter().filter_map(|input| carry(sources, input, options).ok()).collect()
}

fn documents(carried: &[Carried]) -> Vec<&Document> {
    carried.iter().flat_map(|carried| &carried.documents).collect()
}

fn is_same(old: &Document, new: &Document) -> bool {
    old.role == new.role && old.path == new.path && old.address == new.address && old.branch == new.branch
}

/// All that policies and resources say, without where they say it.
fn meaning(carried: &[Carried]) -> String {
    let mut said = String::new();
    for carried in carried {
        carried.documents.iter().for_each(|document| say(&document.value, &mut said));
        carried.resources.iter().for_each(|resource| say(&resource.attributes, &mut said));
    }
    said
}

fn say(value: &Value, said: &mut String) {
    match &value.kind {
        Kind::List(items) => {
            said.push('[');
            items.iter().for_each(|item| say(item, said));
            said.push(']');
        }
        Kind::Object(members) => {
            said.push('{');
            for member in members {
                said.push_str(&format!("{:?}=", member.key.to_string()));
                say(&member.value, said);
            }
            said.push('}');
        }
        Kind::Encoded(inner) => say(inner, said),
        Kind::Text(text) => said.push_str(&format!("{:?},", text.to_string())),
        Kind::Number(number) => said.push_str(&format!("{number},")),
        Kind::Bool(flag) => said.push_str(&format!("{flag},")),
        Kind::Unknown(symbol) => said.push_str(&format!("${{{}}},", symbol.reference)),
        Kind::Null => said.push_str("null,"),
    }
}
