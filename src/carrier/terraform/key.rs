//! Key resources: their policies, and what else the configuration says of the key.

use std::rc::Rc;

use super::convert;
use super::eval::{Evaluator, Modules, Place};
use super::module::{Entry, Module, is_configuration};
use super::scope::{Instance, Repetition, Scope};
use crate::carrier::branch::for_each_branch;
use crate::carrier::{Document, Given, KeyFacts, Role, Unresolved};
use crate::source::{Sources, Span};
use crate::syntax::SyntaxError;
use crate::syntax::hcl::ast::Body;
use crate::syntax::json;
use crate::value::{Kind, SymbolKind, Text, Value};

/// Resources that carry a key policy in their argument `policy`.
pub(super) const KEY_RESOURCES: [&str; 5] = [
    "aws_kms_key",
    "aws_kms_external_key",
    "aws_kms_replica_key",
    "aws_kms_replica_external_key",
    "aws_kms_key_policy",
];

/// Where a key resource is: the calls that lead to its module, and its place there.
#[derive(Clone, Debug)]
pub(super) struct Site {
    /// Names of the calls, from the root module on, each with its key.
    calls: Vec<(String, Option<String>)>,
    /// Type and name of the resource.
    pub(super) kind: String,
    name: String,
    /// Which instance of it.
    repetition: usize,
}

/// A resource of a site: its module's instance, its block, and its own instance.
pub(super) struct Located {
    pub(super) instance: Rc<Instance>,
    pub(super) one: Repetition,
    site: Site,
}

impl Located {
    pub(super) fn entry(&self) -> Option<&Entry> {
        self.instance.module.resource(&self.site.kind, &self.site.name)
    }

    /// `module.kms.aws_kms_key.main[0]`
    pub(super) fn address(&self) -> String {
        format!("{}{}.{}{}", self.instance.prefix, self.site.kind, self.site.name, self.one.key)
    }
}

/// The resources that a root module makes and that `wanted` takes by their types, those of the modules it calls
/// included.
pub(super) fn sites(
    sources: &Sources,
    modules: &Modules,
    root: &Rc<Module>,
    wanted: fn(&str) -> bool,
) -> Vec<Site> {
    let evaluator = Evaluator::new(sources, modules, Default::default());
    let mut sites = Vec::new();
    collect(&evaluator, &Instance::root(root.clone()), wanted, &mut Vec::new(), &mut sites);
    sites
}

fn collect(
    evaluator: &Evaluator<'_>,
    instance: &Rc<Instance>,
    wanted: fn(&str) -> bool,
    calls: &mut Vec<(String, Option<String>)>,
    sites: &mut Vec<Site>,
) {
    for ((kind, name), entry) in &instance.module.resources {
        if wanted(kind) {
            let count = repetitions(evaluator, instance, entry).len();
            sites.extend((0..count).map(|repetition| Site {
                calls: calls.clone(),
                kind: kind.clone(),
                name: name.clone(),
                repetition,
            }));
        }
    }
    for (name, entry) in &instance.module.calls {
        for one in repetitions(evaluator, instance, entry) {
            let key = call_key(&one);
            if let Some(child) = evaluator.child(instance, name, key.as_deref(), one.scope) {
                calls.push((name.clone(), key));
                collect(evaluator, &child, wanted, calls, sites);
                calls.pop();
            }
        }
    }
}

/// `0` of `[0]`, `a` of `["a"]`
fn call_key(one: &Repetition) -> Option<String> {
    let key = one.key.strip_prefix('[')?.strip_suffix(']')?;
    Some(key.trim_matches('"').to_owned())
}

/// The instances of a block. Where their number is not known, or is 0 only because a module that is read on
/// its own is switched off by default, one stands for all.
fn repetitions(evaluator: &Evaluator<'_>, instance: &Rc<Instance>, entry: &Entry) -> Vec<Repetition> {
    let one = |disabled| Vec::from([Repetition { key: String::new(), scope: Scope::default(), disabled }]);
    match evaluator.repetitions(instance, entry) {
        None => one(None),
        Some(none) if none.is_empty() && instance.call.is_none() => {
            let count = entry.attribute("count").or_else(|| entry.attribute("for_each"));
            one(count.map(|(tree, count)| tree.span(tree.range(count))))
        }
        Some(known) => known,
    }
}

/// Finds the resource of a site in one evaluation.
pub(super) fn locate(evaluator: &Evaluator<'_>, root: &Rc<Module>, site: &Site) -> Option<Located> {
    let mut instance = Instance::root(root.clone());
    for (name, key) in &site.calls {
        let entry = instance.module.calls.get(name)?;
        let scope =
            repetitions(evaluator, &instance, entry).into_iter().find(|one| call_key(one) == *key)?.scope;
        instance = evaluator.child(&instance, name, key.as_deref(), scope)?;
    }
    let entry = instance.module.resource(&site.kind, &site.name)?;
    let one = repetitions(evaluator, &instance, entry).into_iter().nth(site.repetition)?;
    Some(Located { instance, one, site: site.clone() })
}

