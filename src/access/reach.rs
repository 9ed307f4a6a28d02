//! Whether a class reaches a level: with a group of actions that all statements treat alike, in some context or in every
//! one.

use super::evaluate::effective;
use super::model::Clause;
use super::search::{Answer, Question};
use super::theory::Mode;
use super::{Access, ClassKind, Level, Match, Verdict, Witness};
use crate::catalog::ActionSet;
use crate::policy::{Effect, Statement};

/// The Deny statements that speak of a class and a group of actions.
pub(super) struct Denies<'m, 'a> {
    pub(super) certain: Vec<&'m Clause<'a>>,
    /// Another Deny may apply.
    pub(super) unknown: bool,
}

/// A [`Verdict`] without its witness.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    Yes,
    No,
    Unknown,
}

impl<'a> Access<'a> {
    /// Whether a class reaches a level with a group of actions that all statements treat alike.
    pub(super) fn group_reach(&self, class: usize, group: ActionSet, level: Level) -> Reach {
        let question = (class, group, level);
        if let Some(reach) = self.known.reach.borrow().get(&question) {
            return *reach;
        }
        let direct = (class, group, Level::Direct);
        let is_direct =
            level == Level::Delegated && self.known.reach.borrow().get(&direct) == Some(&Reach::Yes);
        let reach = if is_direct || self.is_given_freely(class, group, level) {
            Reach::Yes
        } else {
            match self.group_can(class, group, level, |_| true) {
                Verdict::Yes(_) => Reach::Yes,
                Verdict::No => Reach::No,
                Verdict::Unknown => Reach::Unknown,
            }
        };
        if !self.model.is_spent() {
            self.known.reach.borrow_mut().insert(question, reach);
        }
        reach
    }

    /// Whether an Allow without conditions gives a group to a class, and no Deny speaks of it: most statements are so,
    /// and a witness would say nothing more.
    fn is_given_freely(&self, class: usize, group: ActionSet, level: Level) -> bool {
        let mut gives = false;
        for (clause, matched) in self.speaking(class) {
            if clause.may_have(Effect::Deny) && clause.may.intersects(group) {
                return false;
            }
            gives |= clause.atoms.is_empty()
                && clause.complete
                && clause.must.contains(group)
                && clause.may_have(Effect::Allow)
                && matches!(matched, Match::Yes(found) if found >= level);
        }
        gives && group.names().next().is_none_or(|name| effective(name, false))
    }

    /// Whether some of the Allow statements let a class reach a level with a group of actions that all statements treat
    /// alike.
    pub(super) fn group_can(
        &self,
        class: usize,
        group: ActionSet,
        level: Level,
        by: impl Fn(&Statement) -> bool,
    ) -> Verdict {
        let Some(kind) = self.kind(class) else { return Verdict::No };
        let denies = self.denies_of(class, group);
        let mut unknown = false;
        for (clause, matched) in self.allows(class).filter(|(clause, _)| by(clause.statement)) {
            if !clause.may.intersects(group) {
                continue;
            }
            let reaches = matches!(matched, Match::Yes(found) if found >= level);
            if !reaches && matched != Match::Maybe {
                continue;
            }
            let question = |mode| self.question(class, group, Some(clause), denies.certain.clone(), mode);
            if reaches && clause.must.contains(group) && clause.complete && !denies.unknown {
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
            let question = self.question(class, group, Some(deny), Vec::new(), Mode::Possibly);
            self.ask(&question) != Answer::No
        };
        if denies.unknown || denies.certain.iter().any(applies) {
            return false;
        }
        let reaches = |(clause, matched): &(&Clause<'a>, Match)| {
            clause.must.contains(group)
                && clause.complete
                && matches!(matched, Match::Yes(found) if *found >= level)
        };
        let allows: Vec<&Clause<'a>> = self.allows(class).filter(reaches).map(|(clause, _)| clause).collect();
        let question = self.question(class, group, None, allows, Mode::Possibly);
        !question.escapes.is_empty() && self.ask(&question) == Answer::No
    }

    /// The question whether a request satisfies a statement's conditions and escapes those of others.
    pub(super) fn question<'q>(
        &self,
        subject: usize,
        actions: ActionSet,
        clause: Option<&Clause<'a>>,
        escapes: Vec<&'q Clause<'q>>,
        mode: Mode,
    ) -> Question<'q> {
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
        for (clause, matched) in self.speaking(class) {
            match matched {
                _ if !clause.may_have(Effect::Deny) || !clause.may.intersects(group) => {}
                Match::Yes(_) if clause.must.contains(group) && clause.complete => {
                    denies.certain.push(clause);
                }
                _ => denies.unknown = true,
            }
        }
        denies
    }
}
