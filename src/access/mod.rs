//! Who can do what: the decision levels of KMS, over principal classes, actions and conditions.
//!
//! The specification is AWS's: a key policy must allow a request, being in the key's account gives nothing, and
//! an account principal delegates to that account's IAM policies. The principals that a policy can tell apart
//! are finite ([`PrincipalClass`]), because a principal cannot hold wildcards; conditions are decided exactly, by a
//! tableau (`search`) over a theory of each key (`theory`, `language`). Its positive answers are requests, which
//! `evaluate` replays; its negative ones rest on the [`Axiom`]s.

mod atom;
mod axiom;
mod budget;
mod class;
mod compare;
mod comparer;
mod domain;
mod duties;
mod evaluate;
mod future;
mod glob;
mod ground;
mod language;
mod manage;
mod matching;
mod matrix;
mod model;
mod names;
mod public;
mod reach;
mod reading;
mod search;
mod spoken;
mod statement;
mod subject;
mod suppose;
#[cfg(test)]
mod tests;
mod text;
mod theory;
mod witness;
mod words;

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;

use crate::carrier::KeyFacts;
use crate::catalog::limits::POLICY_BYTES;
use crate::catalog::{ActionSet, condition_key};
use crate::policy::Policy;
use crate::source::Span;
use crate::value::{Piece, Text};

pub use axiom::{Axiom, Axioms};
pub use class::UNNAMED_SERVICE;
pub(crate) use class::owner;
pub use compare::{
    Comparison, Difference, NotProven, Relation, Widening, compare, compare_without_axioms, widens,
};
pub use duties::Combination;
pub use evaluate::{Decision, Request, doubts, effective, evaluate, explain, follows};
pub use ground::Ground;
pub use manage::{Manageability, Manager, Managing};
pub use matrix::{COLUMNS, Cell, Hold, Row};
pub use public::Exposure;
pub use statement::Conflict;
pub use suppose::Variable;
pub use witness::Witness;
pub use words::in_words;

use class::unnamed_service;
use matching::{Match, is_complete, may_have};
use model::Model;
use reach::Reach;
use spoken::Spoken;

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
    /// All actions, in groups that every statement treats alike.
    parts: Vec<ActionSet>,
    model: Model<'a>,
    known: Known,
}

/// Answers that several rules ask for, each worked out once.
#[derive(Debug, Default)]
struct Known {
    spoken: OnceCell<Spoken>,
    reach: RefCell<BTreeMap<(usize, ActionSet, Level), Reach>>,
    always: RefCell<BTreeMap<(usize, ActionSet, Level), bool>>,
    grounds: RefCell<BTreeMap<(usize, ActionSet, Level), Vec<Ground>>>,
    manageability: OnceCell<Manageability>,
    without_denies: OnceCell<Managing>,
}

/// Statements of a policy that is looked into, its principals, and the values of its conditions. In what KMS takes
/// some 500, 2,180 and 8,190 find room.
const MOST_STATEMENTS: usize = 1_000;
const MOST_PRINCIPALS: usize = 2_200;
const MOST_VALUES: usize = 8_200;

/// Whether a policy is larger than any that KMS takes, and is not looked into.
fn is_too_large(policy: &Policy) -> bool {
    let statements = || policy.statements.iter();
    let principals = || statements().filter_map(|it| it.principal.as_ref()).flat_map(|it| &it.entries);
    let values = || statements().flat_map(|it| &it.conditions).flat_map(|it| &it.values);
    let known = |text: &Text| -> usize {
        let pieces = text.pieces.iter();
        pieces.map(|piece| if let Piece::Known { text, .. } = piece { text.len() } else { 0 }).sum()
    };
    let texts = principals().map(|it| &it.text).chain(values().map(|it| &it.text));
    statements().len() > MOST_STATEMENTS
        || principals().count() > MOST_PRINCIPALS
        || values().count() > MOST_VALUES
        || texts.map(known).sum::<usize>() > POLICY_BYTES
}

