//! Functions over lists, sets and maps.

use std::collections::BTreeMap;

use super::Arguments;
use crate::carrier::terraform::bounds::MAX_ITEMS;
use crate::carrier::terraform::eval::Evaluator;
use crate::carrier::terraform::{convert, types};
use crate::value::{Kind, Member, Value};

pub(super) fn apply(evaluator: &Evaluator<'_>, name: &str, arguments: &Arguments) -> Option<Value> {
    let span = arguments.span;
    let list = |items: Vec<Value>| Some(Value::new(Kind::List(items), span));
    let bool = |bool: bool| Some(Value::new(Kind::Bool(bool), span));
    match name {
        "concat" => list(spread(arguments)),
        "flatten" => {
            let mut items = Vec::new();
            flatten(arguments.get(0)?, 0, &mut items).then(|| list(items))?
        }
        "distinct" => {
            let mut items = of_one_type(arguments.list(0).filter(|items| items.len() <= MAX_ITEMS)?);
            let mut unique: Vec<Value> = Vec::new();
            for item in items.drain(..) {
                if !unique.iter().any(|known| convert::equal(known, &item) == Some(true)) {
                    unique.push(item);
                }
            }
            list(unique)
        }
        "compact" => {
            let blank = |item: &Value| {
                matches!(item.kind, Kind::Null) || convert::known(item).is_some_and(|text| text.is_empty())
            };
            list(arguments.list(0)?.iter().filter(|item| !blank(item)).cloned().collect())
        }
        "merge" => merge(arguments),
        "lookup" => {
            let key = arguments.known(1)?;
            match &arguments.get(0)?.kind {
                Kind::Object(_) => arguments.get(0)?.get(&key).or(arguments.get(2)).cloned(),
                _ => None,
            }
        }
        "element" => {
            let items = arguments.list(0)?;
            let at = convert::number(arguments.get(1)?).filter(|at| at.fract() == 0.0)?;
            // Past the end it begins again, and below 0 it counts from the end.
            let at = convert::index(&convert::number_value(at.rem_euclid(items.len() as f64), span))?;
            items.get(at).cloned()
        }
        "one" => match arguments.list(0)? {
            [] => Some(Value::new(Kind::Null, span)),
            [only] => Some(only.clone()),
            _ => None,
        },
        "length" => {
            let length = match &arguments.get(0)?.kind {
                Kind::List(items) => items.len(),
                Kind::Object(members) => members.len(),
                Kind::Text(text) => text.as_known()?.chars().count(),
                _ => return None,
            };
            Some(convert::number_value(length as f64, span))
        }
        "toset" => Some(set(arguments.get(0)?.clone())).filter(|set| matches!(set.kind, Kind::List(_))),
        "tolist" => list(of_one_type(arguments.list(0)?)),
        "tomap" => arguments.get(0).filter(|value| matches!(value.kind, Kind::Object(_))).cloned(),
        "keys" => {
            let pairs = evaluator.pairs(object(arguments, 0)?)?;
            list(pairs.into_iter().map(|(key, _)| key).collect())
        }
        "values" => {
            let pairs = evaluator.pairs(object(arguments, 0)?)?;
            list(pairs.into_iter().map(|(_, value)| value).collect())
        }
        "zipmap" => {
            let pairs = arguments.list(0)?.iter().zip(arguments.list(1)?);
            let members: Option<Vec<Member>> = pairs
                .map(|(key, value)| {
                    Some(Member { key: convert::text(key)?, key_span: key.span, value: value.clone() })
                })
                .collect();
            Some(Value::new(Kind::Object(members?), span))
        }
        "matchkeys" => match_keys(arguments),
        "transpose" => transpose(object(arguments, 0)?, arguments),
        "contains" => {
            let wanted = arguments.get(1)?;
            let found: Vec<Option<bool>> =
                arguments.list(0)?.iter().map(|item| convert::equal(item, wanted)).collect();
            if found.contains(&Some(true)) {
                bool(true)
            } else if found.contains(&None) {
                None
            } else {
                bool(false)
            }
        }
        "sort" => {
            let mut items = arguments.list(0)?.to_vec();
            let known: Option<Vec<String>> = items.iter().map(convert::known).collect();
            known?;
            items.sort_by_key(convert::known);
            list(items)
        }
        "reverse" => list(arguments.list(0)?.iter().rev().cloned().collect()),
        "slice" => {
            let (from, to) = (convert::index(arguments.get(1)?)?, convert::index(arguments.get(2)?)?);
            list(arguments.list(0)?.get(from..to)?.to_vec())
        }
        "range" => range(arguments),
        "setunion" => Some(set(Value::new(Kind::List(spread(arguments)), span))),
        "setsubtract" => {
            let (keep, drop) = (arguments.list(0)?, arguments.list(1)?);
            let mut items = Vec::new();
            for item in keep {
                let same: Vec<Option<bool>> = drop.iter().map(|other| convert::equal(item, other)).collect();
                if same.contains(&None) {
                    return None;
                }
                if !same.contains(&Some(true)) {
                    items.push(item.clone());
                }
            }
            Some(set(Value::new(Kind::List(items), span)))
        }
        "setintersection" => {
            let rest: Option<Vec<&[Value]>> =
                (1..arguments.values.len()).map(|at| arguments.list(at)).collect();
            let rest = rest?;
            let inside = |item: &Value| {
                rest.iter().all(|list| list.iter().any(|other| convert::equal(item, other) == Some(true)))
            };
            let items = arguments.list(0)?.iter().filter(|item| inside(item)).cloned().collect();
            Some(set(Value::new(Kind::List(items), span)))
        }
        "setproduct" => product(arguments),
        "chunklist" => {
            let size = convert::index(arguments.get(1)?).filter(|size| *size > 0)?;
            let chunks = arguments.list(0)?.chunks(size);
            list(chunks.map(|chunk| Value::new(Kind::List(chunk.to_vec()), span)).collect())
        }
        "alltrue" => {
            let known: Option<Vec<bool>> = arguments.list(0)?.iter().map(convert::boolean).collect();
            bool(known?.into_iter().all(|b| b))
        }
        "anytrue" => {
            let known: Option<Vec<bool>> = arguments.list(0)?.iter().map(convert::boolean).collect();
            bool(known?.into_iter().any(|b| b))
        }
        "index" => {
            let at = arguments.list(0)?.iter().position(|item| {
                arguments.get(1).is_some_and(|wanted| convert::equal(item, wanted) == Some(true))
            })?;
            Some(convert::number_value(at as f64, span))
        }
        "sum" => {
            let numbers: Option<Vec<f64>> = arguments.list(0)?.iter().map(convert::number).collect();
            Some(convert::number_value(numbers?.into_iter().sum(), span))
        }
        _ => None,
    }
}

