//! `kmslint rules`: all rules.

use std::io;

use clap::{Args, ValueEnum};

use super::{Exit, complain, print};
use crate::engine::{Registry, Rule, json, mapping, peers, peers_json, table, tools};

/// The arguments of `kmslint rules`.
#[derive(Debug, Args)]
pub(super) struct Rules {
    /// How to print the rules
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// List the checks of another tool, such as `checkov`, and the rules that say the same
    #[arg(long, value_name = "TOOL")]
    peer: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// One line each
    Text,
    /// For programs
    Json,
}

impl Rules {
    /// Runs the command.
    ///
    /// # Errors
    /// What the system says of standard output.
    pub(super) fn run(&self) -> io::Result<Exit> {
        let rules = Registry::embedded().rules();
        if let Some(tool) = &self.peer {
            return self.peer(rules, tool);
        }
        print(&match self.format {
            Format::Text => table(rules),
            Format::Json => json(rules),
        })?;
        Ok(Exit::Clean)
    }

    fn peer(&self, rules: &[Rule], tool: &str) -> io::Result<Exit> {
        let mapping = mapping(rules, tool);
        if mapping.is_empty() {
            let known = tools(rules).join("`, `");
            complain(&format!("no rule names a check of `{tool}`; known are `{known}`"));
            return Ok(Exit::Failed);
        }
        print(&match self.format {
            Format::Text => peers(&mapping),
            Format::Json => peers_json(tool, &mapping),
        })?;
        Ok(Exit::Clean)
    }
}
