//! Whether a policy gives anything that another one does not: the same requests, two levels.
//!
//! Access is gained where the new level is higher and at least delegated. A Deny that is gone, where nothing
//! allows the request today, is a protection removed: a grant could allow it tomorrow. For a foreign principal direct
//! and delegated access are the same, because it needs IAM policies of its own account in either case.
//!
//! Unknown values count as values of their own here: equal references are equal, different ones differ
//! ([`Axiom::UnknownsDiffer`]). What a request does not tell, such as a policy variable, makes an answer that is
//! not proven.

use super::axiom::{Axiom, Axioms};
use super::class;
use super::future::{self, Doing};
use super::matching::{self, Asked};
use super::search::{Answer, Clause, Model, Question, Values};
use super::theory::Mode;
use super::{ClassKind, Level, Match, Ownership, PrincipalClass, Witness, is_complete, may_have};
use crate::carrier::KeyFacts;
use crate::catalog::ActionSet;
use crate::policy::{Effect, Policy};

/// The difference between two policies of one key.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// Requests that reach a higher level than before.
    pub gained: Vec<Difference>,
    /// Requests that reached a higher level before.
    pub lost: Vec<Difference>,
    /// Requests that were denied, and are no longer, although nothing allows them.
    pub unprotected: Vec<Difference>,
    /// Requests that are denied, and were not, although nothing allowed them.
    pub protected: Vec<Difference>,
    /// What could not be decided.
    pub not_proven: Vec<NotProven>,
    /// What the answers rest on.
    pub axioms: Axioms,
}

/// How a policy stands to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// The same level for every request.
    Equal,
    /// Nothing is gained.
    Narrower,
    /// Nothing is lost.
    Wider,
    /// Some is gained, and some is lost.
    Incomparable,
    /// Something could not be decided.
    NotProven,
}

/// Requests of one class of principals whose level differs, through one statement.
#[derive(Clone, Debug)]
pub struct Difference {
    /// Who.
    pub principal: ClassKind,
    /// The actions of the catalogue.
    pub actions: ActionSet,
    /// A pattern of an action that does not exist yet, where only those make the difference.
    pub future: Option<String>,
    /// The level under the old policy, of the witness.
    pub before: Level,
    /// The level under the new policy, of the witness.
    pub after: Level,
    /// The statement that makes the difference, by its place: of the new policy in `gained` and `protected`, of
    /// the old one in `lost` and `unprotected`.
    pub statement: usize,
    /// A request that shows it.
    pub witness: Witness,
}

/// Something that could not be decided.
#[derive(Clone, Debug, PartialEq)]
pub struct NotProven {
    /// The statement that it is about, by its place.
    pub statement: usize,
    /// It is of the new policy.
    pub new: bool,
    /// Why, as a clause.
    pub reason: &'static str,
}

/// Compares two policies of a key. The owner is the key's, or else the one that either policy shows.
pub fn compare(old: &Policy, new: &Policy, key: &KeyFacts) -> Comparison {
    Comparer::new(old, new, key).run(true)
}

/// Why a policy may give more than another one.
#[derive(Clone, Debug)]
pub enum Widening {
    /// This request reaches a higher level.
    Proved(Witness),
    /// That there is no such request could not be proved.
    NotProven(NotProven),
}

/// Whether the new policy may give what the old one does not. `None`: surely not.
pub fn widens(old: &Policy, new: &Policy, key: &KeyFacts) -> Option<Widening> {
    let comparison = Comparer::new(old, new, key).run(false);
    let proved = comparison.gained.into_iter().next().map(|difference| Widening::Proved(difference.witness));
    proved.or_else(|| comparison.not_proven.into_iter().next().map(Widening::NotProven))
}

impl Comparison {
    /// How the new policy stands to the old one.
    pub fn relation(&self) -> Relation {
        let more = !self.gained.is_empty() || !self.unprotected.is_empty();
        let less = !self.lost.is_empty() || !self.protected.is_empty();
        match (more, less) {
            (true, true) => Relation::Incomparable,
            _ if !self.not_proven.is_empty() => Relation::NotProven,
            (true, false) => Relation::Wider,
            (false, true) => Relation::Narrower,
            (false, false) => Relation::Equal,
        }
    }
}

/// One of the two policies.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Old,
    New,
}

struct Comparer<'a> {
    policies: [&'a Policy; 2],
    classes: Vec<PrincipalClass>,
    doings: Vec<Doing>,
    model: Model<'a>,
    /// For each class, at which level each clause speaks of it.
    levels: Vec<Vec<Option<Level>>>,
    /// For each action, whether each clause surely speaks of it.
    speaks: Vec<Vec<bool>>,
    comparison: Comparison,
}

/// What a policy's statements say of a class and an action.
#[derive(PartialEq)]
struct Says {
    /// The Allows with their levels, then the Denies: as places of conditions, in order.
    allows: Vec<(Level, Vec<usize>)>,
    denies: Vec<Vec<usize>>,
}

