//! Whether the policy is public: what a principal of an account and an organization that it does not mention
//! can reach.
//!
//! The stranger chooses all that a stranger can choose: the service it comes through, the encryption context,
//! its own tags, the alias, the time. It cannot choose its account, its organization, or to be a service.

use super::{Access, ClassKind, Level, Match, Verdict, Witness, matching};
use crate::catalog::ActionSet;
use crate::policy::{Effect, Statement};
use crate::source::Span;

/// A statement through which strangers reach the key.
#[derive(Clone, Debug, PartialEq)]
pub struct Exposure {
    /// The statement's place in the policy.
    pub statement: usize,
    /// The principal string `*`; of `NotPrincipal`, the key.
    pub principal: Span,
    /// What strangers can do.
    pub actions: ActionSet,
    /// It is proved; otherwise something that is not known decides.
    pub certain: bool,
    /// Only from certain networks: the statement has a condition on the address.
    pub network_only: bool,
    /// A request that shows it.
    pub witness: Option<Witness>,
}

impl Access<'_> {
    /// The statements through which strangers reach the key.
    pub fn exposures(&self) -> Vec<Exposure> {
        let Some(fresh) = self.classes().len().checked_sub(1) else { return Vec::new() };
        let mut exposures = Vec::new();
        let stranger = matching::Addressed::new(&ClassKind::Fresh);
        for statement in self.policy.statements.iter().filter(|statement| statement.effect == Effect::Allow) {
            if matching::of_statement(statement, &stranger) != Match::Yes(Level::Direct) {
                continue;
            }
            let Some(element) = &statement.principal else { continue };
            let entry = matching::entry(element, &stranger).filter(|_| !element.negated);
            let mut exposure = Exposure {
                statement: statement.index,
                principal: entry.map_or(element.key_span, |entry| entry.span),
                actions: ActionSet::EMPTY,
                certain: false,
                network_only: is_bound_to_network(statement),
                witness: None,
            };
            for group in self.groups(statement.actions().1.difference(ActionSet::INEFFECTIVE)) {
                let this = |other: &Statement| other.index == statement.index;
                match self.group_can(fresh, group, Level::Direct, this) {
                    Verdict::Yes(witness) => {
                        if !exposure.certain {
                            exposure.actions = ActionSet::EMPTY;
                        }
                        exposure.certain = true;
                        exposure.actions = exposure.actions.union(group);
                        exposure.witness = exposure.witness.or(Some(witness));
                    }
                    Verdict::Unknown if !exposure.certain => exposure.actions = exposure.actions.union(group),
                    _ => {}
                }
            }
            if !exposure.actions.is_empty() {
                exposures.push(exposure);
            }
        }
        exposures
    }
}

/// Whether a positive condition on the source address holds the statement to certain networks.
fn is_bound_to_network(statement: &Statement) -> bool {
    statement.conditions.iter().any(|condition| {
        let key = matches!(condition.key_folded.as_deref(), Some("aws:sourceip" | "aws:vpcsourceip"));
        let whole = |text: &crate::value::Text| text.as_known().is_some_and(|text| text.ends_with("/0"));
        let narrow = !condition.values.is_empty() && !condition.values.iter().any(|value| whole(&value.text));
        key && narrow && condition.operator.base == Some(crate::policy::BaseOperator::IpAddress)
    })
}
