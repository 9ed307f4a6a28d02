//! `kmslint rules`: all rules.

use std::io;

use clap::{Args, ValueEnum};

use super::{Exit, print};
use crate::engine::{Registry, json, table};

/// The arguments of `kmslint rules`.
#[derive(Debug, Args)]
pub(super) struct Rules {
    /// How to print the rules
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
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
        print(&match self.format {
            Format::Text => table(rules),
            Format::Json => json(rules),
        })?;
        Ok(Exit::Clean)
    }
}
