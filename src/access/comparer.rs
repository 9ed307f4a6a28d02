//! The comparison of two policies, class by class and action by action.

use super::axiom::Axiom;
use super::compare::{Comparison, Difference, NotProven};
use super::evaluate::effective;
use super::future::{self, Doing};
use super::model::{Clause, Model};
use super::search::{Answer, Question, Values};
use super::theory::Mode;
use super::{ClassKind, Level, Match, Ownership, PrincipalClass, Witness, is_complete, may_have};
use super::{class, matching};
use crate::carrier::KeyFacts;
use crate::catalog::ActionSet;
use crate::policy::{Effect, Policy, Statement};

/// One of the two policies.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Old,
    New,
}

pub(super) struct Comparer<'a> {
    policies: [&'a Policy; 2],
    classes: Vec<PrincipalClass>,
    doings: Vec<Doing>,
    model: Model<'a>,
    /// For each class, at which level each clause speaks of it.
    levels: Vec<Vec<Option<Level>>>,
    /// For each action, whether each clause surely speaks of it.
    speaks: Vec<Vec<bool>>,
    /// For each clause, the first one that has the same conditions.
    alike: Vec<usize>,
    comparison: Comparison,
}

/// What a policy's statements say of a class and an action.
#[derive(PartialEq)]
struct Says {
    /// The Allows with their levels, then the Denies: as places of clauses with such conditions, in order.
    allows: Vec<(Level, usize)>,
    denies: Vec<usize>,
}

