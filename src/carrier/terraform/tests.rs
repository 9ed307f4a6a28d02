//! The evaluator against Terraform: every fixture of `testdata/terraform` must resolve to what Terraform and the
//! AWS provider rendered. What only AWS or a variable can tell is a hole that matches by its position.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use serde_json::Value as Json;

use super::carry;
use crate::carrier::{Given, Role};
use crate::source::{FileSystem, Sources};
use crate::value::{Kind, Piece, Symbol, SymbolKind, Text, Value};

/// The disk below the repository's folder.
struct Disk(PathBuf);

impl FileSystem for Disk {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        fs::read(self.0.join(path))
    }

    fn list(&self, directory: &str) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(self.0.join(directory))? {
            let entry = entry?;
            if entry.path().is_file() {
                names.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        names.sort();
        Ok(names)
    }

    fn folders(&self, directory: &str) -> Vec<String> {
        let entries = fs::read_dir(self.0.join(directory)).into_iter().flatten().flatten();
        let folders = entries.filter(|entry| entry.path().is_dir());
        let mut names: Vec<String> =
            folders.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

/// A hole that matches any text.
const ANY: char = '\u{1}';

fn symbol(symbol: &Symbol, assumed: &Json) -> String {
    let variable = symbol.reference.strip_prefix("var.").and_then(|name| assumed.get(name));
    match symbol.kind {
        SymbolKind::OwnAccount => "111122223333".into(),
        SymbolKind::Partition => "aws".into(),
        SymbolKind::Region => "eu-west-1".into(),
        SymbolKind::DnsSuffix => "amazonaws.com".into(),
        _ => variable.and_then(Json::as_str).map_or_else(|| ANY.to_string(), str::to_owned),
    }
}

fn text(value: &Text, assumed: &Json) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Known { text, .. } => text.clone(),
        Piece::Unknown { symbol: s, .. } => symbol(s, assumed),
    };
    value.pieces.iter().map(piece).collect()
}

/// Our value as JSON; a whole unknown is a hole.
fn json(value: &Value, assumed: &Json) -> Json {
    match &value.kind {
        Kind::Null => Json::Null,
        Kind::Bool(bool) => (*bool).into(),
        Kind::Number(number) => serde_json::from_str(number).unwrap_or_else(|_| number.as_str().into()),
        Kind::Text(t) => text(t, assumed).into(),
        Kind::Unknown(s) => {
            let variable = s.reference.strip_prefix("var.").and_then(|name| assumed.get(name));
            variable.cloned().unwrap_or_else(|| symbol(s, assumed).into())
        }
        Kind::Encoded(inner) => json(inner, assumed).to_string().into(),
        Kind::List(items) => items.iter().map(|item| json(item, assumed)).collect(),
        Kind::Object(members) => {
            let members = members.iter().map(|m| (text(&m.key, assumed), json(&m.value, assumed)));
            Json::Object(members.collect())
        }
    }
}

/// Whether `theirs` is what `ours` says, holes matching anything; returns the first difference.
fn difference(ours: &Json, theirs: &Json, path: &str) -> Option<String> {
    let differ = || Some(format!("{path}: ours {ours}, Terraform {theirs}"));
    match (ours, theirs) {
        (Json::String(hole), _) if *hole == ANY.to_string() => None,
        (Json::String(a), Json::String(b)) if a.contains(ANY) => {
            let pattern = a.replace('*', "?").replace(ANY, "*");
            (!crate::glob::matches(&pattern, b, false)).then(differ).flatten()
        }
        (Json::Object(a), Json::Object(b)) => {
            if a.keys().ne(b.keys()) && !a.keys().any(|key| key.contains(ANY)) {
                return differ();
            }
            a.iter().find_map(|(key, value)| difference(value, b.get(key)?, &format!("{path}.{key}")))
        }
        (Json::Array(a), Json::Array(b)) => {
            if a.len() != b.len() {
                return differ();
            }
            // Policy elements other than statements are sets: the provider sorts them in its own ways.
            if a.iter().chain(b).all(Json::is_string) {
                let mut rest: Vec<&Json> = b.iter().collect();
                let known = |item: &&Json| !item.as_str().is_some_and(|text| text.contains(ANY));
                let (plain, open): (Vec<&Json>, Vec<&Json>) = a.iter().partition(known);
                let take = |item: &&Json| {
                    let at = rest.iter().position(|other| difference(item, other, "").is_none());
                    at.map(|at| rest.remove(at)).is_none()
                };
                return plain.iter().chain(&open).any(take).then(differ).flatten();
            }
            a.iter().zip(b).enumerate().find_map(|(at, (a, b))| difference(a, b, &format!("{path}[{at}]")))
        }
        _ => (ours != theirs).then(differ).flatten(),
    }
}

