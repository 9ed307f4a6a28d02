//! Plans and states of Terraform as `terraform show -json` prints them, and state files: the policies as they will be
//! or are, with the addresses that Terraform gives them.
//!
//! A policy is an escaped string there; its parts have spans in it all the same. What only an apply can tell is
//! unknown if the configuration sets it, and absent if it does not.

mod locate;

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::json::shape::Shape;
use super::terraform::resource_kind;
use super::{Carried, Document, Given, KeyFacts, Resource, ResourceKind, Role, Unresolved};
use crate::carrier::envelope::account_of;
use crate::parallel;
use crate::source::Span;
use crate::syntax::SyntaxError;
use crate::syntax::json::{Form, Node, parse_text};
use crate::value::{Kind, Member, SpanMap, Symbol, Text, Value};

pub use locate::locate;

/// Why something in a plan is not known.
const AFTER_APPLY: &str = "known after apply";

/// How many modules may lie in each other.
const DEEPEST: usize = 64;

/// Whether a JSON text is a plan or a state.
pub(super) fn is_plan(root: Node<'_>) -> bool {
    let has = |key| root.get(key).is_some();
    has("planned_values")
        || (has("terraform_version") && (has("values") || has("resources") || has("format_version")))
}

/// Whether what was carried comes from a plan or a state.
pub fn is_of_plan(carried: &Carried) -> bool {
    let mut documents = carried.documents.iter();
    documents.any(|document| document.given == Given::Plan) || carried.documents.is_empty()
}

/// Finds the policies and resources of a plan or a state.
pub(super) fn carry(path: &str, root: Node<'_>) -> Carried {
    let mut reader =
        Reader { path, root, instances: Vec::new(), unknown: unknown(root), expressions: BTreeMap::new() };
    if let Some(module) = root.get("configuration").and_then(|it| it.get("root_module")) {
        reader.configured(module, "", 0);
    }
    let values = root.get("planned_values").or_else(|| root.get("values"));
    match values.and_then(|values| values.get("root_module")) {
        Some(module) => reader.module(module, 0),
        None => reader.state_file(),
    }
    let mut carried = Carried { files: 1, rendered: true, ..Carried::default() };
    for part in parallel::map(&reader.instances, |instance| reader.instance(instance)) {
        carried.extend(part);
    }
    carried
}

struct Reader<'d> {
    path: &'d str,
    root: Node<'d>,
    /// What matters of the plan or state, in its order.
    instances: Vec<Instance<'d>>,
    /// `change.after_unknown` of each address.
    unknown: BTreeMap<Cow<'d, str>, Node<'d>>,
    /// The arguments that the configuration gives to each block, by its address without instance keys.
    expressions: BTreeMap<String, Node<'d>>,
}

/// The member `policy` of an object.
struct Policy<'d> {
    key: Node<'d>,
    text: Text,
    value: Option<Value>,
    errors: Vec<SyntaxError>,
}

/// A resource instance of a plan or a state.
struct Instance<'d> {
    kind: String,
    address: String,
    /// Where its address stands.
    span: Span,
    values: Node<'d>,
    /// `true` below each name that only an apply can tell.
    unknown: Option<Node<'d>>,
    /// The arguments that the configuration gives; none where the plan holds no configuration.
    expressions: Option<Node<'d>>,
}

impl<'d> Reader<'d> {
    /// The resources of a module and of those in it.
    fn module(&mut self, module: Node<'d>, depth: usize) {
        for resource in module.get("resources").into_iter().flat_map(Node::items) {
            let known = |name| resource.get(name).and_then(|node| node.known()).map(String::from);
            let (Some(kind), Some(address), Some(values)) =
                (known("type"), known("address"), resource.get("values"))
            else {
                continue;
            };
            if known("mode").as_deref() == Some("managed") && matters(&kind) {
                let span = resource.get("address").map_or(resource.span(), |node| node.span());
                let unknown = self.unknown.get(address.as_str()).copied();
                let expressions = self.expressions.get(&without_keys(&address)).copied();
                self.instances.push(Instance { kind, address, span, values, unknown, expressions });
            }
        }
        for child in module.get("child_modules").into_iter().flat_map(Node::items).filter(|_| depth < DEEPEST)
        {
            self.module(child, depth + 1);
        }
    }

    /// A file that `terraform state pull` prints: resources with their instances.
    fn state_file(&mut self) {
        for resource in self.root.get("resources").into_iter().flat_map(Node::items) {
            let known = |name| resource.get(name).and_then(|node| node.known()).map(String::from);
            let (Some(kind), Some(name)) = (known("type"), known("name")) else { continue };
            if known("mode").as_deref() != Some("managed") || !matters(&kind) {
                continue;
            }
            let module = known("module").map(|module| module + ".").unwrap_or_default();
            let span = resource.get("name").map_or(resource.span(), |node| node.span());
            for instance in resource.get("instances").into_iter().flat_map(Node::items) {
                let Some(values) = instance.get("attributes") else { continue };
                let key = instance.get("index_key").map_or(String::new(), |key| match key.known() {
                    Some(text) => format!("[\"{text}\"]"),
                    None => format!("[{}]", shown(&key.value())),
                });
                let address = format!("{module}{kind}.{name}{key}");
                let kind = kind.clone();
                self.instances.push(Instance {
                    kind,
                    address,
                    span,
                    values,
                    unknown: None,
                    expressions: None,
                });
            }
        }
    }

