//! What the user says of their own setting: which account owns the keys, whom they trust, how strict to be.

/// The settings that rules look at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// The account that owns the keys (12 digits), where neither the policy nor the configuration around it says so.
    pub owner_account: Option<String>,
    /// Other accounts that may have access (12 digits each).
    pub trusted_accounts: Vec<String>,
    /// Organizations whose members may have access, such as `o-a1b2c3d4e5`.
    pub trusted_organizations: Vec<String>,
    /// The shortest waiting period before deletion that is accepted (days).
    pub minimum_deletion_window: Option<u32>,
    /// Which rules run unless they are named.
    pub profile: Profile,
}

/// A choice of rules for a purpose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Profile {
    /// What almost everyone should fix.
    #[default]
    Default,
    /// Least privilege, and duties kept apart by the key policy itself.
    Strict,
    /// As AWS Security Hub's KMS controls judge.
    SecurityHub,
    /// As AWS Control Tower's KMS controls judge.
    ControlTower,
}

impl Profile {
    /// All of them, by the names they are written with.
    pub const NAMES: [(&'static str, Profile); 4] = [
        ("default", Profile::Default),
        ("strict", Profile::Strict),
        ("security-hub", Profile::SecurityHub),
        ("control-tower", Profile::ControlTower),
    ];
}
