//! `kmslint PATH…`: find key policies, lint them, print the findings.

use std::io;

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use super::{Exit, colour, complain, print};
use crate::config::Profile;
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
    /// Which rules run, and how strictly, where `--select` does not name them
    #[arg(long, value_name = "PROFILE")]
    profile: Option<Profile>,
    /// Run only these rules (ids, groups such as `KMS2` or `exposure`, or names; comma separated)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<String>,
    /// Do not run these rules (ids, groups or names; comma separated)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,
    /// Fail with exit code 1 when something could not be analysed
    #[arg(long)]
    strict_unknown: bool,
    /// List with each finding what weaker rules say of the same mistake
    #[arg(long, short)]
    verbose: bool,
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
        let mut options = Options { selection, ..Options::default() };
        if let Some(profile) = self.profile {
            options.config.profile = profile;
        }
        let report = lint(&found.sources, &found.inputs, &options);
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
        report::Style { colour: colour(), verbose: self.verbose, ..report::Style::default() }
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

impl ValueEnum for Profile {
    fn value_variants<'a>() -> &'a [Self] {
        &[Profile::Default, Profile::Strict, Profile::SecurityHub, Profile::ControlTower]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let help = match self {
            Profile::Default => "What almost everyone should fix",
            Profile::Strict => "Least privilege, and duties kept apart by the key policy itself",
            Profile::SecurityHub => "As AWS Security Hub's KMS controls judge",
            Profile::ControlTower => "As AWS Control Tower's KMS controls judge",
        };
        let (name, _) = Profile::NAMES.iter().find(|(_, profile)| profile == self)?;
        Some(PossibleValue::new(*name).help(help))
    }
}
