//! The statements and conditions of some policies, and the questions that are asked about them.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

use super::ClassKind;
use super::atom::{Atom, Test};
use super::axiom::{Axiom, Axioms};
use super::budget::Budget;
use super::domain::Facts;
use super::matching::{is_complete, may_have};
use super::names::Names;
use super::search::{Answer, Question, Values, search};
use super::subject::{Mentioned, Subject};
use super::suppose::Supposed;
use super::theory::{Mode, Solved};
use crate::carrier::KeyFacts;
use crate::catalog::ActionSet;
use crate::policy::{Effect, Policy, Statement};
use crate::value::Text;

/// A statement, compiled.
#[derive(Clone, Debug)]
pub(super) struct Clause<'a> {
    pub(super) statement: &'a Statement,
    /// Its conditions, by their places in the model.
    pub(super) atoms: Vec<usize>,
    /// The actions that it surely speaks of, and those that it may speak of.
    pub(super) must: ActionSet,
    pub(super) may: ActionSet,
    /// Its effect is known, and its resource is surely this key.
    pub(super) complete: bool,
    allows: bool,
    denies: bool,
}

impl Clause<'_> {
    /// Whether it may have an effect.
    pub(super) fn may_have(&self, effect: Effect) -> bool {
        match effect {
            Effect::Allow => self.allows,
            Effect::Deny => self.denies,
            Effect::Unknown => self.allows && self.denies,
        }
    }
}

/// Policies that questions are asked about.
#[derive(Debug)]
pub(super) struct Model<'a> {
    pub(super) names: Names,
    pub(super) clauses: Vec<Clause<'a>>,
    pub(super) subjects: Vec<Subject>,
    pub(super) facts: Facts,
    /// Nothing is taken to be true of requests: keys are free of each other, and of the principal.
    pub(super) without_axioms: bool,
    pub(super) atoms: Vec<Atom>,
    /// An account for strangers.
    pub(super) fresh_account: String,
    axioms: Cell<Axioms>,
    /// All that were used since the beginning.
    ever: Cell<Axioms>,
    pub(super) budget: RefCell<Budget>,
    contradictions: RefCell<HashMap<Asked, (bool, Axioms)>>,
    /// Some question was given up.
    pub(super) gave_up: Cell<bool>,
    /// The questions that were given up.
    given_up: RefCell<HashSet<u64>>,
    supposed: Supposed,
}

/// Literals on one key, of a kind of subject for actions that carry the key alike.
pub(super) type Asked = (usize, ActionSet, Mode, Vec<(usize, bool)>);

