//! `--var`, `--var-file`, `--tf-var-env`: what variables of Terraform modules are given.

use std::{env, fs};

use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches};

use crate::carrier::terraform::{Assignment, Settings};
use crate::source::Sources;

/// The options, in the order they were written: as in Terraform, a later one wins.
#[derive(Clone, Debug, Default)]
pub(super) struct Variables {
    given: Vec<Assignment>,
    environment: bool,
}

impl Variables {
    /// The settings; `configured` are the files of values that the configuration names, over which the options win.
    /// Files of values are loaded, wherever they lie: the user named them.
    ///
    /// # Errors
    /// A file that cannot be read, in words.
    pub(super) fn settings(&self, configured: &[String], sources: &Sources) -> Result<Settings, String> {
        let configured = configured.iter().map(|path| Assignment::File(path.clone()));
        let given: Vec<Assignment> = configured.chain(self.given.iter().cloned()).collect();
        for assignment in &given {
            if let Assignment::File(path) = assignment
                && sources.load(path).is_err()
            {
                let bytes = fs::read(path).map_err(|error| format!("`{path}`: cannot read it: {error}"))?;
                sources.add(path, bytes);
            }
        }
        let named = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.to_str()?.strip_prefix("TF_VAR_")?.to_owned(), value.into_string().ok()?))
        };
        let mut environment: Vec<_> =
            if self.environment { env::vars_os().filter_map(named).collect() } else { Vec::new() };
        environment.sort();
        Ok(Settings { given, environment })
    }
}

impl FromArgMatches for Variables {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let mut given: Vec<(usize, Assignment)> = Vec::new();
        for name in ["var", "var_file"] {
            let values = matches.get_many::<Assignment>(name).into_iter().flatten();
            given.extend(matches.indices_of(name).into_iter().flatten().zip(values.cloned()));
        }
        given.sort_by_key(|(at, _)| *at);
        let given = given.into_iter().map(|(_, assignment)| assignment).collect();
        Ok(Variables { given, environment: matches.get_flag("tf_var_env") })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Variables::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for Variables {
    fn augment_args(command: Command) -> Command {
        let option = |id: &'static str, long: &'static str| Arg::new(id).long(long).action(ArgAction::Append);
        command
            .arg(
                option("var", "var")
                    .value_name("NAME=VALUE")
                    .value_parser(assignment)
                    .help("Give a variable of Terraform root modules a value"),
            )
            .arg(
                option("var_file", "var-file")
                    .value_name("PATH")
                    .value_parser(|path: &str| Ok::<_, String>(Assignment::File(path.to_owned())))
                    .help("Read values of Terraform variables from a file"),
            )
            .arg(
                Arg::new("tf_var_env")
                    .long("tf-var-env")
                    .action(ArgAction::SetTrue)
                    .help("Take values of Terraform variables from the environment (TF_VAR_NAME)"),
            )
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

fn assignment(text: &str) -> Result<Assignment, String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => {
            Ok(Assignment::Value { name: name.trim().to_owned(), text: value.to_owned() })
        }
        _ => Err("write it as NAME=VALUE".to_owned()),
    }
}
