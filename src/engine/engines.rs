//! The engines of a run: the rules that run differ by what the configuration says of each path.

use std::sync::{Arc, Mutex, PoisonError};

use crate::Options;
use crate::config::{Config, Expectation};
use crate::engine::registry::Registry;
use crate::engine::run::Engine;
use crate::finding::Finding;
use crate::source::Sources;
use crate::suppress::Entry;

/// One engine for each configuration, made when it is asked for.
pub struct Engines<'a> {
    rules: &'a Registry,
    options: &'a Options,
    known: Mutex<Vec<(Arc<Config>, Arc<Engine<'a>>)>>,
}

/// The rule that speaks of the configuration itself: what it says cannot be switched off by the configuration.
const ABOUT_CONFIGURATION: &str = "configuration-invalid";

impl<'a> Engines<'a> {
    /// Engines of these rules.
    pub fn new(rules: &'a Registry, options: &'a Options) -> Self {
        Engines { rules, options, known: Mutex::default() }
    }

    /// The engine that runs the rules of a configuration.
    pub fn of(&self, config: &Arc<Config>) -> Arc<Engine<'a>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, engine)) = known.iter().find(|(known, _)| Arc::ptr_eq(known, config)) {
            return engine.clone();
        }
        let engine = Arc::new(Engine::new(self.rules.rules().iter().filter(|rule| config.takes(rule))));
        known.push((config.clone(), engine.clone()));
        engine
    }

    /// The engine that runs all rules, for what is not about one path; see [`Engines::keep`].
    pub fn all(&self) -> Engine<'a> {
        Engine::new(self.rules.rules())
    }

    /// Keeps the findings whose rule runs at the path they lie in.
    pub fn keep(&self, sources: &Sources, findings: Vec<Finding>) -> Vec<Finding> {
        let keeps = |finding: &Finding| {
            let Some(rule) = self.rules.find(&finding.rule) else { return true };
            let file = sources.file(finding.primary.span.file);
            rule.name == ABOUT_CONFIGURATION
                || self.options.settings.at(sources, file.path(), self.options).takes(rule)
        };
        findings.into_iter().filter(keeps).collect()
    }

    /// What the rules say of what the user gave besides the inputs, and whether a configuration is broken.
    pub fn run(
        &self,
        sources: &Sources,
        suppressions: &[Entry],
        unmet: &[Expectation],
    ) -> (Vec<Finding>, bool) {
        let files = self.options.settings.files();
        let findings = self.all().run(sources, &files, suppressions, unmet, self.rules);
        let findings = self.keep(sources, findings);
        let misconfigured = findings.iter().any(|finding| finding.name == ABOUT_CONFIGURATION);
        (findings, misconfigured)
    }

    /// Gives each finding the severity that the configuration of its path says.
    pub fn rate(&self, sources: &Sources, findings: &mut [Finding]) {
        for finding in findings {
            let file = sources.file(finding.primary.span.file);
            let config = self.options.settings.at(sources, file.path(), self.options);
            if let Some(given) = config.severity(&finding.rule, &finding.name) {
                finding.severity = given.severity;
                if let Some(reason) = &given.reason {
                    finding.notes.push(format!("its severity is `{}` because: {reason}", given.severity));
                }
            }
        }
    }
}