impl<'a> Comparer<'a> {
    pub(super) fn new(old: &'a Policy, new: &'a Policy, key: &KeyFacts) -> Self {
        let owner = key.owner_account.clone();
        let owner = owner.or_else(|| class::owner(new)).or_else(|| class::owner(old));
        let policies = [old, new];
        let is_too_large = policies.iter().any(|policy| super::is_too_large(policy));
        let read: &[&Policy] = if is_too_large { &[] } else { &policies };
        let reversed: Vec<&Policy> = read.iter().rev().copied().collect();
        let mut classes = class::classes(&reversed, owner.as_ref());
        let more =
            [(class::unnamed_service().clone(), Ownership::Unknown), (ClassKind::Fresh, Ownership::Foreign)];
        classes.extend(more.map(|(kind, ownership)| PrincipalClass {
            kind,
            ownership,
            mentions: Vec::new(),
        }));
        let model = Model::new(read, key, owner.as_ref(), classes.iter().map(|class| &class.kind));
        let (doings, complete) = future::doings(read);
        let row = |class: &PrincipalClass| -> Vec<Option<Level>> {
            let addressed = matching::Addressed::new(&class.kind);
            let level = |clause: &Clause<'_>| match matching::of_statement(clause.statement, &addressed) {
                Match::Yes(level) if class.ownership == Ownership::Foreign => {
                    Some(level.min(Level::Delegated))
                }
                Match::Yes(level) => Some(level),
                Match::No | Match::Maybe => None,
            };
            model.clauses.iter().map(level).collect()
        };
        let speaks = |doing: &Doing, clause: &Clause<'_>| {
            let statement = clause.statement;
            may_have(statement, statement.effect) && is_complete(statement) && doing.is_of(statement)
        };
        let clauses = || model.clauses.iter();
        let levels = classes.iter().map(row).collect();
        let speaks = doings.iter().map(|doing| clauses().map(|clause| speaks(doing, clause)).collect());
        let speaks = speaks.collect();
        let alike = alike(&model.clauses);
        let comparison = Comparison::default();
        let mut comparer = Comparer { policies, classes, doings, model, levels, speaks, alike, comparison };
        if is_too_large {
            comparer.doubt(0, Side::New, "a policy is larger than any that KMS takes");
        }
        if !complete {
            comparer.doubt(0, Side::New, "the action patterns tell too many names apart");
        }
        comparer
    }

    /// Takes nothing to be true of requests.
    pub(super) fn without_axioms(mut self) -> Self {
        self.model.without_axioms = true;
        self
    }

    pub(super) fn run(mut self, all: bool) -> Comparison {
        self.model.reset();
        if self.model.names.any() {
            self.model.cite(Axiom::UnknownsDiffer);
        }
        self.find_open_ends();
        for subject in 0..self.classes.len() {
            for doing in 0..self.doings.len() {
                if self.says(Side::Old, subject, doing) == self.says(Side::New, subject, doing) {
                    continue;
                }
                self.rises(Side::New, subject, doing);
                if all {
                    self.rises(Side::Old, subject, doing);
                    self.denials(Side::Old, subject, doing);
                    self.denials(Side::New, subject, doing);
                }
            }
        }
        self.comparison.axioms = self.model.axioms();
        self.comparison
    }

    /// Statements of which something is not known that is no value: they are compared as they are known.
    fn find_open_ends(&mut self) {
        for side in [Side::Old, Side::New] {
            let other = if side == Side::Old { Side::New } else { Side::Old };
            for at in 0..self.count(side) {
                let Some(statement) = self.clause(side, at).map(|clause| clause.statement) else { continue };
                let (must, may) = statement.actions();
                let open = must != may
                    || statement.effect == Effect::Unknown
                    || statement.principal.as_ref().is_some_and(|element| element.open)
                    || statement.resource.as_ref().is_some_and(|element| element.open);
                let same = self.clause(other, at).is_some_and(|twin| is_twin(statement, twin.statement));
                if open && !same {
                    self.doubt(at, side, "an element of it is not known");
                }
            }
            if self.policies.get(side as usize).is_some_and(|policy| policy.open) {
                self.doubt(0, side, "there may be more statements than are known");
            }
        }
    }

    fn doubt(&mut self, statement: usize, side: Side, reason: &'static str) {
        let doubt = NotProven { statement, new: side == Side::New, reason };
        if !self.comparison.not_proven.contains(&doubt) {
            self.comparison.not_proven.push(doubt);
        }
    }

    fn count(&self, side: Side) -> usize {
        self.policies.get(side as usize).map_or(0, |policy| policy.statements.len())
    }

    fn offset(&self, side: Side) -> usize {
        if side == Side::Old { 0 } else { self.count(Side::Old) }
    }

    fn clause(&self, side: Side, at: usize) -> Option<&Clause<'a>> {
        if at < self.count(side) { self.model.clauses.get(self.offset(side) + at) } else { None }
    }

    /// Whether an Allow has an effect for a class and an action.
    fn works(&self, subject: usize, doing: usize) -> bool {
        let foreign = self.classes.get(subject).is_some_and(|class| class.ownership == Ownership::Foreign);
        !foreign || self.doings.get(doing).is_some_and(Doing::works_across_accounts)
    }

    /// The statements of a side with this effect that speak of a class and an action, and at which level.
    fn speaking(
        &self,
        side: Side,
        effect: Effect,
        subject: usize,
        doing: usize,
    ) -> Vec<(Level, &Clause<'a>)> {
        let (Some(levels), Some(speaks)) = (self.levels.get(subject), self.speaks.get(doing)) else {
            return Vec::new();
        };
        if effect == Effect::Allow && !self.works(subject, doing) {
            return Vec::new();
        }
        let clauses = self.model.clauses.iter().zip(levels).zip(speaks);
        let clauses = clauses.skip(self.offset(side)).take(self.count(side));
        let speaking = clauses.filter_map(|((clause, level), speaks)| {
            let of = *speaks && clause.statement.effect == effect;
            level.filter(|_| of).map(|level| (level, clause))
        });
        speaking.collect()
    }

    fn says(&self, side: Side, subject: usize, doing: usize) -> Says {
        let (Some(levels), Some(speaks)) = (self.levels.get(subject), self.speaks.get(doing)) else {
            return Says { allows: Vec::new(), denies: Vec::new() };
        };
        let works = self.works(subject, doing);
        let (mut allows, mut denies) = (Vec::new(), Vec::new());
        let clauses = self.model.clauses.iter().zip(&self.alike).zip(levels.iter().zip(speaks));
        for ((clause, alike), (level, speaks)) in clauses.skip(self.offset(side)).take(self.count(side)) {
            match (level, clause.statement.effect) {
                (Some(level), Effect::Allow) if *speaks && works => allows.push((*level, *alike)),
                (Some(_), Effect::Deny) if *speaks => denies.push(*alike),
                _ => {}
            }
        }
        allows.sort();
        allows.dedup();
        denies.sort();
        denies.dedup();
        Says { allows, denies }
    }

    /// Requests that reach a higher level on `side` than on the other.
    fn rises(&mut self, side: Side, subject: usize, doing: usize) {
        let other = if side == Side::Old { Side::New } else { Side::Old };
        let allows = self.speaking(side, Effect::Allow, subject, doing);
        let denies = self.speaking(side, Effect::Deny, subject, doing);
        let other_allows = self.speaking(other, Effect::Allow, subject, doing);
        let other_denies = self.speaking(other, Effect::Deny, subject, doing);
        let mut asked: Vec<(Vec<usize>, Level)> = Vec::new();
        let mut found: Vec<(usize, Result<Values, &'static str>)> = Vec::new();
        for (level, clause) in &allows {
            if asked.contains(&(clause.atoms.clone(), *level)) {
                continue;
            }
            asked.push((clause.atoms.clone(), *level));
            let below: Vec<&Clause<'_>> =
                other_allows.iter().filter(|(there, _)| there >= level).map(|(_, clause)| *clause).collect();
            let denies = || denies.iter().map(|(_, clause)| *clause);
            let mut answer =
                self.decide(subject, doing, clause.atoms.clone(), denies().chain(below).collect());
            for (_, deny) in &other_denies {
                if matches!(answer, Some(Ok(_))) {
                    break;
                }
                let holding = clause.atoms.iter().chain(&deny.atoms).copied().collect();
                let denied = self.decide(subject, doing, holding, denies().collect());
                answer = denied.or(answer);
            }
            if let Some(answer) = answer {
                found.push((clause.statement.index, answer));
            }
        }
        for (statement, answer) in found {
            self.add(Kind::Rise, side, (subject, doing, statement), answer);
        }
    }

    /// Requests that a Deny of `side` denies, that the other side does not, and that neither allows.
    fn denials(&mut self, side: Side, subject: usize, doing: usize) {
        let other = if side == Side::Old { Side::New } else { Side::Old };
        let mut escapes = self.speaking(other, Effect::Deny, subject, doing);
        escapes.extend(self.speaking(other, Effect::Allow, subject, doing));
        let escapes: Vec<&Clause<'_>> = escapes.into_iter().map(|(_, clause)| clause).collect();
        let mut found = Vec::new();
        for (_, deny) in self.speaking(side, Effect::Deny, subject, doing) {
            if let Some(answer) = self.decide(subject, doing, deny.atoms.clone(), escapes.clone()) {
                found.push((deny.statement.index, answer));
            }
        }
        for (statement, answer) in found {
            self.add(Kind::Denial, side, (subject, doing, statement), answer);
        }
    }

    /// A request, or why it is not proven that there is one; none if there is none.
    fn decide(
        &self,
        subject: usize,
        doing: usize,
        holding: Vec<usize>,
        escapes: Vec<&Clause<'_>>,
    ) -> Option<Result<Values, &'static str>> {
        let actions = self.doings.get(doing).map_or(ActionSet::EMPTY, Doing::carrying);
        let ask = |mode| {
            let (holding, escapes) = (holding.clone(), escapes.clone());
            self.model.ask(&Question { subject, actions, holding, failing: Vec::new(), escapes, mode })
        };
        match ask(Mode::Constants) {
            Answer::Yes(values) => return Some(Ok(values)),
            Answer::Capped => return Some(Err("a cap of the search was reached")),
            Answer::No => {}
        }
        match ask(Mode::Supposing) {
            Answer::No => None,
            Answer::Capped => Some(Err("a cap of the search was reached")),
            Answer::Yes(_) => Some(Err("a policy variable or an operator that is not known decides")),
        }
    }

    fn add(
        &mut self,
        kind: Kind,
        side: Side,
        (subject, doing, statement): (usize, usize, usize),
        answer: Result<Values, &'static str>,
    ) {
        let values = match answer {
            Ok(values) => values,
            Err(reason) => return self.doubt(statement, side, reason),
        };
        let (Some(class), Some(doing)) = (self.classes.get(subject), self.doings.get(doing)) else { return };
        let witness = Witness::unchecked(&self.model, &class.kind, doing.name(), values);
        let (before, after) = self.levels(&witness, class.ownership);
        let (here, there) = if side == Side::New { (after, before) } else { (before, after) };
        let is_so = match kind {
            Kind::Rise => here > there && here >= Level::Delegated,
            Kind::Denial => here == Level::Denied && there == Level::Nothing,
        };
        if !is_so {
            return self.doubt(statement, side, "the plain evaluator does not agree with the search");
        }
        let actions = doing.known();
        let future = doing.pattern();
        let principal = class.kind.clone();
        let difference = Difference { principal, actions, future, before, after, statement, witness };
        let list = match (kind, side) {
            (Kind::Rise, Side::New) => &mut self.comparison.gained,
            (Kind::Rise, Side::Old) => &mut self.comparison.lost,
            (Kind::Denial, Side::Old) => &mut self.comparison.unprotected,
            (Kind::Denial, Side::New) => &mut self.comparison.protected,
        };
        let known = list.iter_mut().find(|known| {
            known.statement == statement
                && (class::same(&known.principal, &difference.principal)
                    || (&known.principal, &difference.principal) == (&ClassKind::Fresh, &ClassKind::Fresh))
                && (known.before, known.after) == (before, after)
        });
        match known {
            Some(known) => {
                known.actions = known.actions.union(actions);
                // Of several actions, those that exist say more.
                if known.actions != ActionSet::EMPTY {
                    known.future = known.future.take().or(difference.future);
                }
            }
            None => list.push(difference),
        }
    }

    /// The levels of a witness by the plain evaluator.
    fn levels(&self, witness: &Witness, ownership: Ownership) -> (Level, Level) {
        let [old, new] = self.policies.map(|policy| {
            let level = witness.replay(policy, &self.model).level;
            match ownership {
                Ownership::Foreign if level > Level::Nothing && !effective(&witness.action, true) => {
                    Level::Nothing
                }
                Ownership::Foreign => level.min(Level::Delegated),
                _ => level,
            }
        });
        (old, new)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Rise,
    Denial,
}

