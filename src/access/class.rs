//! The principals that a policy can tell apart.

use std::collections::HashMap;
use std::fmt;
use std::mem::{Discriminant, discriminant};

use super::{ClassKind, Ownership, PrincipalClass};
use crate::policy::{BaseOperator, Condition, Effect, Policy, Principal, PrincipalKind};
use crate::source::Span;
use crate::value::{SpanMap, Symbol, SymbolKind, Text};

/// The classes of some policies, in the order they mention them; the fresh one last. A rule that can address a class
/// without naming it, such as "any other principal of the account", has a class for it.
pub(super) fn classes(policies: &[&Policy], owner: Option<&Text>) -> Vec<PrincipalClass> {
    let mut classes = Classes { owner, found: Vec::new(), known: HashMap::new() };
    for statement in policies.iter().flat_map(|policy| &policy.statements) {
        for principal in statement.principal.iter().flat_map(|element| &element.entries) {
            classes.add_principal(principal);
        }
        for condition in &statement.conditions {
            classes.add_condition(condition, statement.effect);
        }
    }
    let own = owner.cloned().unwrap_or_else(|| {
        let symbol = Symbol::of(SymbolKind::OwnAccount, "own account");
        let nowhere = Span::at(crate::source::FileId(0), 0);
        Text::unknown(symbol, policies.first().map_or(nowhere, |policy| policy.span))
    });
    classes.add_account(&own, None);
    classes.found.push(PrincipalClass {
        kind: ClassKind::Fresh,
        ownership: Ownership::Foreign,
        mentions: Vec::new(),
    });
    classes.found
}

struct Classes<'a> {
    owner: Option<&'a Text>,
    found: Vec<PrincipalClass>,
    /// The places of those of which all is known, by kind and text.
    known: HashMap<(Discriminant<ClassKind>, String), usize>,
}

impl Classes<'_> {
    fn add_principal(&mut self, principal: &Principal) {
        let at = Some(principal.span);
        match &principal.kind {
            PrincipalKind::Account { account } => self.add_account(account, at),
            PrincipalKind::User { account, arn }
            | PrincipalKind::Role { account, arn }
            | PrincipalKind::Session { account, arn, .. }
            | PrincipalKind::FederatedUser { account, arn } => {
                self.add(ClassKind::Named(arn.clone()), Some(account), at);
                self.add_account(account, None);
            }
            PrincipalKind::Service { name } => self.add(ClassKind::Service(name.clone()), None, at),
            PrincipalKind::Unknown => self.add(ClassKind::Opaque(principal.text.clone()), None, at),
            PrincipalKind::Everyone | PrincipalKind::UniqueId { .. } | PrincipalKind::Invalid(_) => {}
        }
    }

    /// Principals and accounts that a condition names: under `*` they are principals like any other.
    fn add_condition(&mut self, condition: &Condition, effect: Effect) {
        let names = effect == Effect::Deny || condition.operator.base.is_some_and(|base| !base.is_negated());
        let plain = |value: &Text| value.as_known().is_none_or(|text| !text.contains(['*', '?', '$']));
        for value in condition.values.iter().filter(|_| names) {
            if !plain(&value.text) {
                self.add_pattern(condition, &value.text, value.span);
                continue;
            }
            match condition.key_folded.as_deref() {
                Some("aws:principalarn") => match PrincipalKind::parse(&value.text) {
                    PrincipalKind::User { account, arn }
                    | PrincipalKind::Role { account, arn }
                    | PrincipalKind::FederatedUser { account, arn } => {
                        self.add(ClassKind::Named(arn), Some(&account), Some(value.span));
                        self.add_account(&account, None);
                    }
                    _ => self.add_pattern(condition, &value.text, value.span),
                },
                Some("kms:calleraccount" | "aws:principalaccount")
                    if condition.operator.base != Some(BaseOperator::Null) =>
                {
                    self.add_account(&value.text, Some(value.span));
                }
                _ => {}
            }
        }
    }

    /// The account of a pattern such as `arn:aws:iam::111122223333:role/*`: its principals are no strangers.
    fn add_pattern(&mut self, condition: &Condition, pattern: &Text, at: Span) {
        if condition.key_folded.as_deref() == Some("aws:principalarn")
            && let [_, _, _, _, account, _] = pattern.split(':', 6).as_slice()
            && !account.is_empty()
            && account.known_characters().all(|c| c.is_ascii_digit())
        {
            self.add_account(account, Some(at));
        }
    }

    fn add_account(&mut self, account: &Text, at: Option<Span>) {
        self.add(ClassKind::AccountRoot(account.clone()), Some(account), at);
        self.add(ClassKind::AccountOther(account.clone()), Some(account), at);
    }

    fn add(&mut self, kind: ClassKind, account: Option<&Text>, at: Option<Span>) {
        let name = text(&kind).and_then(Text::as_known).map(|name| (discriminant(&kind), name.into_owned()));
        let known = match &name {
            Some(name) => self.known.get(name).and_then(|at| self.found.get_mut(*at)),
            None => self.found.iter_mut().find(|class| same(&class.kind, &kind)),
        };
        if let Some(known) = known {
            known.mentions.extend(at.filter(|at| !known.mentions.contains(at)));
            return;
        }
        let ownership = match (account, self.owner) {
            (Some(account), Some(owner)) if account.same(owner) => Ownership::Own,
            (Some(account), Some(owner)) if account.is_known() && owner.is_known() => Ownership::Foreign,
            (Some(account), None)
                if account.symbols().any(|symbol| symbol.kind == SymbolKind::OwnAccount) =>
            {
                Ownership::Own
            }
            _ => Ownership::Unknown,
        };
        self.known.extend(name.map(|name| (name, self.found.len())));
        self.found.push(PrincipalClass { kind, ownership, mentions: at.into_iter().collect() });
    }
}

