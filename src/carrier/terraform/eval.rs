//! Expressions to values, as far as they go.
//!
//! What cannot be known becomes an unknown with its reason, never an error and never an empty value. A
//! condition that cannot be decided is *decided* for one evaluation and recorded; the caller evaluates again
//! for the other answer (see `branch.rs`), so that no value has to hold two.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use super::bounds::{self, MAX_DEPTH, MAX_ITEMS, MAX_STEPS, TOO_MANY};
use super::convert;
use super::download::Downloads;
use super::module::{Module, join};
use super::provider::Provider;
use super::resource::Handle;
use super::scope::{Instance, Repetition, Scope};
use super::types;
use super::values::{Settings, ValueFiles};
use crate::carrier::Passage;
use crate::carrier::branch::Decisions;
use crate::source::{Sources, Span};
use crate::syntax::hcl::ast::{
    BinaryOperator, Expr, ExprId, For, ObjectItem, ObjectKey, Range, Tree, UnaryOperator,
};
use crate::value::{Kind, Member, SpanMap, Symbol, Text, Value};

/// Nodes of a copy that cost as much as evaluating an expression.
const NODES_OF_A_STEP: usize = 32;

/// What all evaluations of a run share.
#[derive(Default)]
pub(super) struct Modules {
    /// Modules that were loaded, by directory.
    pub(super) loaded: RefCell<BTreeMap<String, Rc<Module>>>,
    /// Files of values that were read.
    pub(super) value_files: ValueFiles,
    /// Where `terraform init` put the modules that it downloaded, by root directory and call.
    pub(super) downloaded: RefCell<BTreeMap<String, Rc<Downloads>>>,
    /// What the user says of variables.
    pub(super) settings: Settings,
    /// What the evaluations of one root module share.
    pub(super) shared: RefCell<Shared>,
    /// Directories of modules that lead to nothing that is looked for.
    pub(super) idle: Arc<BTreeSet<String>>,
    /// Directories of modules that are not there, with that of the call that is told; where nobody looked for them,
    /// each call is told.
    pub(super) missing: Option<Arc<BTreeMap<String, String>>>,
}

/// What is the same in every evaluation of one root module, by [`Instance::name`]: whatever rests on no decision, names
/// no resource and leaves no trace in the evaluation.
#[derive(Default)]
pub(super) struct Shared {
    /// Variables, locals and outputs.
    pub(super) values: BTreeMap<(String, String), Rc<Value>>,
    /// The instances of blocks, by where they begin.
    pub(super) repetitions: BTreeMap<(String, Span), Repetitions>,
}

/// The instances of a block; none where their number is not known.
pub(super) type Repetitions = Option<Rc<[Repetition]>>;

impl Modules {
    /// Whether a local module that is called leads to nothing that is looked for.
    pub(super) fn is_idle(&self, caller: &str, source: &str) -> bool {
        self.idle.contains(&join(caller, source))
    }

    /// Whether a call of a local module that is not there is the one that is told.
    pub(super) fn tells_of(&self, caller: &str, source: &str) -> bool {
        let first = self.missing.as_ref().map(|missing| missing.get(&join(caller, source)));
        first.is_none_or(|first| first.is_some_and(|first| first == caller))
    }
}

/// One evaluation.
pub(super) struct Evaluator<'s> {
    pub(super) sources: &'s Sources,
    pub(super) modules: &'s Modules,
    /// The undecided conditions, and how they were decided.
    pub(super) decisions: RefCell<Decisions>,
    /// Resources and data sources that were named, by reference.
    pub(super) handles: RefCell<BTreeMap<Arc<str>, Handle>>,
    /// The provider configuration of the key that is looked at.
    pub(super) own_provider: RefCell<Option<Provider>>,
    /// What carried the values that were put into templates, by the place they were put in.
    pub(super) passages: RefCell<Vec<Passage>>,
    /// Whether what the root module's variables are by default is not known, as somebody may give them values.
    pub(super) open: bool,
    /// Inside `try` and `can`, where asking for what is not there has an answer.
    pub(super) trying: Cell<bool>,
    /// How often something was met that another evaluation may not meet so.
    touched: Cell<u32>,
    /// How many conditions were decided when an evaluation whose decisions do not count began.
    aside: Cell<Option<usize>>,
    steps: Cell<u32>,
    depth: Cell<u32>,
}

/// A module instance, and the tree of the block that is evaluated in it.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) instance: &'a Rc<Instance>,
    pub(super) scope: &'a Scope,
    pub(super) tree: &'a Tree,
}

impl Place<'_> {
    pub(super) fn span(&self, id: ExprId) -> Span {
        self.tree.span(self.tree.range(id))
    }
}