/// For each clause, the first one that has the same conditions.
fn alike(clauses: &[Clause<'_>]) -> Vec<usize> {
    let conditions = |clause: &Clause<'_>| {
        let mut atoms = clause.atoms.clone();
        atoms.sort_unstable();
        atoms.dedup();
        atoms
    };
    let conditions: Vec<Vec<usize>> = clauses.iter().map(conditions).collect();
    let first = |atoms: &Vec<usize>| conditions.iter().position(|other| other == atoms).unwrap_or_default();
    conditions.iter().map(first).collect()
}

/// Whether two statements say the same, unknowns by reference.
fn is_twin(a: &Statement, b: &Statement) -> bool {
    let texts = |statement: &Statement| -> Vec<String> {
        let principals = statement.principal.iter().flat_map(|it| &it.entries).map(|it| it.text.to_string());
        let actions = statement.action.iter().flat_map(|it| &it.patterns).map(|it| it.text.to_string());
        let resources = statement.resource.iter().flat_map(|it| &it.patterns).map(|it| it.text.to_string());
        principals.chain(actions).chain(resources).collect()
    };
    let open = |statement: &Statement| {
        (
            statement.effect,
            statement.principal.as_ref().map(|it| (it.open, it.negated)),
            statement.action.as_ref().map(|it| (it.open, it.negated)),
            statement.resource.as_ref().map(|it| (it.open, it.negated)),
        )
    };
    open(a) == open(b) && texts(a) == texts(b)
}
