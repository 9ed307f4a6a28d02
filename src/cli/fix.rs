//! `--fix`, `--unsafe-fixes`, `--diff`: put corrections into the files, whole or not at all.

use std::fs;
use std::io;

use clap::Args;
use similar::TextDiff;

use super::output::write_whole;
use super::{Exit, complain, print};
use crate::discover::STDIN;
use crate::engine::Registry;
use crate::fix::{Corrected, Refusal, Safety, correct};
use crate::source::{FileId, Sources};
use crate::{Input, Options, Report};

/// The arguments on corrections.
#[derive(Debug, Args)]
pub(super) struct Fixing {
    /// Correct what can be corrected without giving anyone more access
    #[arg(long)]
    fix: bool,
    /// Correct also what people should look at: it may give access, or take away what is in use
    #[arg(long)]
    unsafe_fixes: bool,
    /// Show the corrections, and write nothing
    #[arg(long, conflicts_with = "changed_since")]
    diff: bool,
}

impl Fixing {
    /// Whether anything is to be corrected.
    pub(super) fn is_wanted(&self) -> bool {
        self.fix || self.unsafe_fixes || self.diff
    }

    /// Corrects the inputs, and shows or writes what changes.
    ///
    /// # Errors
    /// What the system says of standard output.
    pub(super) fn run(
        &self,
        rules: &Registry,
        sources: Sources,
        inputs: &[Input],
        options: &Options,
    ) -> io::Result<Fixed> {
        let most = if self.unsafe_fixes { Safety::Suggested } else { Safety::Safe };
        let corrected = correct(rules, &sources, inputs, options, most);
        for Refusal { rule, path, title, why } in &corrected.refused {
            complain(&format!("`{path}`: {rule} left alone, `{title}`: {why}"));
        }
        if self.diff {
            print(&difference(&sources, &corrected))?;
            return Ok(Fixed::Shown(if corrected.made == 0 { Exit::Clean } else { Exit::Findings }));
        }
        let (written, failed) = write(&sources, &corrected);
        for (path, error) in &failed {
            complain(&format!("`{path}`: cannot write it: {error}"));
        }
        if !failed.is_empty() {
            complain(&format!("{} corrected, {} left as they were", counted(written, "file"), failed.len()));
            return Ok(Fixed::Shown(Exit::Failed));
        }
        complain(&match (corrected.made, corrected.changed.len()) {
            (0, _) => "nothing to correct".to_owned(),
            (made, files) => format!("{} made in {}", counted(made, "correction"), counted(files, "file")),
        });
        Ok(Fixed::Written(corrected.sources, Box::new(corrected.report)))
    }
}

/// What became of the files.
pub(super) enum Fixed {
    /// They are as they were; the run ends with this.
    Shown(Exit),
    /// They are corrected: their texts now, and what is still to be said of them.
    Written(Sources, Box<Report>),
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// What would change, as a unified diff.
fn difference(old: &Sources, corrected: &Corrected) -> String {
    let mut shown = String::new();
    for id in &corrected.changed {
        let (before, after) = (old.file(*id), corrected.sources.file(*id));
        let difference = TextDiff::from_lines(before.text(), after.text());
        let mut unified = difference.unified_diff();
        shown += &unified.header(&format!("a/{}", before.path()), &format!("b/{}", after.path())).to_string();
    }
    shown
}

/// Writes the files that changed. Each is replaced in one step: whoever looks finds the old text or the new one.
/// Returns how many were, and the paths of those that could not be written with what the system says.
fn write(old: &Sources, corrected: &Corrected) -> (usize, Vec<(String, io::Error)>) {
    let mut failed = Vec::new();
    for id in &corrected.changed {
        if let Err(error) = replace(old, corrected, *id) {
            failed.push((corrected.sources.file(*id).path().to_owned(), error));
        }
    }
    (corrected.changed.len() - failed.len(), failed)
}

fn replace(old: &Sources, corrected: &Corrected, id: FileId) -> io::Result<()> {
    let (before, after) = (old.file(id), corrected.sources.file(id));
    if before.path() == STDIN {
        return Err(io::Error::other("standard input cannot be corrected; `--diff` shows what would change"));
    }
    // Through a link, the file it leads to is replaced, not the link.
    let path = fs::canonicalize(before.path())?;
    if fs::read(&path)? != before.text().as_bytes() {
        return Err(io::Error::other("the file changed while it was being read"));
    }
    write_whole(&path, after.text())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::write;
    use crate::Options;
    use crate::discover::discover;
    use crate::engine::Registry;
    use crate::fix::{Safety, correct};

    #[test]
    fn a_file_that_changes_underneath_is_left_as_it_is() {
        let folder = std::env::temp_dir().join(format!("kmslint-underneath-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("key.json");
        let policy = r#"{"Version": "2008-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}]}"#;
        fs::write(&path, policy).unwrap();
        let found = discover(&[path.to_string_lossy().into_owned()]);
        let options = Options::default();
        let corrected = correct(Registry::embedded(), &found.sources, &found.inputs, &options, Safety::Safe);
        assert_eq!(corrected.changed.len(), 1);
        let other = policy.replace("kms:Decrypt", "kms:Encrypt");
        fs::write(&path, &other).unwrap();
        let (written, failed) = write(&found.sources, &corrected);
        assert_eq!((written, fs::read_to_string(&path).unwrap()), (0, other));
        assert!(failed[0].1.to_string().contains("changed while it was being read"), "{failed:?}");
        fs::remove_dir_all(&folder).unwrap();
    }
}
