//! Resources and data sources: unknown values whose attributes can be asked for.

use std::rc::Rc;

use super::convert;
use super::eval::{Evaluator, Place, Repetitions};
use super::module::Entry;
use super::provider::OTHER_ACCOUNT;
use super::scope::{Instance, Repetition, Scope};
use crate::source::Span;
use crate::value::{Kind, Symbol, SymbolKind, Value};

/// A resource, data source or module call that an expression named.
#[derive(Clone)]
pub(super) struct Handle {
    pub(super) instance: Rc<Instance>,
    pub(super) block: BlockKind,
    /// The type of a resource or data source; empty for a call.
    pub(super) kind: String,
    pub(super) name: String,
    /// The instance, where one was taken: `[0]`, `["a"]`, and its scope.
    pub(super) one: Option<(String, Scope)>,
}

/// What a [`Handle`] names.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum BlockKind {
    Resource,
    Data,
    Call,
}

impl Handle {
    pub(super) fn entry(&self) -> Option<&Entry> {
        let module = &self.instance.module;
        match self.block {
            BlockKind::Data => module.data.get(&(self.kind.clone(), self.name.clone())),
            BlockKind::Resource => module.resource(&self.kind, &self.name),
            BlockKind::Call => module.calls.get(&self.name),
        }
    }

    pub(super) fn scope(&self) -> Scope {
        self.one.as_ref().map(|(_, scope)| scope.clone()).unwrap_or_default()
    }
}

