//! What conditions say about the resource a service acts for: whether somebody else's resource is kept out.

use super::{Arn, BaseOperator, Condition, Parsed, Quantifier, Statement};
use crate::value::Text;

/// How well one condition holds a service principal to known resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SourceGuard {
    /// It says nothing of the resource.
    None,
    /// It speaks of the resource and lets those of any account through.
    Wide,
    /// It names the path or the calling account, which AWS does not document for service principals.
    Doubtful,
    /// Resources of other accounts are kept out, or what it compares with is not known.
    Held,
}

/// Condition keys that name the resource a service acts for, in lower case.
const SOURCE_KEYS: [&str; 6] = [
    "aws:sourcearn",
    "aws:sourceaccount",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:sourceowner",
    "kms:grantconstraintsourcearn",
];

impl Condition {
    /// Whether its key names the resource that a service acts for.
    pub fn is_about_source(&self) -> bool {
        self.key_folded.as_deref().is_some_and(|key| SOURCE_KEYS.contains(&key))
    }

    /// Whether its key is one pair of the encryption context.
    pub fn is_about_context(&self) -> bool {
        self.key_folded.as_deref().is_some_and(|key| key.starts_with("kms:encryptioncontext:"))
    }

    /// How well it holds a service to known resources.
    pub fn source_guard(&self) -> SourceGuard {
        let Some(key) = self.key_folded.as_deref() else { return SourceGuard::Held };
        if matches!(key, "kms:viaservice" | "kms:calleraccount") {
            return SourceGuard::Doubtful;
        }
        if !self.is_about_source() && !self.is_about_context() {
            return SourceGuard::None;
        }
        let Some(base) = self.operator.base else { return SourceGuard::Held };
        let passes_without = self.operator.if_exists
            || self.operator.quantifier == Some(Quantifier::ForAllValues)
            || base.is_negated()
            || base == BaseOperator::Null;
        if passes_without {
            return SourceGuard::Wide;
        }
        let about_context = self.is_about_context();
        let wide = |value: &super::ConditionValue| match about_context {
            true => is_wide_context(&value.text, base.takes_wildcards()),
            false => is_wide(&value.text, base.takes_wildcards()),
        };
        match self.values.iter().any(wide) {
            true => SourceGuard::Wide,
            false => SourceGuard::Held,
        }
    }
}

impl Statement {
    /// How well its conditions together hold a service to known resources.
    pub fn source_guard(&self) -> SourceGuard {
        if self.conditions_open {
            return SourceGuard::Held;
        }
        self.conditions.iter().map(Condition::source_guard).max().unwrap_or(SourceGuard::None)
    }
}

/// Whether a value lets the resources of any account through. What is not known is not called wide.
fn is_wide(text: &Text, wildcards: bool) -> bool {
    if !wildcards {
        return false;
    }
    match Arn::parse(text) {
        Parsed::Arn(arn) => {
            let starred = |part: &Text| part.as_known().is_some_and(|part| part.contains(['*', '?']));
            match arn.account.as_known().as_deref() {
                // Buckets, hosted zones: the name has to say whose it is.
                Some("") => arn.resource.as_known().is_some_and(|name| is_any_name(&name)),
                Some(_) => starred(&arn.account),
                None => false,
            }
        }
        // `arn:aws:cloudtrail:*`, `o-*`, `*`: nothing that follows the wildcard is an account.
        Parsed::Not => text.as_known().is_some_and(|text| text.contains('*') && !has_account(&text)),
        Parsed::Unknown => false,
    }
}

/// A value of an encryption context is whatever the service sends: an ARN without an account, or nothing but
/// a wildcard, holds nobody.
fn is_wide_context(text: &Text, wildcards: bool) -> bool {
    let known = text.as_known();
    match known.as_deref() {
        Some(value) if value.chars().all(|c| c == '*') => true,
        Some(value) if value.starts_with("arn:") => is_wide(text, wildcards) && !has_account(value),
        _ => false,
    }
}

/// `*`, `hostedzone/*`: no character of the name is fixed.
fn is_any_name(resource: &str) -> bool {
    resource.strip_prefix("hostedzone/").unwrap_or(resource).starts_with(['*', '?'])
}

/// Whether twelve digits in a row stand in it.
fn has_account(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() == 12)
}

/// The service whose resource a value of `aws:SourceArn` names, if it is known.
pub(crate) fn service_of_arn(text: &Text) -> Option<String> {
    let Parsed::Arn(arn) = Arn::parse(text) else { return None };
    arn.service.as_known().filter(|service| !service.contains(['*', '?'])).map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};
    use crate::value::SpanMap;

    fn wide(text: &str) -> bool {
        is_wide(&Text::known(text, SpanMap::opaque(Span::at(FileId(0), 0))), true)
    }

    #[test]
    fn wide_values_let_any_account_through() {
        for text in [
            "*",
            "arn:aws:cloudtrail:*:*:trail/*",
            "arn:aws:cloudtrail:*",
            "arn:aws:s3:::*",
            "arn:aws:route53:::hostedzone/*",
            "arn:aws:logs:eu-west-1:????????????:*",
        ] {
            assert!(wide(text), "{text}");
        }
        for text in [
            "arn:aws:cloudtrail:*:111122223333:trail/*",
            "arn:*:*:*:111122223333:*",
            "arn:aws:s3:::orders",
            "arn:aws:s3:::orders-*",
            "arn:aws:s3:::orders/*",
            "arn:aws:route53:::hostedzone/Z2FDTNDATAQYW2",
            "111122223333",
        ] {
            assert!(!wide(text), "{text}");
        }
    }
}
