//! The policies of keys as they were resolved: for people and for programs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value as Json;

use super::visible;
use crate::carrier::{Carried, Document, Given, ResourceKind};
use crate::source::{Sources, Span};
use crate::value::{Kind, Member, Value};

/// The policy of a key as it was resolved. These fields are public API.
#[derive(Debug, Serialize)]
pub struct Resolved {
    /// The file that is shown for it.
    pub path: String,
    /// The key, such as `module.kms.aws_kms_key.main`; none for a policy that stands alone.
    pub address: Option<String>,
    /// How it was written down: `heredoc`, `jsonencode`, `default`, ….
    pub given: &'static str,
    /// `full`, `partial` or `none`.
    pub resolved: &'static str,
    /// What is not known, and why.
    pub reasons: Vec<String>,
    /// What holds in this branch.
    pub branch: Option<String>,
    /// The policy; `null` where AWS gives the key its default one.
    pub policy: Json,
    #[serde(skip)]
    text: String,
    #[serde(skip)]
    place: String,
}

/// The key policies that were found, in source order; then the keys that have none, so that AWS gives them its default.
pub fn resolved(carried: &Carried, sources: &Sources) -> Vec<Resolved> {
    let ours = carried.documents.iter().filter(|document| document.role.is_of_key());
    let mut all: Vec<Resolved> = ours.map(|document| of_document(document, sources)).collect();
    for key in carried.resources.iter().filter(|resource| resource.kind.is_key()) {
        let has_one = carried.documents.iter().any(|it| it.address.as_deref() == Some(&key.address))
            || carried.resources.iter().any(|other| {
                other.kind == ResourceKind::KeyPolicy && names(other.attributes.get("key_id"), &key.address)
            });
        if !has_one {
            all.push(Resolved {
                path: sources.file(key.span.file).path().to_owned(),
                address: Some(key.address.clone()),
                given: "default",
                resolved: "full",
                reasons: Vec::new(),
                branch: None,
                policy: Json::Null,
                text: "null".to_owned(),
                place: place(key.span, sources),
            });
        }
    }
    all
}

/// Whether a value comes from an attribute of the resource at this address.
fn names(value: Option<&Value>, address: &str) -> bool {
    let of =
        |reference: &str| reference.strip_prefix(address).is_some_and(|rest| rest.starts_with(['.', '(']));
    let mut found = false;
    if let Some(value) = value {
        value.walk(&mut |value| match &value.kind {
            Kind::Unknown(symbol) => found |= of(&symbol.reference),
            Kind::Text(text) => found |= text.symbols().any(|symbol| of(&symbol.reference)),
            _ => {}
        });
    }
    found
}

fn of_document(document: &Document, sources: &Sources) -> Resolved {
    let whole =
        document.unresolved.iter().any(|it| it.whole) || matches!(document.value.kind, Kind::Unknown(_));
    let mut text = String::new();
    write_policy(&document.value, sources, &mut text);
    Resolved {
        path: document.path.clone(),
        address: document.address.clone(),
        given: given(document.given),
        resolved: match document.unresolved.is_empty() {
            _ if whole => "none",
            true => "full",
            false => "partial",
        },
        reasons: document.unresolved.iter().map(|it| format!("`{}`: {}", it.reference, it.reason)).collect(),
        branch: document.branch.clone(),
        policy: json(&document.value),
        text,
        place: place(document.attachment, sources),
    }
}

fn given(given: Given) -> &'static str {
    match given {
        Given::Json => "json",
        Given::Heredoc => "heredoc",
        Given::Quoted => "quoted",
        Given::Jsonencode => "jsonencode",
        Given::Document => "document",
        Given::Template => "template",
        Given::File => "file",
        Given::Module => "module",
        Given::Plan => "plan",
        Given::Default => "default",
        Given::Expression => "expression",
    }
}

/// For programs.
pub fn policies_json(policies: &[Resolved]) -> String {
    #[derive(Serialize)]
    struct Report<'a> {
        schema: u32,
        policies: &'a [Resolved],
    }
    serde_json::to_string_pretty(&Report { schema: 1, policies }).unwrap_or_default() + "\n"
}

/// For people: each policy as JSON, with where it and each statement came from in comments.
pub fn policies_text(policies: &[Resolved]) -> String {
    let mut text = String::new();
    for (at, policy) in policies.iter().enumerate() {
        if at > 0 {
            text.push('\n');
        }
        let name = policy.address.as_deref().unwrap_or(&policy.path);
        let (name, place) = (visible(name).into_owned(), visible(&policy.place).into_owned());
        let _ = match policy.given {
            "default" => writeln!(text, "# {name}: no policy, so AWS gives it the default one ({place})"),
            given => writeln!(text, "# {name}: {given}, {place}"),
        };
        if let Some(branch) = &policy.branch {
            let _ = writeln!(text, "# where {}", visible(branch));
        }
        for reason in &policy.reasons {
            let _ = writeln!(text, "# not known: {}", visible(reason));
        }
        if policy.given != "default" {
            text.push_str(&policy.text);
            text.push('\n');
        }
    }
    text
}

