//! `kmslint init`: a configuration to begin with.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;

use super::interrupt::uninterrupted;
use super::{Exit, complain, print};
use crate::config::{FILE_NAME, TEMPLATE};

/// The arguments of `kmslint init`.
#[derive(Debug, Args)]
pub(super) struct Init {
    /// The folder to write it to; the current one if none is given
    folder: Option<PathBuf>,
}

impl Init {
    /// Runs the command. A file that is there stays as it is.
    ///
    /// # Errors
    /// What the system says of standard output.
    pub(super) fn run(&self) -> io::Result<Exit> {
        let path = self.folder.clone().unwrap_or_default().join(FILE_NAME);
        let written = OpenOptions::new().write(true).create_new(true).open(&path);
        // A half is worse than none.
        let whole = |mut file: File| {
            file.write_all(TEMPLATE.as_bytes()).inspect_err(|_| drop(fs::remove_file(&path)))
        };
        match written.and_then(|file| uninterrupted(|| whole(file))) {
            Ok(()) => {
                print(&format!("wrote {}; every setting in it is a comment\n", path.display()))?;
                Ok(Exit::Clean)
            }
            Err(error) => {
                complain(&format!("`{}`: cannot write it: {error}", path.display()));
                Ok(Exit::Failed)
            }
        }
    }
}
