//! `kmslint schema NAME`: the JSON Schemas that kmslint publishes.

use std::io;

use clap::{Args, ValueEnum};

use super::{Exit, print};
use crate::{config, engine, report};

/// The arguments of `kmslint schema`.
#[derive(Debug, Args)]
pub(super) struct Schema {
    /// Of what
    name: Name,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Name {
    /// `kmslint.toml`
    Config,
    /// The JSON report
    Report,
    /// The `toml rule` block of a rule document
    Rule,
}

impl Schema {
    /// Runs the command.
    ///
    /// # Errors
    /// What the system says of standard output.
    pub(super) fn run(&self) -> io::Result<Exit> {
        print(match self.name {
            Name::Config => config::SCHEMA,
            Name::Report => report::SCHEMA,
            Name::Rule => engine::SCHEMA,
        })?;
        Ok(Exit::Clean)
    }
}