fn text(kind: &ClassKind) -> Option<&Text> {
    match kind {
        ClassKind::Named(text)
        | ClassKind::AccountRoot(text)
        | ClassKind::AccountOther(text)
        | ClassKind::Opaque(text)
        | ClassKind::Service(text) => Some(text),
        ClassKind::Fresh => None,
    }
}

pub(super) fn same(a: &ClassKind, b: &ClassKind) -> bool {
    match (a, b) {
        (ClassKind::Named(a), ClassKind::Named(b))
        | (ClassKind::AccountRoot(a), ClassKind::AccountRoot(b))
        | (ClassKind::AccountOther(a), ClassKind::AccountOther(b))
        | (ClassKind::Opaque(a), ClassKind::Opaque(b))
        | (ClassKind::Service(a), ClassKind::Service(b)) => a.same(b),
        _ => false,
    }
}

/// The account that owns the key, as far as the policy itself tells: the own account if it is named as such,
/// else the only account that is given `kms:*` as a whole.
pub(crate) fn owner(policy: &Policy) -> Option<Text> {
    let mut roots: Vec<&Text> = Vec::new();
    for statement in policy.statements.iter().filter(|statement| statement.effect == Effect::Allow) {
        let entries = statement
            .principal
            .iter()
            .filter(|element| !element.negated)
            .flat_map(|element| &element.entries);
        for principal in entries {
            if let Some(account) = principal.kind.account()
                && account.symbols().any(|symbol| symbol.kind == SymbolKind::OwnAccount)
            {
                return Some(account.clone());
            }
            let (must, _) = statement.actions();
            let everything = crate::catalog::ActionSet::ADMIN_CORE.union(crate::catalog::ActionSet::USE_CORE);
            if let PrincipalKind::Account { account } = &principal.kind
                && must.contains(everything)
                && !roots.iter().any(|root| root.same(account))
            {
                roots.push(account);
            }
        }
    }
    match roots.as_slice() {
        [only] => Some((*only).clone()),
        _ => None,
    }
}

/// As a message calls it, the user's text in backticks.
impl fmt::Display for ClassKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ClassKind::Named(text) | ClassKind::Opaque(text) | ClassKind::Service(text) => {
                write!(f, "`{}`", text.called())
            }
            ClassKind::AccountRoot(account) => write!(f, "the root user of account `{account}`"),
            ClassKind::AccountOther(account) => match account.symbols().next() {
                Some(symbol) if symbol.kind == SymbolKind::OwnAccount => {
                    f.write_str("every principal of the account")
                }
                _ => write!(f, "every principal of account `{account}`"),
            },
            ClassKind::Fresh => f.write_str("a principal of any other account"),
        }
    }
}

/// The name of a service that stands for all those that no policy names.
pub const UNNAMED_SERVICE: &str = "any.amazonaws.com";

/// A service that no policy names. It is no class of a policy: what it may do, every service may.
pub(super) fn unnamed_service() -> &'static ClassKind {
    static SERVICE: std::sync::LazyLock<ClassKind> = std::sync::LazyLock::new(|| {
        let nowhere = Span::at(crate::source::FileId(0), 0);
        ClassKind::Service(Text::known(UNNAMED_SERVICE, SpanMap::opaque(nowhere)))
    });
    &SERVICE
}
