//! Calls of public modules that make KMS keys, read by their documented arguments where the module itself is not
//! in the tree.
//!
//! Facts are those of terraform-aws-modules/kms 1.0.0 to 4.2.0 and cloudposse/kms-key 0.12.
//! What such a module adds of its own stands at the argument that asks for it.

mod assembled;
mod version;

use super::convert;
use super::document::Merged;
use super::eval::{Evaluator, Place};
use super::key::{header, is_none, policy_value, unread};
use super::module::{Entry, is_local};
use super::site::Located;
use super::terragrunt;
use crate::carrier::attached::not_known;
use crate::carrier::{Document, Given, KeyFacts, Role, Unresolved};
use crate::source::Span;
use crate::syntax::SyntaxError;
use crate::value::{Kind, Piece, SpanMap, Symbol, SymbolKind, Text, Value};
use assembled::statement;
use version::{Family, Known, identify};
pub(super) use version::{ignored, makes_key};

/// The arguments of one call.
struct Call<'e, 'a> {
    evaluator: &'e Evaluator<'e>,
    place: Place<'a>,
    entry: &'a Entry,
    known: Known,
    /// `module.kms`
    address: String,
    /// `module "kms"`
    header: Span,
}

/// The policy of the key that a call makes whose module is not in the tree; none where it makes none.
pub(super) fn key_policy(
    evaluator: &Evaluator<'_>,
    located: &Located,
    _: &mut Vec<SyntaxError>,
) -> Vec<Document> {
    let document = document(evaluator, located).map(|document| Document {
        branch: located.branch(evaluator.sources),
        passages: evaluator.passages.take(),
        ..document
    });
    Vec::from_iter(document)
}

fn document(evaluator: &Evaluator<'_>, located: &Located) -> Option<Document> {
    let entry = located.entry()?;
    let (tree, block) = entry.block()?;
    let source = evaluator.source(&located.instance, entry)?;
    let address = located.address();
    let place = Place { instance: &located.instance, scope: &located.one.scope, tree };
    let Some(known) = identify(&source, version(evaluator, place, entry).as_deref()) else {
        let at = entry.named_attribute("source").map(|(tree, source)| tree.span(tree.range(source.value)));
        let reason = if let Some(barred) = evaluator.barred_module(&located.instance, entry) {
            barred
        } else if is_local(&source) {
            "the module's directory has no configuration, so that keys in it cannot be checked"
        } else {
            "the module is not in the tree, and its arguments are not known to kmslint"
        };
        let document = unread(at.unwrap_or_else(|| header(tree, block)), &source, reason, tree, address);
        return Some(Document { given: Given::Module, ..document });
    };
    if block.body.is_lost() {
        let reason = "a part of the call could not be read";
        let document = unread(header(tree, block), &address.clone(), reason, tree, address);
        return Some(Document { given: Given::Module, ..document });
    }
    if evaluator.is_open(&located.instance) {
        let document = unread(header(tree, block), &source, terragrunt::ELSEWHERE, tree, address);
        return Some(Document { given: Given::Module, ..document });
    }
    let call = Call { evaluator, place, entry, known, address, header: header(tree, block) };
    if call.is(call.known.family.switch()) == Some(false) {
        return None;
    }
    let (value, attachment, unresolved) = call.policy()?;
    Some(Document {
        value,
        role: Role::KeyPolicy,
        given: Given::Module,
        path: tree.source.path().to_owned(),
        address: Some(call.key_address()),
        attachment,
        key: call.facts(),
        branch: None,
        unresolved,
        passages: Vec::new(),
    })
}

/// The version that a call asks for.
fn version(evaluator: &Evaluator<'_>, place: Place<'_>, entry: &Entry) -> Option<String> {
    let (tree, version) = entry.attribute("version")?;
    convert::known(&evaluator.expr(Place { tree, ..place }, version))
}

