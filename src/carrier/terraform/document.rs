//! `data "aws_iam_policy_document"`, rendered as the AWS provider renders it.
//!
//! Facts about the rendering (order, scalars, merging) are those of provider 5.100.0, recorded in
//! `testdata/terraform`.

use std::rc::Rc;

use super::convert;
use super::eval::{Evaluator, Place};
use super::key::header;
use super::module::Entry;
use super::scope::{Instance, Scope};
use crate::source::Span;
use crate::syntax::hcl::ast::{Block, Body, ExprId, Tree};
use crate::syntax::json;
use crate::value::{Kind, Member, Piece, SpanMap, Text, Value};

/// A nested block with the scope that `dynamic` gives it.
pub(super) struct Nested<'t> {
    pub(super) scope: Scope,
    pub(super) body: &'t Body,
    pub(super) span: Span,
}

impl Evaluator<'_> {
    /// The `json` of a policy document: a string that encodes the policy.
    pub(super) fn policy_document(
        &self,
        instance: &Rc<Instance>,
        entry: &Entry,
        scope: &Scope,
    ) -> Option<Value> {
        let (tree, block) = entry.block()?;
        let place = Place { instance, scope, tree };
        let span = tree.span(block.range);
        if block.body.is_lost() {
            let name: Vec<&str> = block.labels.iter().map(|label| tree.text(*label)).collect();
            let reference = format!("{}data.{}.json", instance.prefix, name.join("."));
            return Some(convert::unknown(
                &reference,
                "a part of its block could not be read",
                header(tree, block),
            ));
        }
        let mut merged = Merged::default();
        // An override file's argument or blocks take the place of all of that name.
        let held = |name| {
            let (tree, block) = entry.holder(name).unwrap_or((tree, block));
            (Place { tree, ..place }, &block.body)
        };
        for name in ["source_json", "source_policy_documents"] {
            let (place, body) = held(name);
            self.merge_documents(place, body, name, &mut merged);
        }
        let text = |name| {
            let (place, body) = held(name);
            self.text_of(place, body, name).map(|(value, _)| value)
        };
        let own = |name, span| Value::text(name, span);
        merged.id = text("policy_id").or(merged.id);
        // The document's own version, written or not, goes before an older one of a source.
        let version = text("version").unwrap_or_else(|| own("2012-10-17", span));
        merged.version = merged.version.filter(|old| is_newer(old, &version)).or(Some(version));
        let (holder, body) = held("statement");
        for nested in self.nested(holder, body, "statement") {
            let statement = self.statement(Place { scope: &nested.scope, ..holder }, &nested);
            merged.add(statement);
        }
        for name in ["override_json", "override_policy_documents"] {
            let (place, body) = held(name);
            self.merge_documents(place, body, name, &mut merged);
        }
        Some(Value::new(Kind::Encoded(Box::new(merged.value(span))), span))
    }

    /// Merges the documents of an argument: a string, or a list of strings.
    fn merge_documents(&self, place: Place<'_>, body: &Body, name: &str, merged: &mut Merged) {
        let Some(attribute) = body.attribute(place.tree, name) else { return };
        merged.merge_all(self.expr(place, attribute.value), place.span(attribute.value));
    }

    /// The blocks of a name, those that `dynamic` makes included.
    pub(super) fn nested<'t>(&self, place: Place<'t>, body: &'t Body, name: &str) -> Vec<Nested<'t>> {
        let tree = place.tree;
        let mut found = Vec::new();
        for block in &body.blocks {
            let kind = tree.text(block.kind);
            if kind == name {
                let span = tree.span(block.range);
                found.push(Nested { scope: place.scope.clone(), body: &block.body, span });
            } else if kind == "dynamic" && block.labels.first().is_some_and(|label| tree.text(*label) == name)
            {
                self.dynamic(place, block, name, &mut found);
            }
        }
        found
    }

    fn dynamic<'t>(&self, place: Place<'t>, block: &'t Block, name: &str, found: &mut Vec<Nested<'t>>) {
        let tree: &'t Tree = place.tree;
        let content = block.body.blocks.iter().find(|inner| tree.text(inner.kind) == "content");
        let (Some(content), Some(each)) = (content, block.body.attribute(tree, "for_each")) else { return };
        let iterator = block
            .body
            .attribute(tree, "iterator")
            .map_or(name, |iterator| tree.text(tree.range(iterator.value)).trim_matches('"'));
        let collection = self.expr(place, each.value);
        let is_list = matches!(collection.kind, Kind::List(_));
        let pairs = self.pairs(&collection).unwrap_or_else(|| {
            let reference = collection.first_unknown().map(|s| s.reference.to_string()).unwrap_or_default();
            let item =
                convert::unknown(&format!("{reference}[*]"), "the collection is not known", collection.span);
            Vec::from([(item.clone(), item)])
        });
        let is_set = is_list && self.is_set(place, each.value);
        for (key, value) in pairs {
            let span = value.span;
            let key = if is_set { value.clone() } else { key };
            let item = Value::new(
                Kind::Object(vec![convert::member("key", key), convert::member("value", value)]),
                span,
            );
            let scope = place.scope.with(iterator, item);
            found.push(Nested { scope, body: &content.body, span: tree.span(content.range) });
        }
    }

    fn statement(&self, place: Place<'_>, nested: &Nested<'_>) -> Value {
        let body = nested.body;
        let mut members = Vec::new();
        if let Some((sid, key)) = self.text_of(place, body, "sid")
            && sid.as_text().and_then(Text::as_known).is_none_or(|sid| !sid.is_empty())
        {
            members.push(named("Sid", key, sid));
        }
        let effect = self.text_of(place, body, "effect");
        members.push(match effect {
            Some((effect, key)) => named("Effect", key, effect),
            None => named("Effect", nested.span, Value::text("Allow", nested.span)),
        });
        for (element, name) in [
            ("Action", "actions"),
            ("NotAction", "not_actions"),
            ("Resource", "resources"),
            ("NotResource", "not_resources"),
        ] {
            if let Some((list, key)) = self.list_of(place, body, name).filter(|(list, _)| !list.is_empty()) {
                let variables = element.ends_with("Resource");
                members.push(named(element, key, sorted(list, variables, key)));
            }
        }
        for (element, name) in [("Principal", "principals"), ("NotPrincipal", "not_principals")] {
            let blocks = self.nested(place, body, name);
            if let Some(first) = blocks.first() {
                let span = first.span;
                members.push(named(element, span, self.principals(place, &blocks, span)));
            }
        }
        let conditions = self.nested(place, body, "condition");
        if let Some(first) = conditions.first() {
            let span = first.span;
            members.push(named("Condition", span, self.conditions(place, &conditions, span)));
        }
        Value::new(Kind::Object(members), nested.span)
    }

    fn principals(&self, place: Place<'_>, blocks: &[Nested<'_>], span: Span) -> Value {
        let mut members: Vec<Member> = Vec::new();
        for block in blocks {
            let place = Place { scope: &block.scope, ..place };
            let Some((kind, _)) = self.text_of(place, block.body, "type") else { continue };
            let Some((identifiers, key)) = self.list_of(place, block.body, "identifiers") else { continue };
            let identifiers = sorted(identifiers, true, key);
            let star = |value: &Value| convert::known(value).as_deref() == Some("*");
            if blocks.len() == 1 && star(&kind) && star(&identifiers) {
                return identifiers;
            }
            append(&mut members, &kind, identifiers);
        }
        Value::new(Kind::Object(members), span)
    }

    fn conditions(&self, place: Place<'_>, blocks: &[Nested<'_>], span: Span) -> Value {
        let mut tests: Vec<Member> = Vec::new();
        for block in blocks {
            let place = Place { scope: &block.scope, ..place };
            let (Some((test, _)), Some((variable, _)), Some((values, key))) = (
                self.text_of(place, block.body, "test"),
                self.text_of(place, block.body, "variable"),
                self.list_of(place, block.body, "values"),
            ) else {
                continue;
            };
            add_test(&mut tests, &test, &variable, scalar(with_variables(values), key), block.span);
        }
        Value::new(Kind::Object(tests), span)
    }

    /// A string argument and where its name stands; none where it is absent or null.
    fn text_of(&self, place: Place<'_>, body: &Body, name: &str) -> Option<(Value, Span)> {
        let (value, key) = self.argument(place, body, name)?;
        let text = convert::text(&value)?;
        Some((Value { kind: Kind::Text(text), ..value }, key))
    }

    /// A list argument; an unknown list is a list of one unknown item.
    fn list_of(&self, place: Place<'_>, body: &Body, name: &str) -> Option<(Vec<Value>, Span)> {
        let (value, key) = self.argument(place, body, name)?;
        let trail = value.trail.clone();
        let items = match value.kind {
            Kind::List(items) => items,
            _ => Vec::from([value]),
        };
        let items = items.into_iter().filter(|item| item.kind != Kind::Null).map(|mut item| {
            if item.trail.is_empty() {
                item.trail = trail.clone();
            }
            item
        });
        let items: Vec<Value> = items.collect();
        Some((items, key))
    }

    fn argument(&self, place: Place<'_>, body: &Body, name: &str) -> Option<(Value, Span)> {
        let attribute = body.attribute(place.tree, name)?;
        let value: Value = self.expr(place, attribute.value as ExprId);
        (value.kind != Kind::Null).then(|| (value, place.tree.span(attribute.name)))
    }
}

