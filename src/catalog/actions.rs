//! The actions of KMS, and sets of them.

use std::fmt;

use super::data;

/// An action.
#[derive(Debug)]
pub struct Action {
    /// Its name with the prefix, such as `kms:Decrypt`.
    pub name: &'static str,
    /// What it is for.
    pub class: Class,
    /// The access level of the service authorization reference.
    pub access: AccessLevel,
    /// What a key policy that allows it does.
    pub effect: PolicyEffect,
    /// Whether a principal of another account can use it.
    pub cross_account: bool,
    /// Whether it is an operation that a grant can give.
    pub grant: bool,
    /// The key usage it needs, such as `ENCRYPT_DECRYPT`; `None`: any.
    pub usage: Option<&'static str>,
    /// What else the key must be.
    pub needs: Option<Needs>,
    /// What leaves KMS in the clear.
    pub discloses: Option<&'static str>,
    /// How it leads to every other permission on the key.
    pub takeover: Option<&'static str>,
    /// Makes signatures or codes that others trust.
    pub authenticity: bool,
    /// Changes the tags or aliases that conditions read.
    pub abac_lever: bool,
    /// Takes something away from the users of the key.
    pub disruptive: bool,
    /// The condition keys of its requests, apart from those of the key itself and the global ones.
    pub condition_keys: &'static [&'static str],
}

/// What an action is for. Each has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Manages the key, its policy, rotation, aliases, tags, import, replication, existing grants.
    Administer,
    /// Makes the key or its material unusable.
    Destroy,
    /// `CreateGrant`.
    Delegate,
    /// A cryptographic operation.
    Use,
    /// Metadata, policy, public key.
    Read,
    /// Not authorized on a key: without effect in a key policy.
    Account,
}

/// The access levels of the service authorization reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are AWS's own")]
pub enum AccessLevel {
    List,
    Read,
    Tagging,
    Write,
    PermissionsManagement,
}

/// What a key policy that allows an action does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyEffect {
    /// Allows it.
    Full,
    /// Allows the key's side; the alias's side is given by IAM alone.
    AliasSide,
    /// Nothing, says AWS (`RetireGrant`).
    Ineffective,
    /// Nothing for customers: a service-linked role alone uses it.
    Internal,
    /// Nothing: it is not authorized on a key.
    Account,
}

/// What a key must be for an action to work on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Needs {
    /// `SYMMETRIC_DEFAULT`
    Symmetric,
    /// An asymmetric key.
    Asymmetric,
    /// Origin `EXTERNAL`.
    Imported,
    /// A multi-Region key.
    MultiRegion,
}

/// A set of key-policy actions: one bit for each action of the catalogue that can be authorized on a key,
/// in alphabetical order, and one for all actions that do not exist yet.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ActionSet(pub u64);

impl ActionSet {
    /// No action.
    pub const EMPTY: ActionSet = ActionSet(0);
    /// The actions that do not exist yet.
    pub const FUTURE: ActionSet = ActionSet(1 << 63);
    /// The actions of the catalogue.
    pub const KNOWN: ActionSet = ActionSet((1 << data::KEY_ACTIONS.len()) - 1);
    /// Every action, those that do not exist yet included.
    pub const ALL: ActionSet = ActionSet::KNOWN.union(ActionSet::FUTURE);

    /// [`Class::Administer`]
    pub const ADMINISTER: ActionSet = of_class(Class::Administer);
    /// [`Class::Destroy`]
    pub const DESTROY: ActionSet = of_class(Class::Destroy);
    /// [`Class::Delegate`]
    pub const DELEGATE: ActionSet = of_class(Class::Delegate);
    /// [`Class::Use`]
    pub const USE: ActionSet = of_class(Class::Use);
    /// [`Class::Read`]
    pub const READ: ActionSet = of_class(Class::Read);
    /// Who may do one of these administers the key. Without reading and without grants, which AWS gives to
    /// users of a key as well.
    pub const ADMIN_CORE: ActionSet = ActionSet::ADMINISTER
        .union(ActionSet::DESTROY)
        .difference(ActionSet::of(&["RevokeGrant", "RetireGrant", "SynchronizeMultiRegionKey"]));
    /// Who may do one of these uses the key.
    pub const USE_CORE: ActionSet = ActionSet::USE;
    /// Something leaves KMS in the clear, if only by a detour.
    pub const DISCLOSES: ActionSet = where_set(data::KEY_ACTIONS, Flag::Discloses);
    /// Leads to every other permission on the key.
    pub const TAKEOVER: ActionSet = where_set(data::KEY_ACTIONS, Flag::Takeover);
    /// Makes signatures or codes that others trust.
    pub const AUTHENTICITY: ActionSet = where_set(data::KEY_ACTIONS, Flag::Authenticity);
    /// Changes the tags or aliases that conditions read.
    pub const ABAC_LEVERS: ActionSet = where_set(data::KEY_ACTIONS, Flag::AbacLever);
    /// Takes something away from the users of the key.
    pub const DISRUPTIVE: ActionSet = where_set(data::KEY_ACTIONS, Flag::Disruptive);
    /// Works for principals of other accounts.
    pub const CROSS_ACCOUNT: ActionSet = where_set(data::KEY_ACTIONS, Flag::CrossAccount);
    /// A grant can give it.
    pub const GRANTABLE: ActionSet = where_set(data::KEY_ACTIONS, Flag::Grant);
    /// Without effect in a key policy, although it is authorized on a key.
    pub const INEFFECTIVE: ActionSet = where_set(data::KEY_ACTIONS, Flag::Ineffective);

