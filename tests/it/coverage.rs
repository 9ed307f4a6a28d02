//! `docs/coverage.md`: every check of the peers and the rule that stands for it, or why none does. Made from
//! `docs/coverage.toml` and the rules' `also-known-as`; `UPDATE=1 cargo test --test it` writes it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use kmslint::engine::{Registry, Rule, mapping};
use serde::Deserialize;

#[derive(Deserialize)]
pub(crate) struct Tool {
    name: String,
    pub(crate) checks: BTreeMap<String, Check>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Check {
    not: Option<String>,
    note: Option<String>,
    /// Why kmslint judges a fixture of the check otherwise, by fixture.
    #[serde(default)]
    differs: BTreeMap<String, String>,
}

/// How the fixtures of a check are judged; `scripts/compare-peer-fixtures.py` records it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Judged {
    alike: usize,
    differs: Vec<String>,
}

fn judged() -> BTreeMap<String, BTreeMap<String, Judged>> {
    serde_json::from_str(&fs::read_to_string(docs("peer-fixtures.json")).unwrap()).unwrap()
}

fn docs(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name)
}

pub(crate) fn tools() -> BTreeMap<String, Tool> {
    toml::from_str(&fs::read_to_string(docs("coverage.toml")).unwrap()).unwrap()
}

/// The rules that stand for a check.
pub(crate) fn rules_for<'r>(registry: &'r Registry, tool: &str, id: &str) -> Vec<&'r Rule> {
    let named = mapping(registry.rules(), tool).into_iter().filter(|(known, _)| *known == id);
    named.map(|(_, rule)| rule).collect()
}

#[test]
fn every_check_of_a_peer_has_a_rule_or_a_reason() {
    let registry = Registry::embedded();
    let tools = tools();
    for (tool, Tool { checks, .. }) in &tools {
        for (id, check) in checks {
            let rules = rules_for(registry, tool, id);
            assert!(
                !rules.is_empty() || check.not.as_ref().is_some_and(|why| !why.is_empty()),
                "docs/coverage.toml: {tool}:{id} has neither a rule nor a reason"
            );
            assert!(
                rules.is_empty() || check.not.is_none(),
                "{tool}:{id} has a rule, and a reason why it has none"
            );
        }
    }
    for rule in registry.rules() {
        for peer in rule.peers() {
            let known = tools.get(peer.tool).is_some_and(|tool| tool.checks.contains_key(peer.id));
            assert!(known, "{} is also known as `{peer}`, which docs/coverage.toml does not list", rule.id);
        }
    }
}

#[test]
fn every_fixture_of_a_peer_that_is_judged_otherwise_has_a_reason() {
    let (registry, tools, judged) = (Registry::embedded(), tools(), judged());
    for (tool, Tool { checks, .. }) in &tools {
        for (id, check) in checks {
            let found = judged.get(tool).and_then(|checks| checks.get(id));
            let found = found.map_or(&[][..], |judged| &judged.differs);
            for fixture in check.differs.keys() {
                assert!(
                    found.contains(fixture),
                    "{tool}:{id} gives a reason for `{fixture}`, which is judged alike"
                );
            }
            // What no rule stands for says why in general.
            let explained = |fixture: &String| check.differs.get(fixture).is_some_and(|why| !why.is_empty());
            let general = rules_for(registry, tool, id).is_empty();
            for fixture in found {
                assert!(general || explained(fixture), "{tool}:{id} has no reason for `{fixture}`");
            }
        }
    }
    for (tool, checks) in &judged {
        for id in checks.keys() {
            assert!(
                tools.get(tool).is_some_and(|tool| tool.checks.contains_key(id)),
                "{tool}:{id} is not listed"
            );
        }
    }
}

#[test]
fn the_page_is_up_to_date() {
    let registry = Registry::embedded();
    let judged = judged();
    let mut page = String::from(
        "# What other tools check\n\nEvery check of a peer that may concern AWS KMS, and the rule of kmslint that \
         stands for it, or why there is none. This\npage is generated from `docs/coverage.toml` and the rules: \
         `UPDATE=1 cargo test --test it` writes it.\n\n\
         Where a peer publishes what its checks should report and what not, kmslint was run over it\n\
         (`scripts/compare-peer-fixtures.py`): the last column counts what both judge alike.\n",
    );
    for (tool, Tool { name, checks }) in tools() {
        let covered = checks.keys().filter(|id| !rules_for(registry, &tool, id).is_empty()).count();
        let _ = write!(page, "\n## {name}\n\n`{tool}`: {covered} of {} checks.\n\n", checks.len());
        let recorded = judged.get(&tool);
        let (column, line) = if recorded.is_some() { (" fixtures |", "---|") } else { ("", "") };
        let _ = write!(page, "| check | rule | |{column}\n|---|---|---|{line}\n");
        for (id, check) in &checks {
            let link = |rule: &&Rule| format!("[{} {}](../{})", rule.id, rule.name, rule.path);
            let rules: Vec<String> = rules_for(registry, &tool, id).iter().map(link).collect();
            let why = check.not.iter().filter(|_| rules.is_empty());
            let words: Vec<&str> = why.chain(&check.note).map(String::as_str).collect();
            let counted = recorded.map(|checks| match checks.get(id) {
                Some(Judged { alike, differs }) => format!(" {alike} of {} |", alike + differs.len()),
                None => "  |".to_owned(),
            });
            let _ = writeln!(
                page,
                "| `{id}` | {} | {} |{}",
                rules.join(", "),
                words.join("; ").replace('|', "\\|"),
                counted.unwrap_or_default()
            );
        }
        let differs = checks.iter().flat_map(|(id, check)| check.differs.iter().map(move |it| (id, it)));
        for (at, (id, (fixture, why))) in differs.enumerate() {
            page.push_str(if at == 0 { "\nJudged otherwise:\n\n" } else { "" });
            let _ = writeln!(page, "- `{id}`, {fixture}: {why}");
        }
    }
    if std::env::var_os("UPDATE").is_some() {
        fs::write(docs("coverage.md"), &page).unwrap();
    }
    let found = fs::read_to_string(docs("coverage.md")).unwrap_or_default();
    assert!(found == page, "docs/coverage.md is not up to date; UPDATE=1 cargo test --test it writes it");
}
