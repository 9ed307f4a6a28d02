//! Values of a template to values, as far as they go.
//!
//! What cannot be known becomes an unknown with its reason. A condition that cannot be decided is decided for one
//! evaluation and recorded; the caller evaluates again for the other answer.

use std::cell::{Cell, OnceCell, RefCell};

use super::template::Template;
use super::values;
use crate::carrier::Passage;
use crate::carrier::branch::Decisions;
use crate::source::Span;
use crate::value::{Kind, Member, Text, Value};

/// Values that one evaluation may look at before it gives up.
const MAX_STEPS: u32 = 400_000;

/// Nesting of values and references.
const MAX_DEPTH: u32 = 150;

/// One evaluation.
pub(super) struct Evaluator<'t> {
    pub(super) template: &'t Template<'t>,
    /// The undecided conditions, and how they were decided.
    pub(super) decisions: RefCell<Decisions>,
    /// Strings that are not known, what they were compared with, and whether they were decided to equal it.
    pub(super) compared: RefCell<Vec<(Text, Text, bool)>>,
    /// What carried the values that were put into strings, by the place they were put in.
    pub(super) passages: RefCell<Vec<Passage>>,
    /// The resources that loops make, once one of them was asked for.
    looped: OnceCell<Vec<(Member, Scope)>>,
    is_expanding: Cell<bool>,
    steps: Cell<u32>,
    depth: Cell<u32>,
}

/// Copies that the loops of one member may make. CloudFormation takes 500 resources in a template.
const MAX_COPIES: usize = 1_000;

/// Names that `Fn::ForEach` and `Fn::Sub` bind, innermost last.
#[derive(Clone, Default)]
pub(super) struct Scope(Vec<(String, Value)>);

impl Scope {
    /// This scope with one more name.
    pub(super) fn with(&self, name: &str, value: Value) -> Scope {
        let mut scope = self.clone();
        scope.0.push((name.to_owned(), value));
        scope
    }

    /// The value bound to a name.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().rev().find(|(bound, _)| bound == name).map(|(_, value)| value)
    }
}

impl<'t> Evaluator<'t> {
    pub(super) fn new(template: &'t Template<'t>, decisions: Decisions) -> Self {
        Evaluator {
            template,
            decisions: RefCell::new(decisions),
            compared: RefCell::default(),
            passages: RefCell::default(),
            looped: OnceCell::new(),
            is_expanding: Cell::new(false),
            steps: Cell::new(0),
            depth: Cell::new(0),
        }
    }

    /// The value of what is written.
    pub(super) fn eval(&self, value: &Value, scope: &Scope) -> Value {
        let steps = self.steps.get();
        if steps >= MAX_STEPS || self.depth.get() >= MAX_DEPTH {
            return values::unknown("this", "it takes too long to evaluate", value.span);
        }
        self.steps.set(steps + 1);
        self.depth.set(self.depth.get() + 1);
        let result = match &value.kind {
            Kind::List(items) => {
                let items = items.iter().map(|item| self.eval(item, scope));
                let items = items.filter(|item| !values::is_no_value(item)).collect();
                Value { kind: Kind::List(items), ..value.clone_shell() }
            }
            Kind::Object(members) => match intrinsic(members) {
                Some((name, member)) => self.function(&name, member, value.span, scope),
                None => Value { kind: Kind::Object(self.members(members, scope)), ..value.clone_shell() },
            },
            Kind::Text(text) => {
                let text = self.template_text(text);
                Value { kind: Kind::Text(text), ..value.clone_shell() }
            }
            _ => value.clone(),
        };
        self.depth.set(self.depth.get() - 1);
        match value.trail.is_empty() || !result.trail.is_empty() {
            true => result,
            false => Value { trail: value.trail.clone(), ..result },
        }
    }

