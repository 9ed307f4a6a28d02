//! `kmslint PATH…`: find key policies, lint them, print the findings.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};
use std::{fs, io};

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use super::config::Place;
use super::fix::{Fixed, Fixing};
use super::output::{Output, format, write_whole};
use super::variables::Variables;
use super::{Exit, colour, complain, inventory, print};
use crate::baseline::Baseline;
use crate::carrier::cloudformation::Parameters;
use crate::config::{Config, FailOn, Origin, Profile};
use crate::discover::{Discovered, around, directory, discover_beside};
use crate::engine::{Registry, Selection};
use crate::finding::{Finding, Severity};
use crate::report::{Format, Shown, visible};
use crate::source::Sources;
use crate::suppress::Date;
use crate::{Options, lint, report};

/// The arguments of a lint run.
#[derive(Debug, Args)]
pub(super) struct Lint {
    /// Files and directories to lint; `-` is standard input, none is the current directory
    paths: Vec<String>,
    /// The lowest severity that makes the exit code 1: error, warning (the default), info, never
    #[arg(long, value_name = "SEVERITY", value_parser = fail_on)]
    fail_on: Option<FailOn>,
    /// How to print findings: text (the default), concise, json, ndjson, sarif, github, gitlab, junit, checkstyle,
    /// markdown, html
    #[arg(long, value_name = "FORMAT", value_parser = format)]
    format: Option<Format>,
    /// Write the report in this format to a file, or to standard output; may be given several times
    #[arg(long, short, value_name = "FORMAT[=FILE]", value_parser = Output::parse)]
    output: Vec<Output>,
    /// Which rules run, and how strictly, where `--select` does not name them
    #[arg(long, value_name = "PROFILE")]
    profile: Option<Profile>,
    /// Run only these rules (ids, groups such as `KMS2` or `exposure`, or names; comma separated)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<String>,
    /// Do not run these rules (ids, groups or names; comma separated)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,
    /// A file with values for the parameters of CloudFormation templates, as `aws cloudformation` takes it
    #[arg(long, value_name = "FILE")]
    parameters: Vec<String>,
    #[command(flatten)]
    settings: Place,
    #[command(flatten)]
    variables: Variables,
    /// Report findings that were judged, too: no comment, no entry of the configuration and no baseline counts
    #[arg(long)]
    no_suppress: bool,
    /// Report only what this baseline does not hold
    #[arg(long, value_name = "FILE", conflicts_with = "no_suppress")]
    baseline: Option<PathBuf>,
    /// Accept all that is found now: write it to this baseline, and exit with 0
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    write_baseline: Option<PathBuf>,
    /// Print only findings: no counts, and nothing where nothing was found
    #[arg(long, short)]
    quiet: bool,
    /// Count the findings of each rule instead of showing them
    #[arg(long)]
    statistics: bool,
    /// Fail with exit code 1 when something could not be analysed
    #[arg(long)]
    strict_unknown: bool,
    /// The directory of the Terraform configuration that a plan was made of; findings then lie there
    #[arg(long, value_name = "DIR")]
    config_dir: Option<String>,
    /// List with each finding what weaker rules say of the same mistake
    #[arg(long, short)]
    verbose: bool,
    /// Lint an inventory instead: one key a line as JSON, a file or `-`; findings are printed as NDJSON
    #[arg(long, value_name = "FILE", conflicts_with_all = INVENTORY_CONFLICTS)]
    inventory: Option<String>,
    #[command(flatten)]
    fixing: Fixing,
}

/// What an inventory has no use for: it is never held in memory, and never written.
const INVENTORY_CONFLICTS: [&str; 9] =
    ["paths", "output", "baseline", "write_baseline", "statistics", "verbose", "fix", "unsafe_fixes", "diff"];

