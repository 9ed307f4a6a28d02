//! From a plan to the configuration that it was made of: what Terraform rendered, at the characters it came from.
//!
//! The plan says what the policy is, the configuration where each part was written. The provider sorts members and
//! lists and writes a list of one item as the item, so parts are matched by what they say, not by their places.

use crate::carrier::{Carried, Document};
use crate::source::Span;
use crate::value::{Kind, Value};

/// Moves the documents and resources of a plan to where the configuration writes them, by address. What the plan does
/// not know yet is taken from the configuration; what is not in the configuration stays in the plan.
pub fn locate(plan: &mut Carried, configuration: &Carried) {
    let mut documents = Vec::new();
    for mut document in plan.documents.drain(..) {
        let address = document.address.as_deref().unwrap_or_default();
        let is_it = |other: &&Document| {
            other.role == document.role && other.address.as_deref().is_some_and(|it| is_same(it, address))
        };
        let sources: Vec<&Document> = configuration.documents.iter().filter(is_it).collect();
        let best = sources.iter().min_by_key(|source| distance(&document.value, &source.value));
        match best {
            Some(_) if matches!(document.value.kind, Kind::Unknown(_)) => {
                documents.extend(sources.iter().map(|source| (*source).clone()));
            }
            Some(source) => {
                place(&mut document.value, &source.value);
                document.path.clone_from(&source.path);
                document.attachment = source.attachment;
                document.passages.clone_from(&source.passages);
                documents.push(document);
            }
            None => documents.push(document),
        }
    }
    plan.documents = documents;
    for resource in &mut plan.resources {
        if let Some(source) =
            configuration.resources.iter().find(|other| is_same(&other.address, &resource.address))
        {
            resource.span = source.span;
            place(&mut resource.attributes, &source.attributes);
        }
    }
}

/// Whether two addresses are the same, however the keys of instances are quoted.
fn is_same(a: &str, b: &str) -> bool {
    a.chars().filter(|c| *c != '"').eq(b.chars().filter(|c| *c != '"'))
}

/// Gives a value and its parts the places of those of `source` that say the same.
fn place(value: &mut Value, source: &Value) {
    let whole = (&value.kind, &source.kind);
    match whole {
        (Kind::List(_), Kind::List(_)) | (_, Kind::Unknown(_)) => {}
        // One item and a list of it are the same.
        (_, Kind::List(items)) => {
            if let [one] = items.as_slice() {
                return place(value, one);
            }
        }
        (Kind::Encoded(_), Kind::Encoded(_)) => {}
        (_, Kind::Encoded(inner)) => return place(value, inner),
        _ => {}
    }
    value.span = source.span;
    value.trail = source.trail.clone();
    match (&mut value.kind, &source.kind) {
        (Kind::Encoded(value), Kind::Encoded(source)) => place(value, source),
        (Kind::Object(members), Kind::Object(others)) => {
            for member in members {
                match others.iter().rev().find(|other| other.key.same(&member.key)) {
                    Some(other) => {
                        member.key_span = other.key_span;
                        member.key.clone_from(&other.key);
                        place(&mut member.value, &other.value);
                    }
                    None => {
                        member.key_span = source.span;
                        cover(&mut member.value, source.span);
                    }
                }
            }
        }
        (Kind::List(items), Kind::List(others)) => place_items(items, others, source.span),
        (Kind::List(items), _) => {
            for item in items {
                place(item, source);
            }
        }
        (Kind::Text(text), Kind::Text(other)) if other.same(text) => text.clone_from(other),
        _ => cover(value, source.span),
    }
}

/// Matches each item with the one of the others that says most nearly the same.
fn place_items(items: &mut [Value], others: &[Value], span: Span) {
    let mut free: Vec<&Value> = others.iter().collect();
    for item in items {
        let nearest = free.iter().enumerate().min_by_key(|(at, other)| (distance(item, other), *at));
        match nearest.map(|(at, _)| at) {
            Some(at) => place(item, free.remove(at)),
            None => cover(item, span),
        }
    }
}

/// Gives a value and all its parts one place.
fn cover(value: &mut Value, span: Span) {
    value.span = span;
    match &mut value.kind {
        Kind::List(items) => items.iter_mut().for_each(|item| cover(item, span)),
        Kind::Object(members) => members.iter_mut().for_each(|member| {
            member.key_span = span;
            cover(&mut member.value, span);
        }),
        Kind::Encoded(inner) => cover(inner, span),
        Kind::Text(text) => {
            if let Some(known) = text.as_known() {
                *text = crate::value::Text::known(&known, crate::value::SpanMap::opaque(span));
            }
        }
        _ => {}
    }
}

/// How much of a value differs from a source: 0 where all is the same, an unknown differing less than a known.
fn distance(value: &Value, source: &Value) -> usize {
    match (&value.kind, &source.kind) {
        (_, Kind::Unknown(_)) => 1,
        (Kind::Encoded(a), Kind::Encoded(b)) => distance(a, b),
        (Kind::Text(a), Kind::Text(b)) if a.same(b) => 0,
        (Kind::Text(_), Kind::Text(b)) if !b.is_known() => 1,
        (Kind::Object(a), Kind::Object(b)) => {
            let differs = a.iter().map(|member| {
                let other = b.iter().find(|other| other.key.same(&member.key));
                other.map_or(3, |other| distance(&member.value, &other.value))
            });
            differs.sum::<usize>() + b.len().saturating_sub(a.len())
        }
        (Kind::List(a), Kind::List(b)) => {
            let nearest = a.iter().map(|item| b.iter().map(|other| distance(item, other)).min().unwrap_or(3));
            nearest.sum::<usize>() + a.len().abs_diff(b.len())
        }
        (_, Kind::List(items)) if items.len() == 1 => items.first().map_or(3, |item| distance(value, item)),
        (a, b) if a == b => 0,
        _ => 3,
    }
}
