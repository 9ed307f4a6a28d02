//! One `kmslint.toml`, read with spans: what was understood, and every mistake.

use toml::de::DeTable;

use super::Config;
use super::expect::{self, Expectation};
use super::glob;
use super::layer::{self, Layer};
use crate::source::{FileId, SourceFile, Span};
use crate::suppress::Date;
use crate::syntax::SyntaxError;
use crate::syntax::toml::{Block, Table};

/// A configuration file.
#[derive(Clone, Debug)]
pub struct ConfigFile {
    /// The file.
    pub id: FileId,
    /// Its path.
    pub path: String,
    /// Suppressions of what has no room for a comment.
    pub ignores: Vec<IgnoreEntry>,
    /// What the policies should say.
    pub expectations: Vec<Expectation>,
    /// What is wrong with it.
    pub errors: Vec<SyntaxError>,
    /// The words that should name a rule.
    pub words: Vec<(String, Span)>,
    pub(super) require_reason: bool,
    pub(super) rules: Vec<String>,
    pub(super) var_files: Vec<String>,
    top: Layer,
    paths: Vec<(Vec<String>, Layer, Span)>,
}

/// An `[[ignore-finding]]`: a suppression by path, key, Sid and rule. What is not given holds for all.
#[derive(Clone, Debug)]
pub struct IgnoreEntry {
    /// Rules by id, beginning of an id, or name.
    pub rules: Vec<String>,
    /// Path patterns, relative to the configuration's folder.
    pub paths: Vec<String>,
    /// Address of the key, with `*` and `?`.
    pub key: Option<String>,
    /// `Sid` of the statement, with `*` and `?`.
    pub sid: Option<String>,
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// Why.
    pub reason: Option<String>,
    /// Where it was written.
    pub span: Span,
    /// Something is wrong with it, hence it does not hold.
    pub invalid: bool,
}

impl ConfigFile {
    /// Reads a file.
    pub(super) fn read(source: &SourceFile, id: FileId) -> ConfigFile {
        let block = Block::new(id, 0);
        let whole = Span::new(id, 0, 0);
        let (table, mistakes) = DeTable::parse_recoverable(source.text());
        for mistake in mistakes {
            let span = block.span(mistake.span().unwrap_or_default());
            block.error(SyntaxError::broken(span, first_line(mistake.message())));
        }
        let top = Table::new(&block, "the configuration", whole, table.get_ref());
        let mut words = Vec::new();
        let require_reason = top.flag("require-reason").unwrap_or(false);
        let mut file = ConfigFile {
            id,
            path: source.path().to_owned(),
            require_reason,
            rules: texts(&top, "rules"),
            var_files: texts(&top, "var-files"),
            top: Layer::read(&top, &mut words, require_reason),
            paths: Vec::new(),
            ignores: Vec::new(),
            expectations: top.tables("expect").iter().filter_map(expect::read).collect(),
            errors: Vec::new(),
            words: Vec::new(),
        };
        for table in top.tables("path") {
            let globs = texts(&table, "glob");
            if globs.is_empty() {
                table.error(SyntaxError::broken(table.span(), "a `path` has no `glob`"));
            }
            file.paths.push((globs, Layer::read(&table, &mut words, require_reason), table.span()));
            table.finish();
        }
        for table in top.tables("ignore-finding") {
            file.ignores.push(ignore(&table, &mut words, require_reason));
        }
        top.finish();
        file.words = words;
        file.errors = block.into_errors();
        file.errors.sort_by_key(|error| (error.span.start, error.span.end));
        file
    }

    /// Lays what holds for a path, as seen from the configuration's folder, over `config`.
    pub(super) fn apply(&self, inner: &str, config: &mut Config) {
        self.top.apply(config);
        let folder = self.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let below = |path: &String| join(folder, path);
        config.require_reason = self.require_reason;
        config.rules = self.rules.iter().map(below).collect();
        config.var_files = self.var_files.iter().map(below).collect();
        for (_, layer, _) in self.paths.iter().filter(|(globs, ..)| matches_any(globs, inner)) {
            layer.apply(config);
        }
    }

    /// The `[[path]]` tables that hold for a path, as seen from the configuration's folder.
    pub fn paths_of(&self, inner: &str) -> Vec<Span> {
        self.paths.iter().filter(|(globs, ..)| matches_any(globs, inner)).map(|(.., span)| *span).collect()
    }
}

/// Whether some patterns match a path, as seen from the configuration's folder; no pattern at all matches every
/// path.
pub(crate) fn covers(globs: &[String], inner: &str) -> bool {
    globs.is_empty() || matches_any(globs, inner)
}

fn matches_any(globs: &[String], path: &str) -> bool {
    globs.iter().any(|pattern| glob::matches(pattern, path))
}

fn join(folder: &str, path: &str) -> String {
    if folder.is_empty() || path.starts_with('/') { path.to_owned() } else { format!("{folder}/{path}") }
}

fn texts(table: &Table<'_, '_>, key: &'static str) -> Vec<String> {
    table.texts(key).into_iter().map(|(text, _)| text).collect()
}

/// A message is one line.
fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or("this is not TOML").to_owned()
}

fn ignore(table: &Table<'_, '_>, words: &mut Vec<(String, Span)>, reasons: bool) -> IgnoreEntry {
    let mut invalid = false;
    let mut mistake = |error: SyntaxError| {
        invalid = true;
        table.error(error);
    };
    let rules = layer::rules(table, "rules", words).map(|(rules, _)| rules).unwrap_or_default();
    if rules.is_empty() {
        let error = SyntaxError::broken(table.span(), "an `ignore-finding` names no `rules`");
        mistake(error.help("such as `rules = [\"KMS201\"]`"));
    }
    let until = table.text("until").and_then(|text| {
        let date = Date::parse(&text);
        if date.is_none() {
            let error = SyntaxError::broken(table.span_of("until"), format!("`{text}` is not a day"));
            mistake(error.help("such as `2027-01-31`"));
        }
        date
    });
    let reason = table.text("reason").filter(|reason| !reason.trim().is_empty());
    if reasons && reason.is_none() {
        mistake(SyntaxError::broken(table.span(), "this suppression has no `reason`"));
    }
    let entry = IgnoreEntry {
        rules,
        paths: texts(table, "path"),
        key: table.text("key"),
        sid: table.text("sid"),
        until,
        reason,
        span: table.span(),
        invalid,
    };
    table.finish();
    entry
}
