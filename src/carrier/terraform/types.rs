//! Type constraints of variables, and what they make of a value.

use super::convert;
use super::eval::{Evaluator, Place};
use super::functions::set;
use crate::syntax::hcl::ast::{Expr, ExprId, ObjectKey, Tree};
use crate::value::{Kind, Member, SpanMap, Text, Value};

/// Nesting of types.
const MAX_DEPTH: u32 = 30;

impl Evaluator<'_> {
    /// A value as the type of a variable takes it: attributes that an object type does not name go, those that
    /// it names get their defaults, numbers become text, sets lose order and twins. What cannot be converted
    /// stays as it is.
    pub(super) fn as_type(&self, place: Place<'_>, kind: ExprId, value: Value) -> Value {
        self.converted(place, kind, value, MAX_DEPTH)
    }

    fn converted(&self, place: Place<'_>, kind: ExprId, value: Value, depth: u32) -> Value {
        if depth == 0 || matches!(value.kind, Kind::Unknown(_) | Kind::Null) {
            return value;
        }
        let tree = place.tree;
        match tree.expr(kind) {
            Expr::Paren(inner) => self.converted(place, *inner, value, depth - 1),
            Expr::Quoted(_) => named(tree.text(tree.range(kind)).trim_matches('"'), value),
            Expr::Variable(name) => named(tree.text(*name), value),
            Expr::Call { name, arguments, .. } => {
                let Some(inner) = arguments.first() else { return value };
                let each = |value| self.converted(place, *inner, value, depth - 1);
                match tree.text(*name) {
                    "optional" => each(value),
                    "list" => items(value, each, is_any(tree, *inner)),
                    "set" => set(items(value, each, is_any(tree, *inner))),
                    "map" => members(value, each, is_any(tree, *inner)),
                    "object" => self.object_type(place, *inner, value, depth - 1),
                    "tuple" => self.tuple_type(place, *inner, value, depth - 1),
                    _ => value,
                }
            }
            _ => value,
        }
    }

    /// Whether an expression gives a set, as far as what is written says so: its keys are its items.
    pub(super) fn is_set(&self, place: Place<'_>, id: ExprId) -> bool {
        self.gives_set(place, id, MAX_DEPTH)
    }

    fn gives_set(&self, place: Place<'_>, id: ExprId, depth: u32) -> bool {
        const SETS: [&str; 6] =
            ["toset", "setunion", "setsubtract", "setintersection", "setproduct", "fileset"];
        let tree = place.tree;
        if depth == 0 {
            return false;
        }
        match tree.expr(id) {
            Expr::Paren(inner) => self.gives_set(place, *inner, depth - 1),
            Expr::Conditional { then, otherwise, .. } => {
                self.gives_set(place, *then, depth - 1) || self.gives_set(place, *otherwise, depth - 1)
            }
            Expr::Call { name, .. } => SETS.contains(&tree.text(*name)),
            Expr::Attribute { object, name } => {
                let Expr::Variable(root) = tree.expr(*object) else { return false };
                let (root, name) = (tree.text(*root), tree.text(*name));
                let module = &place.instance.module;
                if place.scope.get(root).is_some() {
                    return false;
                }
                match root {
                    "var" => module.variables.get(name).and_then(|entry| entry.attribute("type")).is_some_and(
                        |(tree, kind)| matches!(tree.expr(kind), Expr::Call { name, .. } if tree.text(*name) == "set"),
                    ),
                    "local" => module
                        .local(name)
                        .is_some_and(|(tree, local)| self.gives_set(Place { tree, ..place }, local, depth - 1)),
                    _ => false,
                }
            }
            _ => false,
        }
    }

    fn object_type(&self, place: Place<'_>, kind: ExprId, value: Value, depth: u32) -> Value {
        let (Expr::Object(attributes), Kind::Object(_)) = (place.tree.expr(kind), &value.kind) else {
            return value;
        };
        let mut members = Vec::new();
        for attribute in attributes {
            let range = match &attribute.key {
                ObjectKey::Name(range) => *range,
                ObjectKey::Expr(_) => attribute.key_range,
            };
            let name = place.tree.text(range).trim_matches('"');
            let (kind, optional, default) = optional(place.tree, attribute.value);
            let given = value.as_object().into_iter().flatten().rev();
            let given = given.clone().find(|member| member.key.as_known().as_deref() == Some(name));
            let member = match given {
                Some(member) if member.value.kind != Kind::Null || default.is_none() => {
                    let value = self.converted(place, kind, member.value.clone(), depth);
                    Some(Member { value, ..member.clone() })
                }
                _ if optional => {
                    let span = value.span;
                    let value = match default {
                        Some(default) => self.converted(place, kind, self.expr(place, default), depth),
                        None => Value::new(Kind::Null, span),
                    };
                    Some(Member { key: Text::known(name, SpanMap::opaque(span)), key_span: span, value })
                }
                _ => None,
            };
            members.extend(member);
        }
        Value { kind: Kind::Object(members), ..value }
    }

    fn tuple_type(&self, place: Place<'_>, kind: ExprId, value: Value, depth: u32) -> Value {
        match (place.tree.expr(kind), value.kind) {
            (Expr::List(kinds), Kind::List(items)) if kinds.len() == items.len() => {
                let items = kinds.iter().zip(items);
                let items = items.map(|(kind, item)| self.converted(place, *kind, item, depth)).collect();
                Value { kind: Kind::List(items), ..value }
            }
            (_, kind) => Value { kind, ..value },
        }
    }
}

