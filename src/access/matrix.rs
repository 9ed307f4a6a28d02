//! Who holds what, as a table: one row for each class of principals, one column for each class of actions.

use super::{Access, ClassKind, Level, Ownership, in_words};
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
    /// In words, what each statement that gives them asks for; none where one asks nothing.
    pub conditions: Vec<String>,
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
                let of =
                    |set: ActionSet| set.intersection(actions_of(*column)).intersection(self.effective(at));
                let cell = |hold, actions| {
                    let actions = of(actions);
                    let conditions = match hold {
                        Hold::Conditional => self.asked_for(at, actions, Level::Direct),
                        Hold::Delegated => self.asked_for(at, actions, Level::Delegated),
                        _ => Vec::new(),
                    };
                    Cell { hold, actions, conditions }
                };
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

impl Access<'_> {
    /// What the statements ask for that give actions to a class. A statement that asks nothing leaves a Deny to be
    /// escaped.
    fn asked_for(&self, class: usize, actions: ActionSet, level: Level) -> Vec<String> {
        let mut statements: Vec<usize> =
            self.grounds_at(class, actions, level).iter().map(|ground| ground.statement).collect();
        statements.dedup();
        let given = statements.iter().filter_map(|at| self.policy.statements.get(*at));
        let mut asked: Vec<String> = given.map(in_words).collect();
        if asked.iter().any(String::is_empty) {
            asked = if level == Level::Direct { vec!["no Deny applies".to_owned()] } else { Vec::new() };
        }
        asked.dedup();
        asked
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