impl<'s> Evaluator<'s> {
    pub(super) fn new(sources: &'s Sources, modules: &'s Modules, decisions: Decisions) -> Self {
        Evaluator {
            sources,
            modules,
            decisions: RefCell::new(decisions),
            handles: RefCell::default(),
            own_provider: RefCell::default(),
            passages: RefCell::default(),
            open: false,
            trying: Cell::new(false),
            touched: Cell::new(0),
            aside: Cell::new(None),
            steps: Cell::new(0),
            depth: Cell::new(0),
        }
    }

    /// The module of a directory, loaded at most once.
    pub(super) fn module(&self, directory: &str) -> Rc<Module> {
        let mut modules = self.modules.loaded.borrow_mut();
        modules
            .entry(directory.to_owned())
            .or_insert_with(|| Rc::new(Module::load(self.sources, directory)))
            .clone()
    }

    /// Evaluates something beside the policy, such as whether there is a key at all: what is decided for it makes
    /// no branches. Returns whether something was.
    pub(super) fn aside<T>(&self, work: impl FnOnce() -> T) -> (T, bool) {
        let before = self.decisions.borrow().clone();
        let outer = self.aside.get();
        self.aside.set(Some(outer.unwrap_or(before.count())));
        let value = work();
        self.aside.set(outer);
        let decided = self.decisions.replace(before.clone()).count() > before.count();
        (value, decided)
    }

    /// Whether a value may be kept for the rest of the evaluation: it rests on no decision that does not count.
    pub(super) fn may_keep(&self) -> bool {
        self.aside.get().is_none_or(|before| self.decisions.borrow().count() == before)
    }

    /// Notes that what is evaluated may be another value in another evaluation.
    pub(super) fn touch(&self) {
        self.touched.set(self.touched.get().wrapping_add(1));
    }

    /// What some work comes to in an instance, and whether it is the same in every evaluation.
    pub(super) fn settled<T>(&self, instance: &Instance, work: impl FnOnce() -> T) -> (T, bool) {
        let before = self.touched.get();
        let result = work();
        if !instance.is_settled {
            self.touch();
        }
        (result, self.touched.get() == before)
    }

    /// Whether this evaluation takes and leaves what all share.
    pub(super) fn is_sharing(&self) -> bool {
        !self.open && !self.trying.get()
    }

    /// A copy of a value that was evaluated before, which costs by its size.
    pub(super) fn copied(&self, value: &Value) -> Value {
        let cost = u32::try_from(bounds::size(value) / NODES_OF_A_STEP).unwrap_or(u32::MAX);
        self.steps.set(self.steps.get().saturating_add(cost));
        value.clone()
    }

    /// The value of an expression.
    pub(super) fn expr(&self, place: Place<'_>, id: ExprId) -> Value {
        let span = place.span(id);
        let steps = self.steps.get();
        if steps >= MAX_STEPS || self.depth.get() >= MAX_DEPTH {
            self.touch();
            return convert::unknown(
                place.tree.text(place.tree.range(id)),
                "it takes too long to evaluate",
                span,
            );
        }
        self.steps.set(steps + 1);
        self.depth.set(self.depth.get() + 1);
        let value = self.form(place, id, span);
        self.depth.set(self.depth.get() - 1);
        bounds::of_length(value, place.tree.text(place.tree.range(id)), span)
    }

    fn form(&self, place: Place<'_>, id: ExprId, span: Span) -> Value {
        let tree = place.tree;
        match tree.expr(id) {
            Expr::Null => Value::new(Kind::Null, span),
            Expr::Bool(bool) => Value::new(Kind::Bool(*bool), span),
            Expr::Number(range) => number(tree.text(*range), span),
            Expr::Quoted(_) | Expr::Template(_) | Expr::Heredoc(_) => self.template(place, id),
            Expr::Variable(_) | Expr::Attribute { .. } | Expr::Index { .. } => self.traversal(place, id),
            Expr::Splat { source, each, .. } => self.splat(place, *source, *each, span),
            Expr::SplatItem => {
                place.scope.item.clone().unwrap_or_else(|| convert::unknown("*", "there is no splat", span))
            }
            Expr::Call { name, arguments, expand } => self.call(place, *name, arguments, *expand, span),
            Expr::List(items) => {
                Value::new(Kind::List(items.iter().map(|item| self.expr(place, *item)).collect()), span)
            }
            Expr::Object(items) => self.object(place, items, span),
            Expr::For(expression) => self.for_expression(place, expression, span),
            Expr::Conditional { condition, then, otherwise } => {
                let holds = self.condition(place, *condition);
                let (taken, other) = if holds { (*then, *otherwise) } else { (*otherwise, *then) };
                types::beside(self.expr(place, taken), tree, other)
            }
            Expr::Binary { operator, left, right } => self.binary(place, *operator, *left, *right, span),
            Expr::Unary { operator, operand } => {
                let operand = self.expr(place, *operand);
                let result = match operator {
                    UnaryOperator::Not => {
                        convert::boolean(&operand).map(|b| Value::new(Kind::Bool(!b), span))
                    }
                    UnaryOperator::Negate => {
                        convert::number(&operand).map(|n| convert::number_value(-n, span))
                    }
                };
                result.unwrap_or_else(|| self.opaque(place, id, &operand))
            }
            Expr::Paren(inner) => self.expr(place, *inner),
            Expr::Error => {
                let text = tree.text(tree.range(id)).trim_end_matches([',', '(', '[', '{', ' ']);
                convert::unknown(text, "it could not be read", span)
            }
        }
    }

