//! `Action` and `NotAction`.

use super::read::{Item, Reader};
use super::{ActionElement, ActionPattern, Statement};
use crate::catalog::{ActionSet, covers_future, expand_text};
use crate::value::{Member, SymbolKind, Text};

impl Reader<'_> {
    pub(super) fn action(&mut self, negated: bool, member: &Member) -> ActionElement {
        let value = &member.value;
        let (key_span, span) = (member.key_span, value.span);
        let mut element = ActionElement { negated, key_span, span, patterns: Vec::new(), open: false };
        for item in self.items("Action", value, false) {
            match item {
                Item::Text(text, span) => {
                    let (must, may) = expand_text(&text);
                    element.patterns.push(ActionPattern { text: text.into_owned(), span, must, may });
                }
                Item::Open(..) => element.open = true,
            }
        }
        element
    }
}

impl ActionElement {
    /// The actions that the statement surely speaks of, and those it may speak of: for `NotAction` all but
    /// the listed ones. An empty list speaks of none, whichever of the two it is.
    pub fn actions(&self) -> (ActionSet, ActionSet) {
        if self.patterns.is_empty() {
            return (ActionSet::EMPTY, if self.open { ActionSet::ALL } else { ActionSet::EMPTY });
        }
        let listed = |of: fn(&ActionPattern) -> ActionSet| {
            self.patterns.iter().fold(ActionSet::EMPTY, |set, pattern| set.union(of(pattern)))
        };
        let must = listed(|pattern| pattern.must);
        let may = if self.open { ActionSet::ALL } else { listed(|pattern| pattern.may) };
        if !self.negated {
            return (must, may);
        }
        // `NotAction: kms:Describe*` leaves most of the actions to come; only `*` takes them all.
        let leaves = |taken: bool| if taken { ActionSet::EMPTY } else { ActionSet::FUTURE };
        let surely_taken = self.patterns.iter().any(|pattern| takes_future(&pattern.text, false));
        let maybe_taken = self.open || self.patterns.iter().any(|pattern| takes_future(&pattern.text, true));
        (
            ActionSet::KNOWN.difference(may).union(leaves(maybe_taken)),
            ActionSet::KNOWN.difference(must).union(leaves(surely_taken)),
        )
    }
}

impl Statement {
    /// The actions it surely speaks of, and those it may speak of; none without `Action` and `NotAction`.
    pub fn actions(&self) -> (ActionSet, ActionSet) {
        self.action.as_ref().map(ActionElement::actions).unwrap_or_default()
    }

    /// How to name it in a sentence: its `Sid` in backticks, or its place counted from 1.
    pub fn label(&self) -> String {
        match &self.sid {
            Some(sid) if !sid.text.is_empty() => format!("`{}`", sid.text),
            _ => format!("statement {}", self.place + 1),
        }
    }
}

/// Whether a pattern matches all actions to come; of one with unknown pieces, whether it may.
fn takes_future(text: &Text, may: bool) -> bool {
    match text.as_known() {
        Some(pattern) => covers_future(&pattern),
        None => {
            may && {
                let stars = text.known_characters().collect::<String>();
                let rest = stars.strip_prefix("kms:").unwrap_or(&stars);
                rest.chars().all(|c| c == '*') || text.symbols().any(|symbol| symbol.kind == SymbolKind::Any)
            }
        }
    }
}
