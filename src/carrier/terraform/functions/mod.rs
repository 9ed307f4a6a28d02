//! Terraform's functions, by family. A function that is not here, or that needs what is not known, gives an
//! unknown with its reason.

mod aws;
mod collections;
mod encoding;
pub(in crate::carrier) use encoding::encode as base64;
mod files;
mod format;
mod hash;
mod regex;
mod strings;
mod yaml;

use super::convert;
use super::eval::{Evaluator, Place};
use super::terragrunt;
use crate::source::Span;
use crate::syntax::hcl::ast::{ExprId, Range};
use crate::value::{Kind, Member, Symbol, Value};
pub(super) use aws::arn_part;
pub(super) use collections::set;

/// What a function is called with.
pub(super) struct Arguments {
    pub(super) values: Vec<Value>,
    pub(super) span: Span,
}

impl Arguments {
    pub(super) fn get(&self, at: usize) -> Option<&Value> {
        self.values.get(at)
    }

    /// A known string.
    pub(super) fn known(&self, at: usize) -> Option<String> {
        convert::known(self.get(at)?)
    }

    /// The items of a list.
    pub(super) fn list(&self, at: usize) -> Option<&[Value]> {
        self.get(at)?.as_list()
    }
}

impl Evaluator<'_> {
    /// `name(arguments)`
    pub(super) fn call(
        &self,
        place: Place<'_>,
        name: Range,
        arguments: &[ExprId],
        expand: bool,
        span: Span,
    ) -> Value {
        let name = place.tree.text(name);
        let name = name.strip_prefix("core::").unwrap_or(name);
        match name {
            "try" => return self.first_that_works(place, arguments, span),
            "can" => {
                let works = arguments.first().map(|argument| works(&self.tried(place, *argument)));
                return Value::new(Kind::Bool(works.unwrap_or(false)), span);
            }
            "coalesce" | "coalescelist" => return self.coalesce(place, arguments, expand, span),
            _ => {}
        }
        let mut values: Vec<Value> = arguments.iter().map(|argument| self.expr(place, *argument)).collect();
        if expand && let Some(last) = values.pop() {
            match self.pairs(&last) {
                Some(pairs) => values.extend(pairs.into_iter().map(|(_, value)| value)),
                None => values.push(last),
            }
        }
        let values = values.into_iter().map(|value| self.materialized(value));
        let arguments = Arguments { values: values.collect(), span };
        self.apply(place, name, &arguments).unwrap_or_else(|| unknown_result(place, name, &arguments))
    }

    fn apply(&self, place: Place<'_>, name: &str, arguments: &Arguments) -> Option<Value> {
        strings::apply(name, arguments)
            .or_else(|| collections::apply(self, name, arguments))
            .or_else(|| encoding::apply(name, arguments))
            .or_else(|| regex::apply(name, arguments))
            .or_else(|| hash::apply(self, place, name, arguments))
            .or_else(|| (name == "yamldecode").then(|| yaml::decode(self.sources, arguments)).flatten())
            .or_else(|| files::apply(self, place, name, arguments))
            .or_else(|| aws::apply(name, arguments))
            .or_else(|| terragrunt::apply(self, place, name, arguments))
    }

    /// The instances of a block as a list or a map, which is what they are to a function.
    fn materialized(&self, value: Value) -> Value {
        let Some(instances) = self.instances(&value) else { return value };
        let counted = instances.iter().all(|(key, _)| matches!(key.kind, Kind::Number(_)));
        let kind = if counted {
            Kind::List(instances.into_iter().map(|(_, item)| item).collect())
        } else {
            let member = |(key, item): (Value, Value)| {
                Some(Member { key: convert::text(&key)?, key_span: key.span, value: item })
            };
            Kind::Object(instances.into_iter().filter_map(member).collect())
        };
        Value { kind, ..value }
    }

    /// An argument of `try` or `can`.
    fn tried(&self, place: Place<'_>, argument: ExprId) -> Value {
        let before = self.trying.replace(true);
        let value = self.expr(place, argument);
        self.trying.set(before);
        value
    }

    /// `try`: the first argument that can be evaluated.
    fn first_that_works(&self, place: Place<'_>, arguments: &[ExprId], span: Span) -> Value {
        let mut last = None;
        for argument in arguments {
            let value = self.tried(place, *argument);
            if works(&value) {
                return value;
            }
            last = Some(value);
        }
        last.unwrap_or_else(|| convert::unknown("try()", "it has no arguments", span))
    }

    /// `coalesce`: the first argument that is neither null nor empty.
    fn coalesce(&self, place: Place<'_>, arguments: &[ExprId], expand: bool, span: Span) -> Value {
        if let ([only], true) = (arguments, expand) {
            let list = self.expr(place, *only);
            let known = list.as_list().and_then(|items| items.iter().find(|item| !is_blank(item)));
            return known.cloned().unwrap_or_else(|| self.opaque(place, *only, &list));
        }
        for (at, argument) in arguments.iter().enumerate() {
            let value = self.expr(place, *argument);
            let last = at + 1 == arguments.len();
            match &value.kind {
                _ if last => return value,
                _ if is_blank(&value) => {}
                // It may be null: this value, or the next one.
                Kind::Unknown(symbol) if !self.is_handle(symbol) => {
                    if self.is_decided(&format!("{} is set", symbol.reference)) {
                        return value;
                    }
                }
                _ => return value,
            }
        }
        convert::unknown("coalesce()", "it has no arguments", span)
    }

    /// Whether something that is not known holds in this evaluation.
    pub(super) fn is_decided(&self, condition: &str) -> bool {
        self.touch();
        self.decisions.borrow_mut().decide(condition.to_owned())
    }
}

/// Whether Terraform could evaluate it: an unknown that stands for a mistake could not.
fn works(value: &Value) -> bool {
    const MISTAKES: [&str; 8] = [
        regex::NO_MATCH,
        "there is no such attribute",
        "it has no attributes",
        "the list is shorter",
        "it cannot be indexed",
        "nothing of this name is declared",
        "no variable of this name is declared",
        "no local value of this name is declared",
    ];
    !matches!(&value.kind, Kind::Unknown(symbol) if MISTAKES.contains(&&*symbol.reason))
}

fn is_blank(value: &Value) -> bool {
    match &value.kind {
        Kind::Null => true,
        Kind::Text(text) => text.as_known().is_some_and(|text| text.is_empty()),
        Kind::List(items) => items.is_empty(),
        Kind::Object(members) => members.is_empty(),
        _ => false,
    }
}

fn unknown_result(place: Place<'_>, name: &str, arguments: &Arguments) -> Value {
    let because = arguments.values.iter().find_map(Value::first_unknown);
    let reason =
        because.map_or_else(|| format!("`{name}` is not evaluated"), |symbol| symbol.reason.to_string());
    let text = place.tree.text_of(arguments.span);
    let reference = format!("{}{text}", place.instance.prefix);
    Value::new(Kind::Unknown(Symbol::any(&reference, &reason)), arguments.span)
}