#[test]
fn every_fixture_resolves_to_what_terraform_renders() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut wrong = Vec::new();
    let (mut cases, mut policies) = (0, 0);
    let mut folders: Vec<PathBuf> =
        fs::read_dir(root.join("testdata/terraform")).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    for folder in folders.iter().filter(|folder| folder.is_dir()) {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let recorded: Json =
            serde_json::from_slice(&fs::read(folder.join("rendered.json")).unwrap()).unwrap();
        let assumed = recorded.get("assumed").cloned().unwrap_or_default();
        let sources = Sources::new(Box::new(Disk(root.to_path_buf())));
        let carried = carry(&sources, &[format!("testdata/terraform/{name}")]);
        let mut ours: BTreeMap<String, Vec<Json>> = BTreeMap::new();
        for document in carried.documents.into_iter().filter(|document| document.role == Role::KeyPolicy) {
            let idle = document.unresolved.iter().filter(|one| one.reason.ends_with("is not evaluated"));
            // What a network's addresses are is nothing that a key policy turns on.
            let idle = idle.filter(|one| !one.reason.starts_with("`cidr"));
            wrong.extend(idle.map(|one| format!("{name}: {}", one.reason)));
            let default = document.given == Given::Default;
            let value = if default { Json::Null } else { json(&document.value, &assumed) };
            // A module that makes no key as it is called is looked at as if it made one.
            if !document.branch.is_some_and(|branch| branch.contains("is not 0")) {
                ours.entry(document.address.unwrap()).or_default().push(value);
            }
        }
        for error in carried.errors {
            wrong.push(format!("{name}: {}", error.message));
        }
        cases += 1;
        for policy in recorded["policies"].as_array().unwrap() {
            policies += 1;
            let address = policy["address"].as_str().unwrap();
            let branches = ours.remove(address).unwrap_or_default();
            let theirs = &policy["policy"];
            if branches.is_empty() && theirs.is_null() {
                continue;
            }
            // Of several branches one is what Terraform rendered with the assumed values.
            let differences: Vec<String> =
                branches.iter().filter_map(|ours| difference(ours, theirs, "")).collect();
            if branches.is_empty() {
                wrong.push(format!("{name}: {address} is missing"));
            } else if differences.len() == branches.len() {
                wrong.push(format!("{name}: {address}{}", differences.first().unwrap()));
            }
        }
        wrong.extend(ours.keys().map(|address| format!("{name}: {address} is not there in Terraform")));
    }
    assert!(cases > 215 && policies > 265, "{cases} cases, {policies} policies");
    assert!(wrong.is_empty(), "of {cases} cases and {policies} policies:\n{}", wrong.join("\n"));
    assert!(cases >= 120, "only {cases} cases");
}

