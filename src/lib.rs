//! kmslint: a linter and static analyzer for AWS KMS key policies.
//!
//! [`lint`] is the one entry: files in, findings out. Each stage is a module and a pure function of the one
//! before it: a [`carrier`] finds policies in files read through [`source`], [`policy`] gives them their
//! types, [`access`] says who can do what, the [`engine`] runs the rules, and [`report`] shows the findings.

#![cfg_attr(not(test), warn(clippy::disallowed_methods, clippy::disallowed_types))]

pub mod access;
pub mod baseline;
pub mod carrier;
pub mod catalog;
mod change;
mod checks;
#[allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "the writing end")]
pub mod cli;
pub mod config;
#[allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "the reading end")]
pub mod discover;
pub mod engine;
pub mod example;
pub mod finding;
mod fingerprint;
pub mod fix;
pub mod glob;
pub mod inventory;
mod parallel;
pub mod policy;
pub mod report;
pub mod source;
pub mod suppress;
pub mod syntax;
pub mod value;

use access::Access;
use baseline::Baseline;
use carrier::cloudformation::Parameters;
use carrier::{Carried, Role};
use config::{Config, Settings};
use engine::{Branches, Engines, Registry, Selection};
use finding::{Finding, Severity};
use policy::Policy;
use source::Sources;
use suppress::{Date, Ledger, Suppressed};

/// Something to lint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A JSON file.
    Json {
        /// Its path, as [`Sources`] knows it.
        path: String,
        /// The user named it; it was not met in a directory.
        explicit: bool,
    },
    /// A YAML file.
    Yaml {
        /// Its path, as [`Sources`] knows it.
        path: String,
        /// The user named it; it was not met in a directory.
        explicit: bool,
    },
    /// Terraform modules, each a directory; those that call each other are read together.
    Terraform {
        /// The directories.
        directories: Vec<String>,
        /// The files that the findings are wanted of; none means all.
        files: Vec<String>,
        /// The user named the files; they were not passed by a hook.
        explicit: bool,
    },
    /// A Terraform text that stands alone, such as standard input.
    TerraformText {
        /// Its path, as [`Sources`] knows it.
        path: String,
    },
}

/// How to lint.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Which rules run.
    pub selection: Selection,
    /// What the user says of their own setting; it goes before what the configuration files say.
    pub config: Config,
    /// Values for the parameters of CloudFormation templates.
    pub parameters: Parameters,
    /// Where configuration files are looked for, and those that were found.
    pub settings: Settings,
    /// What variables of Terraform modules are given.
    pub variables: carrier::terraform::Settings,
    /// Whether findings are reported that the user has judged.
    pub no_suppress: bool,
    /// The findings that were there before.
    pub baseline: Option<Baseline>,
    /// The directories that were looked through, for what is about something that should be there.
    pub roots: Vec<String>,
    /// Which day it is, for suppressions that end; without it none does.
    pub today: Option<Date>,
    /// Whether to work out who holds what of each key, for reports that show it.
    pub matrix: bool,
    /// The directory of the Terraform configuration that a plan was made of, where findings in it are wanted there.
    pub config_dir: Option<String>,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The findings, ordered by path, start, end and rule.
    pub findings: Vec<Finding>,
    /// How much of what.
    pub summary: Summary,
    /// The findings that the user has judged.
    pub suppressed: Vec<Suppressed>,
    /// What is told of the entries of the baseline that no finding has any more.
    pub stale: Vec<String>,
    /// Who holds what, if it was asked for.
    pub keys: Vec<KeyAccess>,
    /// The inputs that could not be read at all.
    pub failures: Vec<Failure>,
    /// The named files that are nothing a key policy could be in.
    pub unrelated: Vec<String>,
    /// A configuration file has a mistake, so that kmslint may not have done what was wanted.
    pub misconfigured: bool,
}