impl<'a> Model<'a> {
    pub(super) fn new<'k>(
        policies: &[&'a Policy],
        key: &KeyFacts,
        owner: Option<&Text>,
        kinds: impl Iterator<Item = &'k ClassKind> + Clone,
    ) -> Model<'a> {
        let texts = kinds.clone().filter_map(|kind| match kind {
            ClassKind::Named(text)
            | ClassKind::AccountRoot(text)
            | ClassKind::AccountOther(text)
            | ClassKind::Opaque(text)
            | ClassKind::Service(text) => Some(text),
            ClassKind::Fresh => None,
        });
        let names = Names::of(policies, texts.chain(owner));
        let mentioned = Rc::new(Mentioned::of(&names, kinds.clone()));
        let mut subjects: Vec<Subject> = kinds.map(|kind| Subject::new(kind, &names, &mentioned)).collect();
        // After the strangers come the members of an organization that a policy mentions.
        let fresh = subjects.iter_mut().filter(|subject| subject.kind == ClassKind::Fresh);
        fresh.skip(1).for_each(|subject| subject.stranger = false);
        let owner = owner.map(|owner| names.request(owner));
        let mut model = Model {
            names,
            clauses: Vec::new(),
            subjects,
            facts: Facts { key: key.clone(), owner },
            without_axioms: false,
            atoms: Vec::new(),
            fresh_account: mentioned.fresh_account(),
            axioms: Cell::default(),
            ever: Cell::default(),
            budget: RefCell::new(Budget::new()),
            contradictions: RefCell::default(),
            gave_up: Cell::default(),
            given_up: RefCell::default(),
            supposed: Supposed::default(),
        };
        for policy in policies {
            for statement in &policy.statements {
                let clause = model.clause(statement, policy);
                model.clauses.push(clause);
            }
        }
        model
    }

    fn clause(&mut self, statement: &'a Statement, policy: &Policy) -> Clause<'a> {
        let mut atoms = Vec::new();
        for condition in &statement.conditions {
            let atom = Atom::new(condition, policy, &self.names);
            atoms.push(self.place(atom));
        }
        if statement.conditions_open {
            let test = Test::Open(format!("conditions of {}", statement.label()));
            let (key, quantifier) = (String::new(), None);
            atoms.push(self.place(Atom { key, quantifier, negated: false, when_absent: false, test }));
        }
        let (must, may) = statement.actions();
        Clause {
            statement,
            atoms,
            must,
            may,
            complete: is_complete(statement),
            allows: may_have(statement, Effect::Allow),
            denies: may_have(statement, Effect::Deny),
        }
    }

    /// Equal atoms have one place.
    fn place(&mut self, atom: Atom) -> usize {
        let known = self.atoms.iter().position(|known| *known == atom);
        known.unwrap_or_else(|| {
            self.atoms.push(atom);
            self.atoms.len() - 1
        })
    }

    /// Starts a new count of what is used and spent.
    pub(super) fn reset(&self) {
        self.axioms.set(Axioms::default());
        self.budget.borrow_mut().renew();
    }

    /// Starts a new count of what all questions may cost.
    pub(super) fn refill(&self) {
        // What is only supposed is worth one count for all rules.
        if self.supposed.is_any() {
            return;
        }
        *self.budget.borrow_mut() = Budget::new();
    }

    /// Whether answers are lacking that another count may give: they are not kept.
    pub(super) fn is_spent(&self) -> bool {
        self.budget.borrow().is_spent()
    }

    /// Works out an answer that is kept, with a count of its own.
    pub(super) fn apart<T>(&self, work: impl FnOnce() -> T) -> T {
        let rest = self.budget.replace(Budget::new());
        let answer = work();
        self.budget.replace(rest);
        answer
    }

    /// The axioms that answers have used since the last reset.
    pub(super) fn axioms(&self) -> Axioms {
        self.axioms.get()
    }

    /// The axioms that any answer has used.
    pub(super) fn axioms_of_all(&self) -> Axioms {
        self.ever.get()
    }

    /// Notes that an axiom was used.
    pub(super) fn cite(&self, axiom: Axiom) {
        for noted in [&self.axioms, &self.ever] {
            let mut axioms = noted.get();
            axioms.add(axiom);
            noted.set(axioms);
        }
    }

    /// A condition by its place.
    pub(super) fn atom(&self, place: usize) -> Option<&Atom> {
        self.atoms.get(place)
    }

    /// Settles what is supposed.
    pub(super) fn suppose(&mut self, supposed: Supposed) {
        for atom in &mut self.atoms {
            if let Some(holds) = supposed.of(atom) {
                atom.test = Test::Settled(holds);
            }
        }
        self.supposed = supposed;
    }

    /// What is supposed.
    pub(super) fn supposed(&self) -> &Supposed {
        &self.supposed
    }

    /// Does not try again what was given up before.
    pub(super) fn know_given_up(&self, before: &Model<'_>) {
        self.given_up.borrow_mut().clone_from(&before.given_up.borrow());
    }

    pub(super) fn ask(&self, question: &Question<'_>) -> Answer {
        let is_given_up =
            !self.given_up.borrow().is_empty() && self.given_up.borrow().contains(&digest(question));
        let answer = if is_given_up { Answer::Capped } else { search(self, question) };
        if answer != Answer::Capped {
            return answer;
        }
        // With all that one question may cost it would be given up again.
        if !is_given_up && !self.budget.borrow().is_spent() {
            self.given_up.borrow_mut().insert(digest(question));
        }
        self.gave_up.set(true);
        match self.supposed.given_up {
            None => Answer::Capped,
            Some(true) => Answer::Yes(Values::new()),
            Some(false) => Answer::No,
        }
    }

    /// Whether literals on one key contradict each other: worked out once, with the axioms that say so.
    pub(super) fn is_contradiction(&self, asked: Asked, solve: impl FnOnce() -> Solved) -> bool {
        if let Some((known, axioms)) = self.contradictions.borrow().get(&asked) {
            axioms.iter().for_each(|axiom| self.cite(axiom));
            return *known;
        }
        let before = self.axioms.replace(Axioms::default());
        let solved = solve();
        let used = self.axioms.replace(before);
        used.iter().for_each(|axiom| self.cite(axiom));
        let is_against = solved == Solved::Nothing;
        if solved != Solved::Capped {
            self.contradictions.borrow_mut().insert(asked, (is_against, used));
        }
        is_against
    }
}

/// A question as a whole, as a number: two that had the same would both count as given up, which is no wrong answer.
fn digest(question: &Question<'_>) -> u64 {
    let Question { subject, actions, holding, failing, escapes, mode } = question;
    let mut hasher = DefaultHasher::new();
    (subject, actions, mode, holding, failing, escapes.len()).hash(&mut hasher);
    escapes.iter().for_each(|clause| clause.atoms.hash(&mut hasher));
    hasher.finish()
}