/// Reference, reason and source characters of what is not known; the source of each `*`.
fn templates(files: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
    let sources = Sources::in_memory(files.iter().copied());
    let carried = carry(&sources, &[String::new()]);
    assert!(carried.errors.is_empty(), "{:?}", carried.errors);
    let unresolved = carried.documents.iter().flat_map(|document| &document.unresolved);
    let unresolved = unresolved.map(|it| format!("{}: {}", it.reference, it.reason)).collect();
    let mut found = Vec::new();
    for document in &carried.documents {
        document.value.walk(&mut |value| {
            if value.as_text().is_some_and(|text| text.as_known().as_deref() == Some("*")) {
                let file = sources.file(value.span.file);
                let steps = value.trail.steps().chain(document.value.trail.steps());
                let steps: Vec<String> = steps.map(|step| step.label.to_string()).collect();
                found.push(format!("{} {} {}", file.path(), sources.text(value.span), steps.join(", ")));
            }
        });
    }
    (unresolved, found)
}

#[test]
fn templates_point_into_their_files_and_name_the_call() {
    let main = r#"
variable "who" { default = "*" }
resource "aws_kms_key" "rendered" {
  policy = templatefile("${path.module}/t/key.json.tpl", { who = var.who, what = ["kms:*"] })
}
resource "aws_kms_key" "read" {
  policy = file("t/plain.json")
}
data "template_file" "old" {
  template = "{\"Statement\": [{\"Principal\": \"$${who}\"}]}"
  vars     = { who = "*" }
}
resource "aws_kms_key" "old" {
  policy = data.template_file.old.rendered
}
"#;
    let template = r#"{"Statement": [{"Principal": {"AWS": "${who}"}, "Action": ${jsonencode(what)}}]}"#;
    let plain = r#"{"Statement": [{"Principal": "*"}]}"#;
    let (unresolved, stars) =
        templates(&[("main.tf", main), ("t/key.json.tpl", template), ("t/plain.json", plain)]);
    assert_eq!(unresolved, [""; 0]);
    assert_eq!(
        stars,
        [
            "t/key.json.tpl \"${who}\" rendered here",
            "t/plain.json \"*\" read here",
            "main.tf \\\"$${who}\\\" rendered here",
        ]
    );
}

#[test]
fn key_that_is_switched_off_by_default_is_read_where_it_is_called() {
    let main = r#"
variable "enabled" { default = false }
variable "keys" { default = {} }
module "one" {
  source  = "./switch"
  enabled = var.enabled
}
module "never" {
  source  = "./switch"
  enabled = false
}
module "each" {
  source   = "./each"
  for_each = var.keys
}
"#;
    let switch = r#"
variable "enabled" {}
module "key" {
  source = "../key"
  count  = var.enabled ? 1 : 0
}
"#;
    let key = r#"resource "aws_kms_key" "this" { policy = jsonencode({ Statement = [] }) }"#;
    let files = [("main.tf", main), ("switch/main.tf", switch), ("key/main.tf", key), ("each/main.tf", key)];
    let found = |given: &[(&str, &str)]| -> Vec<(String, Option<String>)> {
        let files = files.iter().chain(given).copied();
        let directories = ["", "switch", "key", "each"].map(str::to_owned);
        let documents = carry(&Sources::in_memory(files), &directories).documents.into_iter();
        documents.map(|document| (document.address.unwrap(), document.branch)).collect()
    };
    let address = |call: &str| format!("module.{call}.aws_kms_key.this");
    let not_zero = |count: &str| Some(format!("`{count}` is not 0"));
    let one = (address("one.module.key"), not_zero("var.enabled ? 1 : 0"));
    let each = ("aws_kms_key.this".to_owned(), None);
    assert_eq!(found(&[]), [one, each.clone()]);
    // Whoever gives the variable that value means it: no call makes the key, and it is read in its module.
    assert_eq!(found(&[("terraform.tfvars", "enabled = false")]), [each.clone(), each]);
}