/// Who holds what of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyAccess {
    /// Address of the key, or the path of its policy.
    pub key: String,
    /// The path of its policy.
    pub path: String,
    /// What holds in this branch, where something was undecided.
    pub branch: Option<String>,
    /// The table.
    pub rows: Vec<access::Row>,
}

/// Counts of a [`Report`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files that were read.
    pub files: usize,
    /// Key policies that were found.
    pub policies: usize,
    /// Policies of IAM users, roles and groups that concern KMS.
    pub identity_policies: usize,
    /// Findings of severity error.
    pub errors: usize,
    /// Findings of severity warning.
    pub warnings: usize,
    /// Findings of severity info.
    pub infos: usize,
    /// Policies of which something is not known.
    pub not_analysed: usize,
}

/// An input that could not be read, or a named one from which no policy could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The input.
    pub path: String,
    /// Why.
    pub message: String,
}

/// Lints the inputs with the rules that kmslint comes with.
pub fn lint(sources: &Sources, inputs: &[Input], options: &Options) -> Report {
    lint_with(Registry::embedded(), sources, inputs, options)
}

/// Lints the inputs with these rules.
pub fn lint_with(rules: &Registry, sources: &Sources, inputs: &[Input], options: &Options) -> Report {
    let engines = Engines::new(rules, options);
    let (mut report, mut policies) = (Report::default(), Vec::new());
    for (part, told) in judge_all(&engines, sources, inputs, options) {
        report.extend(part);
        policies.extend(told);
    }
    let mut ledger = Ledger::default();
    if !options.no_suppress {
        ledger = Ledger::read(sources, rules, inputs, options);
        report.suppressed = ledger.apply(&mut report.findings, sources, rules);
        if let Some(baseline) = &options.baseline {
            // In their final order, so that which of several equals is new does not depend on chance.
            report.finish(sources);
            let (accepted, stale) = baseline.apply(&mut report.findings);
            report.suppressed.extend(accepted);
            // A run that looked at a part knows nothing of the rest.
            if options.selection.select.is_empty() && inputs.iter().all(Input::is_whole) {
                report.stale = stale;
            }
        }
    }
    let (findings, misconfigured) =
        engines.run(sources, &ledger.entries, &config::unmet(&policies, sources, options));
    report.findings.extend(findings);
    report.misconfigured = misconfigured;
    engines.rate(sources, &mut report.findings);
    report.finish(sources);
    report
}

/// The key policies of the inputs as they were resolved, and the inputs that could not be read.
pub fn show(sources: &Sources, inputs: &[Input], options: &Options) -> (Vec<report::Resolved>, Vec<Failure>) {
    let (mut policies, mut failures) = (Vec::new(), Vec::new());
    for input in inputs {
        match carry(sources, input, options) {
            Ok(carried) => policies.extend(report::resolved(&carried, sources)),
            Err(failure) => failures.push(failure),
        }
    }
    (policies, failures)
}

/// A policy: its path, and the address of its key.
type Named = (String, Option<String>);

/// What each input leads to, and the policies in it.
fn judge_all(
    engines: &Engines<'_>,
    sources: &Sources,
    inputs: &[Input],
    options: &Options,
) -> Vec<(Report, Vec<Named>)> {
    load(sources, inputs);
    let judge = |input: &Input| {
        let mut report = Report::default();
        let carried = match carry(sources, input, options) {
            Ok(carried) => carried,
            Err(failure) => {
                report.failures.push(failure);
                return (report, Vec::new());
            }
        };
        report.summary.files = carried.files;
        report.unrelated.extend(input.named().filter(|_| carried.unrelated).map(str::to_owned));
        report.failures.extend(input.named().filter(|_| carried.is_lost()).map(|path| Failure {
            path: path.to_owned(),
            message: "no policy could be read from it".to_owned(),
        }));
        let findings = report.judge(engines, sources, &input.path(), &carried, options);
        report.add(sources, input, findings);
        let documents = carried.documents.into_iter().filter(|document| document.role != Role::Other);
        (report, documents.map(|document| (document.path, document.address)).collect())
    };
    // Files are many and small; the modules are one input, whose parts are shared among the threads.
    let (modules, files): (Vec<&Input>, Vec<&Input>) =
        inputs.iter().partition(|input| matches!(input, Input::Terraform { .. }));
    let mut judged = parallel::map(&files, |input| judge(input));
    judged.extend(modules.into_iter().map(judge));
    judged
}

