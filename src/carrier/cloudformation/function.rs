//! Intrinsic functions, in their long and short forms.

use super::eval::{Evaluator, Scope};
use super::{cidr, values};
use crate::carrier::terraform::base64;
use crate::source::Span;
use crate::value::{Kind, Member, Symbol, SymbolKind, Text, Value};

impl Evaluator<'_> {
    /// The value of a function call. `name` comes without `Fn::`; `span` is that of the whole call.
    pub(super) fn function(&self, name: &str, call: &Member, span: Span, scope: &Scope) -> Value {
        let argument = &call.value;
        let arguments = || argument.as_list().unwrap_or_default();
        let result = match name {
            "Ref" => self.name(argument, scope).map(|name| self.reference(name.trim(), span, scope)),
            "GetAtt" => self.get_att(argument, span, scope),
            "Sub" => self.sub(argument, span, scope),
            "If" => self.conditional(arguments(), span, scope),
            "Join" => self.join(arguments(), span, scope),
            "Split" => self.split_call(arguments(), span, scope),
            "Select" => self.select(arguments(), span, scope),
            "FindInMap" => self.find_in_map(arguments(), span, scope),
            "ToJsonString" => Some(Value::new(Kind::Encoded(Box::new(self.eval(argument, scope))), span)),
            "Length" => match self.eval(argument, scope).kind {
                Kind::List(items) => Some(Value::new(Kind::Number(items.len().to_string()), span)),
                _ => None,
            },
            "Equals" | "And" | "Or" | "Not" | "Condition" => {
                let holds = self.condition_value(&self.wrapped(call, span));
                Some(Value::new(Kind::Bool(holds), span))
            }
            "ImportValue" => {
                let export = self.eval(argument, scope);
                let export = values::text(&export).unwrap_or_default();
                Some(values::unknown(&export.to_string(), "another stack exports the value", span))
            }
            "Transform" => {
                let name = argument.get("Name").and_then(values::known);
                let reason =
                    format!("`{}` is applied on deployment", name.as_deref().unwrap_or("Fn::Transform"));
                Some(values::unknown("Fn::Transform", &reason, span))
            }
            "Base64" => {
                let plain = self.eval(argument, scope);
                Some(match values::known(&plain) {
                    Some(plain) => Value::text(&base64(plain.as_bytes()), span),
                    None => values::unknown("Fn::Base64", &values::because(&plain), span),
                })
            }
            "Cidr" => self.cidr(arguments(), span, scope),
            "GetAZs" => Some(values::unknown("Fn::GetAZs", "known only to AWS", span)),
            _ => Some(values::unknown(name, "there is no such function", span)),
        };
        result
            .unwrap_or_else(|| values::unknown(&format!("Fn::{name}"), "its arguments cannot be read", span))
    }

    /// A call as a value of its own.
    fn wrapped(&self, call: &Member, span: Span) -> Value {
        Value::new(Kind::Object(Vec::from([call.clone()])), span)
    }

    /// The name of something, with what a loop puts into it.
    fn name(&self, written: &Value, scope: &Scope) -> Option<String> {
        let text = self.substitute(&values::text(written)?, scope, true);
        text.as_known().map(|text| text.into_owned())
    }

    fn get_att(&self, argument: &Value, span: Span, scope: &Scope) -> Option<Value> {
        let parts: Vec<String> = match &argument.kind {
            Kind::List(items) => {
                items.iter().map(|item| self.name(&self.eval(item, scope), scope)).collect::<Option<_>>()?
            }
            _ => Vec::from([self.name(argument, scope)?]),
        };
        let path = parts.join(".");
        let (resource, attribute) = path.split_once('.')?;
        let resource = scope.get(resource).and_then(values::known).unwrap_or_else(|| resource.to_owned());
        Some(self.attribute(&resource, attribute, span))
    }

    fn sub(&self, argument: &Value, span: Span, scope: &Scope) -> Option<Value> {
        let (text, scope) = match &argument.kind {
            Kind::List(items) => {
                let [text, bindings] = items.as_slice() else { return None };
                let mut inner = scope.clone();
                for member in bindings.as_object()? {
                    let value = self.eval(&member.value, scope);
                    inner = inner.with(&member.key.to_string(), value);
                }
                (text, inner)
            }
            _ => (argument, scope.clone()),
        };
        let at = text.span;
        let text = values::text(text)?;
        let mut text = self.substitute(&text, &scope, false);
        if text.to_string().contains("{{resolve:") {
            text = self.template_text(&text);
            if text.to_string().contains("{{resolve:") {
                let reference = text.to_string();
                let reference = reference.trim_matches(['{', '}']);
                return Some(values::unknown(reference, "it is looked up on deployment", span));
            }
        }
        Some(match only_unknown(&text) {
            Some(symbol) if symbol.kind != SymbolKind::Any => Value::new(Kind::Text(text), at),
            Some(symbol) => Value::new(Kind::Unknown(symbol), span),
            None => Value::new(Kind::Text(text), at),
        })
    }

    fn join(&self, arguments: &[Value], span: Span, scope: &Scope) -> Option<Value> {
        let [delimiter, items] = arguments else { return None };
        let delimiter = values::known(&self.eval(delimiter, scope))?;
        let items = self.eval(items, scope);
        let Kind::List(list) = &items.kind else {
            return Some(values::unknown("Fn::Join", &values::because(&items), span));
        };
        let mut text = Text::default();
        for (at, item) in list.iter().enumerate() {
            if at > 0 && !delimiter.is_empty() {
                text.pieces.push(values::piece(&delimiter, span));
            }
            self.pass(item.span, item);
            text.pieces.extend(values::text(item)?.pieces);
        }
        Some(Value::new(Kind::Text(text), span))
    }

    fn split_call(&self, arguments: &[Value], span: Span, scope: &Scope) -> Option<Value> {
        let [delimiter, whole] = arguments else { return None };
        let delimiter = values::known(&self.eval(delimiter, scope))?;
        let whole = self.eval(whole, scope);
        let Some(parts) = values::text(&whole).and_then(|text| self.split(&text, &delimiter)) else {
            return Some(values::unknown("Fn::Split", &values::because(&whole), span));
        };
        let items = parts.into_iter().map(|text| {
            let at = text.pieces.first().map_or(whole.span, |piece| match piece {
                crate::value::Piece::Known { map, .. } => map.span(),
                crate::value::Piece::Unknown { span, .. } => *span,
            });
            Value { kind: Kind::Text(text), span: at, trail: whole.trail.clone() }
        });
        Some(Value { kind: Kind::List(items.collect()), span, trail: whole.trail.clone() })
    }

    fn select(&self, arguments: &[Value], span: Span, scope: &Scope) -> Option<Value> {
        let [index, list] = arguments else { return None };
        let index = self.eval(index, scope);
        let list = self.eval(list, scope);
        match (values::index(&index), &list.kind) {
            (Some(at), Kind::List(items)) => items.get(at).cloned(),
            (_, Kind::Unknown(symbol)) => {
                let reference = format!("{}[{}]", symbol.reference, values::text(&index)?);
                Some(values::unknown(&reference, &symbol.reason, span))
            }
            _ => Some(values::unknown("Fn::Select", &values::because(&index), span)),
        }
    }

    fn cidr(&self, arguments: &[Value], span: Span, scope: &Scope) -> Option<Value> {
        let arguments: Vec<Value> = arguments.iter().map(|argument| self.eval(argument, scope)).collect();
        if let Some(part) = arguments.iter().find(|argument| values::known(argument).is_none()) {
            return Some(values::unknown("Fn::Cidr", &values::because(part), span));
        }
        let [block, count, bits] = arguments.as_slice() else { return None };
        let small = |value: &Value| u32::try_from(values::index(value)?).ok();
        let blocks = cidr::blocks(&values::known(block)?, small(count)?, small(bits)?)?;
        let blocks = blocks.iter().map(|text| Value::text(text, block.span)).collect();
        Some(Value { kind: Kind::List(blocks), span, trail: block.trail.clone() })
    }

    /// `[Map, Key, Key, {DefaultValue: …}]`. Where a key is not known, what all rows agree on.
    fn find_in_map(&self, arguments: &[Value], span: Span, scope: &Scope) -> Option<Value> {
        let [map, first, second, rest @ ..] = arguments else { return None };
        let (map, first, second) = (self.eval(map, scope), self.eval(first, scope), self.eval(second, scope));
        let default = rest.first().and_then(|options| options.get("DefaultValue"));
        let Some(name) = values::known(&map) else {
            return Some(values::unknown("Fn::FindInMap", &values::because(&map), span));
        };
        let Some(entry) = self.template.entry("Mappings", &name) else {
            return Some(values::unknown(&name, "there is no such mapping", span));
        };
        let mut rows = self.candidates(&entry.value, &first);
        rows = rows.into_iter().flat_map(|row| self.candidates(row, &second)).collect();
        let Some(row) = rows.first() else {
            return Some(match default {
                Some(default) => self.eval(default, scope),
                None => values::unknown(&name, "the mapping has no such key", span),
            });
        };
        let same = rows.iter().all(|other| is_same(row, other));
        let key = [&first, &second].into_iter().find(|key| values::known(key).is_none());
        Some(match key {
            Some(key) if !same || default.is_some() => {
                let key = values::text(key).unwrap_or_default();
                let reason = format!("the mapping is looked up with `{key}`, which is not known");
                values::unknown(&name, &reason, span)
            }
            _ => self.eval(row, scope).used_at(span, "looked up here"),
        })
    }

    /// The members that a key may mean.
    fn candidates<'v>(&self, map: &'v Value, key: &Value) -> Vec<&'v Value> {
        match values::known(key) {
            Some(key) => map.get(&key).into_iter().collect(),
            None => map.as_object().unwrap_or_default().iter().map(|member| &member.value).collect(),
        }
    }
}

/// Whether two values are written the same.
fn is_same(a: &Value, b: &Value) -> bool {
    match (&a.kind, &b.kind) {
        (Kind::List(a), Kind::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b)),
        _ => values::known(a).is_some_and(|a| Some(a) == values::known(b)),
    }
}

/// The symbol of a string that is nothing else.
fn only_unknown(text: &Text) -> Option<Symbol> {
    let [crate::value::Piece::Unknown { symbol, .. }] = text.pieces.as_slice() else { return None };
    Some(symbol.clone())
}
