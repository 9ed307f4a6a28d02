//! The examples of rule documents, which are their tests: runs one rule over one example.

use crate::engine::{Example, Expect, Registry, Rule, Selection};
use crate::finding::Finding;
use crate::inventory::Inventory;
use crate::report::{Style, entries};
use crate::source::Sources;
use crate::suppress::Date;
use crate::{Input, Options, lint_with};

/// The languages that an example may be written in.
pub const LANGUAGES: [&str; 5] = ["hcl", "json", "ndjson", "toml", "yaml"];

/// The key policy that AWS gives a key that is made without one; an example in `toml` is a configuration, and is about
/// this policy.
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

/// The day that examples are judged on.
const TODAY: &str = "2026-06-01";

/// A text as the only file there is, and the rule as the only one that runs; none of a language that examples are not
/// written in.
pub fn setting(rule: &Rule, language: &str, text: &str) -> Option<(Sources, Input, Options)> {
    let json = Input::Json { path: "example.json".into(), explicit: true };
    let yaml = Input::Yaml { path: "example.yaml".into(), explicit: true };
    let hcl = Input::Terraform { directories: vec![String::new()], files: Vec::new(), explicit: false };
    let (files, input) = match language {
        "json" | "ndjson" => (vec![("example.json", text)], json),
        "yaml" => (vec![("example.yaml", text)], yaml),
        "hcl" => (vec![("example.tf", text)], hcl),
        "toml" => (vec![("kmslint.toml", text), ("example.json", DEFAULT_POLICY)], json),
        _ => return None,
    };
    // It looks at what the others say.
    let select = if rule.is_about_rules() { Vec::new() } else { vec![rule.id.to_string()] };
    let selection = Selection { select, ignore: Vec::new() };
    let options = Options { selection, today: Date::parse(TODAY), ..Options::default() };
    Some((Sources::in_memory(files), input, options))
}

/// What a rule alone says of a text; see [`setting`].
pub fn lint(registry: &Registry, rule: &Rule, language: &str, text: &str) -> Option<(Vec<Finding>, Sources)> {
    let (sources, input, options) = setting(rule, language, text)?;
    let (mut findings, sources) = if language == "ndjson" {
        let mut inventory = Inventory::new(registry, &sources, "example.ndjson", &options);
        match inventory.line(1, text.as_bytes()) {
            Some(line) => (line.findings, line.sources),
            None => (Vec::new(), sources),
        }
    } else {
        (lint_with(registry, &sources, &[input], &options).findings, sources)
    };
    findings.retain(|finding| finding.rule == rule.id || finding.name == "configuration-invalid");
    Some((findings, sources))
}

/// As the text report shows it, at 100 columns and without colour.
pub fn render(findings: &[Finding], sources: &Sources) -> String {
    entries(findings, sources, Style::default()).join("\n")
}

/// What is wrong with an example: a bad one is reported, just as its `diagnostics` block shows if it has one, and a
/// good one is not reported.
pub fn mistake(registry: &Registry, rule: &Rule, example: &Example<'_>) -> Option<String> {
    let Some((findings, sources)) = lint(registry, rule, example.language, example.text) else {
        let known = LANGUAGES.join("`, `");
        return Some(format!("no example is written in `{}`; known are `{known}`", example.language));
    };
    let shown = render(&findings, &sources);
    match (example.expect, example.diagnostics) {
        (Expect::Good, _) if findings.is_empty() => None,
        (Expect::Good, _) => Some(format!("a good example is reported:\n{shown}")),
        (Expect::Bad, _) if findings.is_empty() => Some("a bad example is not reported".to_owned()),
        (Expect::Bad, Some(block)) if block.text != shown => {
            Some(format!("the diagnostics block is not what is reported:\n{shown}"))
        }
        (Expect::Bad, _) => None,
    }
}