/// Leaves a file as it is: drops the corrections that would change it.
fn leave(sources: &Sources, path: &str, findings: &mut [Finding]) {
    let touches =
        |fix: &mut fix::Fix| fix.edits.iter().any(|edit| sources.file(edit.span.file).path() == path);
    for finding in findings {
        finding.fix.take_if(touches);
    }
}

/// Reads what was met in directories, and keeps what may hold a policy of KMS.
fn load(sources: &Sources, inputs: &[Input]) {
    let met = inputs.iter().filter_map(|input| match input {
        Input::Json { path, explicit: false } | Input::Yaml { path, explicit: false } => Some(path.clone()),
        _ => None,
    });
    sources.load_all(&met.collect::<Vec<_>>(), carrier::json::may_concern_kms);
}

/// The documents of an input.
///
/// # Errors
/// Why it cannot be read.
pub fn carry(sources: &Sources, input: &Input, options: &Options) -> Result<Carried, Failure> {
    let mut carried = read(sources, input, options)?;
    carried.tell_keys();
    Ok(carried)
}

fn read(sources: &Sources, input: &Input, options: &Options) -> Result<Carried, Failure> {
    let load = |path: &String| {
        let failure = |error| Failure { path: path.clone(), message: format!("cannot read it: {error}") };
        sources.load(path).map_err(failure)
    };
    Ok(match input {
        Input::Json { path, .. } | Input::Yaml { path, .. } if sources.is_seen(path) => {
            Carried { files: 1, ..Carried::default() }
        }
        Input::Json { path, explicit } => {
            let mut carried = carrier::json::carry(sources, load(path)?, *explicit, &options.parameters);
            if let Some(directory) =
                options.config_dir.as_deref().filter(|_| carrier::plan::is_of_plan(&carried))
            {
                let configuration =
                    carrier::terraform::carry_with(sources, &[directory.to_owned()], &options.variables);
                carrier::plan::locate(&mut carried, &configuration);
            }
            carried
        }
        Input::Yaml { path, explicit } => {
            carrier::cloudformation::carry_yaml(sources, load(path)?, *explicit, &options.parameters)
        }
        Input::Terraform { directories, .. } => {
            carrier::terraform::carry_with(sources, directories, &options.variables)
        }
        Input::TerraformText { path } => {
            carrier::terraform::carry_file(sources, load(path)?, &options.variables)
        }
    })
}

impl Input {
    /// A path that stands for it.
    fn path(&self) -> String {
        match self {
            Input::Json { path, .. } | Input::Yaml { path, .. } | Input::TerraformText { path } => {
                path.clone()
            }
            Input::Terraform { directories, files, .. } => match (files.first(), directories.first()) {
                (Some(file), _) => file.clone(),
                (None, Some(directory)) if !directory.is_empty() => format!("{directory}/"),
                _ => String::new(),
            },
        }
    }

    /// Whether findings are wanted of all of it, and not of the files that the user named alone.
    fn is_whole(&self) -> bool {
        match self {
            Input::Terraform { files, .. } => files.is_empty(),
            _ => self.named().next().is_none(),
        }
    }

    /// Whether findings in a file are wanted of it.
    fn wants(&self, path: &str) -> bool {
        match self {
            Input::Terraform { files, .. } => files.is_empty() || files.iter().any(|file| file == path),
            _ => true,
        }
    }