    /// Whether a condition holds; where that is not known, one of both, and the other one later.
    pub(super) fn condition(&self, place: Place<'_>, id: ExprId) -> bool {
        let value = self.expr(place, id);
        convert::boolean(&value).unwrap_or_else(|| self.decide(place, place.tree.range(id)))
    }

    /// Decides the condition written in a range.
    pub(super) fn decide(&self, place: Place<'_>, range: Range) -> bool {
        let text = place.tree.text(range).split_whitespace().collect::<Vec<_>>().join(" ");
        self.is_decided(&format!("{}{text}", place.instance.prefix))
    }

    /// An expression that is unknown because a part of it is.
    pub(super) fn opaque(&self, place: Place<'_>, id: ExprId, because: &Value) -> Value {
        let text = place.tree.text(place.tree.range(id));
        let reason = because
            .first_unknown()
            .map_or_else(|| "it cannot be evaluated".to_owned(), |symbol| symbol.reason.to_string());
        let reference = format!("{}{text}", place.instance.prefix);
        Value::new(Kind::Unknown(Symbol::any(&reference, &reason)), place.span(id))
    }

    fn object(&self, place: Place<'_>, items: &[ObjectItem], span: Span) -> Value {
        let members = items.iter().map(|item| {
            let key_span = place.tree.span(item.key_range);
            let key = match &item.key {
                ObjectKey::Name(range) => Text::known(place.tree.text(*range), SpanMap::identity(key_span)),
                ObjectKey::Expr(key) => {
                    let key = self.expr(place, *key);
                    convert::text(&key)
                        .unwrap_or_else(|| Text::unknown(Symbol::any("key", "it is no string"), key_span))
                }
            };
            Member { key, key_span, value: self.expr(place, item.value) }
        });
        Value::new(Kind::Object(members.collect()), span)
    }

    fn splat(&self, place: Place<'_>, source: ExprId, each: ExprId, span: Span) -> Value {
        let source = self.expr(place, source);
        let items = match self.instances(&source) {
            Some(items) => items.into_iter().map(|(_, item)| item).collect(),
            None => match &source.kind {
                Kind::List(items) => items.clone(),
                Kind::Null => Vec::new(),
                // A splat over what is no list makes a list of it.
                _ => Vec::from([source.clone()]),
            },
        };
        let taken = items.into_iter().map(|item| {
            let scope = place.scope.with_item(item);
            self.expr(Place { scope: &scope, ..place }, each)
        });
        Value { kind: Kind::List(taken.collect()), span, trail: source.trail.clone() }
    }

    /// Keys and values of what `for` or `for_each` iterates; none where that is not known.
    pub(super) fn pairs(&self, collection: &Value) -> Option<Vec<(Value, Value)>> {
        if let Some(instances) = self.instances(collection) {
            return Some(instances);
        }
        match &collection.kind {
            Kind::List(items) => {
                let keyed = items.iter().enumerate();
                Some(keyed.map(|(at, item)| (number(&at.to_string(), item.span), item.clone())).collect())
            }
            Kind::Object(members) => {
                let mut unique: BTreeMap<String, (Value, Value)> = BTreeMap::new();
                for member in members {
                    let key = Value::new(Kind::Text(member.key.clone()), member.key_span);
                    unique.insert(member.key.to_string(), (key, member.value.clone()));
                }
                Some(unique.into_values().collect())
            }
            _ => None,
        }
    }

