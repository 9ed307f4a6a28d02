//! Key resources: their policies, and what else the configuration says of the key.

use std::rc::Rc;

use super::convert;
use super::eval::{Evaluator, Place};
use super::known;
use super::module::{Entry, is_configuration};
use super::resource::Handle;
use super::scope::{Instance, Scope};
use super::site::{Located, repetitions};
use crate::carrier::attached::{decoded, not_known};
use crate::carrier::{self, Document, Given, KeyFacts, Role, Unresolved};
use crate::source::{Sources, Span};
use crate::syntax::SyntaxError;
use crate::syntax::hcl::ast::{Block, Body, ExprId, Range, Tree};
use crate::value::{Kind, Symbol, Value};

/// Resources that carry a key policy in their argument `policy`.
pub(super) const KEY_RESOURCES: [&str; 5] = [
    "aws_kms_key",
    "aws_kms_external_key",
    "aws_kms_replica_key",
    "aws_kms_replica_external_key",
    "aws_kms_key_policy",
];

/// The policy of a key resource, or of one that gives a key its policy.
pub(super) fn key_policy(
    evaluator: &Evaluator<'_>,
    located: &Located,
    errors: &mut Vec<SyntaxError>,
) -> Vec<Document> {
    Vec::from_iter(given_or_default(evaluator, located, errors))
}

fn given_or_default(
    evaluator: &Evaluator<'_>,
    located: &Located,
    errors: &mut Vec<SyntaxError>,
) -> Option<Document> {
    let entry = located.entry()?;
    let (tree, block) = entry.block()?;
    let (policy_tree, holder) = entry.holder("policy").unwrap_or((tree, block));
    let place = Place { instance: &located.instance, scope: &located.one.scope, tree: policy_tree };
    let address = located.address();
    let facts = facts(evaluator, &located.instance, entry, located.kind(), &address, &located.one.scope);
    if let Some(document) = policy(evaluator, located, place, &holder.body, errors) {
        return Some(Document { key: facts, ..document });
    }
    if holder.body.lost {
        let reason = "a part of the block could not be read, and a policy may stand there";
        let document = unread(header(tree, block), &address, reason, tree, address.clone());
        return Some(Document { key: facts, branch: located.branch(evaluator.sources), ..document });
    }
    // Another resource gives it its policy.
    if located.kind() == "aws_kms_key_policy" || attached(evaluator, &located.instance, &address) {
        return None;
    }
    let attribute = holder.body.attribute(policy_tree, "policy");
    let at = attribute.map_or_else(|| header(tree, block), |attribute| policy_tree.span(attribute.name));
    Some(Document {
        key: facts,
        branch: located.branch(evaluator.sources),
        passages: evaluator.passages.take(),
        ..default_policy(at, tree, address)
    })
}

/// The argument `policy` of a body as a document; none where it is absent or empty.
pub(super) fn policy(
    evaluator: &Evaluator<'_>,
    located: &Located,
    place: Place<'_>,
    body: &Body,
    errors: &mut Vec<SyntaxError>,
) -> Option<Document> {
    let attribute = body.attribute(place.tree, "policy")?;
    let policy = evaluator.expr(place, attribute.value);
    if is_none(&policy) {
        return None;
    }
    let given = given(evaluator.sources, &policy);
    let (value, unresolved) = policy_value(policy, place.span(attribute.value), errors)?;
    Some(Document {
        value,
        role: Role::KeyPolicy,
        given,
        path: place.tree.source.path().to_owned(),
        address: Some(located.address()),
        attachment: place.tree.span(attribute.name),
        key: KeyFacts::default(),
        branch: located.branch(evaluator.sources),
        unresolved,
        passages: evaluator.passages.take(),
    })
}

/// Whether a policy argument stands for AWS's default: `null` or an empty string.
pub(super) fn is_none(policy: &Value) -> bool {
    match &policy.kind {
        Kind::Null => true,
        Kind::Text(text) => text.as_known().is_some_and(|text| text.trim().is_empty()),
        _ => false,
    }
}

/// The value that a policy argument encodes, and what of it is not known; `at` is where the argument stands.
pub(super) fn policy_value(
    policy: Value,
    at: Span,
    errors: &mut Vec<SyntaxError>,
) -> Option<(Value, Vec<Unresolved>)> {
    let mut value = decoded(policy, errors)?;
    if matches!(value.kind, Kind::Unknown(_)) {
        value.span = at;
    }
    let unresolved = not_known(&value);
    Some((value, unresolved))
}

/// `resource "aws_kms_key" "main"`
pub(super) fn header(tree: &Tree, block: &Block) -> Span {
    let end = block.labels.last().map_or(block.kind.end, |label| {
        // A quoted label ends after its quote.
        label.end + u32::from(tree.source.slice(label.end, label.end + 1) == "\"")
    });
    tree.span(Range { start: block.kind.start, end })
}

/// A key whose policy is not known, and why; `at` is what stands in its place.
pub(super) fn unread(at: Span, reference: &str, reason: &str, tree: &Tree, address: String) -> Document {
    let unresolved =
        Unresolved { span: at, reference: reference.to_owned(), reason: reason.to_owned(), whole: true };
    Document {
        value: convert::unknown(reference, reason, at),
        unresolved: Vec::from([unresolved]),
        ..default_policy(at, tree, address)
    }
}

/// A key that is made without a policy.
fn default_policy(at: Span, tree: &Tree, address: String) -> Document {
    Document {
        value: carrier::default_policy(known::root_arn(&address, at), at),
        role: Role::KeyPolicy,
        given: Given::Default,
        path: tree.source.path().to_owned(),
        address: Some(address),
        attachment: at,
        key: KeyFacts::default(),
        branch: None,
        unresolved: Vec::new(),
        passages: Vec::new(),
    }
}

