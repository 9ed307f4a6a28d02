//! Runs the selected rules.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::access::Access;
use crate::carrier::{Carried, Document};
use crate::config::{Config, ConfigFile, Expectation};
use crate::engine::context::{Check, Context, Draft, Findings, InputContext, RunContext};
use crate::engine::registry::Registry;
use crate::engine::rule::{Kind, Rule};
use crate::engine::subsume::drop_subsumed;
use crate::engine::trail::{self, Trails};
use crate::finding::Finding;
use crate::fingerprint;
use crate::policy::Policy;
use crate::source::Sources;
use crate::suppress::Entry;

/// The rules of a run.
pub struct Engine<'a> {
    pub(super) rules: Vec<&'a Rule>,
    /// The check of each, if it has one.
    checks: Vec<Option<Check>>,
}

impl<'a> Engine<'a> {
    /// Runs these rules.
    pub fn new(rules: impl IntoIterator<Item = &'a Rule>) -> Self {
        let rules: Vec<&Rule> = rules.into_iter().collect();
        let check = |rule: &&Rule| match &rule.kind {
            Kind::Check(name) => crate::checks::find(name),
            Kind::Match(_) | Kind::Resource(_) => None,
        };
        Engine { checks: rules.iter().map(check).collect(), rules }
    }

    /// What the rules say of one policy, and what was found beside it.
    pub fn policy(
        &self,
        sources: &Sources,
        config: &Config,
        (document, beside): (&Document, &[Document]),
        policy: &Policy,
        access: &Access<'_>,
    ) -> Vec<Finding> {
        let Some(rule) = self.rules.first() else { return Vec::new() };
        let context = Context { sources, config, document, beside, policy, access, rule };
        let drafts = self.say(&context);
        let left_open = self.left_open(&context, &drafts);
        let drafts: Vec<Draft> = drafts.into_iter().chain(left_open).collect();
        if drafts.is_empty() {
            return Vec::new();
        }
        let trails = Trails::new(document);
        // A statement of a thousand principals has as many findings, and one fingerprint for all of a rule.
        let mut fingerprints: BTreeMap<(String, Option<String>, Vec<usize>), String> = BTreeMap::new();
        let finish = |draft: Draft| {
            let Draft { mut finding, evidence } = draft;
            let mut rests_on: Vec<usize> = evidence.iter().filter_map(|it| it.statement).collect();
            rests_on.sort_unstable();
            let about = (finding.rule.clone(), finding.key.clone(), rests_on.clone());
            let fingerprint = fingerprints.entry(about);
            let work_out = || fingerprint::of_policy(&finding, policy, &rests_on);
            finding.fingerprint = fingerprint.or_insert_with(work_out).clone();
            let statements = policy.statements.iter().filter(|it| rests_on.contains(&it.index));
            finding.scopes = statements.map(|it| it.span).chain([document.attachment]).collect();
            trail::explain(&mut finding, document, &trails, sources);
            finding
        };
        let kept = drop_subsumed(drafts, &self.rules).into_iter();
        kept.map(finish).collect()
    }

    /// What the rules say of one policy, each by itself.
    pub(super) fn say(&self, context: &Context<'_>) -> Vec<Draft> {
        let mut findings = Findings::default();
        for (rule, check) in self.about(context) {
            let context = Context { rule, ..*context };
            context.access.refill();
            match (&rule.kind, check) {
                (Kind::Match(pattern), _) => pattern.run(&context, &mut findings),
                (_, Some(Check::Policy(check))) => check(&context, &mut findings),
                _ => {}
            }
        }
        findings.drafts
    }

    /// The rules for such a document, with their checks.
    fn about(&self, context: &Context<'_>) -> impl Iterator<Item = (&'a Rule, Option<Check>)> {
        let role = context.document.role;
        let all = self.rules.iter().zip(&self.checks).map(|(rule, check)| (*rule, *check));
        all.filter(move |(rule, _)| rule.applies_to.contains(&role))
    }

    /// What the rule about it says of what the rules leave open of a policy.
    fn left_open(&self, context: &Context<'_>, said: &[Draft]) -> Vec<Draft> {
        let mut findings = Findings::default();
        for (rule, check) in self.about(context) {
            if let Some(Check::Undecided { policy, .. }) = check {
                policy(&Context { rule, ..*context }, &self.undecided(context, said), &mut findings);
            }
        }
        findings.drafts
    }

    /// What the rules say of an input as a whole.
    pub fn input(&self, sources: &Sources, config: &Config, carried: &Carried) -> Vec<Finding> {
        let mut findings = Findings::default();
        let Carried { errors, documents, resources, ignored, .. } = carried;
        for (rule, check) in self.rules.iter().zip(&self.checks) {
            let context = InputContext { sources, config, errors, documents, resources, ignored, rule };
            match (&rule.kind, check) {
                (Kind::Resource(pattern), _) => pattern.run(&context, &mut findings),
                (_, Some(Check::Input(input) | Check::Undecided { input, .. })) => {
                    input(&context, &mut findings)
                }
                _ => {}
            }
        }
        findings.drafts.into_iter().map(|draft| about_text(draft.finding)).collect()
    }

    /// What the rules say of what the user gave besides the inputs. `rules` are all there are.
    pub fn run(
        &self,
        sources: &Sources,
        files: &[Arc<ConfigFile>],
        suppressions: &[Entry],
        unmet: &[Expectation],
        rules: &Registry,
    ) -> Vec<Finding> {
        let mut findings = Findings::default();
        for (rule, check) in self.rules.iter().zip(&self.checks) {
            if let Some(Check::Run(check)) = check {
                check(&RunContext { sources, files, suppressions, unmet, rules, rule }, &mut findings);
            }
        }
        findings.drafts.into_iter().map(|draft| about_text(draft.finding)).collect()
    }
}

/// A finding that is not about one policy.
fn about_text(mut finding: Finding) -> Finding {
    finding.fingerprint = fingerprint::of_text(&finding);
    finding
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::carrier::cloudformation::Parameters;
    use crate::carrier::json;

    /// Rules run one after the other, and what the first ones ask is not taken from the last ones.
    #[test]
    fn what_a_rule_says_does_not_depend_on_what_others_have_asked() {
        let text = r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"kms:*","Resource":"*","Condition":{"StringLike":{"aws:PrincipalTag/team":"a*"}}}]}"#;
        let sources = Sources::in_memory([("policy.json", text)]);
        let file = sources.load("policy.json").unwrap();
        let carried = json::carry(&sources, file, true, &Parameters::default());
        let [document] = carried.documents.as_slice() else { panic!("{carried:?}") };
        let policy = Policy::new(&document.value, &document.key, document.role);
        let rules = Registry::embedded().rules();
        let public: Vec<&Rule> = rules.iter().filter(|rule| rule.id == "KMS201").collect();
        let access = Access::new(&policy, &document.key);
        access.spend_all();
        assert!(access.exposures().iter().all(|exposure| !exposure.certain));
        let engine = Engine::new(public);
        let findings = engine.policy(&sources, &Config::default(), (document, &[]), &policy, &access);
        assert_eq!(findings.len(), 1, "{findings:?}");
    }
}
