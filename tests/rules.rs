//! The examples of the rule documents, each a test of its own, and the state of the folder `rules/`.
//!
//! `UPDATE=1 cargo test --test rules` writes the `diagnostics` blocks and `rules/README.md`.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

#[path = "rules/carried.rs"]
mod carried;
#[path = "rules/cloudformation.rs"]
mod cloudformation;
#[path = "rules/fixed.rs"]
mod fixed;
#[path = "rules/folder.rs"]
mod folder;
#[path = "rules/variants.rs"]
mod variants;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use kmslint::engine::{Expect, Registry, Rule, Selection};
use kmslint::example::{mistake, render, setting};
use kmslint::finding::{Finding, Severity};
use kmslint::lint_with;
use kmslint::source::{FileId, Sources};
use libtest_mimic::{Arguments, Failed, Trial};

/// An example of a rule, taken out of its document.
#[derive(Clone)]
struct Case {
    registry: Arc<Registry>,
    rule: Arc<Rule>,
    name: String,
    language: String,
    expect: Expect,
    text: String,
    start: u32,
    fixed: Option<String>,
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    if std::env::var_os("UPDATE").is_some() {
        folder::update();
    }
    let documents = folder::documents();
    let rules: Vec<Rule> =
        documents.iter().filter_map(|(path, text)| folder::read(path, text).ok()).collect();
    let registry = Arc::new(Registry::new(rules));
    let mut trials = folder::trials(&documents, &registry);
    for case in registry.rules().iter().flat_map(|rule| cases(&registry, rule)) {
        trials.push(trial(&case, "", check));
        if case.expect == Expect::Bad {
            trials.push(trial(&case, " fixed", fixed::check));
        } else {
            trials.push(trial(&case, " beside its neighbours", check_neighbours));
        }
        if case.rule.is_about_input() || case.language == "toml" {
            continue;
        }
        if case.language == "json" && !carried::is_envelope(&case) {
            trials.push(trial(&case, " in every carrier", carried::check));
            if case.expect == Expect::Bad {
                trials.push(trial(&case, " fixed in every carrier", fixed::check_carried));
            }
        }
        if case.language == "json" {
            trials.push(trial(&case, " reversed", variants::check_reversed));
        }
        trials.push(trial(&case, " with unknowns", variants::check_unknowns));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn trial(case: &Case, what: &str, check: fn(&Case) -> Result<(), Failed>) -> Trial {
    let case = case.clone();
    let name = format!("{}{what}", case.name);
    Trial::test(name, move || check(&case))
}

fn cases(registry: &Arc<Registry>, rule: &Rule) -> Vec<Case> {
    let shared = Arc::new(rule.clone());
    let mut counts = std::collections::BTreeMap::new();
    let examples = rule.examples();
    let cases = examples.iter().map(|example| {
        let word = if example.expect == Expect::Bad { "bad" } else { "good" };
        let count = counts.entry((example.language, word)).and_modify(|count| *count += 1).or_insert(1);
        Case {
            registry: registry.clone(),
            rule: shared.clone(),
            name: format!("{} {} {word} {count}", rule.id, example.language),
            language: example.language.to_owned(),
            expect: example.expect,
            text: example.text.to_owned(),
            start: example.start,
            fixed: example.fixed.map(|block| block.text.to_owned()),
        }
    });
    cases.collect()
}

/// The rule reports a bad example exactly as the document shows, and a good one not at all.
fn check(case: &Case) -> Result<(), Failed> {
    let document = case.rule.examples();
    let example = document.iter().find(|example| example.start == case.start).unwrap();
    match mistake(&case.registry, &case.rule, example) {
        None if case.expect == Expect::Bad && example.diagnostics.is_none() => {
            Err("no diagnostics block follows; UPDATE=1 cargo test --test rules writes it".into())
        }
        None => Ok(()),
        Some(mistake) => Err(format!("{mistake}\nUPDATE=1 cargo test --test rules writes the block").into()),
    }
}

/// What a rule calls good is good to the rules of its group too, and to those that it stands for.
fn check_neighbours(case: &Case) -> Result<(), Failed> {
    let Some((sources, input, mut options)) = setting(&case.rule, &case.language, &case.text) else {
        return Ok(());
    };
    options.selection = Selection::default();
    let mut report = lint_with(&case.registry, &sources, &[input], &options);
    let group = |id: &str| id.get(..4).map(str::to_owned);
    report.findings.retain(|it| {
        let is_near =
            group(&it.rule) == group(&case.rule.id) || case.rule.subsumes.iter().any(|name| *name == it.name);
        is_near && it.severity > Severity::Info
    });
    match report.findings.as_slice() {
        [] => Ok(()),
        findings => Err(format!("a rule near it reports it:\n{}", render(findings, &sources)).into()),
    }
}

impl Case {
    /// What this rule alone says of a text.
    fn lint(&self, language: &str, text: &str) -> (Vec<Finding>, Sources) {
        lint_one(&self.registry, &self.rule, language, text)
    }
}

fn lint_one(registry: &Registry, rule: &Rule, language: &str, text: &str) -> (Vec<Finding>, Sources) {
    kmslint::example::lint(registry, rule, language, text)
        .unwrap_or_else(|| panic!("no carrier reads examples in `{language}`"))
}

/// Where the rule documents lie.
fn rules_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("rules")
}

/// The id that spans into a rule document carry here.
const DOCUMENT: FileId = FileId(0);
