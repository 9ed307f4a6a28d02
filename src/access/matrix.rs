//! Who holds what, as a table: one row for each class of principals, one column for each class of actions.

use super::{Access, ClassKind, Level, Ownership};
use crate::catalog::{ActionSet, Class, key_actions};

/// The columns, and what they are called.
pub const COLUMNS: [(Class, &str); 5] = [
    (Class::Use, "use"),
    (Class::Administer, "administer"),
    (Class::Delegate, "grant"),
    (Class::Destroy, "destroy"),
    (Class::Read, "read"),
];

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The principals.
    pub principal: String,
    /// Whose they are.
    pub ownership: Ownership,
    /// One cell for each of [`COLUMNS`].
    pub cells: Vec<Cell>,
}

/// What some principals hold of a class of actions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// How.
    pub hold: Hold,
    /// The actions that are held, or may be.
    pub actions: ActionSet,
}

/// How actions are held. Ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hold {
    /// Not at all.
    None,
    /// It depends on something that is not known.
    Unknown,
    /// If IAM policies of the account say so.
    Delegated,
    /// Directly, if conditions hold.
    Conditional,
    /// Directly, always.
    Direct,
}

impl Access<'_> {
    /// The table.
    pub fn matrix(&self) -> Vec<Row> {
        let classes = self.classes().iter().enumerate();
        let row = |(at, class): (usize, &super::PrincipalClass)| {
            let (always, held) = (self.direct(at).must, self.held(at));
            let delegated = self.reachable(at, Level::Delegated);
            let cells = COLUMNS.iter().map(|(column, _)| {
                let of = |set: ActionSet| set.intersection(actions_of(*column));
                let cell = |hold, actions| Cell { hold, actions: of(actions) };
                if !of(always).is_empty() {
                    cell(Hold::Direct, held.must)
                } else if !of(held.must).is_empty() {
                    cell(Hold::Conditional, held.must)
                } else if !of(delegated.must).is_empty() {
                    cell(Hold::Delegated, delegated.must)
                } else if !of(delegated.may).is_empty() {
                    cell(Hold::Unknown, delegated.may)
                } else {
                    cell(Hold::None, ActionSet::EMPTY)
                }
            });
            Row { principal: name(&class.kind), ownership: class.ownership, cells: cells.collect() }
        };
        classes.map(row).collect()
    }
}

fn actions_of(class: Class) -> ActionSet {
    let actions = key_actions().iter().filter(|action| action.class == class);
    actions.fold(ActionSet::EMPTY, |set, action| set.union(action.set()))
}

fn name(kind: &ClassKind) -> String {
    match kind {
        ClassKind::Named(text) | ClassKind::Opaque(text) | ClassKind::Service(text) => text.to_string(),
        ClassKind::AccountRoot(account) => format!("root user of {account}"),
        ClassKind::AccountOther(account) => format!("any other user or role of {account}"),
        ClassKind::Fresh => "anyone of any other account".to_owned(),
    }
}
