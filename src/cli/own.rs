//! The user's own rules: `--rules`, and `rules` of the configuration.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

use crate::engine::{Registry, Rule};
use crate::report::visible;
use crate::source::Sources;

/// The rules that kmslint comes with, and those in these files and folders, in the same format.
///
/// # Errors
/// The first thing that is wrong with them, with its place.
pub(super) fn with_own(paths: &[String], sources: &Sources) -> Result<Cow<'static, Registry>, String> {
    let embedded = Registry::embedded();
    if paths.is_empty() {
        return Ok(Cow::Borrowed(embedded));
    }
    let mut rules = embedded.rules().to_vec();
    for path in paths {
        for document in documents(Path::new(path))? {
            let rule = read(&document, sources)?;
            if let Some(known) = rules.iter().find(|known| known.id == rule.id || known.name == rule.name) {
                let (path, id, name) = (document.display(), &known.id, &known.name);
                return Err(format!("`{path}`: there is a rule `{id} {name}` already"));
            }
            rules.push(rule);
        }
    }
    Ok(Cow::Owned(Registry::new(rules)))
}

/// The documents of a path: itself, or the Markdown files of the folder, but its `README.md`.
fn documents(path: &Path) -> Result<Vec<PathBuf>, String> {
    let failed = |error| format!("`{}`: cannot read it: {error}", path.display());
    if !fs::metadata(path).map_err(failed)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut documents = Vec::new();
    for entry in fs::read_dir(path).map_err(failed)? {
        let document = entry.map_err(failed)?.path();
        let is_rule = document.extension().is_some_and(|extension| extension == "md");
        if is_rule && document.file_name().is_some_and(|name| name != "README.md") {
            documents.push(document);
        }
    }
    documents.sort();
    Ok(documents)
}

fn read(document: &Path, sources: &Sources) -> Result<Rule, String> {
    let path = document.display().to_string();
    let bytes = fs::read(document).map_err(|error| format!("`{path}`: cannot read it: {error}"))?;
    let id = sources.add(&path, bytes);
    let file = sources.file(id);
    Rule::parse(&path, file.text().to_owned(), id).map_err(|errors| {
        let Some(error) = errors.first() else { return format!("`{path}` is no rule") };
        let place = file.position(error.span.start);
        let help = error.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
        format!("{path}:{}:{}: {}{help}", place.line, place.column, visible(&error.message))
    })
}
