//! What the user wants: `kmslint.toml`, found upwards from each file, and the command line over it.
//!
//! [`Settings`] finds and reads the files, through [`Sources`](crate::source::Sources) and nothing else, and says
//! what [`Config`] applies to a path. A mistake in a configuration is kept with its place; the rule
//! `configuration-invalid` reports it.

mod expect;
mod file;
mod glob;
mod layer;
mod settings;
mod template;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::carrier::KeyFacts;
use crate::engine::{Rule, Selection};
use crate::finding::Severity;
use crate::source::Span;

pub(crate) use expect::unmet;
pub use expect::{Expectation, Wanted};
pub(crate) use file::covers;
pub use file::{ConfigFile, IgnoreEntry};
pub(crate) use settings::inner;
pub use settings::{Settings, Where};
pub use template::TEMPLATE;

/// The name of a configuration file.
pub const FILE_NAME: &str = "kmslint.toml";

/// The JSON Schema of a configuration file.
pub const SCHEMA: &str = include_str!("../../schema/kmslint.toml.schema.json");

/// What applies to a path.
#[derive(Clone, Debug, Default)]
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
    /// Which rules run.
    pub selection: Selection,
    /// Rules with another severity than their own, the last one first.
    pub severities: Vec<Override>,
    /// The lowest severity that makes the exit code 1.
    pub fail_on: Option<FailOn>,
    /// Every suppression and severity must say why.
    pub require_reason: bool,
    /// Files and folders of the user's own rules, as paths that can be read from here.
    pub rules: Vec<String>,
    /// Files with values of Terraform variables, as paths that can be read from here.
    pub var_files: Vec<String>,
    /// The file that it comes from; its suppressions and expectations hold too.
    pub file: Option<Arc<ConfigFile>>,
    /// Where each setting was given; none is the default.
    pub origins: BTreeMap<&'static str, Origin>,
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

    /// The name.
    pub fn name(self) -> &'static str {
        Profile::NAMES.iter().find(|(_, profile)| *profile == self).map_or("default", |(name, _)| name)
    }
}

/// From which severity on a finding makes the exit code 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailOn {
    /// From this one on.
    Severity(Severity),
    /// No finding does.
    Never,
}

impl FailOn {
    /// The words for it.
    pub const NAMES: [(&'static str, FailOn); 4] = [
        ("error", FailOn::Severity(Severity::Error)),
        ("warning", FailOn::Severity(Severity::Warning)),
        ("info", FailOn::Severity(Severity::Info)),
        ("never", FailOn::Never),
    ];

    /// Whether a finding of this severity makes the exit code 1.
    pub fn fails(self, severity: Severity) -> bool {
        matches!(self, FailOn::Severity(least) if severity >= least)
    }

    /// The word.
    pub fn name(self) -> &'static str {
        FailOn::NAMES.iter().find(|(_, value)| *value == self).map_or("warning", |(name, _)| name)
    }
}

/// Another severity for a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// The rule, by id or name.
    pub rule: String,
    /// The severity.
    pub severity: Severity,
    /// Why.
    pub reason: Option<String>,
    /// Where it was given.
    pub span: Span,
}

/// Where a setting was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// In a configuration file.
    File(Span),
    /// On the command line.
    CommandLine,
}

impl Config {
    /// Whether a rule runs.
    pub fn takes(&self, rule: &Rule) -> bool {
        self.selection.takes(rule, self.profile)
    }

    /// What is known of a key, with the account that owns it.
    pub fn of_key<'k>(&self, key: &'k KeyFacts) -> Cow<'k, KeyFacts> {
        match &self.owner_account {
            Some(account) if key.owner_account.is_none() => Cow::Owned(key.owned_by(account)),
            _ => Cow::Borrowed(key),
        }
    }

    /// The severity of a rule's findings, if it is not the rule's own.
    pub fn severity(&self, id: &str, name: &str) -> Option<&Override> {
        self.severities.iter().find(|it| it.rule.eq_ignore_ascii_case(id) || it.rule == name)
    }
}
