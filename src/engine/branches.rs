//! The branches of one policy, put together: what holds in all of them is said once, and what holds in some
//! says in which.

use std::collections::{BTreeMap, BTreeSet};

use crate::carrier::{Document, Role};
use crate::finding::Finding;
use crate::source::Span;

/// The findings of the branches of each policy.
#[derive(Debug, Default)]
pub struct Branches {
    /// Number of branches of each policy, by address and place.
    policies: BTreeMap<Policy, usize>,
    /// Those of them that are policies of IAM.
    identity: BTreeSet<Policy>,
    unresolved: BTreeSet<Policy>,
    findings: Vec<(Policy, Finding, Vec<String>)>,
    known: BTreeMap<(Policy, String, Span, String), usize>,
}

/// The rule that says what is not decided.
const NOT_ANALYSED: &str = "not-analysed";

type Policy = (Option<String>, Span);

impl Branches {
    /// Adds what was found in one document.
    pub fn add(&mut self, document: &Document, findings: Vec<Finding>) {
        let policy = (document.address.clone(), document.attachment);
        *self.policies.entry(policy.clone()).or_default() += 1;
        if document.role == Role::IdentityPolicy {
            self.identity.insert(policy.clone());
        } else if !document.unresolved.is_empty() || findings.iter().any(|it| it.name == NOT_ANALYSED) {
            self.unresolved.insert(policy.clone());
        }
        let branch = document.branch.clone().unwrap_or_default();
        for finding in findings {
            let identity =
                (policy.clone(), finding.rule.clone(), finding.primary.span, finding.message.clone());
            let at = *self.known.entry(identity).or_insert(self.findings.len());
            match self.findings.get_mut(at) {
                Some((_, _, branches)) if !branches.contains(&branch) => branches.push(branch.clone()),
                Some(_) => {}
                None => self.findings.push((policy.clone(), finding, vec![branch.clone()])),
            }
        }
    }

    /// The number of key policies.
    pub fn policies(&self) -> usize {
        self.policies.len() - self.identity.len()
    }

    /// The number of policies of IAM.
    pub fn identity_policies(&self) -> usize {
        self.identity.len()
    }

    /// The number of key policies of which something is not known, or not decided.
    pub fn not_analysed(&self) -> usize {
        self.unresolved.len()
    }

    /// The findings, in the order they were added.
    pub fn finish(self) -> Vec<Finding> {
        let policies = self.policies;
        let finish = |(policy, mut finding, branches): (Policy, Finding, Vec<String>)| {
            if policies.get(&policy).is_some_and(|all| branches.len() < *all) {
                finding.notes.push(format!("holds where {}", branches.join(", or ")));
            }
            finding
        };
        self.findings.into_iter().map(finish).collect()
    }
}
