//! Keys: their policies, one document for each branch, and their properties.

use std::borrow::Cow;

use super::eval::{Evaluator, Scope, intrinsic};
use super::template::Template;
use super::{attribute, condition, resource, values};
use crate::carrier::attached::{decoded, not_known};
use crate::carrier::branch::for_each_branch;
use crate::carrier::{Carried, Document, Given, KeyFacts, ResourceKind, Role, Unresolved, default_policy};
use crate::source::Span;
use crate::syntax::SyntaxError;
use crate::value::{Kind, Member, Value};

/// Finds the keys of a template.
pub(super) fn carry(template: &Template<'_>, carried: &mut Carried) {
    let finder = Evaluator::new(template, Default::default());
    for (member, scope) in resources(&finder) {
        let Some(kind) = resource::kind(&member.value) else { continue };
        let mut documents = Vec::new();
        if matches!(kind, ResourceKind::Key | ResourceKind::ReplicaKey) {
            let place = Place::of("KeyPolicy");
            documents = policies(template, &member, &scope, &place, Role::KeyPolicy, &mut carried.errors);
        }
        carried.resources.push(resource::resource(template, kind, &member, &scope, &documents));
        carried.documents.extend(documents);
    }
}

/// The resources of a template, those of its loops included.
pub(super) fn resources<'t>(evaluator: &Evaluator<'t>) -> Vec<(Cow<'t, Member>, Scope)> {
    let mut found = Vec::new();
    for member in evaluator.template.resources() {
        if member.key.to_string().starts_with("Fn::ForEach::") {
            let expanded = evaluator.expand(member, &Scope::default()).into_iter();
            found.extend(expanded.map(|(member, scope)| (Cow::Owned(member), scope)));
        } else {
            found.push((Cow::Borrowed(member), Scope::default()));
        }
    }
    found
}

/// Where a property stands as it is written, and which conditions put it there.
#[derive(Clone)]
pub(super) struct Place {
    path: Vec<String>,
    when: Vec<(String, bool)>,
}

impl Place {
    /// A property of a resource.
    pub(super) fn of(name: &str) -> Place {
        Place { path: Vec::from([name.to_owned()]), when: Vec::new() }
    }

    /// A member or an item of what stands there.
    pub(super) fn then(&self, name: &str) -> Place {
        let mut place = self.clone();
        place.path.push(name.to_owned());
        place
    }

    /// The items of the list that stands there, whatever `Fn::If` chooses the list or the items.
    pub(super) fn items<'v>(self, written: &'v Value, found: &mut Vec<(Place, &'v Value)>) {
        if let Some(items) = written.as_list() {
            for (at, item) in items.iter().enumerate() {
                self.then(&at.to_string()).items(item, found);
            }
            return;
        }
        let call = written.as_object().and_then(intrinsic).filter(|(name, _)| name == "If");
        let Some((_, call)) = call else { return found.push((self, written)) };
        let [condition, then, otherwise] = call.value.as_list().unwrap_or_default() else { return };
        let Some(condition) = values::known(condition) else { return };
        for (at, holds, chosen) in [("1", true, then), ("2", false, otherwise)] {
            let mut place = self.then(&call.key.to_string()).then(at);
            place.when.push((condition.clone(), holds));
            place.items(chosen, found);
        }
    }
}

