//! The user's own rules: `--rules`, `rules` of the configuration, and `kmslint rules --test`.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

use crate::engine::{Registry, Rule, embedded_rule, mistakes};
use crate::example::mistake;
use crate::report::{Style, entries};
use crate::source::{FileId, Sources, Span};
use crate::syntax::SyntaxError;

/// Ids that begin so are kmslint's own, those to come too.
const RESERVED: &str = "KMS";

/// The rules that kmslint comes with, and those in these files and folders, in the same format.
///
/// # Errors
/// All that is wrong with them, each at its place.
pub(super) fn with_own(paths: &[String], sources: &Sources) -> Result<Cow<'static, Registry>, String> {
    let embedded = Registry::embedded();
    if paths.is_empty() {
        return Ok(Cow::Borrowed(embedded));
    }
    let own = Own::read(paths, sources)?;
    if !own.mistakes.is_empty() {
        return Err(format!("there are mistakes in rules of your own\n\n{}", told(&own.mistakes, sources)));
    }
    let mut rules = embedded.rules().to_vec();
    rules.extend(own.rules.into_iter().map(|(rule, _)| rule));
    Ok(Cow::Owned(Registry::new(rules)))
}

/// Rules of the user's own, put to the test.
pub(super) struct Tested {
    pub(super) rules: usize,
    pub(super) examples: usize,
    /// All that is wrong with them, each at its place, as it is shown; empty if each document is whole and every
    /// example shows what it says.
    pub(super) mistakes: String,
}

/// Tests the rules in these files and folders.
///
/// # Errors
/// What could not be read.
pub(super) fn test(paths: &[String], sources: &Sources) -> Result<Tested, String> {
    let mut own = Own::read(paths, sources)?;
    let all = Registry::embedded().rules().iter().chain(own.rules.iter().map(|(rule, _)| rule));
    let registry = Registry::new(all.cloned().collect());
    let mut examples = 0;
    for (rule, file) in &own.rules {
        own.mistakes.extend(rule.document_errors(*file).into_iter().map(Mistake::from));
        let document = sources.file(*file);
        for example in rule.examples() {
            examples += 1;
            let Some(mistake) = mistake(&registry, rule, &example) else { continue };
            let rest = document.slice(example.start, example.end);
            let line = u32::try_from(rest.lines().next().unwrap_or_default().len()).unwrap_or(0);
            let span = Span::new(*file, example.start, example.start + line);
            let (message, shown) = mistake.split_once(":\n").unwrap_or((&mistake, ""));
            own.mistakes
                .push(Mistake { shown: shown.to_owned(), ..SyntaxError::broken(span, message).into() });
        }
    }
    own.mistakes.sort_by_key(|mistake| (mistake.error.span.file, mistake.error.span.start));
    Ok(Tested { rules: own.rules.len(), examples, mistakes: told(&own.mistakes, sources) })
}

/// Rules of the user's own, each with its document, and what is wrong with them.
struct Own {
    rules: Vec<(Rule, FileId)>,
    mistakes: Vec<Mistake>,
}

struct Mistake {
    error: SyntaxError,
    /// What is reported of an example.
    shown: String,
}

impl From<SyntaxError> for Mistake {
    fn from(error: SyntaxError) -> Mistake {
        Mistake { error, shown: String::new() }
    }
}

impl Own {
    /// # Errors
    /// What could not be read.
    fn read(paths: &[String], sources: &Sources) -> Result<Own, String> {
        let mut own = Own { rules: Vec::new(), mistakes: Vec::new() };
        let mut known: Vec<PathBuf> = Vec::new();
        for document in paths.iter().map(|path| documents(Path::new(path))).collect::<Result<Vec<_>, _>>()? {
            for document in document {
                // Several paths may lead to it.
                if !known.contains(&document) {
                    own.add(&document, sources)?;
                    known.push(document);
                }
            }
        }
        Ok(own)
    }

    fn add(&mut self, document: &Path, sources: &Sources) -> Result<(), String> {
        let path = document.display().to_string();
        let bytes = fs::read(document).map_err(|error| format!("`{path}`: cannot read it: {error}"))?;
        let id = sources.add(&path, bytes);
        let text = sources.file(id).text().to_owned();
        let title =
            Span::new(id, 0, u32::try_from(text.lines().next().unwrap_or_default().len()).unwrap_or(0));
        match Rule::parse(&path, text, id) {
            Err(mistakes) => self.mistakes.extend(mistakes.into_iter().map(Mistake::from)),
            Ok(rule) => {
                let others =
                    Registry::embedded().rules().iter().chain(self.rules.iter().map(|(rule, _)| rule));
                let mut same = others.filter(|other| other.id == rule.id || other.name == rule.name);
                if let Some(other) = same.next() {
                    let message = format!("there is a rule `{} {}` already", other.id, other.name);
                    self.mistakes.push(SyntaxError::broken(title, message).into());
                } else if rule.id.starts_with(RESERVED) {
                    let message =
                        format!("ids that begin with `{RESERVED}` are those of kmslint's own rules");
                    let error = SyntaxError::broken(title, message);
                    self.mistakes.push(error.help("choose letters of your own, such as `ACME001`").into());
                } else {
                    self.rules.push((rule, id));
                }
            }
        }
        Ok(())
    }
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

/// Mistakes as findings are shown: they are mistakes in what kmslint is told, as those of a configuration are.
fn told(all: &[Mistake], sources: &Sources) -> String {
    let Some(rule) = embedded_rule("configuration-invalid") else { return String::new() };
    let entry = |mistake: &Mistake| {
        let findings = mistakes(&rule, std::slice::from_ref(&mistake.error));
        let indented = mistake.shown.lines().map(|line| format!("  {line}").trim_end().to_owned() + "\n");
        entries(&findings, sources, Style::default()).concat() + &indented.collect::<String>()
    };
    all.iter().map(entry).collect::<Vec<_>>().join("\n")
}
