//! Keys, grants and aliases as they are configured: the arguments of each instance, resolved as far as they go.
//!
//! An argument is evaluated on its own, once for each way to decide what is undecided in it. Where the answers
//! differ it is unknown, so that nobody takes one branch of `var.x ? a : b` for what is surely set.

use std::rc::Rc;

use super::convert;
use super::eval::{Evaluator, Modules, Place};
use super::module::Module;
use super::site::{Site, locate};
use crate::carrier::branch::for_each_branch;
use crate::carrier::{Document, Given, Resource, ResourceKind};
use crate::source::{Sources, Span};
use crate::syntax::hcl::ast::{Block, Body, Tree};
use crate::value::{Kind, Member, SpanMap, Text, Value};

/// Arguments of Terraform's own that say nothing of a resource. `count` and `for_each` stay: while they are not known,
/// there may be no such resource.
const META: [&str; 2] = ["provider", "depends_on"];

/// The kind of a resource type; none for what has nothing to do with KMS.
pub(in crate::carrier) fn kind(name: &str) -> Option<ResourceKind> {
    Some(match name {
        "aws_kms_key" => ResourceKind::Key,
        "aws_kms_external_key" => ResourceKind::ExternalKey,
        "aws_kms_replica_key" => ResourceKind::ReplicaKey,
        "aws_kms_replica_external_key" => ResourceKind::ReplicaExternalKey,
        "aws_kms_key_policy" => ResourceKind::KeyPolicy,
        "aws_kms_grant" => ResourceKind::Grant,
        "aws_kms_alias" => ResourceKind::Alias,
        "aws_kms_ciphertext" => ResourceKind::Ciphertext,
        _ => return None,
    })
}

/// One resource. `policies` are the documents that its argument `policy` led to.
pub(super) fn resource(
    sources: &Sources,
    modules: &Modules,
    root: &Rc<Module>,
    site: &Site,
    policies: &[Document],
) -> Option<Resource> {
    let kind = kind(&site.kind)?;
    let evaluator = Evaluator::new(sources, modules, Default::default());
    let located = locate(&evaluator, root, site)?;
    let (tree, block) = located.entry()?.block()?;
    let here = Place { instance: &located.instance, scope: &located.one.scope, tree };
    let evaluate = |names: &[&str]| {
        let value = written(&evaluator, here, &block.body, names);
        if evaluator.decisions.borrow().label().is_none() {
            return value;
        }
        let (branches, more) = for_each_branch(|decisions| {
            let evaluator = Evaluator::new(sources, modules, decisions);
            let value = locate(&evaluator, root, site).and_then(|located| {
                let (tree, block) = located.entry()?.block()?;
                let place = Place { instance: &located.instance, scope: &located.one.scope, tree };
                written(&evaluator, place, &block.body, names)
            });
            (value, evaluator.decisions.into_inner())
        });
        agreed(branches.into_iter().map(|(value, _)| value).collect(), more)
    };
    let mut members = Vec::new();
    for attribute in &block.body.attributes {
        let name = tree.text(attribute.name);
        let span = tree.span(attribute.name);
        let value = match name {
            name if META.contains(&name) => continue,
            "policy" => policy(policies, tree.span(tree.range(attribute.value))),
            name => evaluate(&[name]).unwrap_or_else(|| Value::new(Kind::Null, span)),
        };
        members.push(member(name, span, value));
    }
    for nested in nested_names(tree, block) {
        if let Some(value) = evaluate(&[nested.0, "*"]) {
            members.push(member(nested.0, nested.1, value));
        }
    }
    // In JSON syntax the names stand levels apart: the last one is the resource's own.
    let names = if tree.map.is_some() { block.labels.len().saturating_sub(1) } else { 0 };
    let head = block.labels.iter().skip(names).map(|label| tree.span(*label));
    let head = head.reduce(|head, label| head.cover(label)).unwrap_or(tree.span(block.kind));
    let head = if tree.map.is_some() { head } else { tree.span(block.kind).cover(head) };
    // The last label's closing quote.
    let quote = u32::from(sources.file(head.file).slice(head.end, head.end + 1) == "\"");
    let span =
        Span::new(head.file, head.start - if tree.map.is_some() { quote } else { 0 }, head.end + quote);
    let attributes = Value::new(Kind::Object(members), tree.span(block.range));
    Some(Resource { kind, address: located.address(), span, attributes })
}