/// Statements merged by their Sids.
#[derive(Default)]
pub(super) struct Merged {
    version: Option<Value>,
    id: Option<Value>,
    statements: Vec<Value>,
}

impl Merged {
    /// Adds a statement; one of the same Sid is replaced.
    pub(super) fn add(&mut self, statement: Value) {
        let sid = |value: &Value| value.get("Sid").and_then(Value::as_text).cloned();
        let new = sid(&statement).filter(|sid| !sid.pieces.is_empty());
        let same = new.and_then(|new| {
            self.statements.iter_mut().find(|old| sid(old).is_some_and(|old| old.same(&new)))
        });
        match same {
            Some(old) => *old = statement,
            None => self.statements.push(statement),
        }
    }

    /// Merges the documents of an argument: a string, or a list of strings.
    pub(super) fn merge_all(&mut self, documents: Value, at: Span) {
        let documents = match documents.kind {
            Kind::List(items) => items,
            _ => Vec::from([documents]),
        };
        for document in documents {
            match &document.kind {
                Kind::Encoded(inner) => self.merge(inner, at),
                Kind::Text(text) if text.as_known().is_some_and(|text| text.is_empty()) => {}
                Kind::Text(text) => match json::parse_text(text).0 {
                    Some(policy) => self.merge(&policy, at),
                    None => self.statements.push(document),
                },
                Kind::Null => {}
                // Statements of a document that is not known: there are some.
                _ => self.statements.push(document),
            }
        }
    }