impl<'a> Access<'a> {
    /// Reads a policy.
    pub fn new(policy: &'a Policy, key: &KeyFacts) -> Self {
        let owner = key.owner_account.clone().or_else(|| class::owner(policy));
        let is_too_large = is_too_large(policy);
        let classes = if is_too_large { Vec::new() } else { class::classes(&[policy], owner.as_ref()) };
        let more = [unnamed_service(), &ClassKind::Fresh];
        let kinds = classes.iter().map(|class| &class.kind).chain(more);
        let read = [policy];
        let model = Model::new(if is_too_large { &[] } else { &read }, key, owner.as_ref(), kinds);
        Access { policy, owner, classes, parts: parts(policy), model, known: Known::default() }
    }

    /// Starts a new count of what questions may cost: what one rule asks leaves no less for the next.
    pub fn refill(&self) {
        self.model.refill();
    }

    /// Leaves nothing for any question.
    #[cfg(test)]
    pub(crate) fn spend_all(&self) {
        self.model.budget.borrow_mut().spend(usize::MAX);
    }

    /// The account that owns the key: given by the key's facts, named as the own account, or the only account
    /// that has `kms:*` as a whole.
    pub fn owner(&self) -> Option<&Text> {
        self.owner.as_ref()
    }

    /// The principals that the policy can tell apart; the fresh one last. None at all of a policy that is
    /// larger than any that KMS takes.
    pub fn classes(&self) -> &[PrincipalClass] {
        &self.classes
    }

    /// What the answers that were given so far rest on, beside the policy.
    pub fn axioms(&self) -> Axioms {
        self.model.axioms_of_all()
    }

    /// The actions that an Allow can give to a class at all: not all of them work across accounts.
    pub fn effective(&self, class: usize) -> ActionSet {
        match self.classes.get(class).map(|class| class.ownership) {
            Some(Ownership::Foreign) => ActionSet::CROSS_ACCOUNT.union(ActionSet::FUTURE),
            _ => ActionSet::ALL,
        }
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
            match self.group_can(class, group, level, |_| true) {
                Verdict::Yes(witness) => return Verdict::Yes(witness),
                Verdict::Unknown => unknown = true,
                Verdict::No => {}
            }
        }
        if unknown { Verdict::Unknown } else { Verdict::No }
    }

    fn kind(&self, class: usize) -> Option<&ClassKind> {
        self.classes.get(class).map(|class| &class.kind)
    }

    fn collect(&self, mut holds: impl FnMut(ActionSet) -> bool) -> ActionSet {
        let groups = self.groups(ActionSet::ALL.difference(ActionSet::INEFFECTIVE));
        groups.filter(|group| holds(*group)).fold(ActionSet::EMPTY, ActionSet::union)
    }

    pub(crate) fn reachable(&self, class: usize, level: Level) -> Actions {
        let mut actions = Actions::default();
        for group in self.groups(ActionSet::ALL.difference(ActionSet::INEFFECTIVE)) {
            match self.group_reach(class, group, level) {
                Reach::Yes => actions.must = actions.must.union(group),
                Reach::Unknown => actions.may = actions.may.union(group),
                Reach::No => {}
            }
        }
        actions.may = actions.may.union(actions.must);
        actions
    }

    /// `actions` in groups that every statement treats alike: named by the same statements, and carrying the
    /// same condition keys.
    fn groups(&self, actions: ActionSet) -> impl Iterator<Item = ActionSet> {
        let groups = self.parts.iter().map(move |part| part.intersection(actions));
        groups.filter(|group| !group.is_empty())
    }
}

/// All actions, cut wherever some statement tells them apart.
fn parts(policy: &Policy) -> Vec<ActionSet> {
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
    let mut parts = vec![ActionSet::ALL];
    for cut in cuts {
        parts = parts.iter().flat_map(|part| [part.intersection(cut), part.difference(cut)]).collect();
        parts.retain(|part| !part.is_empty());
    }
    parts
}