/// Reads the documents of one resource in one evaluation.
pub(super) type Reader = fn(&Evaluator<'_>, &Located, &mut Vec<SyntaxError>) -> Vec<Document>;

/// The policy documents of one resource: one for each branch.
pub(super) fn documents(
    sources: &Sources,
    modules: &Modules,
    root: &Rc<Module>,
    site: &Site,
    read: Reader,
    errors: &mut Vec<SyntaxError>,
) -> Vec<Document> {
    let (branches, more) = for_each_branch(|decisions| {
        let evaluator = Evaluator::new(sources, modules, decisions);
        let located = locate(&evaluator, root, site);
        let documents = located.map(|located| read(&evaluator, &located, errors));
        (documents.unwrap_or_default(), evaluator.decisions.into_inner())
    });
    let mut documents = Vec::new();
    for (document, decisions) in
        branches.into_iter().flat_map(|(found, how)| found.into_iter().map(move |one| (one, how.clone())))
    {
        let mut document = document;
        let label = decisions.label();
        document.branch = match (document.branch.take(), label) {
            (Some(a), Some(b)) => Some(format!("{a} and {b}")),
            (a, b) => a.or(b),
        };
        documents.push(document);
    }
    if more && let Some(last) = documents.last_mut() {
        last.unresolved.push(Unresolved {
            span: last.attachment,
            reference: last.address.clone().unwrap_or_default(),
            reason: "it depends on more undecided conditions than are analysed".to_owned(),
            whole: false,
        });
    }
    documents
}

/// The policy of a key.
pub(super) fn key_policy(
    evaluator: &Evaluator<'_>,
    located: &Located,
    errors: &mut Vec<SyntaxError>,
) -> Vec<Document> {
    let Some(entry) = located.entry() else { return Vec::new() };
    let Some((tree, block)) = entry.block() else { return Vec::new() };
    let place = Place { instance: &located.instance, scope: &located.one.scope, tree };
    let Some(mut document) = policy(evaluator, located, place, &block.body, errors) else {
        return Vec::new();
    };
    document.key = KeyFacts {
        owner_account: None,
        usage: fact(evaluator, place, block_attribute(entry, "key_usage")),
        spec: fact(evaluator, place, block_attribute(entry, "customer_master_key_spec")),
        multi_region: block_attribute(entry, "multi_region")
            .and_then(|id| convert::boolean(&evaluator.expr(place, id))),
    };
    Vec::from([document])
}

/// The argument `policy` of a body as a document; none where it is absent or empty.
pub(super) fn policy(
    evaluator: &Evaluator<'_>,
    located: &Located,
    place: Place<'_>,
    body: &Body,
    errors: &mut Vec<SyntaxError>,
) -> Option<Document> {
    let tree = place.tree;
    let attribute = body.attribute(tree, "policy")?;
    let mut policy = evaluator.expr(place, attribute.value);
    let attachment = tree.span(attribute.name);
    let given = given(evaluator.sources, &policy);
    let mut unresolved = Vec::new();
    let value = match &policy.kind {
        Kind::Null => return None,
        Kind::Encoded(inner) => Value { trail: policy.trail.clone(), ..(**inner).clone() },
        Kind::Text(text) if text.as_known().is_some_and(|text| text.trim().is_empty()) => return None,
        Kind::Text(text) => {
            let (value, found) = json::parse_text(text);
            for error in found {
                if !errors.contains(&error) {
                    errors.push(error);
                }
            }
            Value { trail: policy.trail.clone(), ..value? }
        }
        Kind::Unknown(symbol) => {
            unresolved.push(Unresolved {
                span: place.span(attribute.value),
                reference: symbol.reference.to_string(),
                reason: symbol.reason.to_string(),
                whole: true,
            });
            policy.span = place.span(attribute.value);
            policy.clone()
        }
        _ => policy.clone(),
    };
    if unresolved.is_empty() {
        unresolved = unknown_pieces(&value);
    }
    let branch = located.one.disabled.map(|count| format!("`{}` is not 0", evaluator.sources.text(count)));
    Some(Document {
        value,
        role: Role::KeyPolicy,
        given,
        path: tree.source.path().to_owned(),
        address: Some(located.address()),
        attachment,
        key: KeyFacts::default(),
        branch,
        unresolved,
        passages: evaluator.passages.take(),
    })
}

fn block_attribute(entry: &Entry, name: &str) -> Option<crate::syntax::hcl::ast::ExprId> {
    entry.attribute(name).map(|(_, id)| id)
}

fn fact(
    evaluator: &Evaluator<'_>,
    place: Place<'_>,
    id: Option<crate::syntax::hcl::ast::ExprId>,
) -> Option<String> {
    convert::known(&evaluator.expr(place, id?))
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

/// The unknown pieces of a policy that stand for something nobody but a person can tell.
fn unknown_pieces(value: &Value) -> Vec<Unresolved> {
    let mut found: Vec<Unresolved> = Vec::new();
    let mut add = |symbol: &crate::value::Symbol, span: Span| {
        if symbol.kind == SymbolKind::Any && !found.iter().any(|known| *known.reference == *symbol.reference)
        {
            found.push(Unresolved {
                span,
                reference: symbol.reference.to_string(),
                reason: symbol.reason.to_string(),
                whole: false,
            });
        }
    };
    value.walk(&mut |value| match &value.kind {
        Kind::Unknown(symbol) => add(symbol, value.span),
        Kind::Text(text) => unknowns(text, &mut add),
        _ => {}
    });
    found
}

fn unknowns(text: &Text, add: &mut impl FnMut(&crate::value::Symbol, Span)) {
    for piece in &text.pieces {
        if let crate::value::Piece::Unknown { symbol, span } = piece {
            add(symbol, *span);
        }
    }
}
