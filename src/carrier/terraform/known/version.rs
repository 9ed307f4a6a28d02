//! Which public module a call means, in which version, and what of its arguments that version does not read.

use super::version;
use crate::carrier::IgnoredArgument;
use crate::carrier::terraform::eval::{Evaluator, Place};
use crate::carrier::terraform::module::Entry;
use crate::value::{Kind, Value};

/// A module that is read by its documented arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) family: Family,
    /// The major version, where the call says it.
    pub(super) major: Option<u32>,
}

/// Modules of one set of arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// terraform-aws-modules/kms: puts a policy together.
    AwsModules,
    /// cloudposse/kms-key: passes a policy on.
    Plain,
}

impl Family {
    /// The argument that switches the module off.
    pub(super) fn switch(self) -> &'static str {
        match self {
            Family::AwsModules => "create",
            Family::Plain => "enabled",
        }
    }
}

impl Known {
    /// The fields of a statement that hold its conditions; of an unknown version either one is read.
    pub(super) fn condition_fields(self) -> &'static [&'static str] {
        match self.major {
            Some(..=3) => &["conditions"],
            Some(4..) => &["condition"],
            None => &["condition", "conditions"],
        }
    }
}

/// Whether a module's source says that it makes a key.
pub(in crate::carrier::terraform) fn makes_key(source: &str) -> bool {
    let lower = source.to_ascii_lowercase();
    lower.split(['/', '.', '-', '_', ':', '?', '=', '&']).any(|word| word == "kms")
}

/// The known module behind a source address.
pub(super) fn identify(source: &str, version: Option<&str>) -> Option<Known> {
    let (address, query) = source.split_once('?').unwrap_or((source, ""));
    let address = address.trim_end_matches('/').trim_end_matches(".git").to_ascii_lowercase();
    let is = |registry: &str, repository: &str| {
        address == registry
            || address.ends_with(&format!("/{registry}"))
            || address.ends_with(&format!("/{repository}"))
            || address.ends_with(&format!(":{repository}"))
    };
    let family = if is("terraform-aws-modules/kms/aws", "terraform-aws-modules/terraform-aws-kms") {
        Family::AwsModules
    } else if is("cloudposse/kms-key/aws", "cloudposse/terraform-aws-kms-key") {
        Family::Plain
    } else {
        return None;
    };
    // `?ref=` of git, `?version=` of Terragrunt's `tfr://`.
    let said = |part: &'_ str| part.strip_prefix("ref=").or(part.strip_prefix("version=")).map(str::to_owned);
    let reference = query.split('&').find_map(said);
    let reference = reference.as_deref();
    let tag = reference.map(|reference| reference.trim_start_matches("tags/").trim_start_matches('v'));
    let tag = tag.filter(|tag| tag.contains('.'));
    Some(Known { family, major: version.or(tag).and_then(major) })
}

/// The one major version that a constraint allows; none where it allows several.
fn major(constraint: &str) -> Option<u32> {
    let mut least = None;
    for part in constraint.split(',').map(str::trim) {
        let number = part.trim_start_matches(['~', '>', '=', '<', '!', ' ']);
        let mut segments = number.split('.');
        let first: u32 = segments.next()?.trim().parse().ok()?;
        let short = segments.next().is_none();
        let operator = part.split(|c: char| c.is_ascii_digit() || c == ' ').next().unwrap_or_default();
        match operator {
            "" | "=" => return Some(first),
            // `~> 3` allows every version from 3 on.
            "~>" if !short => return Some(first),
            "<" if least == first.checked_sub(1) => return least,
            // From 4 on the arguments are those of 4.
            ">=" | ">" | "~>" => least = Some(first),
            _ => return None,
        }
    }
    least.filter(|least| *least >= NEWEST)
}

/// The newest major version of terraform-aws-modules/kms.
const NEWEST: u32 = 4;

/// The fields of a statement that every version reads.
const FIELDS: [&str; 8] =
    ["sid", "actions", "not_actions", "effect", "resources", "not_resources", "principals", "not_principals"];

/// The fields in a call's arguments that the module drops without a word.
pub(in crate::carrier::terraform) fn ignored(
    evaluator: &Evaluator<'_>,
    place: Place<'_>,
    entry: &Entry,
    source: &str,
    call: &str,
) -> Vec<IgnoredArgument> {
    let mut found = Vec::new();
    let version = version(evaluator, place, entry);
    let Some(known) = identify(source, version.as_deref()) else { return found };
    let Some((tree, statements)) = entry.attribute("key_statements") else { return found };
    if known.family != Family::AwsModules {
        return found;
    }
    let statements = evaluator.expr(Place { tree, ..place }, statements);
    let statements: Vec<&Value> = match &statements.kind {
        Kind::List(items) => items.iter().collect(),
        Kind::Object(members) => members.iter().map(|member| &member.value).collect(),
        _ => Vec::new(),
    };
    let reads = |field: &str| FIELDS.contains(&field) || known.condition_fields().contains(&field);
    for member in statements.into_iter().filter_map(Value::as_object).flatten() {
        let Some(field) = member.key.as_known().filter(|field| !reads(field)) else { continue };
        // Null says nothing.
        if member.value.kind == Kind::Null {
            continue;
        }
        let condition = matches!(&*field, "condition" | "conditions");
        found.push(IgnoredArgument {
            span: member.key_span,
            name: field.to_string(),
            address: format!("{}module.{call}", place.instance.prefix),
            module: "terraform-aws-modules/kms".to_owned(),
            major: known.major,
            instead: condition
                .then(|| known.condition_fields().first().map(|name| (*name).to_owned()))
                .flatten(),
        });
    }
    found
}
