//! `[[expect]]`: what a policy should say to a request, tested on every run.

use crate::access::Level;
use crate::source::Span;
use crate::syntax::SyntaxError;
use crate::syntax::toml::Table;

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
    context.free().into_iter().map(|(key, values)| (key.to_lowercase(), values)).collect()
}

fn unknown_action(action: &str, span: Span) -> Option<SyntaxError> {
    if !crate::catalog::expand(action).is_empty() {
        return None;
    }
    let error = SyntaxError::broken(span, format!("`{action}` is no action of a key policy"));
    let meant = crate::catalog::nearest_action(action);
    Some(match meant {
        Some(meant) => error.help(format!("did you mean `{meant}`?")),
        None => error,
    })
}