fn object(arguments: &Arguments, at: usize) -> Option<&Value> {
    arguments.get(at).filter(|value| matches!(value.kind, Kind::Object(_)))
}

/// The items of all arguments; an argument that is no known list stays as one item.
fn spread(arguments: &Arguments) -> Vec<Value> {
    let mut items = Vec::new();
    for value in &arguments.values {
        match &value.kind {
            Kind::List(list) => items.extend(list.iter().map(|item| carried(item, value))),
            Kind::Null => {}
            _ => items.push(value.clone()),
        }
    }
    items
}

/// An item, carried by what carried its list.
fn carried(item: &Value, list: &Value) -> Value {
    let mut item = item.clone();
    if item.trail.is_empty() {
        item.trail = list.trail.clone();
    }
    item
}

/// Whether the items of a value fit into one list.
fn flatten(value: &Value, depth: usize, out: &mut Vec<Value>) -> bool {
    match &value.kind {
        Kind::List(items) if depth < 20 => {
            items.iter().all(|item| flatten(&carried(item, value), depth + 1, out))
        }
        _ => {
            out.push(value.clone());
            out.len() <= MAX_ITEMS
        }
    }
}

fn merge(arguments: &Arguments) -> Option<Value> {
    let mut merged: BTreeMap<String, Member> = BTreeMap::new();
    for value in &arguments.values {
        match &value.kind {
            Kind::Object(members) => {
                for member in members {
                    merged.insert(member.key.to_string(), member.clone());
                }
            }
            Kind::Null => {}
            _ => return None,
        }
    }
    Some(Value::new(Kind::Object(merged.into_values().collect()), arguments.span))
}

