//! Who can do what: the decision levels of KMS, over principal classes, actions and conditions.
//!
//! The specification is AWS's: a key policy must allow a request, being in the key's account gives nothing, and
//! an account principal delegates to that account's IAM policies. The principals that a policy can tell apart
//! are finite ([`PrincipalClass`]), because a principal cannot hold wildcards; conditions are decided exactly, by a
//! tableau (`search`) over a theory of each key (`theory`, `language`). Its positive answers are requests, which
//! `evaluate` replays; its negative ones rest on the [`Axiom`]s.

mod atom;
mod axiom;
mod class;
mod compare;
mod domain;
mod duties;
mod evaluate;
mod future;
mod language;
mod manage;
mod matching;
mod matrix;
mod names;
mod public;
mod reading;
mod search;
mod statement;
mod subject;
#[cfg(test)]
mod tests;
mod text;
mod theory;
mod witness;
mod words;

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;

use crate::carrier::KeyFacts;
use crate::catalog::{ActionSet, condition_key};
use crate::policy::{Effect, Policy, Statement};
use crate::source::Span;
use crate::value::Text;

pub use axiom::{Axiom, Axioms};
pub use compare::{Comparison, Difference, NotProven, Relation, Widening, compare, widens};
pub use duties::Combination;
pub use evaluate::{Decision, Request, doubts, evaluate, explain};
pub use manage::{Manageability, Manager, Managing};
pub use matrix::{COLUMNS, Cell, Hold, Row};
pub use public::Exposure;
pub use statement::Conflict;
pub use witness::Witness;
pub use words::in_words;

use matching::{Asked, Match};
use search::{Answer, Clause, Model, Question};
use subject::Subject;
use theory::Mode;

/// What a key policy says to a request. Ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// An explicit Deny matches.
    Denied,
    /// No statement matches: IAM policies are without effect.
    Nothing,
    /// An Allow matches through the account principal alone: IAM policies of that account decide.
    Delegated,
    /// An Allow matches the principal itself: no IAM policy is needed in the key's own account.
    Direct,
}

/// A set that is known only from both sides: `must ⊆ the set ⊆ may`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Actions {
    /// Surely in the set.
    pub must: ActionSet,
    /// Possibly in the set: more than `must` only where something is not known.
    pub may: ActionSet,
}

/// Whose principal it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ownership {
    /// Of the key's own account.
    Own,
    /// Of another account.
    Foreign,
    /// Not known.
    Unknown,
}

/// A class of principals that the policy cannot tell apart.
#[derive(Clone, Debug)]
pub struct PrincipalClass {
    /// What it is.
    pub kind: ClassKind,
    /// Whose it is.
    pub ownership: Ownership,
    /// Where the policy names it: the principal strings, in source order; of a class given by an
    /// `aws:PrincipalArn` or account condition, the condition values.
    pub mentions: Vec<Span>,
}

/// The kinds of [`PrincipalClass`].
#[derive(Clone, Debug, PartialEq)]
pub enum ClassKind {
    /// A named user, role, session or federated user (its ARN), by `Principal` or by `aws:PrincipalArn`.
    Named(Text),
    /// The root user of an account.
    AccountRoot(Text),
    /// Any other user or role of an account that the policy mentions.
    AccountOther(Text),
    /// A principal string that is not known: someone, the same one wherever the reference is the same.
    Opaque(Text),
    /// Any principal of an account and an organization that the policy does not mention.
    Fresh,
    /// A service principal.
    Service(Text),
}

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

/// Whether something can be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// By this request.
    Yes(Witness),
    /// Never.
    No,
    /// Something that is not known decides.
    Unknown,
}

/// The answers about one policy.
#[derive(Debug)]
pub struct Access<'a> {
    policy: &'a Policy,
    owner: Option<Text>,
    classes: Vec<PrincipalClass>,
    /// Sets of actions that some statement tells from others.
    cuts: Vec<ActionSet>,
    model: Model<'a>,
    known: Known,
}

/// Answers that several rules ask for, each worked out once.
#[derive(Debug, Default)]
struct Known {
    /// What each statement's principals say of each subject.
    matches: OnceCell<Vec<Vec<Match>>>,
    can: RefCell<BTreeMap<(usize, ActionSet, Level), Verdict>>,
    grounds: RefCell<BTreeMap<(usize, ActionSet, Level), Vec<Ground>>>,
    manageability: OnceCell<Manageability>,
    without_denies: OnceCell<Managing>,
}

