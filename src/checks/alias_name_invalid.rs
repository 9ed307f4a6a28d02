use crate::carrier::{Resource, ResourceKind};
use crate::engine::{Check, Findings, InputContext};
use crate::fix::Fix;
use crate::source::Span;
use crate::value::{Piece, SpanMap, Text, Value};

pub(super) const CHECK: Check = Check::Input(check);

const PREFIX: &str = "alias/";
/// Reserved for the keys that AWS services make.
const RESERVED: &str = "alias/aws/";
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html>
const LONGEST: usize = 256;

fn check(context: &InputContext<'_>, findings: &mut Findings) {
    for alias in context.resources.iter().filter(|resource| resource.kind == ResourceKind::Alias) {
        for argument in ["name", "name_prefix"] {
            let Some(value) = alias.argument(argument) else { continue };
            let Some((message, help)) = value.as_text().and_then(|name| judge(name, argument)) else {
                continue;
            };
            let span: Span = value.span;
            let mut draft = context.finding(span, message).key(Some(address(alias))).carried(value);
            if let Some(help) = help {
                draft = draft.help(help);
            }
            draft.fix(named(context, alias, value)).report(findings);
        }
    }
}

fn address(alias: &Resource) -> &str {
    &alias.address
}

/// What is surely wrong with a name, whatever the unknown pieces are, and what to do.
fn judge(name: &Text, argument: &str) -> Option<(String, Option<String>)> {
    let shown = name.to_string();
    let start = match name.pieces.first() {
        Some(Piece::Known { text, .. }) => text.as_str(),
        // What is not known may begin with `alias/`.
        _ => PREFIX,
    };
    let is_whole = name.is_known();
    let begins = |prefix: &str| start.starts_with(prefix) || (!is_whole && prefix.starts_with(start));
    if start.starts_with("arn:") {
        let help = "write the name alone, from `alias/` on".to_owned();
        return Some((format!("`{shown}` is the ARN of an alias, not its name"), Some(help)));
    }
    if !begins(PREFIX) {
        return Some((
            format!("the alias `{shown}` does not begin with `{PREFIX}`"),
            Some(format!("write `{PREFIX}{shown}`")),
        ));
    }
    if start.starts_with(RESERVED) {
        return Some((
            format!("the alias `{shown}` begins with `{RESERVED}`, which belongs to AWS services"),
            None,
        ));
    }
    let pieces = name.pieces.iter().filter_map(|piece| match piece {
        Piece::Known { text, .. } => Some(text.as_str()),
        Piece::Unknown { .. } => None,
    });
    let allowed = |c: char| c.is_ascii_alphanumeric() || "/_-".contains(c);
    if let Some(wrong) = pieces.flat_map(str::chars).find(|c| !allowed(*c)) {
        let help = "letters, digits, `/`, `_` and `-` are allowed".to_owned();
        return Some((format!("the alias `{shown}` holds the character `{wrong}`"), Some(help)));
    }
    if argument == "name" && shown == PREFIX {
        return Some((format!("the alias `{shown}` has no name after `{PREFIX}`"), None));
    }
    (is_whole && shown.len() > LONGEST)
        .then(|| (format!("the alias has {} characters, {LONGEST} at most are allowed", shown.len()), None))
}

/// The name from `alias/` on, or with it.
fn named(context: &InputContext<'_>, alias: &Resource, value: &Value) -> Option<Fix> {
    let name = value.as_text()?.as_known()?.into_owned();
    let meant = match name.find(":alias/") {
        Some(at) => name.get(at + 1..)?.to_owned(),
        None if !name.starts_with(PREFIX) && !name.starts_with("arn:") => format!("{PREFIX}{name}"),
        None => return None,
    };
    if meant.starts_with(RESERVED)
        || judge(&Text::known(&meant, SpanMap::opaque(value.span)), "name").is_some()
    {
        return None;
    }
    let edits = context.editor(alias).set_text(value.span, &meant)?;
    Some(Fix::suggested(format!("write `{meant}`"), edits))
}
