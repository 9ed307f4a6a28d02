//! CloudFormation templates that carry a policy.

use std::fmt::Write as _;

use kmslint::value::{Kind, Value};

use crate::carried::{compact, quoted, scalar_text};

/// What carries the policy, the language it is then written in, and the text.
pub(crate) fn carriers(
    json: &str,
    value: Option<&Value>,
    is_key_policy: bool,
) -> Vec<(&'static str, &'static str, String)> {
    let (kind, property) = match is_key_policy {
        true => ("AWS::KMS::Key", "KeyPolicy"),
        false => ("AWS::IAM::ManagedPolicy", "PolicyDocument"),
    };
    // What is configured of the key stays open, as it is for a policy in a file.
    let facts = if is_key_policy { ["KeyUsage", "KeySpec", "MultiRegion"].as_slice() } else { &[] };
    let open: String = facts.iter().map(|fact| format!("      {fact}: !Ref {fact}\n")).collect();
    let yaml = |policy: &str| {
        let head = format!("Resources:\n  Main:\n    Type: {kind}\n    Properties:\n{open}");
        ("yaml", format!("{head}      {property}: {policy}\n"))
    };
    let text = json.replace("${", "${!");
    let indented: String = text.lines().map(|line| format!("        {line}\n")).collect();
    let mut carriers = vec![("`!Sub |`", yaml(&format!("!Sub |\n{indented}")))];
    if let Some(value) = value {
        let policy = compact(value);
        let open: String =
            facts.iter().map(|fact| format!("\"{fact}\": {{\"Ref\": \"{fact}\"}}, ")).collect();
        let properties = format!("{{{open}\"{property}\": {policy}}}");
        let resource = format!("{{\"Type\": \"{kind}\", \"Properties\": {properties}}}");
        let template = format!("{{\"Resources\": {{\"Main\": {resource}}}}}");
        carriers.push(("CloudFormation in JSON", ("json", template)));
        carriers.push(("YAML in flow style", yaml(&policy)));
        let mut block = String::new();
        write_yaml(value, 4, &mut block);
        carriers.push(("CloudFormation in YAML", yaml(&block)));
    }
    carriers.into_iter().map(|(carrier, (language, text))| (carrier, language, text)).collect()
}

/// The value as YAML in block style.
fn write_yaml(value: &Value, indent: usize, out: &mut String) {
    let pad = "  ".repeat(indent);
    match &value.kind {
        Kind::List(items) if !items.is_empty() => {
            for item in items {
                let _ = write!(out, "\n{pad}- ");
                write_yaml(item, indent + 1, out);
            }
        }
        Kind::Object(members) if !members.is_empty() => {
            for member in members {
                let _ = write!(out, "\n{pad}{}: ", quoted(&member.key.to_string()));
                write_yaml(&member.value, indent + 1, out);
            }
        }
        Kind::List(_) => out.push_str("[]"),
        Kind::Object(_) => out.push_str("{}"),
        Kind::Text(text) if text.to_string().chars().all(|c| c.is_ascii_alphabetic()) => {
            out.push_str(&text.to_string())
        }
        scalar => out.push_str(&scalar_text(scalar)),
    }
}
