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
use kmslint::finding::Finding;
use kmslint::inventory::Inventory;
use kmslint::report::{Style, entries};
use kmslint::source::{FileId, Sources};
use kmslint::{Input, Options, lint_with};
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
    diagnostics: Option<String>,
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
            diagnostics: example.diagnostics.map(|block| block.text.to_owned()),
            fixed: example.fixed.map(|block| block.text.to_owned()),
        }
    });
    cases.collect()
}

/// The rule reports a bad example exactly as the document shows, and a good one not at all.
fn check(case: &Case) -> Result<(), Failed> {
    let (findings, sources) = case.lint(&case.language, &case.text);
    let shown = render(&findings, &sources);
    match case.expect {
        Expect::Good if findings.is_empty() => Ok(()),
        Expect::Good => Err(format!("a good example is reported:\n{shown}").into()),
        Expect::Bad if findings.is_empty() => Err("a bad example is not reported".into()),
        Expect::Bad => match &case.diagnostics {
            Some(block) if *block == shown => Ok(()),
            Some(block) => Err(format!(
                "the diagnostics block is not what is reported; UPDATE=1 cargo test --test rules writes it\n\
                 --- block\n{block}--- reported\n{shown}"
            )
            .into()),
            None => Err("no diagnostics block follows; UPDATE=1 cargo test --test rules writes it".into()),
        },
    }
}

impl Case {
    /// What this rule alone says of a text.
    fn lint(&self, language: &str, text: &str) -> (Vec<Finding>, Sources) {
        lint_one(&self.registry, &self.rule, language, text)
    }
}

fn lint_one(registry: &Registry, rule: &Rule, language: &str, text: &str) -> (Vec<Finding>, Sources) {
    if language == "ndjson" {
        return lint_line(registry, rule, text);
    }
    let (sources, input, options) = setting(rule, language, text);
    let report = lint_with(registry, &sources, &[input], &options);
    let mut findings = report.findings;
    findings.retain(|finding| finding.rule == rule.id || finding.name == "configuration-invalid");
    (findings, sources)
}

/// A text as the only line of an inventory.
fn lint_line(registry: &Registry, rule: &Rule, text: &str) -> (Vec<Finding>, Sources) {
    let (sources, _, options) = setting(rule, "json", "");
    let mut inventory = Inventory::new(registry, &sources, "example.ndjson", &options);
    let Some(line) = inventory.line(1, text.as_bytes()) else { return (Vec::new(), sources) };
    let mut findings = line.findings;
    findings.retain(|finding| finding.rule == rule.id);
    (findings, line.sources)
}

/// A text as the only file there is, and the rule as the only one that runs.
fn setting(rule: &Rule, language: &str, text: &str) -> (Sources, Input, Options) {
    let json = Input::Json { path: "example.json".into(), explicit: true };
    let yaml = Input::Yaml { path: "example.yaml".into(), explicit: true };
    let hcl = Input::Terraform { directories: vec![String::new()], files: Vec::new() };
    let (files, input) = match language {
        "json" => (vec![("example.json", text)], json),
        "yaml" => (vec![("example.yaml", text)], yaml),
        "hcl" => (vec![("example.tf", text)], hcl),
        // A configuration, and AWS's default policy that it applies to.
        "toml" => (vec![("kmslint.toml", text), ("example.json", DEFAULT_POLICY)], json),
        other => panic!("no carrier reads examples in `{other}`"),
    };
    // A rule about the run looks at what the others said.
    let select = if rule.is_about_run() { Vec::new() } else { vec![rule.id.clone()] };
    let selection = Selection { select, ignore: Vec::new() };
    let today = kmslint::suppress::Date::parse("2026-06-01");
    (Sources::in_memory(files), input, Options { selection, today, ..Options::default() })
}

/// The key policy that AWS gives a key that is made without one.
const DEFAULT_POLICY: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Enable IAM User Permissions",
      "Effect": "Allow",
      "Principal": { "AWS": "arn:aws:iam::111122223333:root" },
      "Action": "kms:*",
      "Resource": "*"
    }
  ]
}
"#;

/// As the text report shows it, at 100 columns and without colour.
fn render(findings: &[Finding], sources: &Sources) -> String {
    entries(findings, sources, Style::default()).join("\n")
}

/// Where the rule documents lie.
fn rules_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("rules")
}

/// The id that spans into a rule document carry here.
const DOCUMENT: FileId = FileId(0);
