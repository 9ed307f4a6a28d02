//! `kmslint show PATH…`: the policy of each key as it was resolved.

use std::io;

use clap::{Args, ValueEnum};

use super::parameters::ParameterFiles;
use super::variables::Variables;
use super::{Exit, complain, print};
use crate::discover::{Reach, directory, discover_beside};
use crate::report::{Resolved, policies_json, policies_text};
use crate::{Options, show};

/// The arguments of `kmslint show`.
#[derive(Debug, Args)]
pub(super) struct Show {
    /// Files and directories; `-` is standard input, none is the current directory
    paths: Vec<String>,
    /// Only the key at this address, such as `module.kms.aws_kms_key.main`
    #[arg(long, value_name = "ADDRESS")]
    key: Option<String>,
    /// The directory of the Terraform configuration that a plan was made of; it says where each part was written
    #[arg(long, value_name = "DIR")]
    config_dir: Option<String>,
    /// Read what `file()` and calls of modules name outside of the work tree, too
    #[arg(long)]
    allow_outside: bool,
    #[command(flatten)]
    parameters: ParameterFiles,
    #[command(flatten)]
    variables: Variables,
    /// How to print the policies
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Formatted, for people
    Text,
    /// For programs; the schema is in the README
    Json,
}

impl Show {
    /// Runs the command.
    ///
    /// # Errors
    /// What the system says of standard output.
    pub(super) fn run(&self) -> io::Result<Exit> {
        let reach = if self.allow_outside { Reach::Anywhere } else { Reach::WorkTree };
        let found = discover_beside(&self.paths, self.config_dir.as_deref(), reach);
        for problem in &found.problems {
            complain(&format!("`{}`: cannot read it: {}", problem.path, problem.error));
        }
        let config_dir = self.config_dir.as_deref().map(directory);
        let given = self.variables.settings(&[], &found.sources);
        let given = given.and_then(|variables| Ok((variables, self.parameters.read(&found.sources)?)));
        let (variables, parameters) = match given {
            Ok(given) => given,
            Err(message) => {
                complain(&message);
                return Ok(Exit::Failed);
            }
        };
        let options = Options { config_dir, variables, parameters, ..Options::default() };
        let (mut policies, failures) = show(&found.sources, &found.inputs, &options);
        for failure in &failures {
            complain(&format!("`{}`: {}", failure.path, failure.message));
        }
        let mut failed = !found.problems.is_empty() || !failures.is_empty();
        if let Some(key) = &self.key {
            let is_it = |policy: &Resolved| policy.address.as_deref() == Some(key);
            if !policies.iter().any(is_it) {
                complain(&format!("no key is at the address `{key}`; `kmslint show` lists all"));
                failed = true;
            }
            policies.retain(is_it);
        }
        print(&match self.format {
            Format::Text => policies_text(&policies),
            Format::Json => policies_json(&policies),
        })?;
        Ok(if failed { Exit::Failed } else { Exit::Clean })
    }
}
