//! Whom each statement speaks of. Of many statements few speak of one principal, and they are found by what they name.

use std::collections::HashMap;

use super::matching::{self, Addressed, Match};
use super::model::{Clause, Model};
use super::subject::{Account, Subject};
use super::{Access, ClassKind};
use crate::policy::{Effect, Principal, PrincipalKind, Statement};
use crate::value::Text;

/// What the principals of statements say of subjects.
#[derive(Debug)]
pub(super) struct Spoken {
    /// Of each subject the clauses that speak of it, or may, in their order.
    of_subject: Vec<Vec<(usize, Match)>>,
    /// Of each clause the subjects that it speaks of, or may, in their order.
    of_clause: Vec<Vec<(usize, Match)>>,
}

/// The clauses by what they name.
#[derive(Default)]
struct Named {
    /// By ARNs, account ids and names of services.
    by_name: HashMap<String, Vec<usize>>,
    /// Those that name everyone, or something that is not known.
    others: Vec<usize>,
    all: usize,
}

impl<'a> Access<'a> {
    /// The clauses whose principals speak of a subject, or may, in their order.
    pub(super) fn speaking(&self, subject: usize) -> impl Iterator<Item = (&Clause<'a>, Match)> {
        let row = self.spoken().of_subject.get(subject).into_iter().flatten();
        row.filter_map(|(at, matched)| Some((self.model.clauses.get(*at)?, *matched)))
    }

    /// Those that may allow it something.
    pub(super) fn allows(&self, subject: usize) -> impl Iterator<Item = (&Clause<'a>, Match)> {
        self.speaking(subject).filter(|(clause, _)| clause.may_have(Effect::Allow))
    }

    /// The subjects that a statement's principals speak of, or may.
    pub(super) fn spoken_of(&self, statement: usize) -> impl Iterator<Item = (usize, Match)> {
        self.spoken().of_clause.get(statement).into_iter().flatten().copied()
    }

    fn spoken(&self) -> &Spoken {
        self.known.spoken.get_or_init(|| Spoken::new(&self.model))
    }
}

impl Spoken {
    fn new(model: &Model<'_>) -> Spoken {
        let named = Named::new(&model.clauses);
        let mut of_clause = vec![Vec::new(); model.clauses.len()];
        let row = |(at, subject): (usize, &Subject)| {
            let class = Addressed::subject(subject);
            let mut row = Vec::new();
            for place in named.may_speak_of(subject, &class) {
                let Some(clause) = model.clauses.get(place) else { continue };
                match matching::of_statement(clause.statement, &class) {
                    Match::No => {}
                    matched => {
                        row.push((place, matched));
                        of_clause.get_mut(place).into_iter().for_each(|it| it.push((at, matched)));
                    }
                }
            }
            row
        };
        let of_subject = model.subjects.iter().enumerate().map(row).collect();
        Spoken { of_subject, of_clause }
    }
}

impl Named {
    fn new(clauses: &[Clause<'_>]) -> Named {
        let mut named = Named { all: clauses.len(), ..Named::default() };
        for (at, clause) in clauses.iter().enumerate() {
            match names(clause.statement) {
                Some(names) => {
                    for name in names {
                        named.by_name.entry(name).or_default().push(at);
                    }
                }
                None => named.others.push(at),
            }
        }
        named
    }

    /// The clauses that may speak of a subject, in their order: all others surely do not.
    fn may_speak_of(&self, subject: &Subject, class: &Addressed<'_>) -> Vec<usize> {
        let name = match &subject.kind {
            // A session is spoken of by its role's name.
            ClassKind::Named(_) if class.is_session() => None,
            ClassKind::Named(text) | ClassKind::Service(text) => text.as_known(),
            ClassKind::AccountRoot(text) | ClassKind::AccountOther(text) => text.as_known(),
            ClassKind::Fresh => Some("".into()),
            ClassKind::Opaque(_) => None,
        };
        let Some(name) = name else { return (0..self.all).collect() };
        let mut places = self.others.clone();
        places.extend(self.by_name.get(&*name).into_iter().flatten());
        if let (ClassKind::Named(_), Account::Known(account)) = (&subject.kind, &subject.account) {
            places.extend(self.by_name.get(account).into_iter().flatten());
        }
        places.sort_unstable();
        places.dedup();
        places
    }
}

/// What a statement's principals name; none where they may be anybody.
fn names(statement: &Statement) -> Option<Vec<String>> {
    let Some(element) = &statement.principal else { return Some(Vec::new()) };
    if element.negated || element.open {
        return None;
    }
    let known = |text: &Text| text.as_known().map(String::from);
    let name = |entry: &Principal| match &entry.kind {
        PrincipalKind::Account { account } => known(account),
        PrincipalKind::User { arn, .. }
        | PrincipalKind::Role { arn, .. }
        | PrincipalKind::Session { arn, .. }
        | PrincipalKind::FederatedUser { arn, .. } => known(arn),
        PrincipalKind::Service { name } => known(name),
        // It speaks of nobody.
        PrincipalKind::UniqueId { .. } | PrincipalKind::Invalid(_) => Some(String::new()),
        PrincipalKind::Everyone | PrincipalKind::Unknown => None,
    };
    element.entries.iter().map(name).collect()
}
