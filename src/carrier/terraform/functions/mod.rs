//! Terraform's functions, by family. A function that is not here, or that needs what is not known, gives an
//! unknown with its reason.

mod collections;
mod encoding;
mod files;
mod strings;

use super::convert;
use super::eval::{Evaluator, Place};
use crate::source::Span;
use crate::syntax::hcl::ast::{ExprId, Range};
use crate::value::{Kind, Symbol, Value};

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
        match name {
            "try" => return self.first_that_works(place, arguments, span),
            "can" => {
                let works = arguments.first().map(|argument| works(&self.expr(place, *argument)));
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
        // A list of the instances of a resource is a list.
        let values = values.into_iter().map(|value| match self.instances(&value) {
            Some(items) if items.len() != 1 || matches!(name, "length" | "element") => {
                Value { kind: Kind::List(items), ..value }
            }
            _ => value,
        });
        let arguments = Arguments { values: values.collect(), span };
        self.apply(place, name, &arguments).unwrap_or_else(|| unknown_result(place, name, &arguments))
    }

    fn apply(&self, place: Place<'_>, name: &str, arguments: &Arguments) -> Option<Value> {
        strings::apply(name, arguments)
            .or_else(|| collections::apply(self, name, arguments))
            .or_else(|| encoding::apply(name, arguments))
            .or_else(|| files::apply(self, place, name, arguments))
    }

    /// `try`: the first argument that can be evaluated.
    fn first_that_works(&self, place: Place<'_>, arguments: &[ExprId], span: Span) -> Value {
        let mut last = None;
        for argument in arguments {
            let value = self.expr(place, *argument);
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
                    if self.is_set(&symbol.reference) {
                        return value;
                    }
                }
                _ => return value,
            }
        }
        convert::unknown("coalesce()", "it has no arguments", span)
    }

    fn is_set(&self, reference: &str) -> bool {
        self.decisions.borrow_mut().decide(format!("{reference} is set"))
    }

    /// A list as a set: sorted, without duplicates.
    pub(super) fn set(&self, value: Value) -> Value {
        collections::set(value)
    }
}

/// Whether Terraform could evaluate it: an unknown that stands for a mistake could not.
fn works(value: &Value) -> bool {
    const MISTAKES: [&str; 7] = [
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
    let because = arguments.values.iter().find_map(convert::first_unknown);
    let reason =
        because.map_or_else(|| format!("`{name}` is not evaluated"), |symbol| symbol.reason.to_string());
    let text = place.tree.text_of(arguments.span);
    let reference = format!("{}{text}", place.instance.prefix);
    Value::new(Kind::Unknown(Symbol::any(&reference, &reason)), arguments.span)
}
