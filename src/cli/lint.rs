//! `kmslint PATH…`: find key policies, lint them, print the findings.

use std::io;

use clap::{Args, ValueEnum};

use super::{Exit, colour, complain, print};
use crate::discover::discover;
use crate::engine::{Registry, Selection};
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
            complain(&format!("`{}`: cannot read it: {}", problem.path, problem.error));
        }
        let selection = Selection { select: self.select.clone(), ignore: self.ignore.clone() };
        if let Some(word) = selection.unknown(Registry::embedded()) {
            complain(&format!("no rule is called `{word}`; `kmslint rules` lists them"));
            return Ok(Exit::Failed);
        }
        let report = lint(&found.sources, &found.inputs, &Options { selection, ..Options::default() });
        print(&match self.format {
            Format::Text => report::text(&report, &found.sources, self.style()),
            Format::Concise => report::concise(&report, &found.sources),
            Format::Json => report::json(&report, &found.sources),
        })?;
        for failure in &report.failures {
            complain(&format!("`{}`: {}", failure.path, failure.message));
        }
        Ok(if !found.problems.is_empty() || !report.failures.is_empty() {
            Exit::Failed
        } else if self.fails(&report) {
            Exit::Findings
        } else {
            Exit::Clean
        })
    }

    fn style(&self) -> report::Style {
        report::Style { colour: colour(), ..report::Style::default() }
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