    fn for_expression(&self, place: Place<'_>, expression: &For, span: Span) -> Value {
        let collection = self.expr(place, expression.collection);
        // Of an unknown collection one unknown item stands for all of them.
        let pairs = self.pairs(&collection);
        if pairs.as_ref().is_some_and(|pairs| pairs.len() > MAX_ITEMS) {
            return convert::unknown(&place.tree.text_of(span), TOO_MANY, span);
        }
        let is_known = pairs.is_some();
        let pairs = pairs.unwrap_or_else(|| {
            let reference = collection.first_unknown().map(|symbol| symbol.reference.to_string());
            let item = format!("{}[*]", reference.unwrap_or_default());
            let reason = "the collection is not known";
            let one = |what: &str| convert::unknown(&format!("{item}{what}"), reason, collection.span);
            Vec::from([(one(".key"), one(""))])
        });
        let is_set = expression.key_name.is_some()
            && matches!(collection.kind, Kind::List(_))
            && self.is_set(place, expression.collection);
        let mut items = Vec::new();
        let mut members: Vec<Member> = Vec::new();
        for (key, value) in pairs {
            let key = if is_set { value.clone() } else { key };
            let mut scope = place.scope.with(place.tree.text(expression.value_name), value);
            if let Some(name) = expression.key_name {
                scope = scope.with(place.tree.text(name), key);
            }
            let place = Place { scope: &scope, ..place };
            // Of items that are not known some may pass.
            let drops = |condition| match is_known {
                true => !self.condition(place, condition),
                false => convert::boolean(&self.expr(place, condition)) == Some(false),
            };
            if expression.condition.is_some_and(drops) {
                continue;
            }
            let value = self.expr(place, expression.value);
            let Some(key) = expression.key else {
                items.push(value);
                continue;
            };
            let key = self.expr(place, key);
            let text = convert::text(&key).unwrap_or_default();
            let same = members.iter_mut().find(|member| expression.group && member.key.same(&text));
            match same {
                Some(Member { value: Value { kind: Kind::List(group), .. }, .. }) => group.push(value),
                _ if expression.group => {
                    let group = Value::new(Kind::List(Vec::from([value])), span);
                    members.push(Member { key: text, key_span: key.span, value: group });
                }
                _ => members.push(Member { key: text, key_span: key.span, value }),
            }
        }
        if expression.key.is_some() {
            members.sort_by_key(|member| member.key.to_string());
            return Value::new(Kind::Object(members), span);
        }
        Value::new(Kind::List(items), span)
    }

    fn binary(
        &self,
        place: Place<'_>,
        operator: BinaryOperator,
        left: ExprId,
        right: ExprId,
        span: Span,
    ) -> Value {
        use BinaryOperator as Op;
        let (a, b) = (self.expr(place, left), self.expr(place, right));
        let bool = |bool: Option<bool>| bool.map(|bool| Value::new(Kind::Bool(bool), span));
        let numbers = || Some((convert::number(&a)?, convert::number(&b)?));
        let (x, y) = (convert::boolean(&a), convert::boolean(&b));
        let result = match operator {
            Op::And if x == Some(false) || y == Some(false) => bool(Some(false)),
            Op::Or if x == Some(true) || y == Some(true) => bool(Some(true)),
            Op::And => bool(x.zip(y).map(|(x, y)| x && y)),
            Op::Or => bool(x.zip(y).map(|(x, y)| x || y)),
            Op::Equal => bool(convert::equal(&a, &b)),
            Op::NotEqual => bool(convert::equal(&a, &b).map(|equal| !equal)),
            Op::Less => bool(numbers().map(|(x, y)| x < y)),
            Op::LessEqual => bool(numbers().map(|(x, y)| x <= y)),
            Op::Greater => bool(numbers().map(|(x, y)| x > y)),
            Op::GreaterEqual => bool(numbers().map(|(x, y)| x >= y)),
            Op::Add => numbers().map(|(x, y)| convert::number_value(x + y, span)),
            Op::Subtract => numbers().map(|(x, y)| convert::number_value(x - y, span)),
            Op::Multiply => numbers().map(|(x, y)| convert::number_value(x * y, span)),
            Op::Divide => numbers().filter(|n| n.1 != 0.0).map(|(x, y)| convert::number_value(x / y, span)),
            Op::Modulo => numbers().filter(|n| n.1 != 0.0).map(|(x, y)| convert::number_value(x % y, span)),
        };
        result.unwrap_or_else(|| {
            let because = if convert::has_unknown(&a) { a } else { b };
            let text = place.tree.text_of(span);
            let reason = because.first_unknown().map(|symbol| symbol.reason.to_string());
            convert::unknown(&text, &reason.unwrap_or_default(), span)
        })
    }
}

/// A number as it is written, in the one way that Terraform writes it.
fn number(text: &str, span: Span) -> Value {
    let plain = !text.contains(['e', 'E', '.']);
    match text.parse() {
        Ok(number) if !plain => convert::number_value(number, span),
        _ => Value::new(Kind::Number(text.to_owned()), span),
    }
}
