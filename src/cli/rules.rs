//! `kmslint rules`: all rules, and the test of rules of the user's own.

use std::io;

use clap::{Args, ValueEnum};

use super::{Exit, complain, own, print};
use crate::engine::{Registry, Rule, json, mapping, peers, peers_json, table, tools};
use crate::source::Sources;

/// The arguments of `kmslint rules`.
#[derive(Debug, Args)]
pub(super) struct Rules {
    /// How to print the rules
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// List the checks of another tool, such as `checkov`, and the rules that say the same
    #[arg(long, value_name = "TOOL")]
    peer: Option<String>,
    /// Test rules of your own, a document or a folder of them: whether each is whole, and its examples show what they
    /// say
    #[arg(long, value_name = "PATH", num_args = 1.., conflicts_with = "peer")]
    test: Vec<String>,
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
        if !self.test.is_empty() {
            return self.test();
        }
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

    fn test(&self) -> io::Result<Exit> {
        let tested = match own::test(&self.test, &Sources::default()) {
            Ok(tested) => tested,
            Err(message) => {
                complain(&message);
                return Ok(Exit::Failed);
            }
        };
        if !tested.mistakes.is_empty() {
            print(&tested.mistakes)?;
            return Ok(Exit::Findings);
        }
        let (rules, examples) = (counted(tested.rules, "rule"), counted(tested.examples, "example"));
        print(&format!("{rules}, {examples}: all do what they say\n"))?;
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

fn counted(count: usize, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}
