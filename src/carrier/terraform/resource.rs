//! Resources and data sources: unknown values whose attributes can be asked for.

use std::rc::Rc;

use super::convert;
use super::eval::{Evaluator, Place};
use super::module::Entry;
use super::scope::{Instance, Repetition, Scope};
use crate::source::Span;
use crate::value::{Kind, Piece, SpanMap, Symbol, SymbolKind, Text, Value};

/// A resource or data source that an expression named.
#[derive(Clone)]
pub(super) struct Handle {
    instance: Rc<Instance>,
    data: bool,
    kind: String,
    name: String,
    /// `[0]`, `["a"]`: the instance, where one was taken.
    scope: Option<Scope>,
}

impl Handle {
    fn entry(&self) -> Option<&Entry> {
        if self.data {
            self.instance.module.data.get(&(self.kind.clone(), self.name.clone()))
        } else {
            self.instance.module.resource(&self.kind, &self.name)
        }
    }
}

impl Evaluator<'_> {
    /// A resource or data source as a value.
    pub(super) fn handle(
        &self,
        instance: &Rc<Instance>,
        data: bool,
        kind: &str,
        name: &str,
        span: Span,
    ) -> Value {
        let prefix = if data { "data." } else { "" };
        let reference = format!("{}{prefix}{kind}.{name}", instance.prefix);
        let handle = Handle {
            instance: instance.clone(),
            data,
            kind: kind.to_owned(),
            name: name.to_owned(),
            scope: None,
        };
        self.handle_value(reference, handle, span)
    }

    fn handle_value(&self, reference: String, handle: Handle, span: Span) -> Value {
        let symbol = Symbol::any(&reference, "it is known only after `terraform apply`");
        self.handles.borrow_mut().insert(symbol.reference.clone(), handle);
        Value::new(Kind::Unknown(symbol), span)
    }

    /// Whether a symbol stands for a resource as a whole.
    pub(super) fn is_handle(&self, symbol: &Symbol) -> bool {
        self.handles.borrow().contains_key(&symbol.reference)
    }

    /// The instances of a resource with a known `count` or `for_each`; none for any other value.
    pub(super) fn instances(&self, value: &Value) -> Option<Vec<Value>> {
        let Kind::Unknown(symbol) = &value.kind else { return None };
        let handle = self.handles.borrow().get(&symbol.reference).cloned()?;
        if handle.scope.is_some() {
            return None;
        }
        let instance = handle.instance.clone();
        let repetitions = self.repetitions(&instance, handle.entry()?)?;
        let reference = symbol.reference.clone();
        Some(
            repetitions
                .into_iter()
                .map(|one| {
                    let handle = Handle { scope: Some(one.scope), ..handle.clone() };
                    self.handle_value(format!("{reference}{}", one.key), handle, value.span)
                })
                .collect(),
        )
    }

    /// `resource[key]`
    pub(super) fn resource_instance(&self, symbol: &Symbol, key: &Value, span: Span) -> Option<Value> {
        let handle = self.handles.borrow().get(&symbol.reference).cloned()?;
        let text = convert::text(key)?.to_string();
        let number = convert::index(key).is_some();
        let shown = if number { format!("[{text}]") } else { format!("[\"{text}\"]") };
        let mut scope = Scope::default();
        if number {
            scope.count = Some(key.clone());
        } else {
            let entry = handle.entry()?;
            let known = self.repetitions(&handle.instance, entry).unwrap_or_default();
            scope = known.into_iter().find(|one| one.key == shown).map(|one| one.scope).unwrap_or(scope);
        }
        Some(self.handle_value(
            format!("{}{shown}", symbol.reference),
            Handle { scope: Some(scope), ..handle },
            span,
        ))
    }

    /// The instances that `count` or `for_each` of a block makes; none where their number is not known.
    pub(super) fn repetitions(&self, instance: &Rc<Instance>, entry: &Entry) -> Option<Vec<Repetition>> {
        let none = Scope::default();
        if let Some((tree, count)) = entry.attribute("count") {
            let place = Place { instance, scope: &none, tree };
            let count = self.expr(place, count);
            let number = convert::index(&count)?;
            return Some(
                (0..number.min(100))
                    .map(|at| Repetition {
                        key: format!("[{at}]"),
                        scope: Scope::counted(convert::number_value(at as f64, count.span)),
                        disabled: None,
                    })
                    .collect(),
            );
        }
        if let Some((tree, each)) = entry.attribute("for_each") {
            let each = self.expr(Place { instance, scope: &none, tree }, each);
            let is_set = matches!(each.kind, Kind::List(_));
            let pairs = self.pairs(&each)?;
            return Some(
                pairs
                    .into_iter()
                    .take(100)
                    .map(|(key, value)| {
                        let key = if is_set { value.clone() } else { key };
                        let text = convert::text(&key).map(|text| text.to_string()).unwrap_or_default();
                        let scope = Scope::for_each(key, value);
                        Repetition { key: format!("[\"{text}\"]"), scope, disabled: None }
                    })
                    .collect(),
            );
        }
        Some(Vec::from([Repetition { key: String::new(), scope: none, disabled: None }]))
    }

    /// An attribute of a resource; none where the symbol is no resource.
    pub(super) fn resource_attribute(&self, symbol: &Symbol, name: &str, span: Span) -> Option<Value> {
        let handle = self.handles.borrow().get(&symbol.reference).cloned()?;
        let reference = format!("{}.{name}", symbol.reference);
        if let Some(value) = self.special(&handle, symbol, name, span) {
            return Some(value);
        }
        let written = self.written(&handle, name);
        Some(written.unwrap_or_else(|| {
            let reason = if handle.entry().is_none() {
                "nothing of this name is declared"
            } else {
                "it is known only after `terraform apply`"
            };
            let kind = if matches!(name, "id" | "name" | "key_id" | "unique_id") {
                SymbolKind::Name
            } else {
                SymbolKind::Any
            };
            let symbol = Symbol { kind, ..Symbol::any(&reference, reason) };
            Value::new(Kind::Unknown(symbol), span)
        }))
    }

    /// The value of an argument as it is written in the block.
    fn written(&self, handle: &Handle, name: &str) -> Option<Value> {
        let (tree, value) = handle.entry()?.attribute(name)?;
        let scope = handle.scope.clone().unwrap_or_default();
        Some(self.expr(Place { instance: &handle.instance, scope: &scope, tree }, value))
    }

    /// What is known of a type of resource besides its arguments.
    fn special(&self, handle: &Handle, symbol: &Symbol, name: &str, span: Span) -> Option<Value> {
        let one = |kind: SymbolKind| {
            let symbol = Symbol::of(kind, &format!("{}.{name}", symbol.reference));
            Some(Value::new(Kind::Unknown(symbol), span))
        };
        match (handle.data, handle.kind.as_str(), name) {
            (true, "aws_caller_identity", "account_id" | "id") => one(SymbolKind::OwnAccount),
            (true, "aws_partition", "partition" | "id") => one(SymbolKind::Partition),
            (true, "aws_partition", "dns_suffix") => one(SymbolKind::DnsSuffix),
            (true, "aws_region", "name" | "id" | "region") => one(SymbolKind::Region),
            (true, "aws_iam_policy_document", "json" | "minified_json") => {
                let scope = handle.scope.clone().unwrap_or_default();
                self.policy_document(&handle.instance, handle.entry()?, &scope)
            }
            (true, "template_file", "rendered") => {
                let scope = handle.scope.clone().unwrap_or_default();
                Some(self.template_file(&handle.instance, handle.entry()?, &scope, span))
            }
            (false, "aws_iam_role", "arn") => Some(self.iam_arn(handle, symbol, "role", span)),
            (false, "aws_iam_user", "arn") => Some(self.iam_arn(handle, symbol, "user", span)),
            (false, "aws_iam_group", "arn") => Some(self.iam_arn(handle, symbol, "group", span)),
            (true, "aws_iam_role", "arn") => Some(self.iam_arn(handle, symbol, "role", span)),
            (true, "aws_iam_user", "arn") => Some(self.iam_arn(handle, symbol, "user", span)),
            (false, "aws_iam_role" | "aws_iam_user", "id") => self.written(handle, "name"),
            (_, "aws_kms_key" | "aws_kms_external_key" | "aws_kms_replica_key", "arn") => {
                let id = Symbol {
                    kind: SymbolKind::Name,
                    ..Symbol::any(&format!("{}.key_id", symbol.reference), &symbol.reason)
                };
                Some(arn(&["kms"], true, "key/", Text::unknown(id, span), symbol, span))
            }
            _ => None,
        }
    }

    /// `arn:‹partition›:iam::‹own account›:role/path/name`
    fn iam_arn(&self, handle: &Handle, symbol: &Symbol, kind: &str, span: Span) -> Value {
        let unknown = || {
            let reference = format!("{}.name", symbol.reference);
            Text::unknown(Symbol { kind: SymbolKind::Name, ..Symbol::any(&reference, &symbol.reason) }, span)
        };
        let name = self.written(handle, "name").and_then(|name| convert::text(&name));
        // A data source knows the name, but not the path that is part of the ARN.
        let name = if handle.data { None } else { name }.filter(named).unwrap_or_else(unknown);
        let path = self
            .written(handle, "path")
            .and_then(|path| convert::known(&path))
            .unwrap_or_else(|| "/".to_owned());
        arn(&["iam"], false, &format!("{kind}{path}"), name, symbol, span)
    }
}

