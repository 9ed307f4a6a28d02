//! `kmslint explain RULE`: one rule.

use std::io;

use clap::Args;

use super::own::with_own;
use super::{Exit, complain, print};
use crate::engine::{embedded_rule, explain};
use crate::source::Sources;

/// The arguments of `kmslint explain`.
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// A rule's id or name, such as `KMS201` or `public-key-policy`
    rule: String,
    /// Rules of your own: a document, or a folder of them
    #[arg(long, value_name = "PATH")]
    rules: Vec<String>,
}

impl Explain {
    /// Runs the command.
    ///
    /// # Errors
    /// What the system says of standard output.
    pub(super) fn run(&self) -> io::Result<Exit> {
        if let Some(rule) = embedded_rule(&self.rule) {
            print(&explain(&rule))?;
            return Ok(Exit::Clean);
        }
        let rules = match with_own(&self.rules, &Sources::default()) {
            Ok(rules) => rules,
            Err(message) => {
                complain(&message);
                return Ok(Exit::Failed);
            }
        };
        if let Some(rule) = rules.find(&self.rule) {
            print(&explain(rule))?;
            return Ok(Exit::Clean);
        }
        let meant = rules.nearest(&self.rule).map(|name| format!("; did you mean `{name}`?"));
        complain(&format!("no rule is called `{}`{}", self.rule, meant.unwrap_or_default()));
        Ok(Exit::Failed)
    }
}
