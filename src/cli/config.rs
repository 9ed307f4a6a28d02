//! `kmslint config PATH`: what applies to a path, and why. And where the configuration is, for every command.

use std::fmt::Write as _;
use std::{fs, io};

use clap::Args;

use super::{Exit, complain, print};
use crate::Options;
use crate::config::{Config, FailOn, Origin, Settings, Where, inner};
use crate::discover::discover;
use crate::engine::Registry;
use crate::finding::Severity;
use crate::report::visible;
use crate::source::{Sources, Span};

/// Where the configuration is.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct Place {
    /// Use this configuration for all files, and look for no other
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    config: Option<String>,
    /// Use no configuration file
    #[arg(long)]
    no_config: bool,
}

impl Place {
    /// The settings, read where they were named.
    ///
    /// # Errors
    /// Why the named file cannot be read.
    pub(super) fn settings(&self, sources: &Sources) -> Result<Settings, String> {
        Ok(Settings::new(match &self.config {
            Some(path) => {
                let bytes = fs::read(path).map_err(|error| format!("`{path}`: cannot read it: {error}"))?;
                sources.add(path, bytes);
                Where::File(path.clone())
            }
            None if self.no_config => Where::Nowhere,
            None => Where::Upwards,
        }))
    }
}

/// The arguments of `kmslint config`.
#[derive(Debug, Args)]
pub(super) struct Show {
    /// The file or folder to show the settings of; the current folder if none is given
    path: Option<String>,
    #[command(flatten)]
    place: Place,
}

impl Show {
    /// Runs the command.
    ///
    /// # Errors
    /// What the system says of standard output.
    pub(super) fn run(&self) -> io::Result<Exit> {
        let named = self.path.clone().unwrap_or_else(|| ".".to_owned());
        let found = discover(std::slice::from_ref(&named));
        if let Some(problem) = found.problems.first() {
            complain(&format!("`{}`: cannot read it: {}", problem.path, problem.error));
            return Ok(Exit::Failed);
        }
        let settings = match self.place.settings(&found.sources) {
            Ok(settings) => settings,
            Err(message) => {
                complain(&message);
                return Ok(Exit::Failed);
            }
        };
        let path = named.trim_start_matches("./").trim_end_matches('/');
        let path = match path {
            "." => String::new(),
            path if fs::metadata(path).is_ok_and(|it| it.is_dir()) => format!("{path}/"),
            path => path.to_owned(),
        };
        let options = Options { settings, ..Options::default() };
        let config = options.settings.at(&found.sources, &path, &options);
        print(&show(&config, &found.sources, &path))?;
        let broken = config.file.as_ref().is_some_and(|file| {
            !file.errors.is_empty() || file.words.iter().any(|(word, _)| !Registry::embedded().names(word))
        });
        if broken {
            complain("the configuration has mistakes; a lint run shows them");
        }
        Ok(if broken { Exit::Failed } else { Exit::Clean })
    }
}

fn show(config: &Config, sources: &Sources, path: &str) -> String {
    let mut text = String::new();
    let name = if path.is_empty() { "." } else { path };
    let _ = match &config.file {
        Some(file) => writeln!(text, "# {}, as {} has it", visible(name), visible(&file.path)),
        None => writeln!(text, "# {}, with no configuration file", visible(name)),
    };
    if let Some(file) = &config.file {
        for span in file.paths_of(&inner(sources, file, path)) {
            let _ = writeln!(text, "# and the `path` at {}", place(sources, span));
        }
    }
    let fail_on = config.fail_on.unwrap_or(FailOn::Severity(Severity::Warning));
    let quoted = |text: &Option<String>| text.as_ref().map(|text| toml_text(text));
    let settings = [
        ("profile", Some(toml_text(config.profile.name()))),
        ("select", Some(toml_list(&config.selection.select))),
        ("ignore", Some(toml_list(&config.selection.ignore))),
        ("fail-on", Some(toml_text(fail_on.name()))),
        ("owner-account", quoted(&config.owner_account)),
        ("trusted-accounts", Some(toml_list(&config.trusted_accounts))),
        ("trusted-organizations", Some(toml_list(&config.trusted_organizations))),
        ("minimum-deletion-window", config.minimum_deletion_window.map(|days| days.to_string())),
        ("require-reason", Some(config.require_reason.to_string())),
    ];
    for (key, value) in settings {
        let why = match config.origins.get(key) {
            Some(Origin::File(span)) => place(sources, *span),
            Some(Origin::CommandLine) => "command line".to_owned(),
            None => "default".to_owned(),
        };
        let _ = match value {
            Some(value) => writeln!(text, "{:<48} # {why}", format!("{key} = {value}")),
            None => writeln!(text, "{:<48} # not set", format!("# {key}")),
        };
    }
    // As seen from here, for what they name is looked for from here.
    for (key, paths) in [("rules", &config.rules), ("var-files", &config.var_files)] {
        if let (Some(file), false) = (&config.file, paths.is_empty()) {
            let setting = format!("{key} = {}", toml_list(paths));
            let _ = writeln!(text, "{setting:<48} # {}", visible(&file.path));
        }
    }
    for given in &config.severities {
        let reason =
            given.reason.as_deref().map(|why| format!(", because: {}", visible(why))).unwrap_or_default();
        let setting = format!("severity.{} = \"{}\"", visible(&given.rule), given.severity);
        let _ = writeln!(text, "{setting:<48} # {}{reason}", place(sources, given.span));
    }
    let rules = Registry::embedded().rules();
    let taken = rules.iter().filter(|rule| config.takes(rule)).count();
    let _ = writeln!(text, "# {taken} of {} rules run", rules.len());
    if let Some(file) = &config.file {
        let _ = writeln!(
            text,
            "# {} findings are judged in `ignore-finding`, {} expectations are tested",
            file.ignores.len(),
            file.expectations.len()
        );
    }
    text
}

fn place(sources: &Sources, span: Span) -> String {
    let file = sources.file(span.file);
    format!("{}:{}", visible(file.path()), file.position(span.start).line)
}

fn toml_text(text: &str) -> String {
    format!("\"{}\"", visible(text).replace('\\', "\\\\").replace('"', "\\\""))
}

fn toml_list(items: &[String]) -> String {
    let items: Vec<String> = items.iter().map(|item| toml_text(item)).collect();
    format!("[{}]", items.join(", "))
}
