//! Regular expressions. Terraform's are RE2: no look-around, no references back, classes of ASCII; those of
//! `regex-lite` are the same but for classes of Unicode (`\pL`), which make the result unknown.

use regex_lite::{Captures, Regex};

use super::Arguments;
use crate::carrier::terraform::convert;
use crate::source::Span;
use crate::value::{Kind, Value};

/// What is said of a text that a pattern does not match: `try` and `can` know that Terraform fails there.
pub(super) const NO_MATCH: &str = "the pattern does not match";

pub(super) fn apply(name: &str, arguments: &Arguments) -> Option<Value> {
    let (span, text) = (arguments.span, arguments.known(1));
    let pattern = || Regex::new(&arguments.known(0)?).ok();
    match name {
        "regex" => {
            let (pattern, text) = (pattern()?, text?);
            Some(match pattern.captures(&text) {
                Some(captures) => found(&pattern, &captures, span)?,
                None => convert::unknown("regex()", NO_MATCH, span),
            })
        }
        "regexall" => {
            let (pattern, text) = (pattern()?, text?);
            let all: Option<Vec<Value>> =
                pattern.captures_iter(&text).map(|captures| found(&pattern, &captures, span)).collect();
            Some(Value::new(Kind::List(all?), span))
        }
        _ => None,
    }
}

/// `replace` with a pattern between slashes; `$1` and `${name}` of the replacement are what was captured.
pub(super) fn replace(text: &str, pattern: &str, with: &str) -> Option<String> {
    Some(Regex::new(pattern).ok()?.replace_all(text, with).into_owned())
}

/// A match: its text, or the list of its groups, or an object of its named groups. Both kinds of groups are a mistake.
fn found(pattern: &Regex, captures: &Captures<'_>, span: Span) -> Option<Value> {
    let names: Vec<Option<&str>> = pattern.capture_names().skip(1).collect();
    let group = |at: usize| match captures.get(at) {
        Some(group) => convert::string(group.as_str(), span),
        None => Value::new(Kind::Null, span),
    };
    if names.is_empty() {
        return Some(group(0));
    }
    if names.iter().all(Option::is_none) {
        return Some(Value::new(Kind::List((1..=names.len()).map(group).collect()), span));
    }
    let named: Option<Vec<&str>> = names.into_iter().collect();
    let members = named?.into_iter().zip(1..).map(|(name, at)| convert::member(name, group(at)));
    Some(Value::new(Kind::Object(members.collect()), span))
}