/// The value of an argument, or, of `[name, "*"]`, the nested blocks of that name as a list of objects.
fn written(evaluator: &Evaluator<'_>, place: Place<'_>, body: &Body, names: &[&str]) -> Option<Value> {
    match names {
        [name] => Some(evaluator.expr(place, body.attribute(place.tree, name)?.value)),
        [name, ..] => {
            let blocks = evaluator.nested(place, body, name);
            let span = blocks.first()?.span;
            let items = blocks.iter().map(|nested| {
                let place = Place { scope: &nested.scope, ..place };
                let attributes = nested.body.attributes.iter().map(|attribute| {
                    let name = place.tree.text(attribute.name);
                    member(name, place.tree.span(attribute.name), evaluator.expr(place, attribute.value))
                });
                Value::new(Kind::Object(attributes.collect()), nested.span)
            });
            Some(Value::new(Kind::List(items.collect()), span))
        }
        [] => None,
    }
}

/// The names of the nested blocks, each once, `dynamic` ones included, and where they stand first.
fn nested_names<'t>(tree: &'t Tree, block: &Block) -> Vec<(&'t str, Span)> {
    let mut names: Vec<(&str, Span)> = Vec::new();
    for inner in &block.body.blocks {
        let name = match tree.text(inner.kind) {
            "dynamic" => inner.labels.first().map(|label| tree.text(*label)).unwrap_or_default(),
            "lifecycle" | "timeouts" | "provisioner" | "connection" => continue,
            name => name,
        };
        if !names.iter().any(|(known, _)| *known == name) {
            names.push((name, tree.span(inner.kind)));
        }
    }
    names
}

/// What all branches say; an unknown where they do not agree.
fn agreed(mut values: Vec<Option<Value>>, more: bool) -> Option<Value> {
    let first = values.pop()?;
    let same = |value: &Option<Value>| match (value, &first) {
        (Some(a), Some(b)) => a.kind == b.kind || convert::equal(a, b) == Some(true),
        (a, b) => a.is_none() && b.is_none(),
    };
    if !more && values.iter().all(same) {
        return first;
    }
    let span = first.or_else(|| values.into_iter().flatten().next())?.span;
    Some(convert::unknown("…", "it depends on conditions that are not decided", span))
}

/// The policy as the one document that it is; unknown where it has branches.
fn policy(documents: &[Document], span: Span) -> Value {
    match documents {
        [] => Value::new(Kind::Null, span),
        [one] if one.given == Given::Default => Value::new(Kind::Null, span),
        [one] if matches!(one.value.kind, Kind::Unknown(_)) => one.value.clone(),
        [one] => Value::new(Kind::Encoded(Box::new(one.value.clone())), span),
        [..] => convert::unknown("policy", "it depends on conditions that are not decided", span),
    }
}

fn member(name: &str, key_span: Span, value: Value) -> Member {
    Member { key: Text::known(name, SpanMap::identity(key_span)), key_span, value }
}

#[cfg(test)]
mod tests {
    use crate::carrier::terraform::carry;
    use crate::carrier::{Carried, ResourceKind, Role};
    use crate::source::Sources;
    use crate::value::{Kind, Value};

    fn carried(text: &str) -> (Carried, Sources) {
        let sources = Sources::in_memory([("main.tf", text)]);
        let carried = carry(&sources, &[String::new()]);
        (carried, sources)
    }