impl Lint {
    /// Runs the command.
    ///
    /// # Errors
    /// What the system says of standard output.
    pub(super) fn run(&self) -> io::Result<Exit> {
        let found = match &self.inventory {
            None => discover_beside(&self.paths, self.config_dir.as_deref()),
            Some(_) if !matches!(self.format, None | Some(Format::Ndjson)) => {
                complain("the findings of an inventory are printed as ndjson");
                return Ok(Exit::Failed);
            }
            Some(path) => Discovered { sources: around(path), inputs: Vec::new(), problems: Vec::new() },
        };
        for problem in &found.problems {
            complain(&format!("`{}`: cannot read it: {}", problem.path, problem.error));
        }
        let selection = Selection { select: self.select.clone(), ignore: self.ignore.clone() };
        if let Some(word) = selection.unknown(Registry::embedded()) {
            complain(&format!("no rule is called `{word}`; `kmslint rules` lists them"));
            return Ok(Exit::Failed);
        }
        let settings = self.settings.settings(&found.sources);
        let variables = self.variables.settings(&found.sources);
        let (settings, variables) = match settings.and_then(|settings| Ok((settings, variables?))) {
            Ok(both) => both,
            Err(message) => {
                complain(&message);
                return Ok(Exit::Failed);
            }
        };
        let mut config = Config { fail_on: self.fail_on, ..Config::default() };
        if let Some(profile) = self.profile {
            config.profile = profile;
            config.origins.insert("profile", Origin::CommandLine);
        }
        let config_dir = self.config_dir.as_deref().map(directory);
        let outputs = self.outputs();
        let matrix = outputs.iter().any(|output| output.format == Format::Html);
        let today = SystemTime::now().duration_since(UNIX_EPOCH).ok();
        let today = today.map(|since| Date::from_unix_days(since.as_secs() / 86_400));
        let no_suppress = self.no_suppress;
        let baseline = match self.baseline.as_deref().map(read_baseline).transpose() {
            Ok(baseline) => baseline,
            Err(message) => {
                complain(&message);
                return Ok(Exit::Failed);
            }
        };
        let parameters = match self.parameters(&found.sources) {
            Ok(parameters) => parameters,
            Err(message) => {
                complain(&message);
                return Ok(Exit::Failed);
            }
        };
        let options = Options {
            selection,
            config,
            settings,
            variables,
            no_suppress,
            baseline,
            today,
            matrix,
            config_dir,
            parameters,
        };
        if let Some(path) = &self.inventory {
            return inventory::run(path, &found.sources, &options, self.strict_unknown);
        }
        let (sources, report) = if self.fixing.is_wanted() {
            match self.fixing.run(Registry::embedded(), found.sources, &found.inputs, &options)? {
                Fixed::Shown(exit) => return Ok(exit),
                Fixed::Written(sources, report) => (sources, *report),
            }
        } else {
            let report = lint(&found.sources, &found.inputs, &options);
            (found.sources, report)
        };
        for entry in &report.stale {
            complain(&format!("the baseline holds `{}`, which is found no more", visible(entry)));
        }
        let incomplete = !found.problems.is_empty() || !report.failures.is_empty() || report.misconfigured;
        if let Some(path) = &self.write_baseline {
            let baseline = Baseline::of(report.findings.iter());
            if let Err(error) = write_whole(path, &baseline.write()) {
                complain(&format!("`{}`: cannot write it: {error}", path.display()));
                return Ok(Exit::Failed);
            }
            let accepted = report.findings.len();
            print(&format!("accepted {accepted} findings in {}\n", path.display()))?;
            return Ok(if incomplete { Exit::Failed } else { Exit::Clean });
        }
        let shown =
            Shown { report: &report, sources: &sources, rules: Registry::embedded(), style: self.style() };
        let mut unwritten = false;
        for output in &outputs {
            match &output.path {
                None => print(&output.format.render(&shown))?,
                Some(path) => {
                    if let Err(error) = output.write(path, &shown) {
                        complain(&format!("`{}`: cannot write it: {error}", path.display()));
                        unwritten = true;
                    }
                }
            }
        }
        for path in &report.unrelated {
            complain(&format!("`{path}`: no key policy, and nothing that could carry one, is in it"));
        }
        for failure in &report.failures {
            complain(&format!("`{}`: {}", failure.path, failure.message));
        }
        Ok(if incomplete || unwritten {
            Exit::Failed
        } else if self.fails(&report, &sources, &options) {
            Exit::Findings
        } else {
            Exit::Clean
        })
    }

    /// Every form of the report that is wanted; for people, where nothing goes to standard output.
    fn outputs(&self) -> Vec<Output> {
        let mut outputs = self.output.clone();
        if self.format.is_some() || outputs.iter().all(|output| output.path.is_some()) {
            outputs.insert(0, Output { format: self.format.unwrap_or(Format::Text), path: None });
        }
        outputs
    }

    /// The values of the files that `--parameters` names.
    fn parameters(&self, sources: &Sources) -> Result<Parameters, String> {
        let mut parameters = Parameters::default();
        for path in &self.parameters {
            let bytes = std::fs::read(path).map_err(|error| format!("`{path}`: cannot read it: {error}"))?;
            let file = sources.add(path, bytes);
            parameters.read(sources, file).map_err(|message| format!("`{path}`: {message}"))?;
        }
        Ok(parameters)
    }

    fn style(&self) -> report::Style {
        report::Style {
            colour: colour(),
            verbose: self.verbose,
            quiet: self.quiet,
            statistics: self.statistics,
            ..report::Style::default()
        }
    }

    fn fails(&self, report: &crate::Report, sources: &Sources, options: &Options) -> bool {
        let fails = |finding: &Finding| {
            let file = sources.file(finding.primary.span.file);
            let config = options.settings.at(sources, file.path(), options);
            config.fail_on.unwrap_or(FailOn::Severity(Severity::Warning)).fails(finding.severity)
        };
        report.findings.iter().any(fails) || (self.strict_unknown && report.summary.not_analysed > 0)
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

fn read_baseline(path: &Path) -> Result<Baseline, String> {
    let text =
        fs::read_to_string(path).map_err(|error| format!("`{}`: cannot read it: {error}", path.display()))?;
    Baseline::read(&text).map_err(|line| format!("`{}`: line {line} is not of a baseline", path.display()))
}

fn fail_on(word: &str) -> Result<FailOn, String> {
    let found = FailOn::NAMES.iter().find(|(name, _)| *name == word);
    found.map(|(_, value)| *value).ok_or_else(|| "it is error, warning, info or never".to_owned())
}
