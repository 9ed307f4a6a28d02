//! `--format`, `--output`: where the report goes, in several forms at once.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::report::{Format, Shown};

/// A form of the report, and where it goes: `sarif=out.sarif`, or `github` for standard output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Output {
    pub(super) format: Format,
    pub(super) path: Option<PathBuf>,
}

impl Output {
    /// Reads `FORMAT` or `FORMAT=FILE`.
    ///
    /// # Errors
    /// What the formats are.
    pub(super) fn parse(text: &str) -> Result<Output, String> {
        let (name, path) = match text.split_once('=') {
            Some((name, path)) => (name, Some(PathBuf::from(path))),
            None => (text, None),
        };
        if path.as_deref().is_some_and(|path| path.as_os_str().is_empty()) {
            return Err("the file has no name".to_owned());
        }
        Ok(Output { format: format(name)?, path })
    }

    /// Writes the report to its file, whole or not at all.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn write(&self, path: &Path, shown: &Shown<'_>) -> io::Result<()> {
        write_whole(path, &self.format.render(shown))
    }
}

/// The format of a name.
///
/// # Errors
/// What the formats are.
pub(super) fn format(name: &str) -> Result<Format, String> {
    let found = Format::NAMES.iter().find(|(known, _)| *known == name);
    found.map(|(_, format)| *format).ok_or_else(|| {
        let names: Vec<&str> = Format::NAMES.iter().map(|(name, _)| *name).collect();
        format!("the formats are {}", names.join(", "))
    })
}

/// Writes a file so that whoever looks finds the old one or the new one, never a half: next to it, then in its
/// place, with the permissions of the old one.
///
/// # Errors
/// What the system says.
pub(super) fn write_whole(path: &Path, text: &str) -> io::Result<()> {
    let Some(name) = path.file_name() else { return Err(io::Error::from(io::ErrorKind::InvalidInput)) };
    // A device or a pipe cannot be replaced, and is written to.
    if fs::metadata(path).is_ok_and(|it| !it.is_file()) {
        return fs::write(path, text);
    }
    let mut beside = std::ffi::OsString::from(".");
    beside.push(name);
    beside.push(format!(".{}.tmp", std::process::id()));
    let beside = path.with_file_name(beside);
    let written = fs::File::create(&beside).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        if let Ok(before) = fs::metadata(path) {
            file.set_permissions(before.permissions())?;
        }
        file.sync_all()?;
        fs::rename(&beside, path)
    });
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}
