//! References: `var.a`, `local.a`, `module.a.b`, `each.key`, and traversals of any value.

use std::rc::Rc;

use super::bounds::is_huge;
use super::convert;
use super::eval::{Evaluator, Place};
use super::module::{Entry, Module, is_local, join};
use super::resource::BlockKind;
use super::scope::{Call, Instance, Memo, Scope};
use super::terragrunt;
use crate::source::{OUTSIDE, Span};
use crate::syntax::hcl::ast::{Expr, ExprId, Range};
use crate::value::{Kind, SpanMap, Symbol, Text, Trail, Value};

/// Calls within calls.
const MAX_MODULE_DEPTH: usize = 12;

/// A step of a traversal.
pub(super) enum Step {
    /// `.name`
    Name(Range),
    /// `[key]`
    Key(ExprId),
}

impl Evaluator<'_> {
    /// A name and what is taken from it.
    pub(super) fn traversal(&self, place: Place<'_>, id: ExprId) -> Value {
        let mut steps = Vec::new();
        let mut base = id;
        loop {
            match place.tree.expr(base) {
                Expr::Attribute { object, name } => {
                    steps.push(Step::Name(*name));
                    base = *object;
                }
                Expr::Index { object, key } => {
                    steps.push(Step::Key(*key));
                    base = *object;
                }
                _ => break,
            }
        }
        steps.reverse();
        let (value, taken) = match place.tree.expr(base) {
            Expr::Variable(name) => self.head(place, *name, &steps, place.span(id)),
            _ => (self.expr(place, base), 0),
        };
        let end = place.tree.range(id);
        steps
            .iter()
            .skip(taken)
            .fold(value, |value, step| self.step(place, value, step, place.tree.span(end)))
    }

    /// What the first names of a traversal mean, and how many steps after the first they are.
    fn head(&self, place: Place<'_>, name: Range, steps: &[Step], span: Span) -> (Value, usize) {
        let root = place.tree.text(name);
        if let Some(value) = place.scope.get(root) {
            return self.part(place, value, value.trail.clone(), steps, span);
        }
        let step = |at: usize| match steps.get(at) {
            Some(Step::Name(name)) => Some(place.tree.text(*name)),
            _ => None,
        };
        let unknown = |reason: &str| convert::unknown(&place.tree.text_of(span), reason, span);
        match (root, step(0)) {
            ("var", Some(name)) => (self.variable(place.instance, name, span), 1),
            ("local", Some(name)) => {
                let whole = self.local(place.instance, name, span);
                let trail = whole.trail.used_at(span, "used here");
                let (part, taken) = self.part(place, &whole, trail, steps.get(1..).unwrap_or_default(), span);
                (part, taken + 1)
            }
            ("each", Some(part)) => {
                let each = place.scope.each.as_ref();
                let Some(whole) = each.map(|(key, value)| if part == "key" { key } else { value }) else {
                    return (unknown("`for_each` is not known"), 1);
                };
                let rest = steps.get(1..).unwrap_or_default();
                let (part, taken) = self.part(place, whole, whole.trail.clone(), rest, span);
                (part, taken + 1)
            }
            ("count", Some(_)) => {
                (place.scope.count.clone().unwrap_or_else(|| unknown("`count` is not known")), 1)
            }
            ("path", Some(part)) => (self.path(place.instance, part, span), 1),
            ("terraform", Some("workspace")) => (unknown("the workspace is chosen at run time"), 1),
            ("module", Some(call)) => (self.handle(place.instance, BlockKind::Call, "", call, span), 1),
            ("data", Some(kind)) => match step(1) {
                Some(name) => (self.handle(place.instance, BlockKind::Data, kind, name, span), 2),
                None => (unknown("it cannot be evaluated"), steps.len()),
            },
            ("include", Some(_)) if place.instance.module.unit.is_some() => {
                let names: Vec<&str> = (0..steps.len()).map_while(step).collect();
                let found = self.of_included(place.instance, &names, span);
                let reason = terragrunt::reason(root).unwrap_or_default();
                found.unwrap_or_else(|| (unknown(reason), steps.len()))
            }
            _ if place.instance.module.unit.is_some() && terragrunt::reason(root).is_some() => {
                (unknown(terragrunt::reason(root).unwrap_or_default()), steps.len())
            }
            ("self", _) => (unknown("`self` is known only at run time"), steps.len()),
            (kind, Some(name)) if kind.contains('_') => {
                (self.handle(place.instance, BlockKind::Resource, kind, name, span), 1)
            }
            _ => (unknown("nothing of this name is declared"), steps.len()),
        }
    }

    /// What steps lead to in a value, as far as it is known, and how many of them: only that is copied, for the whole
    /// may be large. `trail` is what carried the whole.
    fn part(
        &self,
        place: Place<'_>,
        whole: &Value,
        mut trail: Trail,
        steps: &[Step],
        span: Span,
    ) -> (Value, usize) {
        let (mut part, mut taken) = (whole, 0);
        let copy = |part: &Value, trail: Trail| Value { trail, ..self.copied(part) };
        for step in steps {
            let next = match step {
                Step::Name(name) => part.get(place.tree.text(*name)),
                Step::Key(_) if !matches!(part.kind, Kind::List(_) | Kind::Object(_)) => None,
                Step::Key(key) => {
                    let key = self.expr(place, *key);
                    let item = match &part.kind {
                        Kind::List(items) => convert::index(&key).and_then(|at| items.get(at)),
                        _ => convert::known(&key).and_then(|name| part.get(&name)),
                    };
                    if item.is_none() {
                        return (self.index(copy(part, trail), &key, span), taken + 1);
                    }
                    item
                }
            };
            let Some(next) = next else { break };
            if !next.trail.is_empty() {
                trail = next.trail.clone();
            }
            (part, taken) = (next, taken + 1);
        }
        (copy(part, trail), taken)
    }

    fn step(&self, place: Place<'_>, value: Value, step: &Step, span: Span) -> Value {
        match step {
            Step::Name(name) => self.attribute(value, place.tree.text(*name), span),
            Step::Key(key) => {
                let key = self.expr(place, *key);
                self.index(value, &key, span)
            }
        }
    }

    /// `value.name`
    pub(super) fn attribute(&self, value: Value, name: &str, span: Span) -> Value {
        match &value.kind {
            Kind::Object(_) => match value.get(name) {
                Some(member) => follow(member, &value),
                None => convert::unknown(name, "there is no such attribute", span),
            },
            Kind::Unknown(symbol) => {
                if let Some(found) = self.resource_attribute(symbol, name, span) {
                    return found;
                }
                let reference = format!("{}.{name}", symbol.reference);
                Value { kind: Kind::Unknown(Symbol::any(&reference, &symbol.reason)), ..value }
            }
            // The legacy `list.0.name` and `list.name` over one item.
            Kind::List(items) if items.len() == 1 => match items.first() {
                Some(item) => self.attribute(item.clone(), name, span),
                None => value,
            },
            _ => convert::unknown(name, "it has no attributes", span),
        }
    }

    /// `value[key]`
    pub(super) fn index(&self, value: Value, key: &Value, span: Span) -> Value {
        match &value.kind {
            Kind::List(items) => match convert::index(key) {
                Some(at) => match items.get(at) {
                    Some(item) => follow(item, &value),
                    None => convert::unknown(&format!("[{at}]"), "the list is shorter", span),
                },
                None => convert::unknown("[…]", "the index is not known", span),
            },
            Kind::Object(_) => match convert::known(key) {
                Some(name) => self.attribute(value, &name, span),
                None => convert::unknown("[…]", "the key is not known", span),
            },
            Kind::Unknown(symbol) => {
                if let Some(found) = self.resource_instance(symbol, key, value.span) {
                    return found;
                }
                let key = convert::text(key).map(|key| key.to_string()).unwrap_or_default();
                let reference = format!("{}[{key}]", symbol.reference);
                Value { kind: Kind::Unknown(Symbol::any(&reference, &symbol.reason)), ..value }
            }
            _ => convert::unknown("[…]", "it cannot be indexed", span),
        }
    }

    /// A value that is worked out at most once.
    fn memo(
        &self,
        instance: &Instance,
        key: String,
        what: &str,
        span: Span,
        work: impl FnOnce() -> Value,
    ) -> Rc<Value> {
        let unknown =
            |reason: &str| Rc::new(convert::unknown(&format!("{}{what}", instance.prefix), reason, span));
        match instance.values.borrow().get(&key) {
            Some(Memo::Done(value, is_settled)) => {
                if !is_settled {
                    self.touch();
                }
                return value.clone();
            }
            Some(Memo::Pending) => {
                self.touch();
                return unknown("it refers to itself");
            }
            None => {}
        }
        let shares = self.is_sharing() && instance.is_settled;
        let name = (if shares { instance.name() } else { String::new() }, key.clone());
        let shared = self.modules.shared.borrow().values.get(&name).filter(|_| shares).cloned();
        if let Some(value) = shared {
            instance.values.borrow_mut().insert(key, Memo::Done(value.clone(), true));
            return value;
        }
        instance.values.borrow_mut().insert(key.clone(), Memo::Pending);
        let (value, is_settled) = self.settled(instance, work);
        let is_huge = is_huge(&value);
        let value = if is_huge { unknown("it is too large") } else { Rc::new(value) };
        let is_settled = is_settled && !is_huge;
        if shares && is_settled {
            self.modules.shared.borrow_mut().values.insert(name, value.clone());
        }
        if self.may_keep() {
            instance.values.borrow_mut().insert(key, Memo::Done(value.clone(), is_settled));
        } else {
            instance.values.borrow_mut().remove(&key);
        }
        value
    }

    /// The value of a variable: the caller's argument, a file of values, the default.
    pub(super) fn variable(&self, instance: &Rc<Instance>, name: &str, span: Span) -> Value {
        let what = format!("var.{name}");
        let value = self.memo(instance, what.clone(), &what, span, || {
            self.typed(instance, name, self.untyped(instance, name, span))
        });
        let value = self.copied(&value);
        if let Kind::Unknown(symbol) = &value.kind
            && symbol.reference.ends_with(what.as_str())
        {
            return Value { span, ..value };
        }
        value.used_at(span, "used here")
    }

    fn untyped(&self, instance: &Rc<Instance>, name: &str, span: Span) -> Value {
        if let Some(call) = &instance.call {
            let entry = call.caller.module.calls.get(&call.name);
            if let Some((tree, argument)) = entry.and_then(|entry| entry.attribute(name)) {
                let value = self.expr(Place { instance: &call.caller, scope: &call.scope, tree }, argument);
                let nullable = instance.module.variables.get(name).and_then(|v| v.attribute("nullable"));
                if value.kind != Kind::Null || nullable.is_none() {
                    let at = tree.span(tree.range(argument));
                    return if at == value.span {
                        value
                    } else {
                        value.used_at(at, "passed to the module here")
                    };
                }
            } else if let Some(unknown) = self.set_elsewhere(&call.caller, name, span) {
                self.touch();
                return unknown;
            }
        } else if let Some(given) = self.given(instance, name) {
            return given;
        } else if self.open {
            return convert::unknown(&format!("var.{name}"), "it may be given another value", span);
        }
        self.default(instance, name, span)
    }

    fn default(&self, instance: &Rc<Instance>, name: &str, span: Span) -> Value {
        let reference = format!("{}var.{name}", instance.prefix);
        let Some(entry) = instance.module.variables.get(name) else {
            return self.undeclared(&reference, "no variable of this name is declared", span);
        };
        match entry.attribute("default") {
            Some((tree, default)) => self.expr(Place { instance, scope: &Scope::default(), tree }, default),
            // It is told where it is used: see `variable`.
            None => convert::unknown(&reference, "the variable has no default", span),
        }
    }

    /// What is not there, told where it is asked for.
    fn undeclared(&self, reference: &str, reason: &str, span: Span) -> Value {
        self.touch();
        convert::unknown(reference, reason, span)
    }

    /// What the declared type does to a value.
    fn typed(&self, instance: &Rc<Instance>, name: &str, value: Value) -> Value {
        let declared = instance.module.variables.get(name).and_then(|entry| entry.attribute("type"));
        let Some((tree, kind)) = declared else { return value };
        self.as_type(Place { instance, scope: &Scope::default(), tree }, kind, value)
    }

    pub(super) fn local(&self, instance: &Rc<Instance>, name: &str, span: Span) -> Rc<Value> {
        let what = format!("local.{name}");
        self.memo(instance, what.clone(), &what, span, || match instance.module.local(name) {
            Some((tree, local)) => self.expr(Place { instance, scope: &Scope::default(), tree }, local),
            None => self.undeclared(
                &format!("{}{what}", instance.prefix),
                "no local value of this name is declared",
                span,
            ),
        })
    }

    fn path(&self, instance: &Instance, part: &str, span: Span) -> Value {
        let directory = match part {
            "module" => instance.module.directory.as_str(),
            _ => root_of(instance).module.directory.as_str(),
        };
        let directory = if directory.is_empty() { "." } else { directory };
        Value::new(Kind::Text(Text::known(directory, SpanMap::opaque(span))), span)
    }

    /// What a module returns; `key` is `[0]`, `["a"]` or empty.
    pub(super) fn output(
        &self,
        caller: &Rc<Instance>,
        call: &str,
        key: &str,
        output: &str,
        span: Span,
    ) -> Value {
        let Some(child) = self.child(caller, call, key) else {
            let reference = format!("{}module.{call}{key}.{output}", caller.prefix);
            let entry = caller.module.calls.get(call);
            let barred = entry.and_then(|entry| self.barred_module(caller, entry));
            let reason = barred.unwrap_or("the module's files are not in the tree");
            return convert::unknown(&reference, reason, span);
        };
        let what = format!("output.{output}");
        let value = self.memo(&child, what.clone(), &what, span, || {
            match child.module.outputs.get(output).and_then(|entry| entry.attribute("value")) {
                Some((tree, value)) => {
                    let at = tree.span(tree.range(value));
                    let value = self.expr(Place { instance: &child, scope: &Scope::default(), tree }, value);
                    value.used_at(at, "returned by the module here")
                }
                None => self.undeclared(
                    &format!("{}{output}", child.prefix),
                    "the module has no such output",
                    span,
                ),
            }
        });
        self.copied(&value).used_at(span, "used here")
    }

    /// The instance of a module that is called; none where its files are not to be had. `key` is `[0]`, `["a"]`
    /// or empty.
    pub(super) fn child(&self, caller: &Rc<Instance>, name: &str, key: &str) -> Option<Rc<Instance>> {
        let address = format!("{name}{key}");
        if let Some(known) = caller.children.borrow().get(&address) {
            return known.clone();
        }
        let child = self.instantiate(caller, name, key);
        caller.children.borrow_mut().insert(address, child.clone());
        child
    }

    fn instantiate(&self, caller: &Rc<Instance>, name: &str, key: &str) -> Option<Rc<Instance>> {
        if caller.prefix.matches("module.").count() >= MAX_MODULE_DEPTH {
            return None;
        }
        let entry = caller.module.calls.get(name)?;
        let module = self.called_module(caller, name, entry)?;
        let (repetitions, is_settled) = self.settled(caller, || self.repetitions(caller, entry));
        let one = repetitions.as_deref().unwrap_or_default().iter().find(|one| one.key == key);
        let scope = one.map(|one| one.scope.clone()).unwrap_or_default();
        Some(Rc::new(Instance {
            module,
            is_settled,
            // What a unit of Terragrunt calls is a root module to Terraform; several units may call the same one.
            prefix: match (caller.module.unit.is_some(), caller.module.directory.as_str()) {
                (true, "") => String::new(),
                (true, unit) => format!("{unit}:"),
                _ => format!("{}module.{name}{key}.", caller.prefix),
            },
            call: Some(Call { caller: caller.clone(), name: name.to_owned(), scope }),
            values: Default::default(),
            children: Default::default(),
        }))
    }

    /// The module that is called; none where its files are not to be had.
    pub(super) fn called_module(
        &self,
        caller: &Rc<Instance>,
        name: &str,
        entry: &Entry,
    ) -> Option<Rc<Module>> {
        let module = if caller.module.unit.is_some() {
            self.called_by_unit(caller, entry)?
        } else {
            let source = self.source(caller, entry)?;
            match is_local(&source) {
                true => self.module(&join(&caller.module.directory, &source)),
                false => self.module(&self.downloaded(caller, name)?),
            }
        };
        (!module.files.is_empty()).then_some(module)
    }

    /// Why a local module is not read that leads out of what the user gave.
    pub(super) fn barred_module(&self, caller: &Rc<Instance>, entry: &Entry) -> Option<&'static str> {
        let source = self.source(caller, entry).filter(|source| is_local(source))?;
        self.sources.is_barred(&join(&caller.module.directory, &source)).then_some(OUTSIDE)
    }

    /// The `source` of a module call.
    pub(super) fn source(&self, caller: &Rc<Instance>, entry: &Entry) -> Option<String> {
        let Some((tree, source)) = entry.attribute("source") else {
            return self.source_elsewhere(caller);
        };
        convert::known(&self.expr(Place { instance: caller, scope: &Scope::default(), tree }, source))
    }
}

/// The instance of the root module.
pub(super) fn root_of(instance: &Instance) -> &Instance {
    let mut root = instance;
    while let Some(call) = root.call.as_ref().filter(|call| call.caller.module.unit.is_none()) {
        root = &call.caller;
    }
    root
}

/// A part of a value: carried by what carried the whole.
fn follow(part: &Value, whole: &Value) -> Value {
    let mut part = part.clone();
    if part.trail.is_empty() {
        part.trail = whole.trail.clone();
    }
    part
}
