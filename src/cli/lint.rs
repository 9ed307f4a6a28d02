//! `kmslint PATH…`: find key policies, lint them, print the findings.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime, UNIX_EPOCH};
use std::{fs, io};

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use super::config::Place;
use super::fix::{Fixed, Fixing};
use super::output::{Outputs, write_whole};
use super::own::with_own;
use super::parameters::ParameterFiles;
use super::terminal::with_progress;
use super::variables::Variables;
use super::{Exit, complain, inventory, print};
use crate::baseline::Baseline;
use crate::config::{Config, FailOn, Origin, Profile};
use crate::discover::{Discovered, Reach, around, directory, discover_at, discover_beside, discover_passed};
use crate::engine::{Registry, Selection};
use crate::finding::{Finding, Severity};
use crate::report::{Format, Shown, visible};
use crate::source::Sources;
use crate::suppress::Date;
use crate::{Input, Options, Report, lint_with};

/// The arguments of a lint run.
#[derive(Debug, Args)]
pub(super) struct Lint {
    /// Files and directories to lint; `-` is standard input, none is the current directory
    paths: Vec<String>,
    /// The lowest severity that makes the exit code 1: error, warning (the default), info, never
    #[arg(long, value_name = "SEVERITY", value_parser = fail_on)]
    fail_on: Option<FailOn>,
    /// Which rules run, and how strictly, where `--select` does not name them
    #[arg(long, value_name = "PROFILE")]
    profile: Option<Profile>,
    /// Run only these rules (ids, groups such as `KMS2` or `exposure`, or names; comma separated)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<String>,
    /// Do not run these rules (ids, groups or names; comma separated)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,
    #[command(flatten)]
    parameters: ParameterFiles,
    /// Run these rules of your own, too: files, or folders of them
    #[arg(long, value_name = "PATH")]
    rules: Vec<String>,
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
    /// Report only what the change since this commit of git causes: what its last common commit with the work has not
    #[arg(long, value_name = "GIT-REF", conflicts_with = "write_baseline")]
    changed_since: Option<String>,
    /// Take the paths as files that a hook passes: none has to hold a policy, and the modules around are read, too
    #[arg(long)]
    hook: bool,
    /// Read what `file()` and calls of modules name outside of the work tree, too
    #[arg(long)]
    allow_outside: bool,
    /// Fail with exit code 1 when something could not be analysed, be it in files or in a line of an inventory
    #[arg(long)]
    strict_unknown: bool,
    /// The directory of the Terraform configuration that a plan was made of; findings then lie there
    #[arg(long, value_name = "DIR")]
    config_dir: Option<String>,
    /// Lint an inventory instead: one key a line as JSON, a file or `-`; findings are printed as NDJSON, then a summary
    #[arg(long, value_name = "FILE", conflicts_with_all = INVENTORY_CONFLICTS)]
    inventory: Option<String>,
    #[command(flatten)]
    outputs: Outputs,
    #[command(flatten)]
    fixing: Fixing,
}

/// What an inventory has no use for: it is never held in memory, and never written.
const INVENTORY_CONFLICTS: [&str; 10] = [
    "paths",
    "output",
    "allow_outside",
    "baseline",
    "write_baseline",
    "statistics",
    "verbose",
    "fix",
    "unsafe_fixes",
    "diff",
];

/// What a run goes by.
struct Plan {
    rules: Cow<'static, Registry>,
    options: Options,
}

impl Lint {
    /// Runs the command: finds the inputs, makes the plan, lints or corrects, reports.
    ///
    /// # Errors
    /// What the system says of standard output.
    pub(super) fn run(&self) -> io::Result<Exit> {
        if let Some(path) = &self.inventory {
            return self.inventory(path);
        }
        let start = Instant::now();
        let reach = if self.allow_outside { Reach::Anywhere } else { Reach::WorkTree };
        let found = if self.hook {
            discover_passed(&self.paths, reach)
        } else {
            discover_beside(&self.paths, self.config_dir.as_deref(), reach)
        };
        for problem in &found.problems {
            complain(&format!("`{}`: cannot read it: {}", problem.path, problem.error));
        }
        let unreadable = !found.problems.is_empty();
        let plan = match self.plan(&found) {
            Ok(plan) => plan,
            Err(message) => return failed(&message),
        };
        let (sources, mut report) = match self.lint(found, &plan)? {
            Fixed::Shown(exit) => return Ok(exit),
            Fixed::Written(sources, report) => (sources, *report),
        };
        if let Some(reference) = &self.changed_since {
            match self.before(reference, &plan) {
                Ok((old, before)) => report.keep_new(&sources, &before, &old),
                Err(message) => return failed(&message),
            }
        }
        for entry in &report.stale {
            complain(&format!("the baseline holds `{}`, which is found no more", visible(entry)));
        }
        let incomplete = unreadable || !report.failures.is_empty() || report.misconfigured;
        if let Some(path) = &self.write_baseline {
            return accept(path, &report, incomplete);
        }
        let style = self.outputs.style(start.elapsed());
        let shown = Shown { report: &report, sources: &sources, rules: &plan.rules, style };
        let written = self.outputs.write(&shown)?;
        for path in &report.unrelated {
            complain(&format!("`{path}`: no key policy, and nothing that could carry one, is in it"));
        }
        for failure in &report.failures {
            complain(&format!("`{}`: {}", failure.path, failure.message));
        }
        Ok(if incomplete || !written {
            Exit::Failed
        } else if self.fails(&report, &sources, &plan.options) {
            Exit::Findings
        } else {
            Exit::Clean
        })
    }