    /// What a resource instance leads to.
    fn instance(&self, instance: &Instance<'d>) -> Carried {
        let mut carried = Carried::default();
        let policy = policy(instance.values);
        if let Some(kind) = resource_kind(&instance.kind) {
            let attributes = attributes(instance, policy.as_ref());
            let (address, span) = (instance.address.clone(), instance.span);
            carried.resources.push(Resource { kind, address, span, attributes });
            if !matches!(kind, ResourceKind::Grant | ResourceKind::Alias | ResourceKind::Ciphertext) {
                self.document(instance, policy, Role::KeyPolicy, &mut carried);
            }
            return carried;
        }
        self.document(instance, policy, Role::IdentityPolicy, &mut carried);
        for inline in instance.values.get("inline_policy").into_iter().flat_map(Node::items) {
            self.document(instance, self::policy(inline), Role::IdentityPolicy, &mut carried);
        }
        carried
    }

    /// The policy of an instance as a document.
    fn document(
        &self,
        instance: &Instance<'d>,
        policy: Option<Policy<'d>>,
        role: Role,
        carried: &mut Carried,
    ) {
        let Some(Policy { key, text, value, errors }) = policy else {
            carried.documents.extend(self.unknown_policy(instance, role));
            return;
        };
        let Some(value) = value.filter(|_| !text.pieces.is_empty()) else { return };
        if role == Role::IdentityPolicy && !Shape::of(&value).concerns_kms {
            return;
        }
        carried.errors.extend(errors);
        carried.documents.push(self.made(instance, value, role, key.span(), Vec::new()));
    }

    /// A policy that only an apply can tell. One that the configuration does not set is AWS's default.
    fn unknown_policy(&self, instance: &Instance<'d>, role: Role) -> Option<Document> {
        let unknown = instance.unknown.into_iter().flat_map(Node::members);
        let policy = unknown
            .filter(|(key, value)| key.known().as_deref() == Some("policy") && value.form() == Form::True);
        let (key, _) = policy.last()?;
        if role != Role::KeyPolicy || !instance.is_set("policy") {
            return None;
        }
        let symbol = instance.symbol("policy");
        let unresolved = Unresolved {
            span: key.span(),
            reference: symbol.reference.to_string(),
            reason: AFTER_APPLY.to_owned(),
            whole: true,
        };
        let value = Value::new(Kind::Unknown(symbol), key.span());
        Some(self.made(instance, value, role, key.span(), Vec::from([unresolved])))
    }

    fn made(
        &self,
        instance: &Instance<'d>,
        value: Value,
        role: Role,
        attachment: Span,
        unresolved: Vec<Unresolved>,
    ) -> Document {
        Document {
            value,
            role,
            given: Given::Plan,
            path: self.path.to_owned(),
            address: Some(instance.address.clone()),
            attachment,
            key: instance.facts(),
            branch: None,
            unresolved,
            passages: Vec::new(),
        }
    }

    /// Notes what a module of the configuration gives to its blocks; `prefix` is its own address.
    fn configured(&mut self, module: Node<'d>, prefix: &str, depth: usize) {
        for block in module.get("resources").into_iter().flat_map(Node::items) {
            let address = block.get("address").and_then(|node| node.known());
            if let (Some(address), Some(expressions)) = (address, block.get("expressions")) {
                self.expressions.entry(format!("{prefix}{address}")).or_insert(expressions);
            }
        }
        let calls = module.get("module_calls").into_iter().flat_map(Node::members);
        for (name, call) in calls.filter(|_| depth < DEEPEST) {
            if let (Some(name), Some(module)) = (name.known(), call.get("module")) {
                self.configured(module, &format!("{prefix}module.{name}."), depth + 1);
            }
        }
    }
}

/// `change.after_unknown` of each address.
fn unknown(root: Node<'_>) -> BTreeMap<Cow<'_, str>, Node<'_>> {
    let mut unknown = BTreeMap::new();
    for change in root.get("resource_changes").into_iter().flat_map(Node::items) {
        let address = change.get("address").and_then(|node| node.known());
        let after = change.get("change").and_then(|change| change.get("after_unknown"));
        if let (Some(address), Some(after)) = (address, after) {
            unknown.entry(address).or_insert(after);
        }
    }
    unknown
}

