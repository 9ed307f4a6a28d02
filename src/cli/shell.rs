//! `kmslint completions SHELL`, `kmslint man`: what a package puts next to the program.

use std::io;

use clap::{Args, CommandFactory};
use clap_complete::{Shell, generate};

use super::{Arguments, Exit, print};

/// The arguments of `kmslint completions`.
#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    /// Runs the command.
    ///
    /// # Errors
    /// What the system says of standard output.
    pub(super) fn run(&self) -> io::Result<Exit> {
        let mut script = Vec::new();
        generate(self.shell, &mut Arguments::command(), "kmslint", &mut script);
        print(&String::from_utf8_lossy(&script))?;
        Ok(Exit::Clean)
    }
}

/// The arguments of `kmslint man`.
#[derive(Debug, Args)]
pub(super) struct Man {}

impl Man {
    /// Runs the command.
    ///
    /// # Errors
    /// What the system says of standard output.
    pub(super) fn run(&self) -> io::Result<Exit> {
        let mut page = Vec::new();
        clap_mangen::Man::new(Arguments::command()).render(&mut page)?;
        print(&String::from_utf8_lossy(&page))?;
        Ok(Exit::Clean)
    }
}