    /// Lints an inventory, line by line.
    fn inventory(&self, path: &str) -> io::Result<Exit> {
        if !self.outputs.is_only(Format::Ndjson) {
            return failed("the findings of an inventory are printed as ndjson");
        }
        let found =
            Discovered { sources: around(path), inputs: Vec::new(), problems: Vec::new(), roots: Vec::new() };
        match self.plan(&found) {
            Ok(plan) => inventory::run(path, &found.sources, &plan.options, self.strict_unknown),
            Err(message) => failed(&message),
        }
    }

    /// Reads what the command line and the configuration name.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    fn plan(&self, found: &Discovered) -> Result<Plan, String> {
        let mut config = Config { fail_on: self.fail_on, ..Config::default() };
        if let Some(profile) = self.profile {
            config.profile = profile;
            config.origins.insert("profile", Origin::CommandLine);
        }
        let today = SystemTime::now().duration_since(UNIX_EPOCH).ok();
        let mut options = Options {
            selection: Selection { select: self.select.clone(), ignore: self.ignore.clone() },
            config,
            settings: self.settings.settings(&found.sources)?,
            no_suppress: self.no_suppress,
            baseline: self.baseline.as_deref().map(read_baseline).transpose()?,
            today: today.map(|since| Date::from_unix_days(since.as_secs() / 86_400)),
            matrix: self.outputs.has(Format::Html),
            roots: found.roots.clone(),
            config_dir: self.config_dir.as_deref().map(directory),
            parameters: self.parameters.read(&found.sources)?,
            ..Options::default()
        };
        // Rules and values are one set for a run: those of the configurations around the paths that were given.
        let (mut own, mut files) = (self.rules.clone(), Vec::new());
        for path in self.given(found) {
            let config = options.settings.at(&found.sources, &path, &options);
            own.extend(config.rules.iter().cloned());
            files.extend(config.var_files.iter().cloned());
        }
        files.dedup();
        options.variables = self.variables.settings(&files, &found.sources)?;
        let rules = with_own(&own, &found.sources)?;
        match options.selection.unknown(&rules) {
            Some(word) => Err(format!("no rule is called `{word}`; `kmslint rules` lists them")),
            None => Ok(Plan { rules, options }),
        }
    }

    /// The paths that were given, folders with a `/` at their end.
    fn given(&self, found: &Discovered) -> Vec<String> {
        if self.hook {
            return vec![String::new()];
        }
        let folder = |root: &String| if root.is_empty() { String::new() } else { format!("{root}/") };
        let files = found.inputs.iter().flat_map(Input::named).map(str::to_owned);
        found.roots.iter().map(folder).chain(files).collect()
    }

    fn lint(&self, found: Discovered, plan: &Plan) -> io::Result<Fixed> {
        let Plan { rules, options } = plan;
        if self.fixing.is_wanted() {
            return self.fixing.run(rules, found.sources, &found.inputs, options);
        }
        let report =
            with_progress(&found.sources, || lint_with(rules, &found.sources, &found.inputs, options));
        Ok(Fixed::Written(found.sources, Box::new(report)))
    }

    /// What was found before the change.
    ///
    /// # Errors
    /// Why git could not be asked, in words.
    fn before(&self, reference: &str, plan: &Plan) -> Result<(Sources, Report), String> {
        // As the work tree: a hook's run reads all that is around.
        let paths = if self.hook { &[] } else { self.paths.as_slice() };
        let old = discover_at(reference, paths).map_err(|error| format!("`{reference}`: {error}"))?;
        let options = Options {
            settings: self.settings.settings(&old.sources)?,
            baseline: None,
            matrix: false,
            ..plan.options.clone()
        };
        let report =
            with_progress(&old.sources, || lint_with(&plan.rules, &old.sources, &old.inputs, &options));
        Ok((old.sources, report))
    }

    fn fails(&self, report: &Report, sources: &Sources, options: &Options) -> bool {
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

/// Writes the baseline of what was found.
fn accept(path: &Path, report: &Report, incomplete: bool) -> io::Result<Exit> {
    let baseline = Baseline::of(report.findings.iter());
    if let Err(error) = write_whole(path, &baseline.write()) {
        return failed(&format!("`{}`: cannot write it: {error}", path.display()));
    }
    let accepted = report.findings.len();
    print(&format!("accepted {accepted} findings in {}\n", path.display()))?;
    Ok(if incomplete { Exit::Failed } else { Exit::Clean })
}

fn failed(message: &str) -> io::Result<Exit> {
    complain(message);
    Ok(Exit::Failed)
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
