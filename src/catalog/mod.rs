//! What AWS documents about KMS: actions, condition keys, services. Data with provenance, and its lookups.

/// A set of key-policy actions: one bit for each action of the catalogue that can be authorized on a key,
/// and one for all actions that do not exist yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ActionSet(pub u64);

impl ActionSet {
    /// No action.
    pub const EMPTY: ActionSet = ActionSet(0);
    /// The actions that do not exist yet.
    pub const FUTURE: ActionSet = ActionSet(1 << 63);

    /// Actions in either.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        ActionSet(self.0 | other.0)
    }

    /// Actions in both.
    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        ActionSet(self.0 & other.0)
    }

    /// Actions in `self` only.
    #[must_use]
    pub fn difference(self, other: Self) -> Self {
        ActionSet(self.0 & !other.0)
    }

    /// Whether there is no action in it.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether some action is in both.
    pub fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether every action of `other` is in `self`.
    pub fn contains(self, other: Self) -> bool {
        other.0 & !self.0 == 0
    }
}
