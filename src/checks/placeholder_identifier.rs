use std::collections::BTreeSet;

use crate::config::Profile;
use crate::engine::{Check, Context, Draft, Findings};
use crate::finding::Severity;
use crate::policy::{Policy, Statement, placeholder};
use crate::source::Span;
use crate::value::{Piece, Text};

pub(super) const CHECK: Check = Check::Policy(check);

/// Account ids of AWS's documentation.
const ACCOUNTS: [&str; 12] = [
    "000000000000",
    "111111111111",
    "111122223333",
    "123456789012",
    "210987654321",
    "222222222222",
    "333333333333",
    "444455556666",
    "444444444444",
    "555555555555",
    "777788889999",
    "999999999999",
];
/// Other identifiers of AWS's documentation.
const NAMES: [&str; 6] = [
    "o-exampleorgid",
    "o-xxxxxxxxxx",
    "o-xxxxxxxxxxx",
    "o-a1b2c3d4e5",
    "1234abcd-12ab-34cd-56ef-1234567890ab",
    "mrk-1234abcd12ab34cd56ef1234567890ab",
];
/// Folders whose policies are meant to be read, not applied.
const READ_ONLY: [&str; 8] = ["example", "examples", "test", "tests", "testdata", "doc", "docs", "samples"];

/// What was to be replaced and was not.
fn check(context: &Context<'_>, findings: &mut Findings) {
    if is_read_only(&context.document.path) {
        return;
    }
    let own = context.document.key.owner_account.as_ref().and_then(Text::as_known);
    let owners = [own.as_deref(), context.config.owner_account.as_deref()];
    // AWS's own examples say nothing as long as nothing real stands beside them.
    let real = context.config.profile == Profile::Strict
        || owners.iter().flatten().any(|owner| !ACCOUNTS.contains(owner))
        || texts(context.policy)
            .iter()
            .any(|(_, text, _)| accounts(text).any(|id| !ACCOUNTS.contains(&id.as_str())));
    let mut told = BTreeSet::new();
    let mut draft: Option<Draft> = None;
    for (statement, text, span) in texts(context.policy) {
        let Some(token) = token(text, real).filter(|token| !owners.contains(&Some(token.as_str()))) else {
            continue;
        };
        if !told.insert(token.clone()) {
            continue;
        }
        let found = match draft.take() {
            Some(first) => first.related(span, format!("`{token}`")),
            None => context
                .finding(span, format!("`{token}` is a placeholder that was not replaced"))
                .help(help(&token)),
        };
        draft = Some(found.part(statement, span));
    }
    // A bare text in which nothing is real is a template as a whole, and others may fill it in.
    let template = !real && context.is_bare();
    if let Some(draft) = draft {
        let draft = if template { draft.severity(Severity::Info) } else { draft };
        draft.report(findings);
    }
}

fn help(token: &str) -> &'static str {
    match token {
        _ if ACCOUNTS.contains(&token) => {
            "it is an account id of AWS's documentation; write the one that is meant"
        }
        _ if token.starts_with("o-") => "write the id of the organization",
        _ if NAMES.contains(&token) => {
            "it is a key id of AWS's documentation; write `\"*\"`, which means this key"
        }
        _ => "write the value that is meant",
    }
}

fn token(text: &Text, real: bool) -> Option<String> {
    let mut known = text.pieces.iter().filter_map(|piece| match piece {
        Piece::Known { text, .. } => Some(text.as_str()),
        Piece::Unknown { .. } => None,
    });
    known.find_map(|text| {
        let name = || NAMES.iter().find(|name| real && text.contains(**name)).map(|name| (*name).to_owned());
        let account = || digits(text).find(|id| real && ACCOUNTS.contains(&id.as_str()));
        placeholder(text).or_else(name).or_else(account)
    })
}

fn accounts(text: &Text) -> impl Iterator<Item = String> {
    text.pieces.iter().flat_map(|piece| match piece {
        Piece::Known { text, .. } => digits(text),
        Piece::Unknown { .. } => digits(""),
    })
}

fn digits(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|run| run.len() == 12 && run.bytes().all(|byte| byte.is_ascii_digit()))
        .map(str::to_owned)
}

fn texts(policy: &Policy) -> Vec<(&Statement, &Text, Span)> {
    let mut texts = Vec::new();
    for statement in &policy.statements {
        let principals = statement.principal.iter().flat_map(|element| &element.entries);
        texts.extend(principals.map(|it| (statement, &it.text, it.span)));
        let resources = statement.resource.iter().flat_map(|element| &element.patterns);
        texts.extend(resources.map(|it| (statement, &it.text, it.span)));
        let values = statement.conditions.iter().flat_map(|condition| &condition.values);
        texts.extend(values.map(|it| (statement, &it.text, it.span)));
    }
    texts
}

fn is_read_only(path: &str) -> bool {
    path.split(['/', '\\']).any(|part| READ_ONLY.contains(&part.to_lowercase().as_str()))
}
