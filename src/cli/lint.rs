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

impl Lint {
    /// Runs the command.
    ///
    /// # Errors
    /// What the system says of standard output.
    pub(super) fn run(&self) -> io::Result<Exit> {
        let found = discover(&self.paths);
        for problem in &found.problems {
            complain(&format!("cannot read `{}`: {}", problem.path, problem.error));
        }
        let options = Options { select: self.select.clone(), ignore: self.ignore.clone(), verbose: self.verbose };
        let report = match lint(&found.sources, &found.inputs, &options) {
            Ok(report) => report,
            Err(unknown) => {
                complain(&unknown.to_string());
                return Ok(Exit::Failed);
            }
        };
        print(&match self.format {
            Format::Text => report::text(&found.sources, &report, colour(), self.verbose),
            Format::Concise => report::concise(&found.sources, &report),
            Format::Json => report::json(&found.sources, &report),
        })?;
        for path in &report.unread {
            complain(&format!("nothing in `{path}` could be read as a key policy"));
        }
        Ok(if !found.problems.is_empty() || !report.unread.is_empty() {
            Exit::Failed
        } else if self.fails(&report) {
            Exit::Findings
        } else {
            Exit::Clean
        })
    }

    fn fails(&self, report: &crate::Report) -> bool {
        let threshold = match self.fail_on {
            FailOn::Error => Some(Severity::Error),
            FailOn::Warning => Some(Severity::Warning),
            FailOn::Info => Some(Severity::Info),
            FailOn::Never => None,
        };
        let found = threshold.is_some_and(|least| report.findings.iter().any(|f| f.severity >= least));
        found || (self.strict_unknown && report.summary.not_analysed > 0)
    }
}
