//! The command line: one struct and one file for each command.

mod access;
mod can;
mod config;
mod diff;
mod explain;
mod fix;
mod init;
mod interrupt;
mod inventory;
mod keys;
mod lint;
mod output;
mod own;
mod parameters;
mod rules;
mod schema;
mod shell;
mod show;
mod terminal;
mod variables;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::OnceLock;

use clap::{Parser, Subcommand};

/// Lints AWS KMS key policies: who can use, destroy, give away or lock out a key.
#[derive(Debug, Parser)]
#[command(name = "kmslint", version = version(), args_conflicts_with_subcommands = true, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    lint: lint::Lint,
}

/// The version, and how old the knowledge of AWS is.
fn version() -> &'static str {
    static VERSION: OnceLock<String> = OnceLock::new();
    VERSION
        .get_or_init(|| format!("{} (AWS as of {})", env!("CARGO_PKG_VERSION"), crate::catalog::CATALOG_DATE))
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Ask whether a principal can do something
    Can(can::Can),
    /// Show who holds what of each key
    Access(access::Show),
    /// Compare key policies: what access a change gives and takes
    Diff(diff::Diff),
    /// List the rules
    Rules(rules::Rules),
    /// Show a rule's documentation
    Explain(explain::Explain),
    /// Show each key's policy as it was resolved
    Show(show::Show),
    /// Show what applies to a path, and why
    Config(config::Show),
    /// Write a commented configuration
    Init(init::Init),
    /// Print a JSON Schema
    Schema(schema::Schema),
    /// Print a script that completes commands in a shell
    Completions(shell::Completions),
    /// Print the manual page
    Man(shell::Man),
}

/// How a run ended. These codes are public.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Nothing at or above `--fail-on`.
    Clean = 0,
    /// Findings at or above `--fail-on`.
    Findings = 1,
    /// kmslint could not do its job: bad arguments, an unreadable path, an input that could not be read.
    Failed = 2,
}

/// Runs the program with the process's arguments and returns its exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let outcome = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => match arguments.command {
            None => arguments.lint.run(),
            Some(Command::Can(can)) => can.run(),
            Some(Command::Access(show)) => show.run(),
            Some(Command::Diff(diff)) => diff.run(),
            Some(Command::Rules(rules)) => rules.run(),
            Some(Command::Explain(explain)) => explain.run(),
            Some(Command::Show(show)) => show.run(),
            Some(Command::Config(show)) => show.run(),
            Some(Command::Init(init)) => init.run(),
            Some(Command::Schema(schema)) => schema.run(),
            Some(Command::Completions(completions)) => completions.run(),
            Some(Command::Man(man)) => man.run(),
        },
        // clap's own output: help and version go to stdout and are a success.
        Err(error) => error.print().map(|()| if error.use_stderr() { Exit::Failed } else { Exit::Clean }),
    };
    match outcome {
        Ok(exit) => ExitCode::from(exit as u8),
        // Who reads the results of an inventory or the answers has seen enough; the rest was not looked at.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::from(Exit::Failed as u8),
        Err(error) => {
            complain(&format!("cannot write the report: {error}"));
            ExitCode::from(Exit::Failed as u8)
        }
    }
}

/// Writes to standard output in one piece. A reader that has seen enough, as in `kmslint . | head`, changes nothing.
///
/// # Errors
/// What the system says.
fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// One line on standard error. Where even that is closed, the exit code has to do.
fn complain(message: &str) {
    let _ = writeln!(io::stderr().lock(), "kmslint: {message}");
}