fn policy(object: Node<'_>) -> Option<Policy<'_>> {
    let (key, value) = object.members().find(|(key, _)| key.known().as_deref() == Some("policy"))?;
    let text = value.text()?;
    let (value, errors) = parse_text(&text);
    Some(Policy { key, text, value, errors })
}

/// The values that are set or given by the provider, and those that are set and not known.
fn attributes(instance: &Instance<'_>, policy: Option<&Policy<'_>>) -> Value {
    let mut members: Vec<Member> = Vec::new();
    for (key, value) in instance.values.members().filter(|(_, value)| value.form() != Form::Null) {
        let Some(name) = key.text() else { continue };
        let read = policy.filter(|policy| policy.key.span() == key.span());
        let value = match read.and_then(|policy| policy.value.as_ref()) {
            Some(policy) => Value::new(Kind::Encoded(Box::new(policy.clone())), value.span()),
            None => value.value(),
        };
        members.push(Member { key: name, key_span: key.span(), value });
    }
    for (key, value) in instance.unknown.into_iter().flat_map(Node::members) {
        let Some(name) = key.known() else { continue };
        if value.form() == Form::True && instance.is_set(&name) {
            let value = Value::new(Kind::Unknown(instance.symbol(&name)), key.span());
            let key_span = key.span();
            members.push(Member { key: Text::known(&name, SpanMap::opaque(key_span)), key_span, value });
        }
    }
    Value::new(Kind::Object(members), instance.values.span())
}

impl Instance<'_> {
    /// Whether the configuration gives an argument; where no configuration is there to ask, it may.
    fn is_set(&self, name: &str) -> bool {
        self.expressions.is_none_or(|expressions| expressions.get(name).is_some())
    }

    fn symbol(&self, name: &str) -> Symbol {
        Symbol::any(&format!("{}.{name}", self.address), AFTER_APPLY)
    }

    fn facts(&self) -> KeyFacts {
        let known = |name: &str| self.values.get(name).and_then(|node| node.known()).map(String::from);
        let account = self.values.get("arn").and_then(|arn| account_of(&arn.known()?, arn.span()));
        KeyFacts {
            owner_account: account,
            usage: known("key_usage"),
            spec: known("customer_master_key_spec"),
            multi_region: self.values.get("multi_region").and_then(|node| match node.form() {
                Form::True => Some(true),
                Form::False => Some(false),
                _ => None,
            }),
            ..KeyFacts::default()
        }
    }
}

/// Whether a type of resource carries policies or is one of KMS.
fn matters(kind: &str) -> bool {
    resource_kind(kind).is_some() || super::terraform::is_identity(kind)
}

/// An address without instance keys: `module.kms.aws_kms_key.this`.
fn without_keys(address: &str) -> String {
    let mut bare = String::with_capacity(address.len());
    let (mut depth, mut quoted) = (0_u32, false);
    for c in address.chars() {
        match c {
            '"' => quoted = !quoted,
            '[' if !quoted => depth += 1,
            ']' if !quoted => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            c => bare.push(c),
        }
    }
    bare
}

fn shown(value: &Value) -> String {
    match &value.kind {
        Kind::Number(number) => number.clone(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    fn carried(text: &str) -> (Carried, Sources) {
        let sources = Sources::in_memory([("plan.json", text)]);
        let file = sources.load("plan.json").unwrap();
        (crate::carrier::json::carry(&sources, file, true, &Default::default()), sources)
    }

    #[test]
    fn an_address_without_keys() {
        let bare = without_keys("module.a[\"x.y]\"].module.b[0].aws_kms_key.k[\"z\"]");
        assert_eq!(bare, "module.a.module.b.aws_kms_key.k");
    }

    #[test]
    fn what_is_not_set_and_not_known_is_absent() {
        let plan = |expressions: &str| {
            format!(
                r#"{{"terraform_version": "1.11.4", "planned_values": {{"root_module": {{"resources": [
{{"address": "aws_kms_key.k[0]", "mode": "managed", "type": "aws_kms_key", "name": "k", "values": {{"key_usage": "SIGN_VERIFY", "description": null}}}},
{{"address": "data.aws_kms_key.d", "mode": "data", "type": "aws_kms_key", "name": "d", "values": {{}}}}]}}}},
"resource_changes": [{{"address": "aws_kms_key.k[0]", "change": {{"after_unknown": {{"policy": true, "arn": true}}}}}}],
"configuration": {{"root_module": {{"resources": [{{"address": "aws_kms_key.k", "expressions": {{{expressions}}}}}]}}}}}}"#
            )
        };
        let (set, sources) = carried(&plan(r#""policy": {"references": ["var.x"]}"#));
        assert_eq!(set.documents.len(), 1);
        assert_eq!(set.documents[0].unresolved[0].reference, "aws_kms_key.k[0].policy");
        assert_eq!(sources.text(set.documents[0].attachment), "\"policy\"");
        let (unset, _) = carried(&plan(""));
        assert!(unset.documents.is_empty());
        assert_eq!(unset.resources.len(), 1);
        let names: Vec<String> =
            unset.resources[0].attributes.as_object().unwrap().iter().map(|m| m.key.to_string()).collect();
        assert_eq!(names, ["key_usage"]);
    }
}
