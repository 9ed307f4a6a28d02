//! `kmslint explain RULE`: one rule.

use std::io;

use clap::Args;

use super::{Exit, complain, print};
use crate::engine::{Registry, embedded_rule, explain};

/// The arguments of `kmslint explain`.
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// A rule's id or name, such as `KMS201` or `public-key-policy`
    rule: String,
}

impl Explain {
    /// Runs the command.
    ///
    /// # Errors
    /// What the system says of standard output.
    pub(super) fn run(&self) -> io::Result<Exit> {
        match embedded_rule(&self.rule) {
            Some(rule) => {
                print(&explain(&rule))?;
                Ok(Exit::Clean)
            }
            None => {
                let nearest = Registry::embedded().nearest(&self.rule);
                let meant = nearest.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default();
                complain(&format!("no rule is called `{}`{meant}", self.rule));
                Ok(Exit::Failed)
            }
        }
    }
}
