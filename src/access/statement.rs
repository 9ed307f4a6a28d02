//! What a statement does for the policy: whether some request is decided by it, whether the policy would say the
//! same without it, and whether its conditions can hold at all.

use super::model::Clause;
use super::search::{Answer, Question};
use super::theory::Mode;
use super::{Access, Axioms, Level, Match, Ownership};
use crate::catalog::ActionSet;
use crate::policy::{Effect, Statement};

/// Conditions of a statement that no request satisfies together.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// The conditions, by their places in [`Statement::conditions`]; without any one of them the rest can hold.
    pub conditions: Vec<usize>,
    /// They contradict the statement's principals; other principals could satisfy them.
    pub principals: bool,
    /// They contradict the statement's actions; requests of other actions could satisfy them.
    pub actions: bool,
    /// What it rests on beside the conditions.
    pub axioms: Axioms,
}

/// A class and a group of actions that a statement speaks of.
struct Case {
    subject: usize,
    actions: ActionSet,
    /// What it gives there, or that it is not known to speak of it.
    level: Option<Level>,
}

impl<'a> Access<'a> {
    /// Whether no request is decided by a statement: it speaks of nobody or nothing, its conditions cannot hold, or,
    /// of an Allow, all that it allows is denied. `None`: not known.
    pub fn is_dead(&self, statement: usize) -> Option<bool> {
        self.is_dead_beside(statement, |_| true)
    }

    /// Whether it would be dead beside some of the Denies alone.
    pub fn is_dead_beside(&self, statement: usize, keep: impl Fn(&Statement) -> bool) -> Option<bool> {
        let allows = self.policy.statements.get(statement)?.effect == Effect::Allow;
        self.is_redundant_among(statement, |other| allows && other.effect == Effect::Deny && keep(other))
    }

    /// Whether the policy without a statement gives every request the same level, foreign principals being
    /// equally well off with delegated and direct access. Of two equal statements each is redundant. `None`: not known.
    pub fn is_redundant(&self, statement: usize) -> Option<bool> {
        self.is_redundant_among(statement, |_| true)
    }

    /// Whether it would be redundant among some of the statements alone: no request satisfies it and escapes those
    /// that decide as it does and, if it is an Allow, the Denies.
    pub fn is_redundant_among(&self, statement: usize, keep: impl Fn(&Statement) -> bool) -> Option<bool> {
        let clause = self.model.clauses.get(statement)?;
        let statement = clause.statement;
        if self.policy.open && statement.effect == Effect::Allow || statement.effect == Effect::Unknown {
            return None;
        }
        // That a statement is dead if its condition never holds says nothing of it.
        if self.model.supposed().has_conditions() {
            return None;
        }
        let mut unknown = false;
        for case in self.cases(clause) {
            let denies = self.denies_of(case.subject, case.actions);
            let mut escapes = self.others(clause, &case);
            let allows = statement.effect == Effect::Allow;
            if allows {
                escapes.extend(denies.certain.iter().copied());
            }
            escapes.retain(|clause| keep(clause.statement));
            let ask = |mode| {
                let (subject, actions) = (case.subject, case.actions);
                let holding = clause.atoms.clone();
                self.ask(&Question {
                    subject,
                    actions,
                    holding,
                    failing: Vec::new(),
                    escapes: escapes.clone(),
                    mode,
                })
            };
            // Most statements decide something, so this is asked first.
            let sure = case.level.is_some() && !(allows && denies.unknown);
            if sure && matches!(ask(Mode::Surely), Answer::Yes(_)) {
                return Some(false);
            }
            unknown |= ask(Mode::Possibly) != Answer::No;
        }
        if unknown { None } else { Some(true) }
    }

