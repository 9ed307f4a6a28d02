//! The `kmslint` program: parses the command line, runs a command, returns its exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    kmslint::cli::run(std::env::args_os())
}