/// Whether an `aws_kms_key_policy` of the same module gives this key its policy.
fn attached(evaluator: &Evaluator<'_>, instance: &Rc<Instance>, address: &str) -> bool {
    let module = instance.module.clone();
    let mut policies = module.resources.iter().filter(|((kind, _), _)| kind == "aws_kms_key_policy");
    policies.any(|(_, entry)| {
        let all = repetitions(evaluator, instance, entry);
        all.iter()
            .any(|one| target(evaluator, instance, entry, &one.scope).is_some_and(|(key, _)| key == address))
    })
}

/// The key that an `aws_kms_key_policy` names: by its id or ARN, through whatever carries them.
fn target(
    evaluator: &Evaluator<'_>,
    instance: &Rc<Instance>,
    entry: &Entry,
    scope: &Scope,
) -> Option<(String, Handle)> {
    let (tree, key) = entry.attribute("key_id")?;
    key_of(evaluator, &evaluator.aside(|| evaluator.expr(Place { instance, scope, tree }, key)).0)
}

/// The key resource that a key id or ARN belongs to, and its address.
fn key_of(evaluator: &Evaluator<'_>, id: &Value) -> Option<(String, Handle)> {
    let symbols: Vec<&Symbol> = match &id.kind {
        Kind::Unknown(symbol) => Vec::from([symbol]),
        Kind::Text(text) => text.symbols().collect(),
        _ => Vec::new(),
    };
    symbols.into_iter().find_map(|symbol| {
        let address = [".key_id", ".id", ".arn"].iter().find_map(|end| symbol.reference.strip_suffix(end))?;
        let handle = evaluator.handles.borrow().get(address).cloned()?;
        KEY_RESOURCES.contains(&handle.kind.as_str()).then(|| (address.to_owned(), handle))
    })
}

/// What the configuration says of the key itself. What it leaves out is not said here.
fn facts(
    evaluator: &Evaluator<'_>,
    instance: &Rc<Instance>,
    entry: &Entry,
    kind: &str,
    address: &str,
    scope: &Scope,
) -> KeyFacts {
    let value = |name: &str| {
        let (tree, id): (&Tree, ExprId) = entry.attribute(name)?;
        let (value, decided) = evaluator.aside(|| evaluator.expr(Place { instance, scope, tree }, id));
        match value.kind {
            // What depends on something undecided is not known.
            _ if decided => {
                Some(convert::unknown(name, "it depends on conditions that are not decided", value.span))
            }
            Kind::Null => None,
            _ => Some(value),
        }
    };
    let word = |name: &str| convert::known(&value(name)?);
    let flag = |name: &str| convert::boolean(&value(name)?);
    if kind == "aws_kms_key_policy" {
        let Some((address, handle)) = target(evaluator, instance, entry, scope) else {
            return KeyFacts::default();
        };
        let of_key = handle
            .entry()
            .map(|key| facts(evaluator, &handle.instance, key, &handle.kind, &address, &handle.scope()));
        let bypasses_lockout_check = flag("bypass_policy_lockout_safety_check");
        return KeyFacts { bypasses_lockout_check, ..of_key.unwrap_or_default() };
    }
    // Of a replica all but its policy and its waiting period is its primary's.
    let replica = kind.contains("replica");
    let primary = value("primary_key_arn").and_then(|arn| key_of(evaluator, &arn));
    let primary =
        primary.filter(|(primary, _)| replica && primary != address).and_then(|(address, handle)| {
            let key = handle.entry()?;
            Some(facts(evaluator, &handle.instance, key, &handle.kind, &address, &handle.scope()))
        });
    let primary = primary.unwrap_or_default();
    let spec = if kind.contains("external") { "key_spec" } else { "customer_master_key_spec" };
    KeyFacts {
        address: Some(address.to_owned()),
        usage: word("key_usage").or(primary.usage),
        spec: word(spec).or(primary.spec),
        multi_region: if replica { Some(true) } else { flag("multi_region") },
        rotation: flag("enable_key_rotation").or(primary.rotation),
        deletion_window: value("deletion_window_in_days")
            .and_then(|days| convert::index(&days)?.try_into().ok()),
        bypasses_lockout_check: flag("bypass_policy_lockout_safety_check"),
        ..KeyFacts::default()
    }
}

/// How a policy was written, by the characters it was written with.
fn given(sources: &Sources, policy: &Value) -> Given {
    let file = sources.file(policy.span.file);
    if !(is_configuration(file.path()) || file.path().starts_with('<')) {
        return if policy.as_text().is_some_and(|text| text.pieces.len() == 1) {
            Given::File
        } else {
            Given::Template
        };
    }
    let text = file.slice(policy.span.start, policy.span.end);
    // In JSON syntax every expression stands in a string.
    let inner = text.strip_prefix("\"${").map(str::trim_start);
    let is_block =
        inner.is_none() && file.path().ends_with(".json") && matches!(policy.kind, Kind::Encoded(_));
    let text = inner.unwrap_or(text.trim_start());
    match () {
        () if text.starts_with("<<") => Given::Heredoc,
        () if text.starts_with("jsonencode") => Given::Jsonencode,
        () if text.starts_with("data") || is_block => Given::Document,
        () if text.starts_with('"') && matches!(policy.kind, Kind::Text(_)) => Given::Quoted,
        () => Given::Expression,
    }
}