impl<'a> Comparer<'a> {
    fn new(old: &'a Policy, new: &'a Policy, key: &KeyFacts) -> Self {
        let owner = key.owner_account.clone();
        let owner = owner.or_else(|| class::owner(new)).or_else(|| class::owner(old));
        let mut classes = class::classes(&[new, old], owner.as_ref());
        let more =
            [(super::unnamed_service().clone(), Ownership::Unknown), (ClassKind::Fresh, Ownership::Foreign)];
        classes.extend(more.map(|(kind, ownership)| PrincipalClass {
            kind,
            ownership,
            mentions: Vec::new(),
        }));
        let model = Model::new(&[old, new], key, owner.as_ref(), classes.iter().map(|class| &class.kind));
        let policies = [old, new];
        let doings = future::doings(&policies);
        let level =
            |class: &PrincipalClass, asked: &Asked<'_>, clause: &Clause<'_>| match matching::of_statement(
                clause.statement,
                asked,
            ) {
                Match::Yes(level) if class.ownership == Ownership::Foreign => {
                    Some(level.min(Level::Delegated))
                }
                Match::Yes(level) => Some(level),
                Match::No | Match::Maybe => None,
            };
        let speaks = |doing: &Doing, clause: &Clause<'_>| {
            let statement = clause.statement;
            may_have(statement, statement.effect) && is_complete(statement) && doing.is_of(statement)
        };
        let clauses = || model.clauses.iter();
        let levels = classes.iter().map(|class| {
            let asked = Asked::new(&class.kind);
            clauses().map(|clause| level(class, &asked, clause)).collect()
        });
        let levels = levels.collect();
        let speaks = doings.iter().map(|doing| clauses().map(|clause| speaks(doing, clause)).collect());
        let speaks = speaks.collect();
        Comparer { policies, classes, doings, model, levels, speaks, comparison: Comparison::default() }
    }

    fn run(mut self, all: bool) -> Comparison {
        self.model.reset();
        if self.policies.iter().any(|policy| policy.statements.len() > super::MOST_STATEMENTS) {
            self.doubt(0, Side::New, "a policy has more than a thousand statements");
            return self.comparison;
        }
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
        let clauses = self.model.clauses.iter().zip(levels).zip(speaks);
        let clauses = clauses.skip(self.offset(side)).take(self.count(side));
        let speaking = clauses.filter_map(|((clause, level), speaks)| {
            let of = *speaks && clause.statement.effect == effect;
            level.filter(|_| of).map(|level| (level, clause))
        });
        speaking.collect()
    }

    fn says(&self, side: Side, subject: usize, doing: usize) -> Says {
        let atoms = |clause: &Clause<'_>| {
            let mut atoms = clause.atoms.clone();
            atoms.sort_unstable();
            atoms.dedup();
            atoms
        };
        let of = |effect| self.speaking(side, effect, subject, doing).into_iter();
        let mut allows: Vec<_> = of(Effect::Allow).map(|(level, clause)| (level, atoms(clause))).collect();
        let mut denies: Vec<_> = of(Effect::Deny).map(|(_, clause)| atoms(clause)).collect();
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
        let mut found: Vec<(usize, Level, Result<Values, &'static str>)> = Vec::new();
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
                found.push((clause.statement.index, *level, answer));
            }
        }
        for (statement, level, answer) in found {
            self.add(Kind::Rise, side, (subject, doing, statement), Some(level), answer);
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
            self.add(Kind::Denial, side, (subject, doing, statement), None, answer);
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
        level: Option<Level>,
        answer: Result<Values, &'static str>,
    ) {
        let values = match answer {
            Ok(values) => values,
            Err(reason) => return self.doubt(statement, side, reason),
        };
        let (Some(class), Some(doing)) = (self.classes.get(subject), self.doings.get(doing)) else { return };
        let witness = Witness::unchecked(&self.model, &class.kind, doing.name(), values);
        let levels = self.levels(&witness, class.ownership);
        let is_so = |(old, new): (Level, Level)| {
            let (here, there) = if side == Side::New { (new, old) } else { (old, new) };
            match kind {
                Kind::Rise => here > there && here >= Level::Delegated,
                Kind::Denial => here == Level::Denied && there == Level::Nothing,
            }
        };
        if levels.is_some_and(|levels| !is_so(levels)) {
            return self.doubt(statement, side, "the plain evaluator does not agree with the search");
        }
        let assumed = match (kind, side) {
            (Kind::Rise, Side::New) => (Level::Nothing, level.unwrap_or(Level::Delegated)),
            (Kind::Rise, Side::Old) => (level.unwrap_or(Level::Delegated), Level::Nothing),
            (Kind::Denial, Side::Old) => (Level::Denied, Level::Nothing),
            (Kind::Denial, Side::New) => (Level::Nothing, Level::Denied),
        };
        let (before, after) = levels.unwrap_or(assumed);
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
                && class::same(&known.principal, &difference.principal)
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

    /// The levels of a witness by the plain evaluator; none where something in it is not known.
    fn levels(&self, witness: &Witness, ownership: Ownership) -> Option<(Level, Level)> {
        let request = witness.request()?;
        let [old, new] = self.policies.map(|policy| super::evaluate(policy, &request).level);
        let fold =
            |level: Level| if ownership == Ownership::Foreign { level.min(Level::Delegated) } else { level };
        Some((fold(old), fold(new)))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Rise,
    Denial,
}

/// Whether two statements say the same, unknowns by reference.
fn is_twin(a: &crate::policy::Statement, b: &crate::policy::Statement) -> bool {
    let texts = |statement: &crate::policy::Statement| -> Vec<String> {
        let principals = statement.principal.iter().flat_map(|it| &it.entries).map(|it| it.text.to_string());
        let actions = statement.action.iter().flat_map(|it| &it.patterns).map(|it| it.text.to_string());
        let resources = statement.resource.iter().flat_map(|it| &it.patterns).map(|it| it.text.to_string());
        principals.chain(actions).chain(resources).collect()
    };
    let open = |statement: &crate::policy::Statement| {
        (
            statement.effect,
            statement.principal.as_ref().map(|it| (it.open, it.negated)),
            statement.action.as_ref().map(|it| (it.open, it.negated)),
            statement.resource.as_ref().map(|it| (it.open, it.negated)),
        )
    };
    open(a) == open(b) && texts(a) == texts(b)
}
