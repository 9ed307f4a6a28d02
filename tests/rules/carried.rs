//! A policy means the same whatever carries it: a JSON file, a heredoc, a quoted string, `jsonencode`, an answer of
//! `aws kms get-key-policy`, a CloudFormation template, a plan, a line of an inventory. A key policy is carried by a key,
//! an identity policy by an IAM policy.

use std::fmt::Write as _;

use kmslint::carrier::Role;
use kmslint::finding::Finding;
use kmslint::source::{FileId, SourceFile, Sources};
use kmslint::syntax::json::parse_file;
use kmslint::value::{Kind, Value};
use libtest_mimic::Failed;

use crate::{Case, cloudformation};

/// Whether the policy lies in something else, such as the output of `aws kms get-key-policy`.
pub(crate) fn is_envelope(case: &Case) -> bool {
    parse(&case.text).is_some_and(|value| value.get("Policy").is_some())
}

/// The value of a JSON text; none if it has mistakes.
pub(crate) fn parse(text: &str) -> Option<Value> {
    let file = SourceFile::new("example.json", text.as_bytes().to_vec());
    let (value, errors) = parse_file(&file, FileId(0));
    value.filter(|_| errors.is_empty())
}

/// Each carrier leads to findings on the same characters.
pub(crate) fn check(case: &Case) -> Result<(), Failed> {
    let (findings, sources) = case.lint("json", &case.text);
    let expected = characters(&findings, &sources);
    for (carrier, language, text) in carriers(&case.text, is_key_policy(case)) {
        let (findings, sources) = case.lint(language, &text);
        let found = characters(&findings, &sources);
        if found != expected {
            let message =
                format!("{carrier} differs\n--- as JSON\n{expected:#?}\n--- carried\n{found:#?}\n{text}");
            return Err(message.into());
        }
    }
    Ok(())
}

/// The characters that each finding is about, without what the carriers write differently.
fn characters(findings: &[Finding], sources: &Sources) -> Vec<String> {
    let plain = |c: &char| !c.is_whitespace() && !"\"\\=:,!${}[]-".contains(*c);
    let mut all: Vec<String> =
        findings.iter().map(|it| sources.text(it.primary.span).chars().filter(plain).collect()).collect();
    all.sort();
    all
}

pub(crate) fn is_key_policy(case: &Case) -> bool {
    case.rule.applies_to.contains(&Role::KeyPolicy)
}

/// What carries the policy, the language it is then written in, and the text.
pub(crate) fn carriers(json: &str, is_key_policy: bool) -> Vec<(&'static str, &'static str, String)> {
    let value = parse(json);
    let mut carriers = terraform(json, is_key_policy);
    carriers.extend(cloudformation::carriers(json, value.as_ref(), is_key_policy));
    carriers.extend(value.as_ref().map(|value| ("a plan", "json", plan(value, is_key_policy))));
    if let Some(value) = value.filter(|_| is_key_policy) {
        let policy = quoted(&compact(&value));
        let answer = format!(
            "{{
  \"Policy\": {policy},
  \"PolicyName\": \"default\"
}}
"
        );
        carriers.push(("an escaped string", "json", answer));
        carriers.push(("an inventory", "ndjson", format!("{{\"policy\":{}}}", compact(&value))));
        carriers.push(("a string in an inventory", "ndjson", format!("{{\"policy\":{policy}}}")));
    }
    carriers
}

fn terraform(json: &str, is_key_policy: bool) -> Vec<(&'static str, &'static str, String)> {
    let resource = if is_key_policy { "aws_kms_key" } else { "aws_iam_policy" };
    // What is configured of the key stays open, as it is for a policy in a file.
    let facts = ["key_usage", "customer_master_key_spec", "multi_region"];
    let facts = facts.map(|fact| format!("  {fact} = var.{fact}\n")).concat();
    let facts = if is_key_policy { facts } else { String::new() };
    let key = |policy: &str| {
        format!(
            "resource \"{resource}\" \"main\" {{
{facts}  policy = {policy}
}}
"
        )
    };
    let template = json.replace("${", "$${").replace("%{", "%%{");
    let indented: String = template.lines().map(|line| format!("    {line}\n")).collect();
    let mut carriers = vec![
        ("a heredoc", "hcl", key(&format!("<<EOF\n{}\nEOF", template.trim_end()))),
        ("an indented heredoc", "hcl", key(&format!("<<-EOF\n{indented}    EOF"))),
    ];
    if let Some(value) = parse(json) {
        let escaped = compact(&value).replace('\\', "\\\\").replace('"', "\\\"");
        let escaped = escaped.replace("${", "$${").replace("%{", "%%{");
        carriers.push(("a quoted string", "hcl", key(&format!("\"{escaped}\""))));
        let mut expression = String::new();
        write_hcl(&value, 2, &mut expression);
        carriers.push(("jsonencode", "hcl", key(&format!("jsonencode({expression})"))));
    }
    carriers
}

/// What `terraform show -json` prints of a plan that makes one key or one IAM policy.
fn plan(policy: &Value, is_key_policy: bool) -> String {
    let kind = if is_key_policy { "aws_kms_key" } else { "aws_iam_policy" };
    // What is configured of the key stays open, as it is for a policy in a file.
    let open = r#"{"key_usage": true, "customer_master_key_spec": true, "multi_region": true}"#;
    format!(
        r#"{{"format_version": "1.2", "planned_values": {{"root_module": {{"resources": [{{"address": "{kind}.main",
"mode": "managed", "type": "{kind}", "name": "main", "values": {{"policy": {policy}}}}}]}}}},
"resource_changes": [{{"address": "{kind}.main", "change": {{"after_unknown": {open}}}}}]}}
"#,
        policy = quoted(&compact(policy))
    )
}

/// The value as JSON on one line.
pub(crate) fn compact(value: &Value) -> String {
    let mut text = String::new();
    write_json(value, &mut text);
    text
}

/// Writes the value as JSON on one line.
pub(crate) fn write_json(value: &Value, out: &mut String) {
    match &value.kind {
        Kind::List(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                write_json(item, out);
            }
            out.push(']');
        }
        Kind::Object(members) => {
            out.push('{');
            for (at, member) in members.iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                let _ = write!(out, "{}:", quoted(&member.key.to_string()));
                write_json(&member.value, out);
            }
            out.push('}');
        }
        scalar => out.push_str(&scalar_text(scalar)),
    }
}

/// The value as an expression of Terraform's language.
fn write_hcl(value: &Value, indent: usize, out: &mut String) {
    let pad = "  ".repeat(indent);
    match &value.kind {
        Kind::List(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at > 0 { ", " } else { "" });
                write_hcl(item, indent, out);
            }
            out.push(']');
        }
        Kind::Object(members) => {
            out.push_str("{\n");
            for member in members {
                let _ = write!(out, "{pad}{} = ", template(&quoted(&member.key.to_string())));
                write_hcl(&member.value, indent + 1, out);
                out.push('\n');
            }
            let _ = write!(out, "{}}}", "  ".repeat(indent - 1));
        }
        scalar => out.push_str(&template(&scalar_text(scalar))),
    }
}

pub(crate) fn scalar_text(kind: &Kind) -> String {
    match kind {
        Kind::Text(text) => quoted(&text.to_string()),
        Kind::Number(number) => number.clone(),
        Kind::Bool(flag) => flag.to_string(),
        Kind::Null => "null".to_owned(),
        other => panic!("{other:?} in a JSON file"),
    }
}

pub(crate) fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

fn template(text: &str) -> String {
    text.replace("${", "$${").replace("%{", "%%{")
}