/// Statements of a policy that is looked into. KMS takes 32 KB, in which some 500 find room.
const MOST_STATEMENTS: usize = 1_000;

impl<'a> Access<'a> {
    /// Reads a policy.
    pub fn new(policy: &'a Policy, key: &'a KeyFacts) -> Self {
        let owner = key.owner_account.clone().or_else(|| class::owner(policy));
        let classes = match policy.statements.len() {
            ..=MOST_STATEMENTS => class::classes(&[policy], owner.as_ref()),
            _ => Vec::new(),
        };
        let more = [unnamed_service(), &ClassKind::Fresh];
        let kinds = classes.iter().map(|class| &class.kind).chain(more);
        let model = Model::new(&[policy], key, owner.as_ref(), kinds);
        Access { policy, owner, classes, cuts: cuts(policy), model, known: Known::default() }
    }

    /// The account that owns the key: given by the key's facts, named as the own account, or the only account
    /// that has `kms:*` as a whole.
    pub fn owner(&self) -> Option<&Text> {
        self.owner.as_ref()
    }

    /// The principals that the policy can tell apart; the fresh one last. None at all of a policy with more than a
    /// thousand statements, which KMS refuses.
    pub fn classes(&self) -> &[PrincipalClass] {
        &self.classes
    }

    /// What a class holds directly for **every** context: `must` needs no condition and meets no Deny.
    pub fn direct(&self, class: usize) -> Actions {
        let always = |action| self.always(class, action, Level::Direct);
        Actions { must: self.collect(always), may: self.held(class).may }
    }

    /// What a class holds directly for **some** context.
    pub fn held(&self, class: usize) -> Actions {
        self.reachable(class, Level::Direct)
    }

    /// What a class holds for some context by delegation to its account's IAM policies.
    pub fn delegated(&self, class: usize) -> Actions {
        self.reachable(class, Level::Delegated)
    }

