//! How many keys a statement of an identity policy reaches.

use super::{ActionPattern, ResourcePattern, Statement};
use crate::catalog::ActionSet;
use crate::glob;
use crate::source::Span;
use crate::value::SymbolKind;

/// The keys that a resource pattern matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Some keys, or it is not known which.
    Some,
    /// Every key of an account.
    Account,
    /// Every key of every account.
    Everything,
}

/// A key that no pattern names.
const ANY_KEY: &str = "arn:aws:kms:zz-none-9:000000000001:key/a0zz-9none";

impl ResourcePattern {
    /// How many keys it surely matches.
    pub fn reach(&self) -> Reach {
        if let Some(known) = self.text.as_known()
            && glob::matches(&known, ANY_KEY, false)
        {
            return Reach::Everything;
        }
        let parts = self.text.split(':', 6);
        let [arn, _, service, _, account, resource] = parts.as_slice() else { return Reach::Some };
        let known = |text: &crate::value::Text| text.as_known().map(String::from).unwrap_or_default();
        let every =
            known(arn) == "arn" && known(service) == "kms" && ["*", "key/*"].contains(&&*known(resource));
        let one_account = account.as_known().is_some_and(|account| !account.contains('*'))
            || account.symbols().all(|symbol| symbol.kind == SymbolKind::OwnAccount);
        if every && one_account { Reach::Account } else { Reach::Some }
    }
}

impl Statement {
    /// The resource pattern that reaches the most keys, and where it stands; with `NotResource`, all but some.
    pub fn reach(&self) -> Option<(Reach, Span)> {
        let element = self.resource.as_ref()?;
        if element.negated {
            return (!element.open).then_some((Reach::Everything, element.key_span));
        }
        let widest = element.patterns.iter().max_by_key(|pattern| pattern.reach())?;
        Some((widest.reach(), widest.span))
    }

    /// Whether a condition limits which keys are meant, or for what they are used; true where that is not known.
    pub fn narrows_keys(&self) -> bool {
        const BEGINNINGS: [&str; 8] = [
            "kms:viaservice",
            "kms:resourcealiases",
            "kms:requestalias",
            "kms:encryptioncontext",
            "aws:resourcetag/",
            "aws:resourceaccount",
            "aws:resourceorg",
            "kms:grantisforawsresource",
        ];
        self.conditions_open
            || self.conditions.iter().any(|atom| {
                let key = atom.key_folded.as_deref();
                key.is_none_or(|key| BEGINNINGS.iter().any(|start| key.starts_with(start)))
            })
    }

    /// The first action pattern of KMS alone that surely allows some of `actions`, and its characters. A pattern for
    /// all services is not one.
    pub fn gives(&self, actions: ActionSet) -> Option<(&ActionPattern, Span)> {
        let element = self.action.as_ref().filter(|element| !element.negated)?;
        let of_kms = |pattern: &&ActionPattern| {
            let text = pattern.text.known_prefix();
            pattern.must.intersects(actions)
                && text.get(..4).is_some_and(|it| it.eq_ignore_ascii_case("kms:"))
        };
        element.patterns.iter().find(of_kms).map(|pattern| (pattern, pattern.span))
    }
}