    fn shown(value: &Value) -> String {
        match &value.kind {
            Kind::Null => "null".into(),
            Kind::Bool(bool) => bool.to_string(),
            Kind::Number(number) => number.clone(),
            Kind::Text(text) => text.to_string(),
            Kind::Unknown(symbol) => format!("?{}", symbol.reason),
            Kind::Encoded(inner) => format!("encoded {}", shown(inner)),
            Kind::List(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
            Kind::Object(members) => {
                let members = members.iter().map(|m| format!("{}={}", m.key, shown(&m.value)));
                format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
            }
        }
    }

    #[test]
    fn instances_have_their_own_arguments() {
        let (carried, sources) = carried(
            r#"
resource "aws_kms_grant" "g" {
  for_each          = { a = "Encrypt", b = "Decrypt" }
  key_id            = "k"
  grantee_principal = "arn:aws:iam::111122223333:role/${each.key}"
  operations        = [each.value]
  constraints {
    encryption_context_equals = { Name = each.key }
  }
}
resource "aws_kms_alias" "a" {
  count = 2
  name  = "alias/${count.index}"
}
"#,
        );
        let shown: Vec<String> =
            carried.resources.iter().map(|r| format!("{} {}", r.address, shown(&r.attributes))).collect();
        assert_eq!(
            shown,
            [
                "aws_kms_grant.g[\"a\"] {for_each={a=Encrypt, b=Decrypt}, key_id=k, grantee_principal=arn:aws:iam::111122223333:role/a, operations=[Encrypt], constraints=[{encryption_context_equals={Name=a}}]}",
                "aws_kms_grant.g[\"b\"] {for_each={a=Encrypt, b=Decrypt}, key_id=k, grantee_principal=arn:aws:iam::111122223333:role/b, operations=[Decrypt], constraints=[{encryption_context_equals={Name=b}}]}",
                "aws_kms_alias.a[0] {count=2, name=alias/0}",
                "aws_kms_alias.a[1] {count=2, name=alias/1}",
            ]
        );
        assert_eq!(sources.text(carried.resources[0].span), "resource \"aws_kms_grant\" \"g\"");
        assert_eq!(carried.resources[0].kind, ResourceKind::Grant);
    }

    #[test]
    fn undecided_argument_is_unknown_and_policies_are_told_apart() {
        let (carried, _) = carried(
            r#"
variable "strict" {}
resource "aws_kms_key" "one" {
  enable_key_rotation     = var.strict ? true : false
  deletion_window_in_days = var.strict ? 30 : 30
  policy                  = jsonencode({ Statement = [] })
}
resource "aws_kms_key" "two" {
  policy = var.strict ? "{}" : "{\"Statement\": []}"
}
resource "aws_kms_key" "three" {
  policy = null
}
"#,
        );
        let shown: Vec<String> = carried.resources.iter().map(|r| shown(&r.attributes)).collect();
        let undecided = "?it depends on conditions that are not decided";
        assert_eq!(
            shown,
            [
                format!(
                    "{{enable_key_rotation={undecided}, deletion_window_in_days=30, policy=encoded {{Statement=[]}}}}"
                ),
                format!("{{policy={undecided}}}"),
                "{policy=null}".to_owned(),
            ]
        );
    }

    #[test]
    fn policies_of_iam_are_read_as_such_where_they_concern_kms() {
        let (carried, sources) = carried(
            r#"
data "aws_iam_policy_document" "both" {
  statement {
    actions   = ["kms:Decrypt"]
    resources = ["*"]
  }
}
data "aws_iam_policy_document" "s3" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["*"]
  }
}
resource "aws_kms_key" "k" {
  policy = data.aws_iam_policy_document.both.json
}
resource "aws_iam_policy" "p" {
  policy = data.aws_iam_policy_document.both.json
}
resource "aws_iam_user_policy" "other" {
  policy = data.aws_iam_policy_document.s3.json
}
resource "aws_iam_role" "r" {
  inline_policy {
    name   = "x"
    policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
  }
  inline_policy {
    policy = "{ not json"
  }
}
resource "aws_s3_bucket_policy" "b" {
  policy = data.aws_iam_policy_document.both.json
}
"#,
        );
        let documents: Vec<_> =
            carried.documents.iter().map(|d| (d.address.clone().unwrap_or_default(), d.role)).collect();
        assert_eq!(
            documents,
            [
                ("aws_kms_key.k".to_owned(), Role::KeyPolicy),
                ("aws_iam_policy.p".to_owned(), Role::IdentityPolicy),
                ("aws_iam_role.r".to_owned(), Role::IdentityPolicy),
            ]
        );
        assert_eq!(sources.text(carried.documents[2].attachment), "policy");
        assert!(carried.errors.is_empty(), "{:?}", carried.errors);
    }
}