    fn merge(&mut self, policy: &Value, at: Span) {
        if let Some(id) = policy.get("Id") {
            self.id = Some(id.clone());
        }
        let newer =
            policy.get("Version").filter(|new| self.version.as_ref().is_none_or(|old| is_newer(new, old)));
        if let Some(version) = newer {
            self.version = Some(version.clone());
        }
        let statements = match policy.get("Statement") {
            Some(Value { kind: Kind::List(items), .. }) => items.clone(),
            Some(one) => Vec::from([one.clone()]),
            None => Vec::new(),
        };
        for statement in statements {
            let statement = scalars(statement);
            self.add(statement.used_at(at, "merged here"));
        }
    }

    /// The whole policy.
    pub(super) fn value(self, span: Span) -> Value {
        let mut members = Vec::new();
        let version = self.version.unwrap_or_else(|| Value::text("2012-10-17", span));
        members.push(named("Version", version.span, version));
        if let Some(id) = self.id.filter(|id| convert::known(id).is_none_or(|id| !id.is_empty())) {
            members.push(named("Id", id.span, id));
        }
        members.push(named("Statement", span, Value::new(Kind::List(self.statements), span)));
        Value::new(Kind::Object(members), span)
    }
}

fn is_newer(version: &Value, other: &Value) -> bool {
    convert::known(version).unwrap_or_default() > convert::known(other).unwrap_or_default()
}