    fn members(&self, members: &[Member], scope: &Scope) -> Vec<Member> {
        let mut done = Vec::new();
        for member in members {
            let name = member.key.as_known().unwrap_or_default();
            if name.starts_with("Fn::ForEach::") {
                for (member, scope) in self.expand(member, scope) {
                    done.push(Member { value: self.eval(&member.value, &scope), ..member });
                }
            } else if name == "Fn::Transform" {
                // Beside other members it adds to them.
                let value = self.function("Transform", member, member.key_span, scope);
                let Kind::Unknown(symbol) = &value.kind else { continue };
                let key = Text::unknown(symbol.clone(), member.key_span);
                done.push(Member { key, key_span: member.key_span, value });
            } else {
                let value = self.eval(&member.value, scope);
                if !values::is_no_value(&value) {
                    let key = member.key.clone();
                    done.push(Member { key, key_span: member.key_span, value });
                }
            }
        }
        done
    }

    /// The members that `Fn::ForEach::Name: [Id, [a, b], { key: value }]` stands for, each with its scope. Of
    /// unknown items one stands for all.
    pub(super) fn expand(&self, member: &Member, scope: &Scope) -> Vec<(Member, Scope)> {
        self.expand_within(member, scope, MAX_COPIES)
    }

    /// The same, for at most so many copies of the body.
    fn expand_within(&self, member: &Member, scope: &Scope, most: usize) -> Vec<(Member, Scope)> {
        let [identifier, collection, body] = member.value.as_list().unwrap_or_default() else {
            return Vec::new();
        };
        let Some(identifier) = values::known(identifier) else { return Vec::new() };
        let collection = self.eval(collection, scope);
        let any = |why: &str| Vec::from([values::unknown(&identifier, why, collection.span)]);
        let items = match &collection.kind {
            Kind::List(items) if items.len() > most => any("the loop has too many turns"),
            Kind::List(items) => items.clone(),
            _ => any(&values::because(&collection)),
        };
        let most = most / items.len().max(1);
        let mut expanded = Vec::new();
        for item in items {
            let scope = scope.with(&identifier, item);
            for member in body.as_object().unwrap_or_default() {
                if member.key.to_string().starts_with("Fn::ForEach::") {
                    expanded.extend(self.expand_within(member, &scope, most));
                } else {
                    let key = self.substitute(&member.key, &scope, true);
                    expanded.push((Member { key, ..member.clone() }, scope.clone()));
                }
            }
        }
        expanded
    }

    /// A resource by its logical id, be it written down or made by a loop.
    pub(super) fn resource(&self, name: &str) -> Option<(Value, Scope)> {
        if let Some(written) = self.template.resource(name) {
            return Some((written.clone(), Scope::default()));
        }
        // What a loop goes over is no resource that it makes.
        if self.is_expanding.replace(true) {
            return None;
        }
        let looped = self.looped.get_or_init(|| {
            let is_loop = |member: &&Member| member.key.to_string().starts_with("Fn::ForEach::");
            let loops = self.template.resources().iter().filter(is_loop);
            loops.flat_map(|member| self.expand(member, &Scope::default())).collect()
        });
        self.is_expanding.set(false);
        let found = looped.iter().find(|(member, _)| member.key.as_known().as_deref() == Some(name));
        found.map(|(member, scope)| (member.value.clone(), scope.clone()))
    }

    /// Remembers what carried a value to the place it is put in.
    pub(super) fn pass(&self, span: Span, value: &Value) {
        if !value.trail.is_empty() {
            let (origin, trail) = (value.span, value.trail.clone());
            self.passages.borrow_mut().push(Passage { span, origin, trail });
        }
    }
}

impl Value {
    /// The place of a value, to be given another kind.
    fn clone_shell(&self) -> Value {
        Value { kind: Kind::Null, span: self.span, trail: self.trail.clone() }
    }
}

/// The name of the function that an object is a call of, without `Fn::`, and its argument.
pub(super) fn intrinsic(members: &[Member]) -> Option<(String, &Member)> {
    let [member] = members else { return None };
    let key = member.key.as_known()?;
    let name = match &*key {
        "Ref" | "Condition" => &*key,
        key => key.strip_prefix("Fn::").or_else(|| key.strip_prefix('!'))?,
    };
    // `{"Condition": {…}}` is a statement's; a condition's name is a string.
    let is_element = name == "Condition" && !matches!(member.value.kind, Kind::Text(_));
    let is_call = !is_element && !name.starts_with("ForEach::");
    is_call.then(|| (name.to_owned(), member))
}
