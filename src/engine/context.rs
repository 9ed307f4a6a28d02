//! What a check is given, and how it reports.

use std::sync::Arc;

use crate::access::{Access, ClassKind, Combination, Ground};
use crate::carrier::{Document, Given, IgnoredArgument, Resource, Role};
use crate::catalog::ConditionKey;
use crate::config::{Config, ConfigFile, Expectation};
use crate::engine::registry::Registry;
use crate::engine::rule::Rule;
use crate::engine::undecided::Undecided;
use crate::finding::{Confidence, Finding, Label, Severity};
use crate::fix::{Editor, Fix};
use crate::policy::{Condition, Defect, Effect, Policy, Principal, PrincipalKind, Statement};
use crate::source::{Sources, Span};
use crate::suppress::Entry;
use crate::syntax::SyntaxError;
use crate::value::Value;

/// A native check.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// Looks at one policy at a time.
    Policy(fn(&Context<'_>, &mut Findings)),
    /// Looks at all that was read from one input, policies or not.
    Input(fn(&InputContext<'_>, &mut Findings)),
    /// Looks at all that was read from one input, and at what the other rules leave open of one policy.
    Undecided {
        /// The one.
        input: fn(&InputContext<'_>, &mut Findings),
        /// The other.
        policy: fn(&Context<'_>, &[Undecided], &mut Findings),
    },
    /// Looks at the run as a whole, after all inputs: at what the user gave besides them.
    Run(fn(&RunContext<'_>, &mut Findings)),
}

/// One policy, and the rule that looks at it.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The files, for the characters of a span.
    pub sources: &'a Sources,
    /// What the user says of their own setting.
    pub config: &'a Config,
    /// Where the policy was found.
    pub document: &'a Document,
    /// All that was found beside it, itself included.
    pub beside: &'a [Document],
    /// The policy.
    pub policy: &'a Policy,
    /// Who can do what.
    pub access: &'a Access<'a>,
    /// The rule that runs.
    pub rule: &'a Rule,
}

/// What was read from one input, and the rule that looks at it.
#[derive(Clone, Copy)]
pub struct InputContext<'a> {
    /// The files, for the characters of a span.
    pub sources: &'a Sources,
    /// What the user says of their own setting.
    pub config: &'a Config,
    /// What could not be read.
    pub errors: &'a [SyntaxError],
    /// The documents that were found.
    pub documents: &'a [Document],
    /// The keys, grants and aliases that were found.
    pub resources: &'a [Resource],
    /// What calls of modules set to no effect.
    pub ignored: &'a [IgnoredArgument],
    /// The rule that runs.
    pub rule: &'a Rule,
}

/// What the user gave besides the inputs, and the rule that looks at it.
#[derive(Clone, Copy)]
pub struct RunContext<'a> {
    /// The files, for the characters of a span.
    pub sources: &'a Sources,
    /// The configuration files.
    pub files: &'a [Arc<ConfigFile>],
    /// The suppressions, and which of them were needed.
    pub suppressions: &'a [Entry],
    /// Expectations of keys that should have been found, and were not.
    pub unmet: &'a [Expectation],
    /// All rules, whether they run or not.
    pub rules: &'a Registry,
    /// The rule that runs.
    pub rule: &'a Rule,
}

impl RunContext<'_> {
    /// Begins a finding of this rule; see [`Context::finding`].
    pub fn finding(&self, span: Span, message: impl Into<String>) -> Draft {
        Draft::new(self.rule, span, message.into())
    }

    /// Begins a finding of this rule on a mistake in what the user gave.
    pub fn mistake(&self, error: &SyntaxError) -> Draft {
        Draft::of_mistake(self.rule, error)
    }
}

impl Context<'_> {
    /// Begins a finding of this rule on the characters that cause it. `message`: one sentence, lower case,
    /// no full stop, the user's text in backticks.
    pub fn finding(&self, span: Span, message: impl Into<String>) -> Draft {
        Draft::new(self.rule, span, message.into()).key(self.document.address.as_deref())
    }

    /// Reports what `judge` says of each condition under which the policy allows something, on a key that the catalogue
    /// knows.
    pub fn each_guard(
        &self,
        findings: &mut Findings,
        judge: impl Fn(&Statement, &Condition, &'static ConditionKey) -> Option<Draft>,
    ) {
        for statement in self.policy.statements.iter().filter(|it| it.effect == Effect::Allow) {
            for atom in &statement.conditions {
                if let Some(draft) = atom.catalog_key().and_then(|key| judge(statement, atom, key)) {
                    draft.part(statement, atom.span).report(findings);
                }
            }
        }
    }

    /// Makes the edits of a correction.
    pub fn editor(&self) -> Editor<'_> {
        Editor::of_policy(self.sources, self.document)
    }

    /// Begins a finding on something that the grammar does not allow.
    pub fn defect(&self, defect: &Defect, message: impl Into<String>) -> Draft {
        let draft = self.finding(defect.span, message);
        let inside = |statement: &&Statement| defect.statement == Some(statement.index);
        match self.policy.statements.iter().find(inside) {
            Some(statement) => draft.part(statement, defect.span),
            None => draft,
        }
    }

    /// Whether the text may be a part of a larger policy, as documents print them: bare, and one statement alone or
    /// nothing but what services may.
    pub fn is_perhaps_an_excerpt(&self) -> bool {
        let service = |entry: &Principal| matches!(entry.kind, PrincipalKind::Service { .. });
        let of_services = |it: &Statement| {
            it.principal.as_ref().is_some_and(|element| !element.open && element.entries.iter().all(service))
        };
        let statements = &self.policy.statements;
        self.is_bare() && (statements.len() == 1 || statements.iter().all(of_services))
    }

    /// Whether the policy of an identity is named as a permissions boundary, which gives nothing.
    pub fn is_boundary(&self) -> bool {
        let named = |name: &str| name.to_lowercase().contains("boundary");
        self.document.address.as_deref().is_some_and(named)
            || self.document.path.rsplit('/').next().is_some_and(named)
    }

    /// Whether the emptiness of what stands there was computed and not written: a variable, or what follows from
    /// one, may be empty only until somebody sets it.
    pub fn is_computed(&self, span: Span) -> bool {
        let written: String = self.sources.text(span).split_whitespace().collect();
        self.document.given != Given::Json && !written.contains("[]")
    }

    /// The policies of identities that are made beside this one: in the same module, or the same file.
    pub fn identity_policies(&self) -> impl Iterator<Item = &Document> {
        let module = |it: &Document| {
            let address = it.address.as_deref().unwrap_or_default();
            address.rsplit_once("aws_").map_or("", |(module, _)| module).to_owned()
        };
        let folder = |it: &Document| it.path.rsplit_once('/').map(|(folder, _)| folder.to_owned());
        let is_template =
            |it: &Document| it.address.as_deref().is_some_and(|address| !address.contains("aws_"));
        let (document, of, lies) = (self.document, module(self.document), folder(self.document));
        self.beside.iter().filter(move |it| {
            let near = if is_template(document) { it.path == document.path } else { folder(it) == lies };
            it.role == Role::IdentityPolicy && near && module(it) == of
        })
    }

    /// Whether the text belongs to no key that is known.
    pub fn is_bare(&self) -> bool {
        self.document.given == Given::Json && self.document.address.is_none()
    }

    /// Whether nobody in particular does both: it is about everyone in an account, and one half of it under more
    /// conditions than that, or the use is what everyone has on one path, such as through one service.
    pub fn is_nobody_in_particular(&self, combination: &Combination) -> bool {
        let kind = self.access.classes().get(combination.class).map(|class| &class.kind);
        let statement = |ground: &Ground| self.policy.statements.get(ground.statement);
        let narrowed = |ground: &Ground| {
            statement(ground).is_some_and(|it| it.conditions.iter().any(|it| !it.is_about_account()))
        };
        let all = |grounds: &[Ground]| grounds.iter().all(narrowed);
        if matches!(kind, Some(ClassKind::AccountOther(_))) {
            return all(&combination.first) || all(&combination.second);
        }
        let on_path = |condition: &Condition| {
            condition.is_about("kms:viaservice") == Some(true) || condition.is_about_context()
        };
        combination.second.iter().all(|ground| {
            statement(ground).is_some_and(|it| {
                let mut entries = it.principal.iter().flat_map(|element| &element.entries);
                entries.any(|entry| entry.span == ground.principal && entry.kind == PrincipalKind::Everyone)
                    && it.conditions.iter().any(on_path)
                    && !it.conditions.iter().any(|it| it.is_about("aws:principalarn") != Some(false))
            })
        })
    }
}

impl<'a> InputContext<'a> {
    /// Whether two resources are of one configuration: an input holds several, in which addresses mean different
    /// things. Resources of one module lie in one folder.
    pub fn are_of_one_configuration(&self, a: &Resource, b: &Resource) -> bool {
        let module = |it: &Resource| it.address.rsplit_once(".aws_").map(|(module, _)| module.to_owned());
        let folder = |it: &Resource| {
            let file = self.sources.file(it.span.file);
            file.path().rsplit_once('/').map(|(folder, _)| folder.to_owned())
        };
        module(a) != module(b) || folder(a) == folder(b)
    }

    /// Makes the edits of a correction.
    pub fn editor(&self, resource: &'a Resource) -> Editor<'a> {
        Editor::of_resource(self.sources, resource)
    }

    /// Begins a finding of this rule; see [`Context::finding`].
    pub fn finding(&self, span: Span, message: impl Into<String>) -> Draft {
        Draft::new(self.rule, span, message.into())
    }
}

/// A finding in the making. Nothing is reported until [`Draft::report`].
#[derive(Clone, Debug)]
#[must_use = "a finding counts only once it is reported"]
pub struct Draft {
    pub(super) finding: Finding,
    pub(super) evidence: Vec<Evidence>,
}

/// Mistakes that were met before any engine ran, such as those in rules of the user's own, as findings of `rule`.
pub fn mistakes(rule: &Rule, errors: &[SyntaxError]) -> Vec<Finding> {
    errors.iter().map(|error| Draft::of_mistake(rule, error).finding).collect()
}

/// What a finding rests on: a statement, and the characters in it. Two findings with common evidence are
/// about one mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Evidence {
    pub(super) statement: Option<usize>,
    pub(super) span: Span,
    /// It is the statement as a whole, wherever its parts were written.
    pub(super) whole: bool,
}

impl Draft {
    /// The finding as it stands.
    pub fn told(&self) -> &Finding {
        &self.finding
    }

    fn new(rule: &Rule, span: Span, message: String) -> Self {
        let finding = Finding {
            rule: rule.id.to_string(),
            name: rule.name.to_string(),
            severity: rule.severity,
            confidence: rule.confidence,
            message,
            help: None,
            notes: Vec::new(),
            primary: Label::new(span, ""),
            related: Vec::new(),
            key: None,
            sid: None,
            stands_for: Vec::new(),
            fix: None,
            scopes: Vec::new(),
            fingerprint: String::new(),
        };
        Draft { finding, evidence: Vec::new() }
    }

    /// A mistake in what the user gave.
    fn of_mistake(rule: &Rule, error: &SyntaxError) -> Self {
        let draft = Draft::new(rule, error.span, error.message.clone());
        match &error.help {
            Some(help) => draft.help(help.clone()),
            None => draft,
        }
    }

    /// What to do about it.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.finding.help = Some(help.into());
        self
    }

    /// A short phrase under the characters that cause it.
    pub fn label(mut self, message: impl Into<String>) -> Self {
        self.finding.primary.message = message.into();
        self
    }

    /// A fact that proves it, such as a witness request.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.finding.notes.push(note.into());
        self
    }

    /// Another place that belongs to it.
    pub fn related(mut self, span: Span, message: impl Into<String>) -> Self {
        self.finding.related.push(Label::new(span, message));
        self
    }

    /// What carried a value to where it is used.
    pub fn carried(mut self, value: &Value) -> Self {
        for step in value.trail.steps() {
            self = self.related(step.span, step.label.to_string());
        }
        self
    }

    /// A statement it rests on as a whole; the first one gives the `sid`. Call it for each.
    pub fn statement(mut self, statement: &Statement) -> Self {
        if self.evidence.is_empty() {
            self.finding.sid = statement.sid.as_ref().map(|sid| sid.text.to_string());
        }
        self.evidence.push(Evidence { statement: Some(statement.index), span: statement.span, whole: true });
        self
    }

    /// Characters of a statement it rests on, and not on the whole of it, such as one condition of several.
    pub fn part(mut self, statement: &Statement, span: Span) -> Self {
        self = self.statement(statement);
        if let Some(last) = self.evidence.last_mut() {
            last.span = span;
            last.whole = false;
        }
        self
    }

    /// How to correct it: none where the text does not allow it. The first correction stands.
    pub fn fix(mut self, fix: Option<Fix>) -> Self {
        self.finding.fix = self.finding.fix.or(fix);
        self
    }

    /// Another severity than the rule's.
    pub fn severity(mut self, severity: Severity) -> Self {
        self.finding.severity = severity;
        self
    }

    /// Another confidence than the rule's.
    pub fn confidence(mut self, confidence: Confidence) -> Self {
        self.finding.confidence = confidence;
        self
    }

    /// The address of the key, where the context does not say it.
    pub fn key(mut self, address: Option<&str>) -> Self {
        self.finding.key = address.map(str::to_owned);
        self
    }

    /// Reports it.
    pub fn report(self, findings: &mut Findings) {
        findings.drafts.push(self);
    }
}

/// Collects what the rules report.
#[derive(Debug, Default)]
pub struct Findings {
    pub(super) drafts: Vec<Draft>,
}