#[test]
fn arn_is_taken_apart_around_what_is_not_known() {
    let main = r#"
data "aws_caller_identity" "me" {}
data "aws_arn" "a" { arn = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:role/a" }
locals {
  b = provider::aws::arn_parse("arn:aws:logs:eu-west-1:444455556666:log-group:/b:*")
}
resource "aws_kms_key" "k" {
  policy = jsonencode({ Statement = [
    { Principal = "*", Id = data.aws_arn.a.account },
    { Principal = "*", Id = core::join(" ", [local.b.service, local.b.resource, data.aws_arn.a.resource]) },
    { Principal = "*", Id = provider::aws::arn_parse("arn:aws:${var.rest}").service },
  ] })
}
variable "rest" {}
"#;
    let sources = Sources::in_memory([("main.tf", main)]);
    let carried = carry(&sources, &[String::new()]);
    let statements = carried.documents[0].value.get("Statement").unwrap().as_list().unwrap();
    let ids: Vec<Json> = statements.iter().map(|one| json(one.get("Id").unwrap(), &Json::Null)).collect();
    assert_eq!(ids, ["111122223333", "logs log-group:/b:* role/a", "\u{1}"]);
}

#[test]
fn template_that_cannot_be_read_says_why() {
    let main = r#"
variable "name" {}
resource "aws_kms_key" "unnamed" {
  policy = templatefile("${path.module}/${var.name}.tpl", {})
}
resource "aws_kms_key" "missing" {
  policy = file("${path.module}/none.json")
}
resource "aws_kms_key" "broken" {
  policy = templatefile("broken.tpl", {})
}
data "template_file" "old" {
  template = file(var.name)
}
resource "aws_kms_key" "old" {
  policy = data.template_file.old.rendered
}
"#;
    let (unresolved, _) = templates(&[("main.tf", main), ("broken.tpl", "{\n${ }\n")]);
    assert_eq!(
        unresolved,
        [
            "templatefile(\"${path.module}/${var.name}.tpl\", {}): the variable has no default",
            "none.json: the file is not there",
            "broken.tpl: line 2 of the template cannot be read: expected a value",
            "data.template_file.old.rendered: the variable has no default",
        ]
    );
}

#[test]
fn paths_are_joined() {
    for (directory, relative, expected) in [
        ("", "", ""),
        ("", "a/./b", "a/b"),
        ("", "/a/b", "/a/b"),
        ("/a", "../b", "/b"),
        ("a/b", "../../..", ".."),
        ("a", "/b", "/b"),
    ] {
        assert_eq!(super::module::join(directory, relative), expected, "{directory} {relative}");
    }
}

/// A call of terraform-aws-modules/kms whose files are not there; each argument's statement stands at the argument.
#[test]
fn call_of_a_known_module_is_read_by_its_arguments() {
    let text = r#"
module "kms" {
  source             = "terraform-aws-modules/kms/aws"
  version            = "~> 3.1"
  key_administrators = ["arn:aws:iam::111122223333:role/admin"]
  key_service_users  = var.users
}
variable "users" {
  default = ["arn:aws:iam::111122223333:role/app"]
}
module "other" {
  source = "git::https://example.com/terraform-aws-kms.git"
}
resource "aws_kms_key" "default" {}
resource "aws_kms_key" "attached" {}
resource "aws_kms_key_policy" "attached" {
  key_id = aws_kms_key.attached.id
  policy = jsonencode({ Statement = [] })
}
"#;
    let sources = Sources::in_memory([("main.tf", text)]);
    let carried = carry(&sources, &[String::new()]);
    let seen: Vec<_> = carried
        .documents
        .iter()
        .map(|document| {
            let whole = document.unresolved.iter().any(|it| it.whole);
            (document.address.as_deref().unwrap(), document.given, whole)
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("aws_kms_key.default", Given::Default, false),
            ("aws_kms_key_policy.attached", Given::Jsonencode, false),
            ("module.kms.aws_kms_key.this[0]", Given::Module, false),
            ("module.other", Given::Module, true),
        ]
    );
    assert_eq!(carried.documents[1].key.address.as_deref(), Some("aws_kms_key.attached"));
    let statements = carried.documents[2].value.get("Statement").unwrap().as_list().unwrap();
    let places: Vec<String> = statements.iter().map(|statement| sources.text(statement.span)).collect();
    assert_eq!(places, ["module \"kms\"", "key_administrators", "key_service_users"]);
    let user = statements[2].get("Principal").unwrap().get("AWS").unwrap();
    assert_eq!(sources.text(user.span), "\"arn:aws:iam::111122223333:role/app\"");
}

/// What doubles at each step, or asks for a thousand million items, ends in an unknown and at once.
#[test]
fn huge_values_are_not_built() {
    let mut text = String::from("locals {\n  l0 = [\"x\"]\n  t0 = \"x\"\n");
    for at in 1..40 {
        let before = at - 1;
        text += &format!("  l{at} = [local.l{before}, local.l{before}]\n");
        text += &format!("  t{at} = \"${{local.t{before}}}${{local.t{before}}}\"\n");
    }
    text += "  a = local.b\n  b = local.a\n}\nresource \"aws_kms_key\" \"k\" {\n  policy = jsonencode({ \
        Statement = [local.l39, local.t39, range(1e9), local.a, \
        setproduct(range(1000), range(1000), range(1000))] })\n}\n";
    let sources = Sources::in_memory([("main.tf", text.as_str())]);
    let carried = carry(&sources, &[String::new()]);
    let reasons: Vec<&str> = carried.documents[0].unresolved.iter().map(|it| it.reason.as_str()).collect();
    assert!(reasons.contains(&"it is too large") && reasons.contains(&"it refers to itself"), "{reasons:?}");
}

/// What is cut off would be lost, so it is unknown as a whole.
#[test]
fn nothing_is_cut_off() {
    let each = "[for a in local.many: [for b in local.many: { Sid = \"${a}${b}\" }]]";
    let asks = [
        "[for i in local.huge: { Sid = i }]",
        "flatten([local.huge])",
        &format!("flatten({each})"),
        "[{ Sid = replace(local.long, \"x\", local.long) }]",
        "[{ Sid = join(\",\", [for a in local.many: join(\"\", [local.long, local.long, local.long])]) }]",
        "[{ Sid = \"%{for a in local.many}%{for b in local.many}${a}%{endfor}%{endfor}\" }]",
    ];
    let locals = format!(
        "locals {{\n  many = range(1000)\n  huge = concat({}range(1))\n  long = \"{}\"\n}}\n",
        "local.many, ".repeat(11),
        "x".repeat(60_000)
    );
    for ask in asks {
        let key = format!(
            "resource \"aws_kms_key\" \"k\" {{\n  policy = jsonencode({{ Statement = {ask} }})\n}}\n"
        );
        let sources = Sources::in_memory([("main.tf", format!("{locals}{key}").as_str())]);
        let carried = carry(&sources, &[String::new()]);
        let reasons: Vec<&str> =
            carried.documents[0].unresolved.iter().map(|it| it.reason.as_str()).collect();
        assert!(!reasons.is_empty(), "{ask}");
    }
}

/// Terraform refuses modules that call each other; their keys are not lost for that.
#[test]
fn modules_in_a_circle_are_read_once() {
    let key = "resource \"aws_kms_key\" \"k\" {\n  policy = \"{}\"\n}\n";
    let (a, b) = (
        "module \"b\" {\n  source = \"../b\"\n}\n",
        format!("module \"a\" {{\n  source = \"../a\"\n}}\n{key}"),
    );
    let sources = Sources::in_memory([("a/main.tf", a), ("b/main.tf", b.as_str()), ("c/main.tf", key)]);
    let carried = carry(&sources, &["a".to_owned(), "b".to_owned(), "c".to_owned()]);
    let addresses: Vec<_> = carried.documents.iter().filter_map(|it| it.address.as_deref()).collect();
    assert!(addresses.contains(&"module.b.aws_kms_key.k"), "{addresses:?}");
    assert_eq!(carried.documents.iter().filter(|it| it.path == "c/main.tf").count(), 1);
}

/// Whether it makes keys cannot be told, so that it is told itself, once.
#[test]
fn a_local_module_that_is_not_there_is_told_once() {
    let call = "module \"gone\" {\n  source = \"../gone\"\n}\n";
    let twice = format!("{call}{}", call.replace("\"gone\"", "\"again\""));
    let sources = Sources::in_memory([("a/main.tf", twice.as_str()), ("b/main.tf", call), ("c/main.tf", "")]);
    let carried = carry(&sources, &["a".to_owned(), "b".to_owned(), "c".to_owned()]);
    let told: Vec<(&str, &str)> =
        carried.documents.iter().map(|it| (it.path.as_str(), it.unresolved[0].reason.as_str())).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told.iter().all(|(path, reason)| *path == "a/main.tf" && reason.contains("has no configuration"))
    );
}