/// A member of a policy, where its name or what stands for it is written.
pub(super) fn named(name: &str, key_span: Span, value: Value) -> Member {
    Member { key: Text::known(name, SpanMap::opaque(key_span)), key_span, value }
}

/// A statement as the provider reads it: what a condition compares with is text.
fn scalars(mut statement: Value) -> Value {
    let Kind::Object(members) = &mut statement.kind else { return statement };
    let conditions =
        members.iter_mut().filter(|member| member.key.as_known().as_deref() == Some("Condition"));
    for member in conditions {
        let Kind::Object(tests) = &mut member.value.kind else { continue };
        for test in tests {
            let Kind::Object(keys) = &mut test.value.kind else { continue };
            for key in keys {
                match &mut key.value.kind {
                    Kind::List(items) => items.iter_mut().for_each(as_text),
                    _ => as_text(&mut key.value),
                }
            }
        }
    }
    statement
}

fn as_text(value: &mut Value) {
    if matches!(value.kind, Kind::Number(_) | Kind::Bool(_))
        && let Some(text) = convert::text(value)
    {
        value.kind = Kind::Text(text);
    }
}

/// Adds a condition; values of an equal operator and key are joined.
pub(super) fn add_test(tests: &mut Vec<Member>, test: &Value, variable: &Value, values: Value, span: Span) {
    let Some(name) = convert::text(test) else { return };
    let at = tests.iter().position(|member| member.key.same(&name));
    match at.and_then(|at| tests.get_mut(at)) {
        Some(Member { value: Value { kind: Kind::Object(keys), .. }, .. }) => append(keys, variable, values),
        _ => {
            let mut keys = Vec::new();
            append(&mut keys, variable, values);
            tests.push(Member {
                key: name,
                key_span: test.span,
                value: Value::new(Kind::Object(keys), span),
            });
        }
    }
}

/// Adds values under a key; values of an equal key are joined.
pub(super) fn append(members: &mut Vec<Member>, key: &Value, value: Value) {
    let Some(text) = convert::text(key) else { return };
    let same = members.iter_mut().find(|member| member.key.same(&text));
    let Some(member) = same else {
        members.push(Member { key: text, key_span: key.span, value });
        return;
    };
    let span = member.value.span;
    let old = std::mem::replace(&mut member.value, Value::new(Kind::Null, span));
    let mut items = items_of(old);
    items.extend(items_of(value));
    member.value = Value::new(Kind::List(items), span);
}

fn items_of(value: Value) -> Vec<Value> {
    match value.kind {
        Kind::List(items) => items,
        _ => Vec::from([value]),
    }
}

/// In reverse order, as the provider sorts them; one item alone is a scalar.
pub(super) fn sorted(items: Vec<Value>, variables: bool, empty: Span) -> Value {
    let mut items = if variables { with_variables(items) } else { items };
    items.sort_by_cached_key(|item| std::cmp::Reverse(convert::text(item).map(|text| text.to_string())));
    items.dedup_by(|a, b| convert::equal(a, b) == Some(true));
    scalar(items, empty)
}

/// One item alone as it is, several as a list; a list of none stands where its argument does.
pub(super) fn scalar(mut items: Vec<Value>, empty: Span) -> Value {
    match (items.len(), items.first().map(|item| item.span)) {
        (1, _) => items.swap_remove(0),
        (_, Some(span)) => {
            let span = items.iter().fold(span, |span, item| span.cover(item.span));
            Value::new(Kind::List(items), span)
        }
        (_, None) => Value::new(Kind::List(items), empty),
    }
}

/// `&{…}` is how a document writes a policy variable `${…}`. Both take the same number of bytes.
pub(super) fn with_variables(items: Vec<Value>) -> Vec<Value> {
    let replaced = items.into_iter().map(|mut item| {
        if let Kind::Text(text) = &mut item.kind {
            for piece in &mut text.pieces {
                if let Piece::Known { text, .. } = piece {
                    *text = text.replace("&{", "${");
                }
            }
        } else if let Some(text) = convert::text(&item).filter(|_| !matches!(item.kind, Kind::Unknown(_))) {
            item.kind = Kind::Text(text);
        }
        item
    });
    replaced.collect()
}
