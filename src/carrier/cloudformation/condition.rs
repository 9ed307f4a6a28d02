//! Conditions: `Fn::If`, and what a condition of the template comes to.

use super::eval::{Evaluator, Scope, intrinsic};
use super::values;
use crate::source::Span;
use crate::value::{Kind, Piece, SymbolKind, Text, Value};

/// Conditions that name each other.
const MAX_NESTING: usize = 30;

impl Evaluator<'_> {
    /// `[Condition, Then, Otherwise]`
    pub(super) fn conditional(&self, arguments: &[Value], span: Span, scope: &Scope) -> Option<Value> {
        let [condition, then, otherwise] = arguments else { return None };
        let condition = values::known(&self.eval(condition, scope))?;
        let chosen = if self.condition(&condition) { then } else { otherwise };
        let _ = span;
        Some(self.eval(chosen, scope))
    }

    /// Whether a condition of the template holds; where that is not known, one of both, and the other one later.
    pub(super) fn condition(&self, name: &str) -> bool {
        self.named_condition(name, 0)
    }

    fn named_condition(&self, name: &str, depth: usize) -> bool {
        match self.template.entry("Conditions", name) {
            Some(entry) if depth < MAX_NESTING => self.holds(&entry.value, Some(name), depth + 1),
            _ => self.decisions.borrow_mut().decide(name.to_owned()),
        }
    }

    /// Whether a condition that is written out holds.
    pub(super) fn condition_value(&self, value: &Value) -> bool {
        self.holds(value, None, 0)
    }

    /// `name`: what it is called in the decisions, if it is all of a condition.
    fn holds(&self, value: &Value, name: Option<&str>, depth: usize) -> bool {
        let all = |items: &Value| -> Vec<bool> {
            let items = items.as_list().unwrap_or_default().iter();
            items.map(|item| self.holds(item, None, depth + 1)).collect()
        };
        let call = value.as_object().and_then(intrinsic);
        match call.as_ref().map(|(function, member)| (function.as_str(), &member.value)) {
            _ if depth > MAX_NESTING * 2 => false,
            Some(("And", items)) => all(items).into_iter().all(|holds| holds),
            Some(("Or", items)) => all(items).into_iter().any(|holds| holds),
            Some(("Not", items)) => !all(items).into_iter().any(|holds| holds),
            Some(("Condition", other)) => {
                values::known(other).is_some_and(|other| self.named_condition(&other, depth + 1))
            }
            Some(("Equals", items)) => match items.as_list().unwrap_or_default() {
                [a, b] => {
                    let scope = Scope::default();
                    self.equal(&self.eval(a, &scope), &self.eval(b, &scope), name)
                }
                _ => false,
            },
            _ => match values::boolean(&self.eval(value, &Scope::default())) {
                Some(holds) => holds,
                None => self.decisions.borrow_mut().decide(name.unwrap_or("a condition").to_owned()),
            },
        }
    }

    fn equal(&self, a: &Value, b: &Value, name: Option<&str>) -> bool {
        let (Some(a), Some(b)) = (values::text(a), values::text(b)) else {
            let label = name.map_or_else(|| "two lists are equal".to_owned(), str::to_owned);
            return self.decisions.borrow_mut().decide(label);
        };
        match (a.as_known(), b.as_known()) {
            _ if a.same(&b) => return true,
            (Some(_), Some(_)) => return false,
            _ => {}
        }
        let (open, other) = if a.is_known() { (b, a) } else { (a, b) };
        if let Some(holds) = self.follows(&open, &other) {
            return holds;
        }
        let label = format!("{open} is {}", quoted(&other));
        let holds = self.decisions.borrow_mut().decide(name.map_or(label, str::to_owned));
        self.compared.borrow_mut().push((open, other, holds));
        holds
    }

    /// Whether a string that is not known equals another one, as far as it follows from what was decided before and
    /// from the values that its parameter may have.
    fn follows(&self, open: &Text, other: &Text) -> Option<bool> {
        let compared = self.compared.borrow();
        let before = || compared.iter().filter(|(known, ..)| known.same(open));
        if let Some((_, value, _)) = before().find(|(.., holds)| *holds) {
            return Some(value.same(other));
        }
        if before().any(|(_, value, _)| value.same(other)) {
            return Some(false);
        }
        let [Piece::Unknown { symbol, .. }] = open.pieces.as_slice() else { return None };
        let other = other.as_known()?;
        if symbol.kind != SymbolKind::Any {
            return other.is_empty().then_some(false);
        }
        let parameter = self.template.entry("Parameters", &symbol.reference)?;
        let allowed = parameter.value.get("AllowedValues")?.as_list()?;
        let allowed: Vec<String> = allowed.iter().map(values::known).collect::<Option<_>>()?;
        let is_left =
            |value: &&String| !before().any(|(_, known, _)| known.as_known().as_deref() == Some(*value));
        let mut left = allowed.iter().filter(is_left);
        match left.clone().any(|value| **value == *other) {
            true => left.all(|value| **value == *other).then_some(true),
            false => Some(false),
        }
    }
}

fn quoted(text: &Text) -> String {
    if text.pieces.is_empty() || text.as_known().is_some_and(|text| text.is_empty()) {
        return "empty".to_owned();
    }
    text.to_string()
}

/// The name of the condition that a resource is made under.
pub(super) fn of_resource(resource: &Value) -> Option<String> {
    match &resource.get("Condition")?.kind {
        Kind::Text(name) => Some(name.to_string()),
        _ => None,
    }
}
