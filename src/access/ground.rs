//! Which characters of the policy give an action to a class.

use super::model::Clause;
use super::search::Answer;
use super::theory::Mode;
use super::{Access, Level, Match, matching};
use crate::catalog::ActionSet;
use crate::policy::Effect;
use crate::source::Span;

/// A statement that gives an action to a principal, and the characters that do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ground {
    /// The statement's place in the policy.
    pub statement: usize,
    /// The principal string, or the element where no single string names it.
    pub principal: Span,
    /// The action pattern; of `NotAction`, the key.
    pub action: Span,
}

impl Access<'_> {
    /// The Allow statements through which a class surely holds some of `actions` directly, with the characters
    /// that give each.
    pub fn grounds(&self, class: usize, actions: ActionSet) -> Vec<Ground> {
        self.grounds_at(class, actions, Level::Direct)
    }

    pub(crate) fn grounds_at(&self, class: usize, actions: ActionSet, level: Level) -> Vec<Ground> {
        let question = (class, actions, level);
        if let Some(grounds) = self.known.grounds.borrow().get(&question) {
            return grounds.clone();
        }
        let grounds = self.find_grounds(class, actions, level);
        if !self.model.is_spent() {
            self.known.grounds.borrow_mut().insert(question, grounds.clone());
        }
        grounds
    }

    fn find_grounds(&self, class: usize, actions: ActionSet, level: Level) -> Vec<Ground> {
        let Some(subject) = self.model.subjects.get(class).filter(|_| class < self.classes.len()) else {
            return Vec::new();
        };
        let addressed = matching::Addressed::subject(subject);
        let mut grounds = Vec::new();
        for (clause, matched) in self.allows(class) {
            let statement = clause.statement;
            if !matches!(matched, Match::Yes(found) if found >= level) {
                continue;
            }
            let (Some(principals), Some(element)) = (&statement.principal, &statement.action) else {
                continue;
            };
            let given = self.given(class, clause, actions);
            if given.is_empty() || statement.effect == Effect::Unknown {
                continue;
            }
            let principal = matching::entry(principals, &addressed).filter(|_| !principals.negated);
            let principal = principal.map_or(principals.key_span, |entry| entry.span);
            let ground = |action| Ground { statement: statement.index, principal, action };
            if element.negated {
                grounds.push(ground(element.key_span));
                continue;
            }
            let patterns = element.patterns.iter().filter(|pattern| pattern.must.intersects(given));
            grounds.extend(patterns.map(|pattern| ground(pattern.span)));
        }
        grounds
    }

    /// Those of `actions` that a statement surely gives to a class in some context, after the Denies.
    fn given(&self, class: usize, clause: &Clause<'_>, actions: ActionSet) -> ActionSet {
        let mut given = ActionSet::EMPTY;
        for group in self.groups(actions.intersection(clause.must)) {
            let denies = self.denies_of(class, group);
            let question = self.question(class, group, Some(clause), denies.certain, Mode::Surely);
            if !denies.unknown && matches!(self.ask(&question), Answer::Yes(_)) {
                given = given.union(group);
            }
        }
        given
    }
}
