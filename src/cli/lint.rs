//! `kmslint PATH…`: find key policies, lint them, print the findings.

use std::io;

use clap::{Args, ValueEnum};

use super::{Exit, colour, complain, print};
use crate::discover::discover;
use crate::finding::Severity;
use crate::{Options, lint, report};

/// The arguments of a lint run.
#[derive(Debug, Args)]
pub(super) struct Lint {
    /// Files and directories to lint; `-` is standard input, none is the current directory
    paths: Vec<String>,
    /// The lowest severity that makes the exit code 1
    #[arg(long, value_name = "SEVERITY", default_value = "warning")]
    fail_on: FailOn,
    /// How to print findings
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// Run only these rules (ids or names, comma separated)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<String>,
    /// Do not run these rules (ids or names, comma separated)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,
    /// Print findings of severity `info` too, and those that a stronger finding stands for
    #[arg(long, short)]
    verbose: bool,
    /// Fail with exit code 1 when something could not be analysed
    #[arg(long)]
    strict_unknown: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FailOn {
    Error,
    Warning,
    Info,
    Never,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// With source, for people
    Text,
    /// One line each: `path:line:col: severity[ID] message`
    Concise,
    /// For programs; the schema is in the README
    Json,
}