/// The values whose keys are among those that are looked for.
fn match_keys(arguments: &Arguments) -> Option<Value> {
    let (values, keys, wanted) = (arguments.list(0)?, arguments.list(1)?, arguments.list(2)?);
    let mut found = Vec::new();
    for (value, key) in values.iter().zip(keys) {
        let same: Vec<Option<bool>> = wanted.iter().map(|other| convert::equal(key, other)).collect();
        if same.contains(&Some(true)) {
            found.push(value.clone());
        } else if same.contains(&None) {
            return None;
        }
    }
    Some(Value::new(Kind::List(found), arguments.span))
}

/// Lists by key to keys by item.
fn transpose(lists: &Value, arguments: &Arguments) -> Option<Value> {
    let mut keys: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let mut members: Vec<&Member> = lists.as_object()?.iter().collect();
    members.sort_by_key(|member| member.key.to_string());
    for member in members {
        for item in member.value.as_list()? {
            let key = Value::new(Kind::Text(member.key.clone()), member.key_span);
            keys.entry(convert::known(item)?).or_default().push(key);
        }
    }
    let member = |(name, keys): (String, Vec<Value>)| {
        convert::member(&name, Value::new(Kind::List(keys), arguments.span))
    };
    Some(Value::new(Kind::Object(keys.into_iter().map(member).collect()), arguments.span))
}

/// The items of a tuple as those of a list.
fn of_one_type(items: &[Value]) -> Vec<Value> {
    let mut items = items.to_vec();
    types::meet(&mut items.iter_mut().collect::<Vec<_>>());
    items
}

/// Sorted and without duplicates; unknown items last, in their order.
pub(in crate::carrier::terraform) fn set(value: Value) -> Value {
    let Kind::List(mut items) = value.kind else { return value };
    types::meet(&mut items.iter_mut().collect::<Vec<_>>());
    let mut known: BTreeMap<String, Value> = BTreeMap::new();
    let mut rest: Vec<Value> = Vec::new();
    for item in items {
        match convert::known(&item) {
            Some(text) => drop(known.entry(text).or_insert(item)),
            None if rest.iter().any(|other| convert::equal(other, &item) == Some(true)) => {}
            None => rest.push(item),
        }
    }
    Value { kind: Kind::List(known.into_values().chain(rest).collect()), ..value }
}

fn range(arguments: &Arguments) -> Option<Value> {
    let numbers: Option<Vec<f64>> = arguments.values.iter().map(convert::number).collect();
    let (start, limit, step) = match numbers?.as_slice() {
        [limit] => (0.0, *limit, if *limit < 0.0 { -1.0 } else { 1.0 }),
        [start, limit] => (*start, *limit, if limit < start { -1.0 } else { 1.0 }),
        [start, limit, step] => (*start, *limit, *step),
        _ => return None,
    };
    if step == 0.0 || (limit - start) / step > 1024.0 {
        return None;
    }
    let mut items = Vec::new();
    let mut at = start;
    while (step > 0.0 && at < limit) || (step < 0.0 && at > limit) {
        items.push(convert::number_value(at, arguments.span));
        at += step;
    }
    Some(Value::new(Kind::List(items), arguments.span))
}

fn product(arguments: &Arguments) -> Option<Value> {
    let mut rows: Vec<Vec<Value>> = vec![Vec::new()];
    for at in 0..arguments.values.len() {
        let items = arguments.list(at)?;
        if rows.len().saturating_mul(items.len()) > MAX_ITEMS {
            return None;
        }
        rows = rows
            .into_iter()
            .flat_map(|row| items.iter().map(move |item| row.iter().chain([item]).cloned().collect()))
            .collect();
    }
    let rows = rows.into_iter().map(|row| Value::new(Kind::List(row), arguments.span));
    Some(Value::new(Kind::List(rows.collect()), arguments.span))
}