/// A library whose examples leave a key switched off, or switch it off, is no place to hide one.
#[test]
fn a_key_that_no_call_makes_is_read_in_its_module() {
    let key = "variable \"on\" {\n  default = false\n}\nresource \"aws_kms_key\" \"k\" {\n  count = var.on ? 1 : 0\n  \
               policy = \"{}\"\n}\n";
    let made = "resource \"aws_kms_key\" \"made\" {\n  policy = \"{}\"\n}\n";
    for argument in ["", "  on = false\n"] {
        let call = format!("module \"m\" {{\n  source = \"../..\"\n{argument}}}\n");
        let library = format!("{key}{made}");
        let sources =
            Sources::in_memory([("main.tf", library.as_str()), ("examples/all/main.tf", call.as_str())]);
        let carried = carry(&sources, &[String::new(), "examples/all".to_owned()]);
        let addresses: Vec<_> = carried.documents.iter().filter_map(|it| it.address.as_deref()).collect();
        assert_eq!(addresses, ["module.m.aws_kms_key.made", "aws_kms_key.k"], "{argument}");
    }
}

#[test]
fn absolute_directories_are_read() {
    let key = "resource \"aws_kms_key\" \"k\" {\n  policy = file(\"${path.module}/p.json\")\n}\n";
    let sources = Sources::in_memory([("/srv/x/main.tf", key), ("/srv/x/p.json", "{\"Statement\": []}")]);
    let carried = carry(&sources, &["/srv/x".to_owned()]);
    assert_eq!(carried.documents.len(), 1);
    assert!(carried.documents[0].unresolved.is_empty(), "{:?}", carried.documents[0].unresolved);
}

#[test]
fn digests_and_yaml_leave_nothing_unknown() {
    for name in ["function-hashes", "function-hashes-file", "function-yamldecode-heredoc"] {
        let sources = Sources::new(Box::new(Disk(PathBuf::from(env!("CARGO_MANIFEST_DIR")))));
        let carried = carry(&sources, &[format!("testdata/terraform/{name}")]);
        let unresolved: Vec<_> = carried.documents.iter().flat_map(|document| &document.unresolved).collect();
        assert!(unresolved.is_empty(), "{name}: {unresolved:?}");
    }
}

#[test]
fn local_module_that_is_not_there_is_told_at_its_call() {
    let text = "module \"keys\" {\n  source = \"../keys\"\n}\nresource \"aws_kms_key\" \"k\" {}\n";
    let sources = Sources::in_memory([("main.tf", text)]);
    let carried = carry(&sources, &[String::new()]);
    let told: Vec<_> = carried
        .documents
        .iter()
        .flat_map(|document| document.unresolved.iter().map(|it| (sources.text(it.span), it.whole)))
        .collect();
    assert_eq!(told, [("\"../keys\"".to_owned(), true)]);
}
