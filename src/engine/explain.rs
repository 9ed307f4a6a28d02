//! The texts about rules: one rule, and the list of all.

use std::fmt::Write as _;

use serde::Serialize;

use crate::engine::registry::Registry;
use crate::engine::rule::{Kind, Rule, Word};

/// The document of a rule as people read it in a terminal: its facts in words instead of the rule block, and
/// the rest as it is.
pub fn explain(rule: &Rule) -> String {
    let mut text = format!("# {} {}\n\n{}\n\n", rule.id, rule.name, rule.summary);
    let _ = write!(text, "{}, {} confidence, {}", rule.severity, rule.confidence, rule.status);
    if !rule.since.is_empty() {
        let _ = write!(text, ", since {}", rule.since);
    }
    text.push('\n');
    if !rule.subsumes.is_empty() {
        let _ = writeln!(text, "stands for: {}", rule.subsumes.join(", "));
    }
    if !rule.also_known_as.is_empty() {
        let _ = writeln!(text, "also known as: {}", rule.also_known_as.join(", "));
    }
    for section in rule.sections() {
        let _ = write!(text, "\n## {}\n\n{}\n", section.heading, section.text.trim());
    }
    if !rule.references.is_empty() {
        text.push_str("\n## References\n\n");
    }
    for reference in rule.references.iter() {
        let _ = writeln!(text, "- {reference}");
    }
    text
}

/// The rules as an aligned table: id, severity, name, summary.
pub fn table(rules: &[Rule]) -> String {
    let width = rules.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
    let line = |rule: &Rule| {
        let severity = rule.severity.to_string();
        format!("{}  {severity:<7}  {:<width$}  {}\n", rule.id, rule.name, rule.summary)
    };
    rules.iter().map(line).collect()
}

/// The checks of another tool and the rules that say the same, as an aligned table.
pub fn peers(mapping: &[(&str, &Rule)]) -> String {
    let width = mapping.iter().map(|(id, _)| id.len()).max().unwrap_or(0);
    mapping.iter().map(|(id, rule)| format!("{id:<width$}  {}  {}\n", rule.id, rule.name)).collect()
}

#[derive(Serialize)]
struct PeerList<'r> {
    schema: u32,
    peer: &'r str,
    checks: Vec<PeerItem<'r>>,
}

#[derive(Serialize)]
struct PeerItem<'r> {
    id: &'r str,
    rule: &'r str,
    name: &'r str,
}

/// The same as JSON, which is public API: `{"schema":1,"peer":"checkov","checks":[…]}`.
pub fn peers_json(peer: &str, mapping: &[(&str, &Rule)]) -> String {
    let items = mapping.iter().map(|(id, rule)| PeerItem { id, rule: &rule.id, name: &rule.name });
    let list = PeerList { schema: 1, peer, checks: items.collect() };
    serde_json::to_string_pretty(&list).unwrap_or_default() + "\n"
}

#[derive(Serialize)]
struct List<'r> {
    schema: u32,
    rules: Vec<Item<'r>>,
}

#[derive(Serialize)]
struct Item<'r> {
    rule: &'r str,
    name: &'r str,
    summary: &'r str,
    severity: String,
    confidence: String,
    since: &'r str,
    status: String,
    fix: String,
    references: &'r [Word],
    also_known_as: &'r [Word],
    subsumes: &'r [Word],
}

/// The rules as JSON, which is public API: `{"schema":1,"rules":[…]}`.
pub fn json(rules: &[Rule]) -> String {
    let list = List { schema: 1, rules: rules.iter().map(item).collect() };
    serde_json::to_string_pretty(&list).unwrap_or_default() + "\n"
}

fn item(rule: &Rule) -> Item<'_> {
    Item {
        rule: &rule.id,
        name: &rule.name,
        summary: &rule.summary,
        severity: rule.severity.to_string(),
        confidence: rule.confidence.to_string(),
        since: &rule.since,
        status: rule.status.to_string(),
        fix: rule.fix.to_string(),
        references: &rule.references,
        also_known_as: &rule.also_known_as,
        subsumes: &rule.subsumes,
    }
}

/// The page `rules/README.md`, which a test holds up to date.
pub fn readme(registry: &Registry) -> String {
    let mut text = String::from(
        "# Rules\n\nEvery rule is one file in this folder: the rule, its documentation and its tests. This page is \
         generated:\n`UPDATE=1 cargo test --test rules` writes it.\n\n\
         | id | rule | severity | form | summary |\n|---|---|---|---|---|\n",
    );
    for rule in registry.rules() {
        let form = if matches!(rule.kind, Kind::Check(_)) { "check" } else { "pattern" };
        let file = rule.path.rsplit('/').next().unwrap_or_default();
        let summary = rule.summary.replace('|', "\\|");
        let _ = writeln!(
            text,
            "| {} | [{}]({file}) | {} | {form} | {summary} |",
            rule.id, rule.name, rule.severity
        );
    }
    text
}