    /// The first file of it that the user named.
    fn named(&self) -> impl Iterator<Item = &str> {
        let path = match self {
            Input::Json { path, explicit } | Input::Yaml { path, explicit } => explicit.then_some(path),
            Input::Terraform { files, explicit, .. } => files.first().filter(|_| *explicit),
            Input::TerraformText { path } => Some(path),
        };
        path.map(String::as_str).into_iter()
    }
}

impl Report {
    /// What the rules say of what was read at a path; counts its policies.
    fn judge(
        &mut self,
        engines: &Engines<'_>,
        sources: &Sources,
        path: &str,
        carried: &Carried,
        options: &Options,
    ) -> Vec<Finding> {
        let config = options.settings.at(sources, path, options);
        if carried.is_nothing() {
            return Vec::new();
        }
        let mut findings = engines.keep(sources, engines.all().input(sources, &config, carried));
        let documents = carried.documents.iter().filter(|document| document.role != Role::Other);
        let documents: Vec<_> = documents
            .map(|document| {
                let config = options.settings.at(sources, &document.path, options);
                (document, engines.of(&config), config)
            })
            .collect();
        let judged = parallel::map(&documents, |(document, engine, config)| {
            let key = config.of_key(&document.key);
            let policy = Policy::new(&key.settled(&document.value), &key, document.role);
            let access = Access::new(&policy, &key);
            let is_shown = options.matrix && document.role == Role::KeyPolicy;
            let rows = is_shown.then(|| access.matrix());
            (engine.policy(sources, config, (document, &carried.documents), &policy, &access), rows)
        });
        let mut branches = Branches::default();
        for ((document, ..), (findings, rows)) in documents.into_iter().zip(judged) {
            branches.add(document, findings);
            self.keys.extend(rows.map(|rows| KeyAccess {
                key: document.address.clone().unwrap_or_else(|| document.path.clone()),
                path: document.path.clone(),
                branch: document.branch.clone(),
                rows,
            }));
        }
        self.summary.policies += branches.policies();
        self.summary.identity_policies += branches.identity_policies();
        self.summary.not_analysed += branches.not_analysed();
        findings.extend(branches.finish());
        if carried.rendered {
            leave(sources, path, &mut findings);
        }
        findings
    }

    /// Adds what another input led to.
    fn extend(&mut self, part: Report) {
        self.findings.extend(part.findings);
        self.keys.extend(part.keys);
        self.failures.extend(part.failures);
        self.unrelated.extend(part.unrelated);
        self.summary.files += part.summary.files;
        self.summary.policies += part.summary.policies;
        self.summary.identity_policies += part.summary.identity_policies;
        self.summary.not_analysed += part.summary.not_analysed;
    }

    /// Adds the findings of an input that touch the files they are wanted of.
    fn add(&mut self, sources: &Sources, input: &Input, mut findings: Vec<Finding>) {
        // A unit of Terragrunt is all that it comes to, wherever that is written.
        if let Input::Terraform { files, directories, .. } = input
            && !files.iter().all(|file| directories.contains(file))
        {
            findings.retain(|finding| {
                let mut labels = std::iter::once(&finding.primary).chain(&finding.related);
                labels.any(|label| files.iter().any(|path| path == sources.file(label.span.file).path()))
            });
        }
        self.findings.extend(findings);
    }

    /// Puts the findings in order, drops those that several inputs led to, and counts.
    fn finish(&mut self, sources: &Sources) {
        self.findings.sort_by_cached_key(|finding| {
            let span = finding.primary.span;
            let path = sources.file(span.file).path().to_owned();
            (path, span.start, span.end, finding.rule.clone(), finding.message.clone(), finding.key.clone())
        });
        self.findings.dedup();
        self.findings = finding::join(std::mem::take(&mut self.findings));
        let count = |severity| self.findings.iter().filter(|finding| finding.severity == severity).count();
        let (errors, warnings, infos) =
            (count(Severity::Error), count(Severity::Warning), count(Severity::Info));
        self.summary = Summary { errors, warnings, infos, ..self.summary };
    }
}