    /// The other statements of the same effect that decide a case as this one does.
    fn others(&self, this: &Clause<'a>, case: &Case) -> Vec<&Clause<'a>> {
        let foreign =
            self.classes.get(case.subject).is_some_and(|class| class.ownership == Ownership::Foreign);
        let level = if foreign { Some(Level::Delegated) } else { case.level };
        let as_good = |(other, matched): &(&Clause<'a>, Match)| {
            let statement = other.statement;
            statement.index != this.statement.index
                && statement.effect == this.statement.effect
                && other.may_have(statement.effect)
                && other.complete
                && other.must.contains(case.actions)
                && matches!(matched, Match::Yes(found) if level.is_some_and(|level| *found >= level))
        };
        self.speaking(case.subject).filter(as_good).map(|(other, _)| other).collect()
    }

    /// The classes and actions that a statement speaks of, or may.
    fn cases(&self, clause: &Clause<'a>) -> Vec<Case> {
        let mut cases = Vec::new();
        let statement = clause.statement;
        if !clause.may_have(statement.effect) {
            return cases;
        }
        for (subject, matched) in self.spoken_of(statement.index) {
            for actions in self.groups(clause.may.difference(ActionSet::INEFFECTIVE)) {
                let level = match matched {
                    Match::Yes(level) if clause.must.contains(actions) && clause.complete => Some(level),
                    _ => None,
                };
                cases.push(Case { subject, actions, level });
            }
        }
        cases
    }

    /// The conditions of a statement that cannot hold together, for any of its principals and actions; none where
    /// they can, where that is not known, or where the statement speaks of nobody or nothing.
    pub fn unsatisfiable(&self, statement: usize) -> Option<Conflict> {
        let clause = self.model.clauses.get(statement)?;
        if clause.statement.conditions.is_empty() || self.model.supposed().has_conditions() {
            return None;
        }
        let cases = self.cases(clause);
        let mut core: Vec<usize> = (0..clause.statement.conditions.len()).collect();
        if cases.is_empty() || core.is_empty() || !self.never(&cases, clause, &core) {
            return None;
        }
        for at in 0..clause.statement.conditions.len() {
            let less: Vec<usize> = core.iter().copied().filter(|it| *it != at).collect();
            if self.never(&cases, clause, &less) {
                core = less;
            }
        }
        self.model.reset();
        self.never_counted(&cases, clause, &core);
        let axioms = self.model.axioms();
        let everyone: Vec<usize> = (0..self.model.subjects.len()).collect();
        let all: Vec<_> = self.groups(ActionSet::ALL.difference(ActionSet::INEFFECTIVE)).collect();
        let across = |subjects: &[usize], groups: &[ActionSet]| -> Vec<Case> {
            let of = |subject: &usize| {
                let subject = *subject;
                groups.iter().map(move |actions| Case { subject, actions: *actions, level: None })
            };
            subjects.iter().flat_map(of).collect()
        };
        let mut own: Vec<usize> = cases.iter().map(|case| case.subject).collect();
        own.dedup();
        let mut groups: Vec<ActionSet> = cases.iter().map(|case| case.actions).collect();
        groups.sort();
        groups.dedup();
        let principals = !self.never(&across(&everyone, &groups), clause, &core);
        let actions = !self.never(&across(&own, &all), clause, &core);
        Some(Conflict { conditions: core, principals, actions, axioms })
    }

    /// The conditions of a statement that hold in every request of its principals for its actions, by their places.
    /// Each is one by itself.
    pub fn tautologies(&self, statement: usize) -> Vec<usize> {
        let Some(clause) = self.model.clauses.get(statement) else { return Vec::new() };
        if clause.statement.conditions.is_empty() || self.model.supposed().has_conditions() {
            return Vec::new();
        }
        let cases = self.cases(clause);
        let holds = |at: &usize| {
            let Some(atom) = clause.atoms.get(*at) else { return false };
            cases.iter().all(|case| {
                let (subject, actions) = (case.subject, case.actions);
                let (holding, failing) = (Vec::new(), vec![*atom]);
                let mode = Mode::Possibly;
                let question = Question { subject, actions, holding, failing, escapes: Vec::new(), mode };
                self.ask(&question) == Answer::No
            })
        };
        if cases.is_empty() {
            return Vec::new();
        }
        (0..clause.statement.conditions.len()).filter(holds).collect()
    }

    /// Whether some conditions of a clause surely do not hold together in any of the cases.
    fn never(&self, cases: &[Case], clause: &Clause<'a>, conditions: &[usize]) -> bool {
        self.model.reset();
        self.never_counted(cases, clause, conditions)
    }

    fn never_counted(&self, cases: &[Case], clause: &Clause<'a>, conditions: &[usize]) -> bool {
        let holding: Vec<usize> = conditions.iter().filter_map(|at| clause.atoms.get(*at).copied()).collect();
        cases.iter().all(|case| {
            let question = Question {
                subject: case.subject,
                actions: case.actions,
                holding: holding.clone(),
                failing: Vec::new(),
                escapes: Vec::new(),
                mode: Mode::Possibly,
            };
            self.model.ask(&question) == Answer::No
        })
    }
}