/// A policy, each of its statements below a comment that says where it was written.
fn write_policy(value: &Value, sources: &Sources, out: &mut String) {
    let Some(members) = value.as_object() else { return write(value, 0, out) };
    out.push_str("{\n");
    for (at, member) in members.iter().enumerate() {
        let _ = write!(out, "  {}: ", quoted(&member.key.to_string()));
        match &member.value.kind {
            Kind::List(items)
                if member.key.as_known().as_deref() == Some("Statement") && !items.is_empty() =>
            {
                out.push_str("[\n");
                for (at, item) in items.iter().enumerate() {
                    let _ = write!(out, "    # {}", visible(&place(item.span, sources)));
                    for step in item.trail.steps() {
                        let at = place(step.span, sources);
                        let _ = write!(out, ", {} {}", visible(&step.label), visible(&at));
                    }
                    out.push_str("\n    ");
                    write(item, 4, out);
                    out.push_str(if at + 1 < items.len() { ",\n" } else { "\n" });
                }
                out.push_str("  ]");
            }
            _ => write(&member.value, 2, out),
        }
        out.push_str(if at + 1 < members.len() { ",\n" } else { "\n" });
    }
    out.push('}');
}

fn write(value: &Value, indent: usize, out: &mut String) {
    let pad = " ".repeat(indent + 2);
    match &value.kind {
        Kind::List(items)
            if items.iter().all(|item| matches!(item.kind, Kind::Text(_) | Kind::Unknown(_)))
                && items.len() < 4 =>
        {
            let items: Vec<String> = items
                .iter()
                .map(|item| {
                    let mut text = String::new();
                    write(item, 0, &mut text);
                    text
                })
                .collect();
            let _ = write!(out, "[{}]", items.join(", "));
        }
        Kind::List(items) => {
            out.push_str("[\n");
            for (at, item) in items.iter().enumerate() {
                out.push_str(&pad);
                write(item, indent + 2, out);
                out.push_str(if at + 1 < items.len() { ",\n" } else { "\n" });
            }
            let _ = write!(out, "{}]", " ".repeat(indent));
        }
        Kind::Object(members) if members.is_empty() => out.push_str("{}"),
        Kind::Object(members) => {
            out.push_str("{\n");
            for (at, Member { key, value, .. }) in members.iter().enumerate() {
                let _ = write!(out, "{pad}{}: ", quoted(&key.to_string()));
                write(value, indent + 2, out);
                out.push_str(if at + 1 < members.len() { ",\n" } else { "\n" });
            }
            let _ = write!(out, "{}}}", " ".repeat(indent));
        }
        Kind::Text(text) => out.push_str(&quoted(&text.to_string())),
        Kind::Unknown(symbol) => {
            let _ = write!(out, "${{{}}}", visible(&symbol.reference));
        }
        Kind::Encoded(inner) => out.push_str(&quoted(&json(inner).to_string())),
        Kind::Null => out.push_str("null"),
        Kind::Bool(bool) => out.push_str(if *bool { "true" } else { "false" }),
        Kind::Number(number) => out.push_str(&visible(number)),
    }
}

fn quoted(text: &str) -> String {
    visible(&Json::from(text).to_string()).into_owned()
}

/// A value as JSON: an unknown piece of a string is `${reference}`, an unknown value an object with `$unknown`. Of
/// equal keys the last one counts.
fn json(value: &Value) -> Json {
    match &value.kind {
        Kind::Null => Json::Null,
        Kind::Bool(bool) => Json::Bool(*bool),
        Kind::Number(number) => serde_json::from_str(number).unwrap_or_else(|_| Json::from(number.as_str())),
        Kind::Text(text) => Json::from(text.to_string()),
        Kind::List(items) => items.iter().map(json).collect(),
        Kind::Object(members) => members.iter().map(|m| (m.key.to_string(), json(&m.value))).collect(),
        Kind::Unknown(symbol) => {
            let member = BTreeMap::from([("$unknown", symbol.reference.to_string())]);
            serde_json::to_value(member).unwrap_or(Json::Null)
        }
        Kind::Encoded(inner) => Json::from(json(inner).to_string()),
    }
}

/// `path:line`
fn place(span: Span, sources: &Sources) -> String {
    let file = sources.file(span.file);
    format!("{}:{}", file.path(), file.position(span.start).line)
}
