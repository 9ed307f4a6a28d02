//! Where an expression is evaluated: a module instance, and the names bound around the expression.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::module::Module;
use crate::source::Span;
use crate::value::Value;

/// A module with the arguments of one call.
pub(super) struct Instance {
    /// The module.
    pub(super) module: Rc<Module>,
    /// `module.kms.`, or empty for the root module.
    pub(super) prefix: String,
    /// Who calls it; none for a module that is read on its own.
    pub(super) call: Option<Call>,
    /// Values of variables, locals and outputs that were asked for.
    pub(super) values: RefCell<BTreeMap<String, Memo>>,
    /// Whether it is the same in every evaluation: its call rests on no decision.
    pub(super) is_settled: bool,
    /// Instances of the modules that it calls, by address.
    pub(super) children: RefCell<BTreeMap<String, Option<Rc<Instance>>>>,
}

/// The call of a module.
pub(super) struct Call {
    /// The caller.
    pub(super) caller: Rc<Instance>,
    /// Name of the `module` block in the caller.
    pub(super) name: String,
    /// `count.index` and `each` of the call.
    pub(super) scope: Scope,
}

/// A value that is worked out at most once.
#[derive(Clone)]
pub(super) enum Memo {
    /// Being worked out: whoever asks again is in a cycle.
    Pending,
    /// Known; and whether it is the same in every evaluation.
    Done(Rc<Value>, bool),
}

/// The directory of a module that has none.
pub(super) const NAMELESS: &str = "\0";

impl Instance {
    /// What tells it from the others that a root module leads to.
    pub(super) fn name(&self) -> String {
        format!("{}:{}", self.module.name(), self.prefix)
    }

    /// An instance without a caller.
    pub(super) fn root(module: Rc<Module>) -> Rc<Instance> {
        // What templates are evaluated in has no name.
        let is_settled = module.directory != NAMELESS;
        Rc::new(Instance {
            module,
            is_settled,
            prefix: String::new(),
            call: None,
            values: RefCell::default(),
            children: RefCell::default(),
        })
    }
}

/// What names mean besides those of the module.
#[derive(Clone, Default)]
pub(super) struct Scope {
    /// Names bound by `for` and `dynamic`, innermost last.
    bindings: Vec<(String, Rc<Value>)>,
    /// `each.key` and `each.value`.
    pub(super) each: Option<(Value, Value)>,
    /// `count.index`
    pub(super) count: Option<Value>,
    /// The item of the innermost splat.
    pub(super) item: Option<Value>,
}

impl Scope {
    /// The scope of an instance by `count`.
    pub(super) fn counted(index: Value) -> Scope {
        Scope { count: Some(index), ..Scope::default() }
    }

    /// The scope of an instance by `for_each`.
    pub(super) fn for_each(key: Value, value: Value) -> Scope {
        Scope { each: Some((key, value)), ..Scope::default() }
    }

    /// This scope with one more name.
    pub(super) fn with(&self, name: &str, value: Value) -> Scope {
        let mut scope = self.clone();
        scope.bindings.push((name.to_owned(), Rc::new(value)));
        scope
    }

    /// This scope with the item of a splat.
    pub(super) fn with_item(&self, item: Value) -> Scope {
        Scope { item: Some(item), ..self.clone() }
    }

    /// The value bound to a name.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.bindings.iter().rev().find(|(bound, _)| bound == name).map(|(_, value)| &**value)
    }
}

/// One instance of a resource with `count` or `for_each`: how it is addressed, and its scope.
#[derive(Clone)]
pub(super) struct Repetition {
    /// `[0]`, `["a"]`, or empty.
    pub(super) key: String,
    /// `each` or `count` for its expressions.
    pub(super) scope: Scope,
    /// `count` is 0 as things stand: what is said holds once it is not.
    pub(super) disabled: Option<Span>,
}
