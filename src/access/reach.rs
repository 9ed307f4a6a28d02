//! Whether a class reaches a level: with a group of actions that all statements treat alike, in some context or in every
//! one.

use super::model::Clause;
use super::search::{Answer, Question};
use super::theory::Mode;
use super::{Access, ClassKind, Level, Match, Verdict, Witness, is_complete, may_have};
use crate::catalog::ActionSet;
use crate::policy::{Effect, Statement};

/// The Deny statements that speak of a class and a group of actions.
pub(super) struct Denies<'m, 'a> {
    pub(super) certain: Vec<&'m Clause<'a>>,
    /// Another Deny may apply.
    pub(super) unknown: bool,
}

impl<'a> Access<'a> {
    /// Whether a class reaches a level with a group of actions that all statements treat alike.
    pub(super) fn group_can(&self, class: usize, group: ActionSet, level: Level) -> Verdict {
        let question = (class, group, level);
        if let Some(verdict) = self.known.can.borrow().get(&question) {
            return verdict.clone();
        }
        let verdict = self.group_can_by(class, group, level, |_| true);
        if !self.model.is_spent() {
            self.known.can.borrow_mut().insert(question, verdict.clone());
        }
        verdict
    }

    /// So, by some of the Allow statements.
    pub(super) fn group_can_by(
        &self,
        class: usize,
        group: ActionSet,
        level: Level,
        by: impl Fn(&Statement) -> bool,
    ) -> Verdict {
        let Some(kind) = self.kind(class) else { return Verdict::No };
        let denies = self.denies_of(class, group);
        let mut unknown = false;
        for statement in self.allows().filter(|statement| by(statement)) {
            let (must, may) = statement.actions();
            if !may.intersects(group) {
                continue;
            }
            let matched = self.matched(class, statement);
            let reaches = matches!(matched, Match::Yes(found) if found >= level);
            if !reaches && matched != Match::Maybe {
                continue;
            }
            let question = |mode| self.question(class, group, Some(statement), denies.certain.clone(), mode);
            if reaches && must.contains(group) && is_complete(statement) && !denies.unknown {
                match self.ask(&question(Mode::Surely)) {
                    Answer::Yes(values) => {
                        match Witness::new(self.policy, &self.model, kind, group, values, level) {
                            Some(witness) => return Verdict::Yes(witness),
                            None => unknown = true,
                        }
                    }
                    Answer::Capped => unknown = true,
                    Answer::No => {}
                }
            }
            unknown = unknown || self.ask(&question(Mode::Possibly)) != Answer::No;
        }
        if unknown || (self.policy.open && !matches!(kind, ClassKind::Fresh)) {
            Verdict::Unknown
        } else {
            Verdict::No
        }
    }

    /// Whether a class surely reaches a level with a group in **every** context.
    pub(super) fn always(&self, class: usize, group: ActionSet, level: Level) -> bool {
        let question = (class, group, level);
        if let Some(known) = self.known.always.borrow().get(&question) {
            return *known;
        }
        let always = self.is_always(class, group, level);
        if !self.model.is_spent() {
            self.known.always.borrow_mut().insert(question, always);
        }
        always
    }

    pub(super) fn is_always(&self, class: usize, group: ActionSet, level: Level) -> bool {
        let denies = self.denies_of(class, group);
        let applies = |deny: &&Clause<'a>| {
            let question = self.question(class, group, Some(deny.statement), Vec::new(), Mode::Possibly);
            self.ask(&question) != Answer::No
        };
        if denies.unknown || denies.certain.iter().any(applies) {
            return false;
        }
        let reaches = |clause: &&Clause<'a>| {
            let statement = clause.statement;
            matches!(self.matched(class, statement), Match::Yes(found) if found >= level)
                && may_have(statement, Effect::Allow)
                && statement.actions().0.contains(group)
                && is_complete(statement)
        };
        let allows: Vec<&Clause<'a>> = self.model.clauses.iter().filter(reaches).collect();
        let question = self.question(class, group, None, allows, Mode::Possibly);
        !question.escapes.is_empty() && self.ask(&question) == Answer::No
    }

    /// The question whether a request satisfies a statement's conditions and escapes those of others.
    pub(super) fn question<'q>(
        &self,
        subject: usize,
        actions: ActionSet,
        statement: Option<&Statement>,
        escapes: Vec<&'q Clause<'q>>,
        mode: Mode,
    ) -> Question<'q> {
        let clause = statement.and_then(|statement| self.model.clauses.get(statement.index));
        let holding = clause.map(|clause| clause.atoms.clone()).unwrap_or_default();
        Question { subject, actions, holding, failing: Vec::new(), escapes, mode }
    }

    pub(super) fn ask(&self, question: &Question<'_>) -> Answer {
        self.model.reset();
        self.model.ask(question)
    }

    /// The Deny statements that speak of a class and a group of actions.
    pub(super) fn denies_of(&self, class: usize, group: ActionSet) -> Denies<'_, 'a> {
        let mut denies = Denies { certain: Vec::new(), unknown: false };
        let deny = |clause: &&Clause<'a>| may_have(clause.statement, Effect::Deny);
        for clause in self.model.clauses.iter().filter(deny) {
            let (must, may) = clause.statement.actions();
            match self.matched(class, clause.statement) {
                Match::No => {}
                _ if !may.intersects(group) => {}
                Match::Yes(_) if must.contains(group) && is_complete(clause.statement) => {
                    denies.certain.push(clause);
                }
                _ => denies.unknown = true,
            }
        }
        denies
    }
}
