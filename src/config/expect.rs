//! `[[expect]]`: what a policy should say to a request, tested on every run.

use super::file::covers;
use super::settings::inner;
use crate::access::Level;
use crate::source::{Sources, Span};
use crate::syntax::SyntaxError;
use crate::syntax::toml::Table;
use crate::{Options, glob};

/// What the policies of some keys should say to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// Path patterns, relative to the configuration's folder; none means all.
    pub paths: Vec<String>,
    /// Address of the key, with `*` and `?`; none means all.
    pub key: Option<String>,
    /// ARN of the principal, name of the service, or `*` for anyone of a foreign account.
    pub principal: String,
    /// The actions, such as `kms:Decrypt`, with `*` and `?`.
    pub actions: Vec<String>,
    /// Condition keys of the request and their values.
    pub context: Vec<(String, Vec<String>)>,
    /// The answer.
    pub wanted: Wanted,
    /// Why.
    pub reason: Option<String>,
    /// Where it was written.
    pub span: Span,
}

/// The answer that is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Exactly this level, for the request as it is given.
    Level(Level),
    /// Neither direct nor delegated, whatever the rest of the request is.
    Never,
}

impl Expectation {
    /// Whether it is about a policy: at this path as seen from the configuration's folder, of the key of this
    /// address.
    pub(crate) fn is_about(&self, inner: &str, address: Option<&str>) -> bool {
        let fits = |key: &String| glob::matches(key, address.unwrap_or_default(), false);
        covers(&self.paths, inner) && self.key.as_ref().is_none_or(fits)
    }
}

/// The expectations that are about none of the policies of a run, each given by its path and the key's address.
/// Only those of configurations whose folder was looked through as a whole: of others it is not known.
pub(crate) fn unmet(
    policies: &[(String, Option<String>)],
    sources: &Sources,
    options: &Options,
) -> Vec<Expectation> {
    let roots: Vec<String> = options.roots.iter().map(|root| sources.canonical(root)).collect();
    let mut unmet = Vec::new();
    for file in options.settings.files() {
        let folder = sources.canonical(file.path.rsplit_once('/').map_or("", |(folder, _)| folder));
        let within = |root: &String| {
            folder.strip_prefix(root.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if file.expectations.is_empty() || !roots.iter().any(within) {
            continue;
        }
        let of_file = policies.iter().filter(|(path, _)| {
            let config = options.settings.at(sources, path, options);
            config.file.as_ref().is_some_and(|it| it.path == file.path)
        });
        let met: Vec<_> = of_file.map(|(path, key)| (inner(sources, &file, path), key.as_deref())).collect();
        let is_unmet = |it: &&Expectation| !met.iter().any(|(path, key)| it.is_about(path, *key));
        unmet.extend(file.expectations.iter().filter(is_unmet).cloned());
    }
    unmet
}

impl Wanted {
    /// The words for levels.
    pub const LEVELS: [(&'static str, Level); 4] = [
        ("denied", Level::Denied),
        ("nothing", Level::Nothing),
        ("delegated", Level::Delegated),
        ("direct", Level::Direct),
    ];
}

/// Reads an `[[expect]]`; none where it cannot be tested.
pub(super) fn read(table: &Table<'_, '_>) -> Option<Expectation> {
    let principal = table.required("principal");
    let actions = texts(table, "action");
    if actions.is_empty() {
        table.error(SyntaxError::broken(table.span(), "an `expect` has no `action`"));
    }
    for (action, span) in table.texts("action") {
        if let Some(error) = unknown_action(&action, span) {
            table.error(error);
        }
    }
    let level = table.word("level", &Wanted::LEVELS);
    let never = table.flag("never");
    let wanted = match (level, never) {
        (Some(level), None) => Some(Wanted::Level(level)),
        (None, Some(true)) => Some(Wanted::Never),
        (None, None) if table.has("level") => None,
        _ => {
            let error = SyntaxError::broken(table.span(), "an `expect` has either `level` or `never = true`");
            table.error(error);
            None
        }
    };
    let expectation = Expectation {
        paths: texts(table, "path"),
        key: table.text("key"),
        principal,
        context: context(table),
        wanted: wanted.unwrap_or(Wanted::Never),
        reason: table.text("reason"),
        span: table.span(),
        actions,
    };
    table.finish();
    let whole = wanted.is_some() && !expectation.principal.is_empty() && !expectation.actions.is_empty();
    whole.then_some(expectation)
}

fn texts(table: &Table<'_, '_>, key: &'static str) -> Vec<String> {
    table.texts(key).into_iter().map(|(text, _)| text).collect()
}

fn context(table: &Table<'_, '_>) -> Vec<(String, Vec<String>)> {
    let Some(context) = table.table("context") else { return Vec::new() };
    context.free().into_iter().collect()
}

fn unknown_action(action: &str, span: Span) -> Option<SyntaxError> {
    if !crate::catalog::expand(action).is_empty() {
        return None;
    }
    let error = SyntaxError::broken(span, format!("`{action}` is no action of a key policy"));
    let meant = crate::catalog::nearest_action(action);
    Some(match meant {
        Some(meant) if meant.eq_ignore_ascii_case(action) => error.help("IAM policies alone decide it"),
        Some(meant) => error.help(format!("did you mean `{meant}`?")),
        None => error,
    })
}
