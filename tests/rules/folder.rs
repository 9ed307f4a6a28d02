//! The folder `rules/` itself: every document is whole, and the page that lists them is up to date.

use std::collections::BTreeSet;
use std::fs;

use kmslint::engine::{Expect, Kind, Registry, Rule, check_names, readme};
use kmslint::finding::Finding;
use kmslint::source::SourceFile;
use kmslint::syntax::SyntaxError;
use libtest_mimic::{Failed, Trial};

use crate::{DOCUMENT, fixed, lint_one, render, rules_folder};

/// Path and text of each rule document, ordered by path.
pub(crate) fn documents() -> Vec<(String, String)> {
    let mut names: Vec<String> = fs::read_dir(rules_folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".md") && name != "README.md")
        .collect();
    names.sort();
    let read = |name: String| {
        let text = fs::read_to_string(rules_folder().join(&name)).unwrap();
        (format!("rules/{name}"), text)
    };
    names.into_iter().map(read).collect()
}

pub(crate) fn read(path: &str, text: &str) -> Result<Rule, Vec<SyntaxError>> {
    Rule::parse(path, text.to_owned(), DOCUMENT)
}

/// The tests that are not about one example.
pub(crate) fn trials(documents: &[(String, String)], registry: &Registry) -> Vec<Trial> {
    let mut trials = Vec::new();
    for (path, text) in documents {
        let (name, path, text) = (path.clone(), path.clone(), text.clone());
        trials.push(Trial::test(name, move || check_document(&path, &text)));
    }
    let rules = registry.rules().to_vec();
    trials.push(Trial::test("ids and names are unique", move || unique(&rules)));
    let rules = registry.rules().to_vec();
    trials.push(Trial::test("every check is used", move || checks_are_used(&rules)));
    let rules = registry.rules().to_vec();
    trials.push(Trial::test("what a rule stands for is a rule", move || subsumed_exist(&rules)));
    for rule in registry.rules() {
        let (rule, registry) = (rule.clone(), registry.clone());
        trials.push(Trial::test(format!("{} fix", rule.id), move || {
            let bad = rule.examples().into_iter().filter(|example| example.expect == Expect::Bad);
            let findings: Vec<Finding> = bad
                .flat_map(|example| lint_one(&registry, &rule, example.language, example.text).0)
                .collect();
            fixed::kind_holds(&rule, &findings)
        }));
    }
    let page = readme(registry);
    trials.push(Trial::test("rules/README.md", move || {
        let found = fs::read_to_string(rules_folder().join("README.md")).unwrap_or_default();
        ensure(found == page, "it is not up to date; UPDATE=1 cargo test --test rules writes it")
    }));
    trials
}

fn check_document(path: &str, text: &str) -> Result<(), Failed> {
    let file = SourceFile::new(path, text.as_bytes().to_vec());
    let told = |errors: &[SyntaxError]| -> String {
        let line = |error: &SyntaxError| {
            let at = file.position(error.span.start);
            let help = error.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
            format!("{path}:{}:{}: {}{help}\n", at.line, at.column, error.message)
        };
        errors.iter().map(line).collect()
    };
    let rule = read(path, text).map_err(|errors| told(&errors))?;
    let errors = rule.document_errors(DOCUMENT);
    ensure(errors.is_empty(), told(&errors))?;
    let name = format!("rules/{}-{}.md", rule.id, rule.name);
    ensure(path == name, format!("a file of this title is called {name}"))?;
    let examples = rule.examples();
    let carried = examples.iter().any(|example| ["hcl", "toml"].contains(&example.language));
    ensure(carried, "there is no `hcl` example")?;
    let stray = examples.iter().any(|it| it.expect == Expect::Good && it.diagnostics.is_some());
    ensure(!stray, "a good example has no diagnostics block")
}

fn unique(rules: &[Rule]) -> Result<(), Failed> {
    let mut known = BTreeSet::new();
    for word in rules.iter().flat_map(|rule| [&rule.id, &rule.name]) {
        ensure(known.insert(word), format!("`{word}` is used twice"))?;
    }
    Ok(())
}

fn checks_are_used(rules: &[Rule]) -> Result<(), Failed> {
    for name in check_names() {
        let uses = |rule: &Rule| matches!(&rule.kind, Kind::Check(check) if check == name);
        ensure(rules.iter().any(uses), format!("no rule uses the check `{name}`"))?;
    }
    Ok(())
}

/// A rule may stand for one that is yet to be written, but not for one that is spelled like another.
fn subsumed_exist(rules: &[Rule]) -> Result<(), Failed> {
    let registry = Registry::new(rules.to_vec());
    for rule in rules {
        for name in rule.subsumes.iter() {
            let near = registry.nearest(name).filter(|near| *near != &**name);
            let known = registry.find(name).is_some() || near.is_none();
            ensure(
                known,
                format!("{} stands for `{name}`; did you mean `{}`?", rule.id, near.unwrap_or_default()),
            )?;
        }
    }
    Ok(())
}

fn ensure(holds: bool, message: impl Into<String>) -> Result<(), Failed> {
    if holds { Ok(()) } else { Err(message.into().into()) }
}

/// Writes the diagnostics blocks and the page that lists the rules.
pub(crate) fn update() {
    let read_all =
        || -> Vec<Rule> { documents().iter().filter_map(|(path, text)| read(path, text).ok()).collect() };
    let registry = Registry::new(read_all());
    for rule in registry.rules() {
        let text = updated(&registry, rule);
        if text != rule.document() {
            fs::write(rules_folder().join(rule.path.rsplit('/').next().unwrap()), text).unwrap();
        }
    }
    fs::write(rules_folder().join("README.md"), readme(&Registry::new(read_all()))).unwrap();
}

fn updated(registry: &Registry, rule: &Rule) -> String {
    let mut text = rule.document().to_owned();
    // From the end, so that the places before stay.
    for example in rule.examples().iter().rev().filter(|example| example.expect == Expect::Bad) {
        let (findings, sources) = lint_one(registry, rule, example.language, example.text);
        let corrected = fixed::corrected(registry, rule, example.language, example.text);
        let corrected = corrected.map(|it| format!("```fixed\n{}```\n", fixed::text(&it)));
        // Behind the diagnostics, hence first.
        let behind = example.diagnostics.map_or(example.end, |fence| fence.end) as usize;
        match (example.fixed, corrected) {
            (Some(fence), block) => {
                text.replace_range(fence.open as usize..fence.end as usize, &block.unwrap_or_default());
            }
            (None, Some(block)) => text.insert_str(behind, &format!("\n{block}")),
            (None, None) => {}
        }
        let block = format!("```diagnostics\n{}```\n", render(&findings, &sources));
        match example.diagnostics {
            Some(fence) => text.replace_range(fence.open as usize..fence.end as usize, &block),
            None => text.insert_str(example.end as usize, &format!("\n{block}")),
        }
    }
    text
}
