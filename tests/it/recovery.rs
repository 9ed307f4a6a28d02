//! What one lost character costs: a configuration with each of its structural characters deleted in turn.

use std::collections::BTreeSet;

use kmslint::finding::Finding;
use kmslint::source::Sources;
use kmslint::{Input, Options, lint};

const TEXT: &str = include_str!("../../testdata/hcl/deletions/main.tf");
const VERDICTS: &str = include_str!("../../testdata/hcl/deletions/verdicts.json");

fn findings(text: &str) -> (Sources, Vec<Finding>) {
    let sources = Sources::in_memory([("main.tf", text)]);
    let input = Input::Terraform { directories: vec![String::new()], files: Vec::new(), explicit: true };
    let report = lint(&sources, &[input], &Options::default());
    (sources, report.findings)
}

/// The rules that say something of each key: `rule key`.
fn of_keys(findings: &[Finding]) -> BTreeSet<(String, String)> {
    let keyed = findings.iter().filter_map(|finding| Some((finding.key.clone()?, finding.rule.to_string())));
    keyed.collect()
}

/// The key that what stands at an offset belongs to; none for what all have in common.
fn owner(at: usize) -> Option<&'static str> {
    let starts = |text: &str| TEXT.find(text).unwrap();
    let (second, third) = (starts("resource \"aws_kms_key\" \"encoded\""), starts("data \""));
    match at {
        _ if at >= starts("variable") => None,
        _ if at >= third => Some("aws_kms_key.document"),
        _ if at >= second => Some("aws_kms_key.encoded"),
        _ => Some("aws_kms_key.heredoc"),
    }
}

#[test]
fn a_lost_character_costs_one_mistake_and_no_other_key() {
    let verdicts: serde_json::Value = serde_json::from_str(VERDICTS).unwrap();
    let offsets = |name: &str| -> BTreeSet<usize> {
        verdicts[name].as_array().unwrap().iter().map(|at| at.as_u64().unwrap() as usize).collect()
    };
    let accepted = offsets("accepted");
    let (_, whole) = findings(TEXT);
    let expected = of_keys(&whole);
    assert_eq!(expected.len(), 3, "{expected:?}");
    let mut wrong = Vec::new();
    let mut several = 0;
    for at in offsets("offsets") {
        let mut text = TEXT.to_owned();
        let lost = text.remove(at);
        let (sources, found) = findings(&text);
        let line = TEXT.get(..at).unwrap().matches('\n').count() + 1;
        let mut say = |what: String| wrong.push(format!("line {line}, `{lost}` at {at}: {what}"));
        let errors: Vec<&Finding> = found.iter().filter(|f| f.rule == "KMS001").collect();
        let told: Vec<String> = errors
            .iter()
            .map(|error| {
                let position = sources.file(error.primary.span.file).position(error.primary.span.start);
                format!("{}:{} {}", position.line, position.column, error.message)
            })
            .collect();
        several += usize::from(errors.len() > 1);
        if errors.is_empty() && !accepted.contains(&at) {
            say("Terraform refuses it, and no error is told".into());
        }
        if errors.len() > 3 {
            say(format!("{} errors: {told:#?}", errors.len()));
        }
        let of_keys = of_keys(&found);
        let lost: Vec<_> = expected.difference(&of_keys).collect();
        if lost.iter().any(|(key, _)| owner(at) != Some(key)) {
            say(format!("lost {lost:?}; told {told:?}"));
        }
        if !lost.is_empty() && !found.iter().any(|f| f.rule == "KMS001" || f.rule == "KMS901") {
            say(format!("lost {lost:?} without a word"));
        }
        let added: Vec<_> =
            of_keys.difference(&expected).filter(|(_, rule)| rule != "KMS901" && rule != "KMS001").collect();
        // Of a text that Terraform takes nobody knows that a character is missing.
        if !added.is_empty() && !accepted.contains(&at) {
            say(format!("new {added:?}; told {told:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of them, {several} with several errors\n{}", wrong.len(), wrong.join("\n"));
}

/// What is not known, or is no statement, stands before the others, and each of them is still taken for itself.
#[test]
fn a_statement_that_cannot_be_read_does_not_shift_the_others() {
    const OPEN: &str =
        r#"{ "Sid": "Open", "Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*" }"#;
    const ROOT: &str = r#"{ "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:root" }, "Action": "kms:*", "Resource": "*" }"#;
    let hcl = |first: &str| {
        let statements = format!("{first}{ROOT}, {OPEN}").replace("\": ", "\" = ");
        format!(
            "variable \"first\" {{}}\n\nresource \"aws_kms_key\" \"k\" {{\n  policy = jsonencode({{ Version = \"2012-10-17\", Statement = [{statements}] }})\n}}\n"
        )
    };
    let json =
        |first: &str| format!("{{ \"Version\": \"2012-10-17\", \"Statement\": [{first}{ROOT}, {OPEN}] }}");
    for (path, text) in [
        ("main.tf", hcl("")),
        ("main.tf", hcl("var.first, ")),
        ("key.json", json("")),
        ("key.json", json("\"nothing\", ")),
    ] {
        let sources = Sources::in_memory([(path, text.as_str())]);
        let input = match path {
            "main.tf" => {
                Input::Terraform { directories: vec![String::new()], files: Vec::new(), explicit: false }
            }
            _ => Input::Json { path: path.to_owned(), explicit: true },
        };
        let report = lint(&sources, &[input], &Options::default());
        let public: Vec<_> = report.findings.iter().filter(|it| it.rule == "KMS201").collect();
        assert_eq!(public.len(), 1, "{text}");
        assert!(public[0].primary.span.start as usize > text.find("Open").unwrap(), "{text}");
    }
}