/// The type of an attribute, whether it is `optional`, and its default.
fn optional(tree: &Tree, kind: ExprId) -> (ExprId, bool, Option<ExprId>) {
    match tree.expr(kind) {
        Expr::Call { name, arguments, .. } if tree.text(*name) == "optional" => {
            (arguments.first().copied().unwrap_or(kind), true, arguments.get(1).copied())
        }
        _ => (kind, false, None),
    }
}

fn is_any(tree: &Tree, kind: ExprId) -> bool {
    tree.text(tree.range(kind)) == "any"
}

fn named(name: &str, value: Value) -> Value {
    match name {
        "string" => text(value),
        "number" => match convert::number(&value) {
            Some(number) => Value { kind: convert::number_value(number, value.span).kind, ..value },
            None => value,
        },
        "bool" => match convert::boolean(&value) {
            Some(bool) => Value { kind: Kind::Bool(bool), ..value },
            None => value,
        },
        // The words of Terraform 0.11: collections of text.
        "list" => items(value, text, false),
        "set" => set(items(value, text, false)),
        "map" => members(value, |value| value, true),
        _ => value,
    }
}

/// A number or a boolean as text.
fn text(value: Value) -> Value {
    match (&value.kind, convert::text(&value)) {
        (Kind::Number(_) | Kind::Bool(_), Some(text)) => Value { kind: Kind::Text(text), ..value },
        _ => value,
    }
}

fn items(value: Value, each: impl Fn(Value) -> Value, unify: bool) -> Value {
    match value.kind {
        Kind::List(items) => {
            let mut items: Vec<Value> = items.into_iter().map(each).collect();
            if unify {
                meet(&mut items.iter_mut().collect::<Vec<_>>());
            }
            Value { kind: Kind::List(items), ..value }
        }
        kind => Value { kind, ..value },
    }
}

fn members(value: Value, each: impl Fn(Value) -> Value, unify: bool) -> Value {
    match value.kind {
        Kind::Object(members) => {
            let mut members: Vec<Member> = members
                .into_iter()
                .map(|member| Member { value: each(member.value.clone()), ..member })
                .collect();
            if unify {
                meet(&mut members.iter_mut().map(|member| &mut member.value).collect::<Vec<_>>());
            }
            Value { kind: Kind::Object(members), ..value }
        }
        kind => Value { kind, ..value },
    }
}

/// Makes one type of the values of a collection: beside text, numbers and booleans are text.
pub(super) fn meet(values: &mut [&mut Value]) {
    let is_text = |value: &&mut Value| matches!(value.kind, Kind::Text(_) | Kind::Encoded(_));
    let is_number = |value: &&mut Value| matches!(value.kind, Kind::Number(_));
    let is_bool = |value: &&mut Value| matches!(value.kind, Kind::Bool(_));
    let mixed = values.iter().any(is_text) || (values.iter().any(is_number) && values.iter().any(is_bool));
    if mixed {
        for value in values {
            let old = std::mem::replace(*value, Value::new(Kind::Null, value.span));
            **value = text(old);
        }
    }
}

/// What the other branch of a conditional makes of the value of the one that is taken: both get one type. Only what
/// the other branch says outright counts; it is not evaluated.
pub(super) fn beside(value: Value, tree: &Tree, other: ExprId) -> Value {
    shape(value, tree, &[other], MAX_DEPTH)
}

fn shape(value: Value, tree: &Tree, others: &[ExprId], depth: u32) -> Value {
    if depth == 0 {
        return value;
    }
    let forms = || others.iter().map(|other| tree.expr(*other));
    let Value { kind, span, trail } = value;
    let kind = match kind {
        Kind::Number(_) | Kind::Bool(_)
            if forms().any(|form| matches!(form, Expr::Quoted(_) | Expr::Heredoc(_))) =>
        {
            text(Value::new(kind, span)).kind
        }
        Kind::List(items) => {
            let others: Vec<ExprId> = forms()
                .filter_map(|form| if let Expr::List(items) = form { Some(items.as_slice()) } else { None })
                .flatten()
                .copied()
                .collect();
            let to_set =
                forms().any(|form| matches!(form, Expr::Call { name, .. } if tree.text(*name) == "toset"));
            let items = items.into_iter().map(|item| shape(item, tree, &others, depth - 1)).collect();
            let list = Value::new(Kind::List(items), span);
            if to_set { set(list).kind } else { list.kind }
        }
        Kind::Object(members) => {
            let items: Vec<_> = forms()
                .filter_map(|form| if let Expr::Object(items) = form { Some(items.as_slice()) } else { None })
                .flatten()
                .collect();
            let name = |range| tree.text(range).trim_matches('"');
            let same = items.len() == members.len()
                && members
                    .iter()
                    .all(|m| items.iter().any(|i| m.key.as_known().as_deref() == Some(name(i.key_range))));
            let members = members.into_iter().map(|member| {
                // Objects of the same attributes stay objects; others meet as maps, of one type of value.
                let others: Vec<ExprId> = items
                    .iter()
                    .filter(|item| !same || member.key.as_known().as_deref() == Some(name(item.key_range)))
                    .map(|item| item.value)
                    .collect();
                Member { value: shape(member.value.clone(), tree, &others, depth - 1), ..member }
            });
            Kind::Object(members.collect())
        }
        kind => kind,
    };
    Value { kind, span, trail }
}
