//! What must not matter to a rule: the order of statements and members, and what is not known.

use kmslint::access::Access;
use kmslint::carrier::{self, Carried, Document};
use kmslint::config::Config;
use kmslint::engine::Engine;
use kmslint::finding::Finding;
use kmslint::policy::Policy;
use kmslint::source::{Sources, Span};
use kmslint::value::{Kind, Symbol, Text, Value};
use libtest_mimic::Failed;

use crate::Case;
use crate::carried::{parse, write_json};

/// Statements the other way round, and members the other way round, lead to the same findings.
pub(crate) fn check_reversed(case: &Case) -> Result<(), Failed> {
    let Some(value) = parse(&case.text) else { return Ok(()) };
    // Of two members with one key the last counts: their order matters.
    if has_equal_keys(&value) {
        return Ok(());
    }
    let expected = said(&case.lint("json", &case.text).0);
    for (what, reverse) in [("statements", true), ("members", false)] {
        let mut reversed = value.clone();
        if reverse {
            reverse_statements(&mut reversed)
        } else {
            reverse_members(&mut reversed)
        }
        let mut text = String::new();
        write_json(&reversed, &mut text);
        let found = said(&case.lint("json", &text).0);
        if found != expected {
            return Err(format!("reversed {what} differ\n{expected:#?}\n{found:#?}\n{text}").into());
        }
    }
    Ok(())
}

/// The words of each finding in no order: a message may count statements or name them in source order.
fn said(findings: &[Finding]) -> Vec<(String, String, Vec<String>)> {
    let words = |finding: &Finding| {
        let letters = finding.message.replace(|c: char| c.is_ascii_digit(), "");
        let mut words: Vec<String> = letters.split_whitespace().map(|word| word.replace(',', "")).collect();
        words.sort();
        (finding.rule.clone(), finding.severity.to_string(), words)
    };
    let mut all: Vec<_> = findings.iter().map(words).collect();
    all.sort();
    all
}

fn has_equal_keys(value: &Value) -> bool {
    let mut found = false;
    value.walk(&mut |value| {
        let mut keys: Vec<String> = value
            .as_object()
            .unwrap_or_default()
            .iter()
            .map(|member| member.key.to_string().to_lowercase())
            .collect();
        keys.sort();
        found |= keys.windows(2).any(|pair| pair[0] == pair[1]);
    });
    found
}

fn reverse_statements(value: &mut Value) {
    let Kind::Object(members) = &mut value.kind else { return };
    for member in members.iter_mut().filter(|member| member.key.to_string() == "Statement") {
        if let Kind::List(items) = &mut member.value.kind {
            items.reverse();
        }
    }
}

fn reverse_members(value: &mut Value) {
    match &mut value.kind {
        Kind::Object(members) => {
            members.reverse();
            members.iter_mut().for_each(|member| reverse_members(&mut member.value));
        }
        Kind::List(items) => items.iter_mut().for_each(reverse_members),
        _ => {}
    }
}

/// Whichever scalar is not known: the rule says nothing of a statement that it did not say something of before.
pub(crate) fn check_unknowns(case: &Case) -> Result<(), Failed> {
    let path = match case.language.as_str() {
        "json" => "example.json",
        "yaml" => "example.yaml",
        _ => "example.tf",
    };
    let sources = Sources::in_memory([(path, case.text.as_str())]);
    for document in carry(case, &sources).documents {
        let known = places(case, &sources, &document);
        let mut scalars = Vec::new();
        document.value.walk(&mut |value| {
            if matches!(value.kind, Kind::Text(_) | Kind::Number(_) | Kind::Bool(_)) {
                scalars.push(value.span);
            }
        });
        for scalar in scalars {
            for whole in [false, true] {
                let mut document = document.clone();
                replace(&mut document.value, scalar, whole);
                let new = places(case, &sources, &document)
                    .into_iter()
                    .find(|(place, _)| !known.iter().any(|(other, _)| other == place));
                if let Some((_, message)) = new {
                    let text = sources.text(scalar);
                    return Err(
                        format!("with {text} at {scalar:?} unknown, the rule reports: {message}").into()
                    );
                }
            }
        }
    }
    Ok(())
}

fn carry(case: &Case, sources: &Sources) -> Carried {
    carry_as(&case.language, sources)
}

/// What is read from the example of a language.
pub(crate) fn carry_as(language: &str, sources: &Sources) -> Carried {
    let none = Default::default();
    match language {
        "json" => carrier::json::carry(sources, sources.load("example.json").unwrap(), true, &none),
        "yaml" => {
            carrier::cloudformation::carry_yaml(sources, sources.load("example.yaml").unwrap(), true, &none)
        }
        _ => carrier::terraform::carry(sources, &[String::new()]),
    }
}

/// For each finding the statement it is in, if it is in one, and its message.
fn places(case: &Case, sources: &Sources, document: &Document) -> Vec<(Option<Span>, String)> {
    let policy = Policy::new(&document.value, &document.key, document.role);
    let access = Access::new(&policy, &document.key);
    let findings = Engine::new([case.rule.as_ref()]).policy(
        sources,
        &Config::default(),
        (document, &[]),
        &policy,
        &access,
    );
    let place = |finding: &Finding| {
        let primary = finding.primary.span;
        policy.statements.iter().map(|statement| statement.span).find(|span| span.contains(primary))
    };
    findings.iter().map(|finding| (place(finding), finding.message.clone())).collect()
}

/// Puts an unknown in the place of the value at `span`: `"${var.unknown}"`, or the value as a whole.
fn replace(value: &mut Value, span: Span, whole: bool) {
    if value.span == span && !matches!(value.kind, Kind::Object(_) | Kind::List(_)) {
        let symbol = Symbol::any("var.unknown", "variable has no default");
        value.kind = if whole { Kind::Unknown(symbol) } else { Kind::Text(Text::unknown(symbol, span)) };
        return;
    }
    match &mut value.kind {
        Kind::Object(members) => {
            members.iter_mut().for_each(|member| replace(&mut member.value, span, whole))
        }
        Kind::List(items) => items.iter_mut().for_each(|item| replace(item, span, whole)),
        _ => {}
    }
}
