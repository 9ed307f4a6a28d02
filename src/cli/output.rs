//! `--format`, `--output` and how the report looks: where it goes, in several forms at once.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;

use super::interrupt::uninterrupted;
use super::{complain, print, terminal};
use crate::report::{Format, Shown, Style};

/// The arguments on the report.
#[derive(Debug, Args)]
pub(super) struct Outputs {
    /// How to print findings: text (the default), concise, json, ndjson, sarif, github, gitlab, junit, checkstyle,
    /// markdown, html
    #[arg(long, value_name = "FORMAT", value_parser = format)]
    format: Option<Format>,
    /// Write the report in this format to a file, or to standard output; may be given several times
    #[arg(long, short, value_name = "FORMAT[=FILE]", value_parser = Output::parse)]
    output: Vec<Output>,
    /// Print only findings: no counts, and nothing where nothing was found
    #[arg(long, short)]
    quiet: bool,
    /// Count the findings of each rule instead of showing them
    #[arg(long)]
    statistics: bool,
    /// List with each finding what weaker rules say of the same mistake
    #[arg(long, short)]
    verbose: bool,
}

impl Outputs {
    /// Whether some form of the report is this one.
    pub(super) fn has(&self, format: Format) -> bool {
        self.all().iter().any(|output| output.format == format)
    }

    /// Whether nothing is asked for that this form on standard output is not.
    pub(super) fn is_only(&self, format: Format) -> bool {
        self.output.is_empty() && self.format.is_none_or(|asked| asked == format)
    }

    /// How the text looks on standard output. The time that the run took is told on a terminal only, so that what
    /// goes elsewhere depends on the inputs alone.
    pub(super) fn style(&self, took: Duration) -> Style {
        let Outputs { quiet, statistics, verbose, .. } = *self;
        let mut style = Style { colour: terminal::colour(), quiet, statistics, verbose, ..Style::default() };
        style.links = terminal::opens_links();
        style.took = terminal::is_watched().then_some(took);
        style.width = terminal::width().unwrap_or(style.width);
        style
    }

    /// Writes every form of the report to its place, files first; whether all could be written.
    ///
    /// # Errors
    /// What the system says of standard output.
    pub(super) fn write(&self, shown: &Shown<'_>) -> io::Result<bool> {
        let mut written = true;
        let mut outputs = self.all();
        // Whoever reads standard output may stop reading.
        outputs.sort_by_key(|output| output.path.is_none());
        for output in outputs {
            let text = output.format.render(shown);
            match &output.path {
                None => print(&text)?,
                Some(path) => {
                    if let Err(error) = write_whole(path, &text) {
                        complain(&format!("`{}`: cannot write it: {error}", path.display()));
                        written = false;
                    }
                }
            }
        }
        Ok(written)
    }

    /// Every form of the report that is wanted; for people, where nothing goes to standard output.
    fn all(&self) -> Vec<Output> {
        let mut outputs = self.output.clone();
        if self.format.is_some() || outputs.iter().all(|output| output.path.is_some()) {
            outputs.insert(0, Output { format: self.format.unwrap_or(Format::Text), path: None });
        }
        outputs
    }
}

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
/// place, with the permissions of the old one. A file that may not be written is not replaced either.
///
/// # Errors
/// What the system says.
pub(super) fn write_whole(path: &Path, text: &str) -> io::Result<()> {
    let Some(name) = path.file_name() else { return Err(io::Error::from(io::ErrorKind::InvalidInput)) };
    match fs::metadata(path) {
        // A device or a pipe cannot be replaced, and is written to.
        Ok(it) if !it.is_file() => return fs::write(path, text),
        Ok(it) if it.permissions().readonly() => {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is read-only"));
        }
        _ => {}
    }
    let mut beside = std::ffi::OsString::from(".");
    beside.push(name);
    beside.push(format!(".{}.tmp", std::process::id()));
    let beside = path.with_file_name(beside);
    let replace = || {
        let mut file = fs::File::create(&beside)?;
        file.write_all(text.as_bytes())?;
        if let Ok(before) = fs::metadata(path) {
            file.set_permissions(before.permissions())?;
        }
        file.sync_all()?;
        fs::rename(&beside, path)
    };
    uninterrupted(|| replace().inspect_err(|_| drop(fs::remove_file(&beside))))
}