    /// The actions with these names, without prefix and in AWS's spelling; unknown names are left out.
    #[must_use]
    pub const fn of(names: &[&str]) -> ActionSet {
        let (mut set, mut names) = (0, names);
        while let [name, more @ ..] = names {
            let (mut bit, mut actions) = (1, data::KEY_ACTIONS);
            while let [action, rest @ ..] = actions {
                if ends_in(action.name.as_bytes(), name.as_bytes()) {
                    set |= bit;
                }
                bit <<= 1;
                actions = rest;
            }
            names = more;
        }
        ActionSet(set)
    }

    /// Actions in either.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        ActionSet(self.0 | other.0)
    }

    /// Actions in both.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        ActionSet(self.0 & other.0)
    }

    /// Actions in `self` only.
    #[must_use]
    pub const fn difference(self, other: Self) -> Self {
        ActionSet(self.0 & !other.0)
    }

    /// Whether there is no action in it.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether some action is in both.
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether every action of `other` is in `self`.
    pub const fn contains(self, other: Self) -> bool {
        other.0 & !self.0 == 0
    }

    /// How many actions of the catalogue are in it.
    pub const fn len(self) -> u32 {
        self.intersection(ActionSet::KNOWN).0.count_ones()
    }

    /// The actions of the catalogue in it, in alphabetical order.
    pub fn iter(self) -> impl Iterator<Item = &'static Action> {
        data::KEY_ACTIONS
            .iter()
            .enumerate()
            .filter(move |(bit, _)| self.0 >> bit & 1 == 1)
            .map(|(_, action)| action)
    }

    /// The names of the actions of the catalogue in it, such as `kms:Decrypt`, in alphabetical order.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        self.iter().map(|action| action.name)
    }

    /// The first `most` names in backticks, and how many more there are, for a message.
    pub fn listed(self, most: usize) -> String {
        let names: Vec<String> = self.names().map(|name| format!("`{name}`")).collect();
        let shown = names.get(..most.min(names.len())).unwrap_or_default();
        match (names.len() - shown.len(), shown) {
            (0, [all @ .., last]) if !all.is_empty() => format!("{} and {last}", all.join(", ")),
            (0, _) => shown.join(", "),
            (more, _) => format!("{} and {more} more", shown.join(", ")),
        }
    }
}

impl fmt::Debug for ActionSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let future = self.intersects(ActionSet::FUTURE).then_some("(future)");
        f.debug_set().entries(self.names().chain(future)).finish()
    }
}

impl Action {
    /// Its place in an [`ActionSet`]; empty for those that are not authorized on a key.
    pub fn set(&self) -> ActionSet {
        let bit = data::KEY_ACTIONS.binary_search_by(|action| action.name.cmp(self.name));
        bit.map_or(ActionSet::EMPTY, |bit| ActionSet(1 << bit))
    }

    /// Its name without the prefix, such as `Decrypt`.
    pub fn short_name(&self) -> &'static str {
        self.name.strip_prefix("kms:").unwrap_or(self.name)
    }
}

/// The actions that are authorized on a key, in alphabetical order.
pub fn key_actions() -> &'static [Action] {
    data::KEY_ACTIONS
}

/// The actions that are not authorized on a key, in alphabetical order.
pub fn account_actions() -> &'static [Action] {
    data::ACCOUNT_ACTIONS
}

/// The action of either kind with this name, whatever its case; with or without `kms:`.
pub fn action(name: &str) -> Option<&'static Action> {
    let short = match name.split_once(':') {
        Some((service, rest)) if service.eq_ignore_ascii_case("kms") => rest,
        Some(_) => return None,
        None => name,
    };
    data::KEY_ACTIONS
        .iter()
        .chain(data::ACCOUNT_ACTIONS)
        .find(|action| action.short_name().eq_ignore_ascii_case(short))
}

#[derive(Clone, Copy)]
enum Flag {
    Discloses,
    Takeover,
    Authenticity,
    AbacLever,
    Disruptive,
    CrossAccount,
    Grant,
    Ineffective,
}

const fn where_set(actions: &[Action], flag: Flag) -> ActionSet {
    let (mut set, mut bit, mut actions) = (0, 1, actions);
    while let [action, rest @ ..] = actions {
        let is_set = match flag {
            Flag::Discloses => action.discloses.is_some(),
            Flag::Takeover => action.takeover.is_some(),
            Flag::Authenticity => action.authenticity,
            Flag::AbacLever => action.abac_lever,
            Flag::Disruptive => action.disruptive,
            Flag::CrossAccount => action.cross_account,
            Flag::Grant => action.grant,
            Flag::Ineffective => matches!(action.effect, PolicyEffect::Ineffective),
        };
        if is_set {
            set |= bit;
        }
        bit <<= 1;
        actions = rest;
    }
    ActionSet(set)
}

const fn of_class(class: Class) -> ActionSet {
    let (mut set, mut bit, mut actions) = (0, 1, data::KEY_ACTIONS);
    while let [action, rest @ ..] = actions {
        if action.class as u8 == class as u8 {
            set |= bit;
        }
        bit <<= 1;
        actions = rest;
    }
    ActionSet(set)
}

/// Whether `whole` is `kms:` and `name`.
const fn ends_in(whole: &[u8], name: &[u8]) -> bool {
    let [b'k', b'm', b's', b':', rest @ ..] = whole else { return false };
    let (mut a, mut b) = (rest, name);
    while let ([x, more_a @ ..], [y, more_b @ ..]) = (a, b) {
        if *x != *y {
            return false;
        }
        (a, b) = (more_a, more_b);
    }
    a.is_empty() && b.is_empty()
}