/// The policy documents at a place in a resource: one for each branch.
pub(super) fn policies(
    template: &Template<'_>,
    member: &Member,
    scope: &Scope,
    place: &Place,
    role: Role,
    errors: &mut Vec<SyntaxError>,
) -> Vec<Document> {
    let (branches, more) = for_each_branch(|decisions| {
        let evaluator = Evaluator::new(template, decisions);
        let document = document(&evaluator, member, scope, place, role, errors);
        (document, evaluator.decisions.into_inner())
    });
    let mut documents = Vec::new();
    for (document, decisions) in branches {
        let Some(mut document) = document else { continue };
        document.branch = match (document.branch.take(), decisions.label()) {
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

fn document(
    evaluator: &Evaluator<'_>,
    member: &Member,
    scope: &Scope,
    place: &Place,
    role: Role,
    errors: &mut Vec<SyntaxError>,
) -> Option<Document> {
    let resource = &member.value;
    // What the defaults leave out is looked at as if it were made.
    let condition = condition::of_resource(resource).filter(|name| !evaluator.condition(name));
    if condition.is_some() && evaluator.decisions.borrow().label().is_some() {
        return None;
    }
    if place.when.iter().any(|(condition, holds)| evaluator.condition(condition) != *holds) {
        return None;
    }
    let branch = condition.map(|name| format!("`{name}` is true"));
    let properties = resource.get("Properties");
    let written = properties.and_then(|properties| property(properties, &place.path));
    let policy = written.map(|(at, written)| (at, written, evaluator.eval(written, scope)));
    // A macro may add the policy to the other properties.
    let added = || {
        let call = properties.and_then(resource::transform).filter(|_| role == Role::KeyPolicy)?;
        Some((call.key_span, &call.value, evaluator.function("Transform", call, call.key_span, scope)))
    };
    let is_there = |policy: &Value| policy.kind != Kind::Null && !values::is_no_value(policy);
    let Some((attachment, written, policy)) = policy.or_else(added).filter(|(.., policy)| is_there(policy))
    else {
        return without_policy(evaluator, member, scope, role)
            .map(|document| Document { branch, ..document });
    };
    let given = given(written, &policy);
    let value = values::without_empty_defaults(decoded(policy, errors)?);
    let unresolved = not_known(&value);
    Some(Document {
        value,
        role,
        given,
        path: evaluator.template.path.to_owned(),
        address: Some(address(member)),
        attachment,
        key: facts(evaluator, resource, scope),
        branch,
        unresolved,
        passages: evaluator.passages.take(),
    })
}

/// What a template says of the key itself.
fn facts(evaluator: &Evaluator<'_>, resource: &Value, scope: &Scope) -> KeyFacts {
    let known = |name| values::known(&evaluator.argument(resource, name, scope)?);
    KeyFacts {
        owner_account: None,
        usage: known("KeyUsage"),
        spec: known("KeySpec"),
        multi_region: evaluator
            .argument(resource, "MultiRegion", scope)
            .and_then(|value| values::boolean(&value)),
        ..KeyFacts::default()
    }
}

/// A key that is made without a policy has AWS's own. A replica and a policy of IAM have to have one.
fn without_policy(evaluator: &Evaluator<'_>, member: &Member, scope: &Scope, role: Role) -> Option<Document> {
    if role != Role::KeyPolicy || resource::kind(&member.value) != Some(ResourceKind::Key) {
        return None;
    }
    let (name, at) = (address(member), member.key_span);
    Some(Document {
        value: default_policy(attribute::root_arn(&name, at), at),
        role,
        given: Given::Default,
        path: evaluator.template.path.to_owned(),
        address: Some(name),
        attachment: at,
        key: facts(evaluator, &member.value, scope),
        branch: None,
        unresolved: Vec::new(),
        passages: Vec::new(),
    })
}

/// The member at a path: where its name is written, and its value.
fn property<'v>(value: &'v Value, path: &[String]) -> Option<(Span, &'v Value)> {
    let (name, rest) = path.split_first()?;
    let value = match value.as_list() {
        Some(items) => {
            let item = items.get(name.parse::<usize>().ok()?)?;
            return if rest.is_empty() { Some((item.span, item)) } else { property(item, rest) };
        }
        None => value,
    };
    let members = value.as_object()?;
    let member = members.iter().rev().find(|member| member.key.as_known().as_deref() == Some(name))?;
    if rest.is_empty() { Some((member.key_span, &member.value)) } else { property(&member.value, rest) }
}

/// The construct that `cdk synth` made a resource for, or its logical id.
pub(super) fn address(member: &Member) -> String {
    let construct = member.value.get("Metadata").and_then(|metadata| metadata.get("aws:cdk:path"));
    let construct = construct.and_then(values::known);
    let construct = construct.map(|path| path.trim_end_matches("/Resource").to_owned());
    construct.unwrap_or_else(|| member.key.to_string())
}

fn given(written: &Value, policy: &Value) -> Given {
    match &policy.kind {
        Kind::Text(_) if matches!(written.kind, Kind::Text(_)) => Given::Quoted,
        Kind::Text(_) => Given::Template,
        Kind::Object(_) => Given::Json,
        _ => Given::Expression,
    }
}
