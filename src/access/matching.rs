//! Which classes a statement's principal element speaks of, and how directly.

use super::{ClassKind, Level};
use crate::policy::{Effect, Principal, PrincipalElement, PrincipalKind, Statement};
use crate::value::Text;

/// What a principal element says of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Match {
    /// It does not speak of it.
    No,
    /// Perhaps.
    Maybe,
    /// At this level: [`Level::Delegated`] or [`Level::Direct`].
    Yes(Level),
}

/// A class that principal elements are held against.
pub(super) struct Asked<'c> {
    class: &'c ClassKind,
    /// What the ARN of a class that is named by one names.
    named: Option<PrincipalKind>,
}

impl<'c> Asked<'c> {
    pub(super) fn new(class: &'c ClassKind) -> Self {
        let named = match class {
            ClassKind::Named(arn) => Some(PrincipalKind::parse(arn)),
            _ => None,
        };
        Asked { class, named }
    }
}

/// What a statement's principals say of a class. In a Deny, an account principal stands for everyone in the
/// account.
pub(super) fn of_statement(statement: &Statement, class: &Asked<'_>) -> Match {
    let Some(element) = &statement.principal else { return Match::No };
    let denies = statement.effect == Effect::Deny;
    if element.negated {
        return match best(element, class, true) {
            Match::Yes(_) => Match::No,
            _ if element.open => Match::Maybe,
            Match::Maybe => Match::Maybe,
            Match::No => Match::Yes(Level::Direct),
        };
    }
    match best(element, class, denies) {
        Match::No if element.open => Match::Maybe,
        found => found,
    }
}

/// The entry of an element that speaks most directly of a class.
pub(super) fn entry<'e>(element: &'e PrincipalElement, class: &Asked<'_>) -> Option<&'e Principal> {
    let direct = element.entries.iter().find(|e| of_entry(e, class, false) == Match::Yes(Level::Direct));
    direct.or_else(|| element.entries.iter().find(|e| matches!(of_entry(e, class, false), Match::Yes(_))))
}

fn best(element: &PrincipalElement, class: &Asked<'_>, denies: bool) -> Match {
    let mut best = Match::No;
    for principal in &element.entries {
        match (of_entry(principal, class, denies), best) {
            (Match::Yes(Level::Direct), _) => return Match::Yes(Level::Direct),
            (Match::Yes(level), _) => best = Match::Yes(level),
            (Match::Maybe, Match::No) => best = Match::Maybe,
            _ => {}
        }
    }
    best
}

fn of_entry(principal: &Principal, asked: &Asked<'_>, denies: bool) -> Match {
    let class = asked.class;
    let direct = Match::Yes(Level::Direct);
    let through_account = if denies { direct } else { Match::Yes(Level::Delegated) };
    match &principal.kind {
        PrincipalKind::Everyone => direct,
        PrincipalKind::Account { account } => match class {
            ClassKind::AccountRoot(of) => given(equal(account, of), direct),
            ClassKind::AccountOther(of) => given(equal(account, of), through_account),
            ClassKind::Named(_) => {
                let of = asked.named.as_ref().and_then(PrincipalKind::account);
                given(of.map_or(Some(false), |of| equal(account, of)), through_account)
            }
            ClassKind::Opaque(_) => Match::Maybe,
            ClassKind::Fresh | ClassKind::Service(_) => Match::No,
        },
        PrincipalKind::User { arn, .. }
        | PrincipalKind::FederatedUser { arn, .. }
        | PrincipalKind::Session { arn, .. } => named(arn, class),
        PrincipalKind::Role { arn, account } => match &asked.named {
            // A session has the permissions of its role.
            Some(PrincipalKind::Session { account: of, role, .. }) => {
                given(both(equal(account, of), equal(&last_name(arn), role)), direct)
            }
            _ => named(arn, class),
        },
        PrincipalKind::Service { name } => match class {
            ClassKind::Service(other) => given(equal(name, other), direct),
            _ => Match::No,
        },
        PrincipalKind::Unknown => match class {
            ClassKind::Opaque(other) if other.same(&principal.text) => direct,
            ClassKind::Fresh | ClassKind::Service(_) => Match::No,
            _ => Match::Maybe,
        },
        PrincipalKind::UniqueId { .. } | PrincipalKind::Invalid(_) => Match::No,
    }
}

fn named(arn: &Text, class: &ClassKind) -> Match {
    match class {
        ClassKind::Named(other) => given(equal(arn, other), Match::Yes(Level::Direct)),
        ClassKind::Opaque(_) => Match::Maybe,
        _ => Match::No,
    }
}

fn given(holds: Option<bool>, yes: Match) -> Match {
    match holds {
        Some(true) => yes,
        Some(false) => Match::No,
        None => Match::Maybe,
    }
}

fn both(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// Whether two texts are equal; none where that depends on what is unknown.
pub(super) fn equal(a: &Text, b: &Text) -> Option<bool> {
    if a.same(b) {
        return Some(true);
    }
    if super::text::is_plain(a) && super::text::is_plain(b) {
        return Some(false);
    }
    let plain = super::text::Comparison { wildcards: false, fold: false };
    super::text::matches(a, &super::text::request(b), plain)
}

/// The name at the end of a role's ARN.
fn last_name(arn: &Text) -> Text {
    arn.split('/', usize::MAX).pop().unwrap_or_default()
}
