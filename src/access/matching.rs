//! Which classes a statement's principal element speaks of, and how directly; whether it speaks of the key at all.

use std::borrow::Cow;

use super::subject::Subject;
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

/// A class, read once for all statements.
pub(super) struct Addressed<'k> {
    kind: &'k ClassKind,
    /// What the ARN of a named one says.
    named: Option<Cow<'k, PrincipalKind>>,
}

impl<'k> Addressed<'k> {
    pub(super) fn new(kind: &'k ClassKind) -> Self {
        let named = if let ClassKind::Named(arn) = kind { Some(PrincipalKind::parse(arn)) } else { None };
        Addressed { kind, named: named.map(Cow::Owned) }
    }

    /// A subject, whose ARN is read already.
    pub(super) fn subject(subject: &'k Subject) -> Self {
        Addressed { kind: &subject.kind, named: subject.named.as_ref().map(Cow::Borrowed) }
    }

    /// Whether it is a session of a role.
    pub(super) fn is_session(&self) -> bool {
        matches!(self.named.as_deref(), Some(PrincipalKind::Session { .. }))
    }
}

/// What a statement's principals say of a class. In a Deny, an account principal stands for everyone in the
/// account.
pub(super) fn of_statement(statement: &Statement, class: &Addressed<'_>) -> Match {
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
pub(super) fn entry<'e>(element: &'e PrincipalElement, class: &Addressed<'_>) -> Option<&'e Principal> {
    let direct = element.entries.iter().find(|e| of_entry(e, class, false) == Match::Yes(Level::Direct));
    direct.or_else(|| element.entries.iter().find(|e| matches!(of_entry(e, class, false), Match::Yes(_))))
}

fn best(element: &PrincipalElement, class: &Addressed<'_>, denies: bool) -> Match {
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

fn of_entry(principal: &Principal, addressed: &Addressed<'_>, denies: bool) -> Match {
    let class = addressed.kind;
    let direct = Match::Yes(Level::Direct);
    let through_account = if denies { direct } else { Match::Yes(Level::Delegated) };
    match &principal.kind {
        PrincipalKind::Everyone => direct,
        PrincipalKind::Account { account } => match class {
            ClassKind::AccountRoot(of) => given(equal(account, of), direct),
            ClassKind::AccountOther(of) => given(equal(account, of), through_account),
            ClassKind::Named(_) => {
                let of = addressed.named.as_deref().and_then(PrincipalKind::account);
                given(of.map_or(Some(false), |of| equal(account, of)), through_account)
            }
            ClassKind::Opaque(_) => Match::Maybe,
            ClassKind::Fresh | ClassKind::Service(_) => Match::No,
        },
        PrincipalKind::User { arn, .. }
        | PrincipalKind::FederatedUser { arn, .. }
        | PrincipalKind::Session { arn, .. } => named(arn, class),
        PrincipalKind::Role { arn, account } => match addressed.named.as_deref() {
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
    if a.is_known() && b.is_known() {
        return Some(false);
    }
    let plain = super::text::Comparison { wildcards: false, fold: false };
    super::text::matches(a, &super::text::request(b), plain)
}

/// The name at the end of a role's ARN.
fn last_name(arn: &Text) -> Text {
    arn.split('/', usize::MAX).pop().unwrap_or_default()
}

/// Whether a statement may have an effect: without an action or a resource that can be this key it has none.
pub(super) fn may_have(statement: &Statement, effect: Effect) -> bool {
    let resource = statement.resource.as_ref().is_some_and(|element| {
        element.open
            || element.negated
            || element.patterns.iter().any(|pattern| pattern.matches_key != Some(false))
    });
    let may = statement.effect == effect || statement.effect == Effect::Unknown;
    may && statement.action.is_some() && resource
}

/// Whether a statement's effect is known, and its resource is surely this key.
pub(super) fn is_complete(statement: &Statement) -> bool {
    statement.effect != Effect::Unknown
        && statement.resource.as_ref().is_some_and(|element| {
            let surely = element.patterns.iter().any(|pattern| pattern.matches_key == Some(true));
            // A key ARN whose account and id are not known here is meant for this key.
            let likely = element.patterns.iter().any(|pattern| pattern.matches_key.is_none());
            if element.negated { !element.open && !surely && !likely } else { surely || likely }
        })
}