impl Evaluator<'_> {
    /// A resource, data source or module call as a value.
    pub(super) fn handle(
        &self,
        instance: &Rc<Instance>,
        block: BlockKind,
        kind: &str,
        name: &str,
        span: Span,
    ) -> Value {
        let address = match block {
            BlockKind::Resource => format!("{kind}.{name}"),
            BlockKind::Data => format!("data.{kind}.{name}"),
            BlockKind::Call => format!("module.{name}"),
        };
        let reference = format!("{}{address}", instance.prefix);
        let handle = Handle {
            instance: instance.clone(),
            block,
            kind: kind.to_owned(),
            name: name.to_owned(),
            one: None,
        };
        self.handle_value(reference, handle, span)
    }

    fn handle_value(&self, reference: String, handle: Handle, span: Span) -> Value {
        let symbol = Symbol::any(&reference, "it is known only after `terraform apply`");
        self.touch();
        self.handles.borrow_mut().insert(symbol.reference.clone(), handle);
        Value::new(Kind::Unknown(symbol), span)
    }

    /// Whether a symbol stands for a resource as a whole.
    pub(super) fn is_handle(&self, symbol: &Symbol) -> bool {
        self.handles.borrow().contains_key(&symbol.reference)
    }

    /// The instances of a block with a known `count` or `for_each`, by index or key; none for any other value.
    pub(super) fn instances(&self, value: &Value) -> Option<Vec<(Value, Value)>> {
        let Kind::Unknown(symbol) = &value.kind else { return None };
        let handle = self.handles.borrow().get(&symbol.reference).cloned()?;
        let entry = handle.entry()?;
        if handle.one.is_some() || !is_repeated(entry) {
            return None;
        }
        let instance = handle.instance.clone();
        let repetitions = self.repetitions(&instance, entry)?;
        let reference = symbol.reference.clone();
        let instances = repetitions.iter().map(|one| {
            let (scope, span) = (&one.scope, value.span);
            let key = scope.each.as_ref().map(|(key, _)| key).or(scope.count.as_ref()).cloned();
            let key = key.unwrap_or_else(|| Value::new(Kind::Null, span));
            let handle = Handle { one: Some((one.key.clone(), one.scope.clone())), ..handle.clone() };
            (key, self.handle_value(format!("{reference}{}", one.key), handle, span))
        });
        Some(instances.collect())
    }

    /// `resource[key]`
    pub(super) fn resource_instance(&self, symbol: &Symbol, key: &Value, span: Span) -> Option<Value> {
        let handle = self.handles.borrow().get(&symbol.reference).cloned()?;
        let text = convert::text(key)?.to_string();
        if handle.one.is_some() {
            return None;
        }
        let entry = handle.entry()?;
        let counted = entry.attribute("for_each").is_none();
        let shown = if counted { format!("[{text}]") } else { format!("[\"{text}\"]") };
        let known = self.repetitions(&handle.instance, entry);
        let found = known.as_ref().and_then(|known| known.iter().find(|one| one.key == shown));
        let reference = format!("{}{shown}", symbol.reference);
        if found.is_none() && self.trying.get() && known.is_some() {
            return Some(convert::unknown(&reference, "the list is shorter", span));
        }
        let scope = match found {
            Some(one) => one.scope.clone(),
            None if counted => Scope::counted(key.clone()),
            None => Scope::default(),
        };
        Some(self.handle_value(reference, Handle { one: Some((shown, scope)), ..handle }, span))
    }

    /// The instances that `count` or `for_each` of a block makes; none where their number is not known.
    pub(super) fn repetitions(&self, instance: &Rc<Instance>, entry: &Entry) -> Repetitions {
        if !self.is_sharing() || !instance.is_settled {
            return self.repeated(instance, entry);
        }
        let key = (instance.name(), entry.header());
        if let Some(known) = self.modules.shared.borrow().repetitions.get(&key) {
            return known.clone();
        }
        let (repetitions, is_settled) = self.settled(instance, || self.repeated(instance, entry));
        if is_settled {
            self.modules.shared.borrow_mut().repetitions.insert(key, repetitions.clone());
        }
        repetitions
    }

    fn repeated(&self, instance: &Rc<Instance>, entry: &Entry) -> Repetitions {
        let none = Scope::default();
        if let Some((tree, count)) = entry.attribute("count") {
            let place = Place { instance, scope: &none, tree };
            let (count, decided) = self.aside(|| self.expr(place, count));
            let number = convert::index(&count)?;
            // Of `condition ? 1 : 0` the one is looked at.
            let number = if decided { number.max(1) } else { number };
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
            let (each, decided) = self.aside(|| self.expr(Place { instance, scope: &none, tree }, each));
            let is_set = matches!(each.kind, Kind::List(_));
            let is_set = is_set && self.instances(&each).is_none();
            let pairs = self.pairs(&each)?;
            if decided && pairs.is_empty() {
                return None;
            }
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
        Some(Rc::new([Repetition { key: String::new(), scope: none, disabled: None }]))
    }

    /// An attribute of a resource; none where the symbol is no resource.
    pub(super) fn resource_attribute(&self, symbol: &Symbol, name: &str, span: Span) -> Option<Value> {
        let handle = self.handles.borrow().get(&symbol.reference).cloned()?;
        let reference = format!("{}.{name}", symbol.reference);
        if handle.block == BlockKind::Call {
            let key = handle.one.as_ref().map_or("", |(key, _)| key);
            return Some(self.output(&handle.instance, &handle.name, key, name, span));
        }
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
    pub(super) fn written(&self, handle: &Handle, name: &str) -> Option<Value> {
        let (tree, value) = handle.entry()?.attribute(name)?;
        let scope = handle.scope();
        Some(self.expr(Place { instance: &handle.instance, scope: &scope, tree }, value))
    }

    /// What is known of a type of resource besides its arguments.
    fn special(&self, handle: &Handle, symbol: &Symbol, name: &str, span: Span) -> Option<Value> {
        let one = |kind: SymbolKind| {
            let symbol = Symbol::of(kind, &format!("{}.{name}", symbol.reference));
            Some(Value::new(Kind::Unknown(symbol), span))
        };
        match (handle.block == BlockKind::Data, handle.kind.as_str(), name) {
            (true, "aws_caller_identity", "account_id" | "id") if !self.in_own_account(handle) => {
                Some(convert::unknown(&format!("{}.{name}", symbol.reference), OTHER_ACCOUNT, span))
            }
            (true, "aws_region", "name" | "id" | "region") if !self.in_own_region(handle) => {
                one(SymbolKind::Name)
            }
            (true, "aws_caller_identity", "account_id" | "id") => one(SymbolKind::OwnAccount),
            (true, "aws_partition", "partition" | "id") => one(SymbolKind::Partition),
            (true, "aws_partition", "dns_suffix") => one(SymbolKind::DnsSuffix),
            (true, "aws_region", "name" | "id" | "region") => one(SymbolKind::Region),
            (true, "aws_iam_policy_document", "json" | "minified_json") => {
                let scope = handle.scope();
                self.policy_document(&handle.instance, handle.entry()?, &scope)
            }
            (true, "aws_arn", _) => super::functions::arn_part(&self.written(handle, "arn")?, name, span),
            (true, "template_file", "rendered") => {
                let scope = handle.scope();
                Some(self.template_file(&handle.instance, handle.entry()?, &scope, span))
            }
            (
                false,
                "aws_iam_role" | "aws_iam_user" | "aws_dynamodb_table" | "aws_cloudwatch_log_group",
                "id",
            ) => self.written(handle, "name"),
            (_, "aws_s3_bucket", "id") => self.written(handle, "bucket"),
            (_, _, "arn") => self.arn(handle, symbol, span),
            _ => None,
        }
    }
}

/// Whether a block has `count` or `for_each`.
pub(super) fn is_repeated(entry: &Entry) -> bool {
    entry.attribute("count").is_some() || entry.attribute("for_each").is_some()
}