    /// Whether a class reaches a level with one of `actions` for some context.
    pub fn can(&self, class: usize, actions: ActionSet, level: Level) -> Verdict {
        let mut unknown = false;
        for group in self.groups(actions) {
            match self.group_can(class, group, level) {
                Verdict::Yes(witness) => return Verdict::Yes(witness),
                Verdict::Unknown => unknown = true,
                Verdict::No => {}
            }
        }
        if unknown { Verdict::Unknown } else { Verdict::No }
    }

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
        self.known.grounds.borrow_mut().insert(question, grounds.clone());
        grounds
    }

    fn find_grounds(&self, class: usize, actions: ActionSet, level: Level) -> Vec<Ground> {
        let Some(kind) = self.kind(class) else { return Vec::new() };
        let mut grounds = Vec::new();
        for statement in self.allows() {
            if !matches!(self.matched(class, statement), Match::Yes(found) if found >= level) {
                continue;
            }
            let (Some(principals), Some(element)) = (&statement.principal, &statement.action) else {
                continue;
            };
            let given = self.given(class, statement, actions);
            if given.is_empty() || statement.effect == Effect::Unknown {
                continue;
            }
            let principal = matching::entry(principals, &Asked::new(kind)).filter(|_| !principals.negated);
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
    fn given(&self, class: usize, statement: &Statement, actions: ActionSet) -> ActionSet {
        let mut given = ActionSet::EMPTY;
        for group in self.groups(actions.intersection(statement.actions().0)) {
            let denies = self.denies_of(class, group);
            let question = self.question(class, group, Some(statement), denies.certain, Mode::Surely);
            if !denies.unknown && matches!(self.ask(&question), Answer::Yes(_)) {
                given = given.union(group);
            }
        }
        given
    }

    /// What a statement's principals say of a subject.
    fn matched(&self, subject: usize, statement: &Statement) -> Match {
        let matches = self.known.matches.get_or_init(|| {
            let row = |subject: &Subject| {
                let asked = Asked::new(&subject.kind);
                let statements = self.policy.statements.iter();
                statements.map(|statement| matching::of_statement(statement, &asked)).collect()
            };
            self.model.subjects.iter().map(row).collect()
        });
        matches.get(subject).and_then(|row| row.get(statement.index)).copied().unwrap_or(Match::No)
    }

    fn kind(&self, class: usize) -> Option<&ClassKind> {
        self.classes.get(class).map(|class| &class.kind)
    }

    fn allows(&self) -> impl Iterator<Item = &'a Statement> {
        self.policy.statements.iter().filter(|statement| may_have(statement, Effect::Allow))
    }

    fn collect(&self, mut holds: impl FnMut(ActionSet) -> bool) -> ActionSet {
        let groups = self.groups(ActionSet::ALL.difference(ActionSet::INEFFECTIVE)).into_iter();
        groups.filter(|group| holds(*group)).fold(ActionSet::EMPTY, ActionSet::union)
    }

    pub(crate) fn reachable(&self, class: usize, level: Level) -> Actions {
        let mut actions = Actions::default();
        for group in self.groups(ActionSet::ALL.difference(ActionSet::INEFFECTIVE)) {
            match self.group_can(class, group, level) {
                Verdict::Yes(_) => actions.must = actions.must.union(group),
                Verdict::Unknown => actions.may = actions.may.union(group),
                Verdict::No => {}
            }
        }
        actions.may = actions.may.union(actions.must);
        actions
    }

    /// `actions` in groups that every statement treats alike: named by the same statements, and carrying the
    /// same condition keys.
    fn groups(&self, actions: ActionSet) -> Vec<ActionSet> {
        let mut groups = vec![actions];
        for cut in &self.cuts {
            groups =
                groups.iter().flat_map(|group| [group.intersection(*cut), group.difference(*cut)]).collect();
            groups.retain(|group| !group.is_empty());
        }
        groups
    }

    /// Whether a class reaches a level with a group of actions that all statements treat alike.
    fn group_can(&self, class: usize, group: ActionSet, level: Level) -> Verdict {
        let question = (class, group, level);
        if let Some(verdict) = self.known.can.borrow().get(&question) {
            return verdict.clone();
        }
        let verdict = self.group_can_by(class, group, level, |_| true);
        self.known.can.borrow_mut().insert(question, verdict.clone());
        verdict
    }

    /// So, by some of the Allow statements.
    fn group_can_by(
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
    fn always(&self, class: usize, group: ActionSet, level: Level) -> bool {
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
    fn question<'q>(
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

    fn ask(&self, question: &Question<'_>) -> Answer {
        self.model.reset();
        self.model.ask(question)
    }

    /// The Deny statements that speak of a class and a group of actions.
    fn denies_of(&self, class: usize, group: ActionSet) -> Denies<'_, 'a> {
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

/// The name of a service that stands for all those that no policy names.
pub const UNNAMED_SERVICE: &str = "any.amazonaws.com";

/// A service that no policy names. It is no class of a policy: what it may do, every service may.
fn unnamed_service() -> &'static ClassKind {
    static SERVICE: std::sync::LazyLock<ClassKind> = std::sync::LazyLock::new(|| {
        let nowhere = Span::at(crate::source::FileId(0), 0);
        ClassKind::Service(Text::known(UNNAMED_SERVICE, crate::value::SpanMap::opaque(nowhere)))
    });
    &SERVICE
}

fn cuts(policy: &Policy) -> Vec<ActionSet> {
    let mut cuts: Vec<ActionSet> = Vec::new();
    for statement in &policy.statements {
        let (must, may) = statement.actions();
        cuts.extend([must, may]);
        let keys = statement.conditions.iter().filter_map(|condition| condition.key_folded.as_deref());
        let keys = keys.filter_map(condition_key).filter(|key| key.closed);
        cuts.extend(keys.map(|key| key.applies_to));
    }
    cuts.sort();
    cuts.dedup();
    cuts
}

struct Denies<'m, 'a> {
    certain: Vec<&'m Clause<'a>>,
    /// Another Deny may apply.
    unknown: bool,
}

/// Whether a statement may have an effect: without an action or a resource that can be this key it has none.
fn may_have(statement: &Statement, effect: Effect) -> bool {
    let resource = statement.resource.as_ref().is_some_and(|element| {
        element.open
            || element.negated
            || element.patterns.iter().any(|pattern| pattern.matches_key != Some(false))
    });
    let may = statement.effect == effect || statement.effect == Effect::Unknown;
    may && statement.action.is_some() && resource
}

/// Whether a statement's effect is known, and its resource is surely this key.
fn is_complete(statement: &Statement) -> bool {
    statement.effect != Effect::Unknown
        && statement.resource.as_ref().is_some_and(|element| {
            let surely = element.patterns.iter().any(|pattern| pattern.matches_key == Some(true));
            // A key ARN whose account and id are not known here is meant for this key.
            let likely = element.patterns.iter().any(|pattern| pattern.matches_key.is_none());
            if element.negated { !element.open && !surely && !likely } else { surely || likely }
        })
}
