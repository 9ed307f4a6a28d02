//! Runs the selected rules.

use std::sync::Arc;

use crate::access::Access;
use crate::carrier::{Carried, Document};
use crate::config::{Config, ConfigFile};
use crate::engine::context::{Check, Context, Findings, InputContext, RunContext};
use crate::engine::registry::Registry;
use crate::engine::rule::{Kind, Rule};
use crate::engine::subsume::drop_subsumed;
use crate::engine::trail::{self, Trails};
use crate::finding::Finding;
use crate::policy::Policy;
use crate::source::Sources;

/// The rules of a run.
pub struct Engine<'a> {
    rules: Vec<&'a Rule>,
}

impl<'a> Engine<'a> {
    /// Runs these rules.
    pub fn new(rules: impl IntoIterator<Item = &'a Rule>) -> Self {
        Engine { rules: rules.into_iter().collect() }
    }

    /// What the rules say of one policy.
    pub fn policy(
        &self,
        sources: &Sources,
        config: &Config,
        document: &Document,
        policy: &Policy,
        access: &Access<'_>,
    ) -> Vec<Finding> {
        let mut findings = Findings::default();
        for rule in self.rules.iter().filter(|rule| rule.applies_to.contains(&document.role)) {
            let context = Context { sources, config, document, policy, access, rule };
            match &rule.kind {
                Kind::Match(pattern) => pattern.run(&context, &mut findings),
                Kind::Check(name) => {
                    if let Some(Check::Policy(check)) = crate::checks::find(name) {
                        check(&context, &mut findings);
                    }
                }
            }
        }
        if findings.drafts.is_empty() {
            return Vec::new();
        }
        let trails = Trails::new(document);
        let finish = |mut finding: Finding| {
            trail::explain(&mut finding, document, &trails, sources);
            finding
        };
        let kept = drop_subsumed(findings.drafts, &self.rules).into_iter();
        kept.map(|draft| finish(draft.finding)).collect()
    }

    /// What the rules say of an input as a whole.
    pub fn input(&self, sources: &Sources, config: &Config, carried: &Carried) -> Vec<Finding> {
        let mut findings = Findings::default();
        for rule in &self.rules {
            let Kind::Check(name) = &rule.kind else { continue };
            if let Some(Check::Input(check)) = crate::checks::find(name) {
                let Carried { errors, documents, resources, .. } = carried;
                check(&InputContext { sources, config, errors, documents, resources, rule }, &mut findings);
            }
        }
        findings.drafts.into_iter().map(|draft| draft.finding).collect()
    }

    /// What the rules say of what the user gave besides the inputs. `rules` are all there are.
    pub fn run(&self, sources: &Sources, files: &[Arc<ConfigFile>], rules: &Registry) -> Vec<Finding> {
        let mut findings = Findings::default();
        for rule in &self.rules {
            let Kind::Check(name) = &rule.kind else { continue };
            if let Some(Check::Run(check)) = crate::checks::find(name) {
                check(&RunContext { sources, files, rules, rule }, &mut findings);
            }
        }
        findings.drafts.into_iter().map(|draft| draft.finding).collect()
    }
}
