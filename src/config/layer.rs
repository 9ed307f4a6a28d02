//! The settings that stand at the top of a configuration and in each `[[path]]`.

use super::{Config, FailOn, Origin, Override, Profile};
use crate::finding::Severity;
use crate::source::Span;
use crate::syntax::SyntaxError;
use crate::syntax::toml::{Member, Table};

/// Some settings, each with its place.
#[derive(Clone, Debug, Default)]
pub(super) struct Layer {
    profile: Option<(Profile, Span)>,
    select: Option<(Vec<String>, Span)>,
    ignore: Option<(Vec<String>, Span)>,
    owner_account: Option<(String, Span)>,
    trusted_accounts: Option<(Vec<String>, Span)>,
    trusted_organizations: Option<(Vec<String>, Span)>,
    minimum_deletion_window: Option<(u32, Span)>,
    fail_on: Option<(FailOn, Span)>,
    severities: Vec<Override>,
}

const SEVERITIES: [(&str, Severity); 3] =
    [("error", Severity::Error), ("warning", Severity::Warning), ("info", Severity::Info)];

impl Layer {
    /// Reads the settings; `words` gets every word that should name a rule.
    pub(super) fn read(table: &Table<'_, '_>, words: &mut Vec<(String, Span)>, reasons: bool) -> Layer {
        Layer {
            profile: table.word("profile", &Profile::NAMES).map(|it| (it, table.span_of("profile"))),
            select: rules(table, "select", words),
            ignore: rules(table, "ignore", words),
            owner_account: table.text("owner-account").and_then(|text| {
                let span = table.span_of("owner-account");
                account(table, &text, span).then_some((text, span))
            }),
            trusted_accounts: list(table, "trusted-accounts", account),
            trusted_organizations: list(table, "trusted-organizations", organization),
            minimum_deletion_window: deletion_window(table),
            fail_on: table.word("fail-on", &FailOn::NAMES).map(|it| (it, table.span_of("fail-on"))),
            severities: severities(table, words, reasons),
        }
    }

    /// Lays these settings over others. Lists replace, except that `ignore` and severities add up.
    pub(super) fn apply(&self, config: &mut Config) {
        let Layer { select, trusted_accounts, trusted_organizations, .. } = self;
        set(&mut config.profile, "profile", &self.profile, &mut config.origins);
        set(&mut config.selection.select, "select", select, &mut config.origins);
        set(&mut config.trusted_accounts, "trusted-accounts", trusted_accounts, &mut config.origins);
        set(
            &mut config.trusted_organizations,
            "trusted-organizations",
            trusted_organizations,
            &mut config.origins,
        );
        set_some(&mut config.owner_account, "owner-account", &self.owner_account, &mut config.origins);
        set_some(&mut config.fail_on, "fail-on", &self.fail_on, &mut config.origins);
        set_some(
            &mut config.minimum_deletion_window,
            "minimum-deletion-window",
            &self.minimum_deletion_window,
            &mut config.origins,
        );
        if let Some((ignore, span)) = &self.ignore {
            config.selection.ignore.extend(ignore.iter().cloned());
            config.origins.insert("ignore", Origin::File(*span));
        }
        config.severities.splice(0..0, self.severities.iter().rev().cloned());
    }
}

type Origins = std::collections::BTreeMap<&'static str, Origin>;

fn set<T: Clone>(into: &mut T, key: &'static str, given: &Option<(T, Span)>, origins: &mut Origins) {
    if let Some((value, span)) = given {
        *into = value.clone();
        origins.insert(key, Origin::File(*span));
    }
}

fn set_some<T: Clone>(
    into: &mut Option<T>,
    key: &'static str,
    given: &Option<(T, Span)>,
    origins: &mut Origins,
) {
    if let Some((value, span)) = given {
        *into = Some(value.clone());
        origins.insert(key, Origin::File(*span));
    }
}

/// A list of rules by id, beginning of an id, or name.
pub(super) fn rules(
    table: &Table<'_, '_>,
    key: &'static str,
    words: &mut Vec<(String, Span)>,
) -> Option<(Vec<String>, Span)> {
    let named = table.texts(key);
    words.extend(named.iter().cloned());
    table.has(key).then(|| (named.into_iter().map(|(word, _)| word).collect(), table.span_of(key)))
}

/// A list of texts that are right.
fn list(
    table: &Table<'_, '_>,
    key: &'static str,
    right: fn(&Table<'_, '_>, &str, Span) -> bool,
) -> Option<(Vec<String>, Span)> {
    let texts = table.texts(key);
    let texts: Vec<String> =
        texts.into_iter().filter(|(text, span)| right(table, text, *span)).map(|(text, _)| text).collect();
    table.has(key).then(|| (texts, table.span_of(key)))
}

/// Whether it is an account id; a mistake if it is none.
pub(super) fn account(table: &Table<'_, '_>, text: &str, span: Span) -> bool {
    let right = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !right {
        table.error(
            SyntaxError::broken(span, format!("`{text}` is not an account id")).help("12 digits in quotes"),
        );
    }
    right
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html>: `o-` and 10 to 32
/// letters and digits.
fn organization(table: &Table<'_, '_>, text: &str, span: Span) -> bool {
    let right = text.strip_prefix("o-").is_some_and(|id| {
        (10..=32).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    });
    if !right {
        let error = SyntaxError::broken(span, format!("`{text}` is not an organization id"));
        table.error(error.help("`o-` and 10 to 32 lower-case letters and digits, such as `o-a1b2c3d4e5`"));
    }
    right
}

/// KMS waits 7 to 30 days before it deletes a key.
fn deletion_window(table: &Table<'_, '_>) -> Option<(u32, Span)> {
    let days = table.number("minimum-deletion-window")?;
    let span = table.span_of("minimum-deletion-window");
    if !(7..=30).contains(&days) {
        let error = SyntaxError::broken(span, format!("`{days}` is no waiting period that KMS has"));
        table.error(error.help("7 to 30 days"));
        return None;
    }
    Some((days, span))
}

fn severities(table: &Table<'_, '_>, words: &mut Vec<(String, Span)>, reasons: bool) -> Vec<Override> {
    let Some(listed) = table.table("severity") else { return Vec::new() };
    let mut severities = Vec::new();
    for (rule, key_span) in listed.keys() {
        words.push((rule.clone(), key_span));
        let (severity, reason, span) = match listed.member(&rule) {
            Some(Member::Text(level, span)) => (listed.choose(&level, span, &SEVERITIES), None, span),
            Some(Member::Table(table)) => {
                table.required("level");
                let level = if table.has("level") { table.word("level", &SEVERITIES) } else { None };
                let reason = table.text("reason").filter(|reason| !reason.trim().is_empty());
                table.finish();
                (level, reason, table.span())
            }
            None => continue,
        };
        if reasons && reason.is_none() {
            let error = SyntaxError::broken(span, format!("the severity of `{rule}` has no reason"));
            table
                .error(error.help("such as `{ level = \"info\", reason = \"…\" }`; `require-reason` is set"));
        }
        severities.extend(severity.map(|severity| Override { rule, severity, reason, span: key_span }));
    }
    severities
}