/// Whether an unknown piece of a name is at least a name.
fn named(name: &Text) -> bool {
    name.symbols().all(|symbol| symbol.kind != SymbolKind::Any)
        || name.pieces.iter().any(|piece| matches!(piece, Piece::Known { .. }))
}

fn arn(service: &[&str], regional: bool, resource: &str, name: Text, symbol: &Symbol, span: Span) -> Value {
    let known = |text: &str| Piece::Known { text: text.to_owned(), map: SpanMap::opaque(span) };
    let unknown = |kind, what: &str| Piece::Unknown {
        symbol: Symbol::of(kind, &format!("{}({what})", symbol.reference)),
        span,
    };
    let mut pieces = vec![
        known("arn:"),
        unknown(SymbolKind::Partition, "partition"),
        known(&format!(":{}:", service.concat())),
    ];
    if regional {
        pieces.push(unknown(SymbolKind::Region, "region"));
    }
    pieces.extend([known(":"), unknown(SymbolKind::OwnAccount, "account"), known(&format!(":{resource}"))]);
    // A name is one part of the ARN, whatever it is.
    pieces.extend(name.pieces.into_iter().map(|piece| match piece {
        Piece::Unknown { symbol, span } if symbol.kind == SymbolKind::Any => {
            Piece::Unknown { symbol: Symbol { kind: SymbolKind::Name, ..symbol }, span }
        }
        piece => piece,
    }));
    Value::new(Kind::Text(Text { pieces }), span)
}