impl<'a> Call<'_, 'a> {
    /// An argument's value and its name's place; none where it is absent or null.
    fn argument(&self, name: &str) -> Option<(Value, Span)> {
        let Some((tree, attribute)) = self.entry.named_attribute(name) else {
            let at = self.header;
            return Some((self.evaluator.set_elsewhere(self.place.instance, name, at)?, at));
        };
        let value = self.evaluator.expr(Place { tree, ..self.place }, attribute.value);
        (value.kind != Kind::Null).then(|| (value, tree.span(attribute.name)))
    }

    /// A flag; where it is given and not known, one of both, and the other one later.
    fn is(&self, name: &str) -> Option<bool> {
        let (value, _) = self.argument(name)?;
        Some(convert::boolean(&value).unwrap_or_else(|| self.evaluator.is_decided(&self.named(name))))
    }

    fn named(&self, argument: &str) -> String {
        format!("{}.{argument}", self.address)
    }

    /// The policy, where it is attached, and what of it is not known.
    fn policy(&self) -> Option<(Value, Span, Vec<Unresolved>)> {
        if let Some((policy, at)) = self.argument("policy").filter(|(policy, _)| !is_none(policy)) {
            let unknown = matches!(policy.kind, Kind::Unknown(_)) && self.known.family == Family::AwsModules;
            if !unknown || self.evaluator.is_decided(&format!("{} is set", self.named("policy"))) {
                let (value, unresolved) = policy_value(policy, at, &mut Vec::new())?;
                return Some((value, at, unresolved));
            }
        }
        let value = match self.known.family {
            Family::AwsModules => self.assembled(),
            Family::Plain => {
                let mut merged = Merged::default();
                merged.add(statement("Default", &["kms:*"], self.root(self.header), self.header));
                merged.value(self.header)
            }
        };
        let unresolved = not_known(&value);
        Some((value, self.header, unresolved))
    }

    fn root(&self, at: Span) -> Value {
        let arn = root_arn(&self.address, at);
        Value::new(Kind::Object(Vec::from([convert::member("AWS", arn)])), at)
    }

    fn key_address(&self) -> String {
        let kind = match () {
            () if self.known.family == Family::Plain => "aws_kms_key.default",
            () if self.is("create_replica_external") == Some(true) => "aws_kms_replica_external_key.this",
            () if self.is("create_replica") == Some(true) => "aws_kms_replica_key.this",
            () if self.is("create_external") == Some(true) => "aws_kms_external_key.this",
            () => "aws_kms_key.this",
        };
        format!("{}.{kind}[0]", self.address)
    }

    /// What the arguments say of the key; what depends on something undecided is not known.
    fn facts(&self) -> KeyFacts {
        let address = self.key_address();
        let argument = |name: &str| match self.evaluator.aside(|| self.argument(name)) {
            (Some((value, at)), true) => {
                Some(convert::unknown(name, "it is not decided", value.span.cover(at)))
            }
            (found, _) => found.map(|(value, _)| value),
        };
        let word = |name: &str| convert::known(&argument(name)?);
        let flag = |name: &str| convert::boolean(&argument(name)?);
        KeyFacts {
            usage: word("key_usage"),
            spec: word("customer_master_key_spec"),
            multi_region: if address.contains("replica") { Some(true) } else { flag("multi_region") },
            rotation: flag("enable_key_rotation"),
            deletion_window: argument("deletion_window_in_days")
                .and_then(|days| convert::index(&days)?.try_into().ok()),
            bypasses_lockout_check: flag("bypass_policy_lockout_safety_check"),
            address: Some(address),
            ..KeyFacts::default()
        }
    }
}

/// `arn:‹partition›:iam::‹own account›:root`
pub(super) fn root_arn(address: &str, at: Span) -> Value {
    let pieces = Vec::from([
        known_piece("arn:", at),
        unknown_piece(Symbol::of(SymbolKind::Partition, &format!("{address}.partition")), at),
        known_piece(":iam::", at),
        unknown_piece(Symbol::of(SymbolKind::OwnAccount, &format!("{address}.account_id")), at),
        known_piece(":root", at),
    ]);
    Value::new(Kind::Text(Text { pieces }), at)
}

fn known_piece(text: &str, at: Span) -> Piece {
    Piece::Known { text: text.to_owned(), map: SpanMap::opaque(at) }
}

fn unknown_piece(symbol: Symbol, span: Span) -> Piece {
    Piece::Unknown { symbol, span }
}
