//! A rule: the `toml rule` block of its document, and the document itself.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use toml::de::DeTable;

use crate::carrier::Role;
use crate::config::Profile;
use crate::engine::context::Check;
use crate::engine::markdown::{self, Example, Expect, Section};
use crate::engine::pattern::Pattern;
use crate::engine::peer::Peer;
use crate::engine::resource::ResourcePattern;
use crate::finding::{Confidence, Severity};
use crate::source::{FileId, Span};
use crate::syntax::SyntaxError;
use crate::syntax::toml::{Block, Table};

/// The headings that every rule document has, in this order.
pub const HEADINGS: [&str; 5] =
    ["What it does", "Why is this bad?", "How to fix it", "What is not reported", "Examples"];

/// The JSON Schema of the rule block, which `kmslint schema rule` prints.
pub const SCHEMA: &str = include_str!("../../schema/rule.schema.json");

/// Text of a rule: of kmslint's own, a part of the program.
pub type Word = Cow<'static, str>;

/// A list of it.
pub type Words = Cow<'static, [Word]>;

/// A rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// `KMS201`
    pub id: Word,
    /// `public-key-policy`
    pub name: Word,
    /// One line, for lists.
    pub summary: Word,
    /// How bad its findings are.
    pub severity: Severity,
    /// How sure they are.
    pub confidence: Confidence,
    /// The version it came with; empty where that does not matter.
    pub since: Word,
    /// Whether it can be relied on.
    pub status: Status,
    /// Whether its findings can be fixed.
    pub fix: FixKind,
    /// Pages that it follows from: of the AWS documentation, if it comes with kmslint.
    pub references: Words,
    /// The same rule in other tools, in words; see [`Rule::peers`].
    pub also_known_as: Words,
    /// Names of the rules that say less about the same evidence.
    pub subsumes: Words,
    /// The roles of the policies it looks at.
    pub applies_to: Vec<Role>,
    /// The profiles it runs in, unless it is selected by name; none means all.
    pub profiles: Vec<Profile>,
    /// How it is decided.
    pub kind: Kind,
    /// Settings of a native check; a scalar is a list of one.
    pub params: BTreeMap<String, Vec<String>>,
    /// Path of the document.
    pub path: Word,
    pub(super) document: Cow<'static, str>,
}

/// How a [`Rule`] is decided.
#[derive(Clone, Debug)]
pub enum Kind {
    /// By a pattern over one statement.
    Match(Box<Pattern>),
    /// By a pattern over one configured resource.
    Resource(Box<ResourcePattern>),
    /// By the native check of this name.
    Check(Word),
}

/// Whether a [`Rule`] can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It may change or go.
    Preview,
    /// It stays.
    Stable,
    /// It will go.
    Deprecated,
}

/// Whether the findings of a [`Rule`] can be fixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FixKind {
    /// By people only.
    None,
    /// Without widening what anyone may do.
    Safe,
    /// Offered, for people to judge.
    Suggest,
}

impl Rule {
    /// Reads the rule block of a document, and nothing else of it: start-up time is a feature. It must say `summary`,
    /// `severity`, and what is matched. The mistakes of the rest are told by [`Rule::document_errors`].
    ///
    /// # Errors
    /// Every mistake in the title and the block, with its place in `file`.
    pub fn parse(
        path: &str,
        document: impl Into<Cow<'static, str>>,
        file: FileId,
    ) -> Result<Rule, Vec<SyntaxError>> {
        let document = document.into();
        let title_span = Span::new(file, 0, offset(document.lines().next().unwrap_or_default().len()));
        let Some((id, name)) = markdown::title(&document).and_then(|title| title.split_once(' ')) else {
            let error = SyntaxError::broken(title_span, "a rule document begins with `# ID name`");
            return Err(vec![error.help("such as `# KMS201 public-key-policy`")]);
        };
        let Some((start, text)) = rule_block(&document) else {
            return Err(vec![SyntaxError::broken(
                title_span,
                "the document has no block that begins with ```toml rule",
            )]);
        };
        let block = Block::new(file, start);
        if !valid_id(id) {
            block.error(
                SyntaxError::broken(title_span, format!("`{id}` is not an id")).help("such as `KMS201`"),
            );
        }
        if !valid_name(name) {
            let error = SyntaxError::broken(title_span, format!("`{name}` is not a name"));
            block.error(error.help("lower-case words joined by `-`"));
        }
        let (id, name) = (Word::from(id.to_owned()), Word::from(name.to_owned()));
        let (table, mistakes) = DeTable::parse_recoverable(text);
        for mistake in mistakes {
            let span = block.span(mistake.span().unwrap_or_default());
            block.error(SyntaxError::broken(span, mistake.message().to_owned()));
        }
        let top = Table::new(&block, "the rule", title_span, table.get_ref());
        let rule = Rule {
            summary: top.required("summary").into(),
            severity: severity(&top),
            confidence: top.word("confidence", &CONFIDENCES).unwrap_or(Confidence::High),
            since: top.text("since").unwrap_or_default().into(),
            status: top.word("status", &STATUSES).unwrap_or(Status::Stable),
            fix: top.word("fix", &FIXES).unwrap_or(FixKind::None),
            references: texts(&top, "references"),
            also_known_as: also_known_as(&top),
            subsumes: texts(&top, "subsumes"),
            applies_to: applies_to(&top),
            profiles: words(&top, "profiles", &Profile::NAMES),
            kind: kind(&top),
            params: top.table("params").map(|table| table.free().into_iter().collect()).unwrap_or_default(),
            path: path.to_owned().into(),
            id,
            name,
            document: Cow::Borrowed(""),
        };
        top.finish();
        let errors = block.into_errors();
        if errors.is_empty() { Ok(Rule { document, ..rule }) } else { Err(errors) }
    }

    /// What a rule is whose block leaves everything out.
    pub(super) fn blank(document: &'static str) -> Rule {
        Rule {
            id: Cow::Borrowed(""),
            name: Cow::Borrowed(""),
            summary: Cow::Borrowed(""),
            severity: Severity::Info,
            confidence: Confidence::High,
            since: Cow::Borrowed(""),
            status: Status::Stable,
            fix: FixKind::None,
            references: Cow::Borrowed(&[]),
            also_known_as: Cow::Borrowed(&[]),
            subsumes: Cow::Borrowed(&[]),
            applies_to: DEFAULT_ROLES.to_vec(),
            profiles: Vec::new(),
            kind: Kind::Check(Cow::Borrowed("")),
            params: BTreeMap::new(),
            path: Cow::Borrowed(""),
            document: Cow::Borrowed(document),
        }
    }

    /// The same rule in other tools.
    pub fn peers(&self) -> impl Iterator<Item = Peer<'_>> {
        self.also_known_as.iter().filter_map(|text| Peer::parse(text))
    }

    /// Whether it looks at an input or the run as a whole, and not at one policy at a time.
    pub fn is_about_input(&self) -> bool {
        match &self.kind {
            Kind::Match(_) => false,
            Kind::Resource(_) => true,
            Kind::Check(name) => {
                matches!(
                    crate::checks::find(name),
                    Some(Check::Input(_) | Check::Undecided { .. } | Check::Run(_))
                )
            }
        }
    }

    /// Whether it looks at what the other rules say, or do not say.
    pub fn is_about_rules(&self) -> bool {
        let Kind::Check(name) = &self.kind else { return false };
        matches!(crate::checks::find(name), Some(Check::Undecided { .. } | Check::Run(_)))
    }

    /// The whole document.
    pub fn document(&self) -> &str {
        &self.document
    }

    /// The sections of the document.
    pub fn sections(&self) -> Vec<Section<'_>> {
        markdown::sections(&self.document)
    }

    /// The examples of the document, which are its tests.
    pub fn examples(&self) -> Vec<Example<'_>> {
        markdown::examples(&self.document)
    }

    /// What is wrong with the document outside of the rule block.
    pub fn document_errors(&self, file: FileId) -> Vec<SyntaxError> {
        let mut errors = Vec::new();
        let title = Span::new(file, 0, offset(self.document.lines().next().unwrap_or_default().len()));
        let sections = self.sections();
        let missing: Vec<String> = HEADINGS
            .iter()
            .filter(|heading| !sections.iter().any(|section| section.heading == **heading))
            .map(|heading| format!("`## {heading}`"))
            .collect();
        if !missing.is_empty() {
            let message = format!("there is no heading {}", missing.join(", "));
            errors.push(SyntaxError::broken(title, message));
        }
        for section in sections.iter().filter(|section| section.text.trim().is_empty()) {
            let span = Span::new(file, section.start, section.start + offset(section.heading.len() + 3));
            let message = format!("nothing is said under `## {}`", section.heading);
            errors.push(SyntaxError::broken(span, message));
        }
        for section in sections.iter().filter(|section| !HEADINGS.contains(&section.heading)) {
            let span = Span::new(file, section.start, section.start + offset(section.heading.len() + 3));
            errors.push(SyntaxError::broken(
                span,
                format!("a rule document has no heading `{}`", section.heading),
            ));
        }
        let examples = self.examples();
        for (expect, word) in [(Expect::Bad, "bad"), (Expect::Good, "good")] {
            if !examples.iter().any(|example| example.expect == expect) {
                errors.push(SyntaxError::broken(title, format!("there is no `{word}` example")));
            }
        }
        errors
    }
}

/// Offset and text of the rule block. It is the first fence, so nothing after it is read.
fn rule_block(document: &str) -> Option<(u32, &str)> {
    const OPEN: &str = "\n```toml rule\n";
    let start = document.find(OPEN)? + OPEN.len();
    let rest = document.get(start..)?;
    // The end of the line before the closing fence belongs to the block.
    let end = rest.find("\n```")? + 1;
    Some((offset(start), rest.get(..end)?))
}

pub(super) const SEVERITIES: [(&str, Severity); 3] =
    [("error", Severity::Error), ("warning", Severity::Warning), ("info", Severity::Info)];

pub(super) const CONFIDENCES: [(&str, Confidence); 3] =
    [("high", Confidence::High), ("medium", Confidence::Medium), ("low", Confidence::Low)];

pub(super) const STATUSES: [(&str, Status); 3] =
    [("preview", Status::Preview), ("stable", Status::Stable), ("deprecated", Status::Deprecated)];

pub(super) const FIXES: [(&str, FixKind); 3] =
    [("none", FixKind::None), ("safe", FixKind::Safe), ("suggest", FixKind::Suggest)];

pub(super) const ROLES: [(&str, Role); 3] = [
    ("key-policy", Role::KeyPolicy),
    ("fragment", Role::Fragment),
    ("identity-policy", Role::IdentityPolicy),
];

/// The policies that a rule looks at which does not say so.
const DEFAULT_ROLES: [Role; 2] = [Role::KeyPolicy, Role::Fragment];

fn severity(top: &Table<'_, '_>) -> Severity {
    if !top.has("severity") {
        top.required("severity");
    }
    top.word("severity", &SEVERITIES).unwrap_or(Severity::Info)
}

fn also_known_as(top: &Table<'_, '_>) -> Words {
    let peer = |(text, span): (String, Span)| {
        if Peer::parse(&text).is_none() {
            let error = SyntaxError::broken(span, format!("`{text}` does not name a check of another tool"));
            top.error(error.help("write the tool, a colon and its id, such as `checkov:CKV_AWS_7`"));
        }
        Word::from(text)
    };
    top.texts("also-known-as").into_iter().map(peer).collect()
}

fn texts(top: &Table<'_, '_>, key: &'static str) -> Words {
    top.texts(key).into_iter().map(|(text, _)| Word::from(text)).collect()
}

fn applies_to(top: &Table<'_, '_>) -> Vec<Role> {
    let found = words(top, "applies-to", &ROLES);
    if found.is_empty() { DEFAULT_ROLES.to_vec() } else { found }
}

fn words<T: Copy>(top: &Table<'_, '_>, key: &'static str, words: &[(&str, T)]) -> Vec<T> {
    top.texts(key).iter().filter_map(|(word, span)| top.choose(word, *span, words)).collect()
}

fn kind(top: &Table<'_, '_>) -> Kind {
    const ONE: &str = "a rule has one of `check`, `[match]` and `[resource]`";
    let mut kinds = Vec::new();
    if let Some(name) = top.text("check") {
        if crate::checks::find(&name).is_none() {
            top.error(SyntaxError::broken(top.span_of("check"), format!("there is no check `{name}`")));
        }
        kinds.push((Kind::Check(name.into()), top.span_of("check")));
    }
    if let Some(table) = top.table("match") {
        kinds.push((Kind::Match(Box::new(Pattern::parse(&table))), table.span()));
    }
    if let Some(table) = top.table("resource") {
        kinds.push((Kind::Resource(Box::new(ResourcePattern::parse(&table))), table.span()));
    }
    if let Some((_, span)) = kinds.get(1) {
        top.error(SyntaxError::broken(*span, format!("{ONE}, not several")));
    }
    match kinds.into_iter().next() {
        Some((kind, _)) => kind,
        None => {
            top.error(SyntaxError::broken(top.span(), format!("{ONE}; this one has none")));
            Kind::Check(Cow::Borrowed(""))
        }
    }
}

fn valid_id(id: &str) -> bool {
    let digits = id.trim_start_matches(|letter: char| letter.is_ascii_uppercase());
    digits.len() == 3 && digits.len() < id.len() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn valid_name(name: &str) -> bool {
    let word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    name.split('-').all(word)
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Status::Preview => "preview",
            Status::Stable => "stable",
            Status::Deprecated => "deprecated",
        })
    }
}

impl fmt::Display for FixKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FixKind::None => "none",
            FixKind::Safe => "safe",
            FixKind::Suggest => "suggest",
        })
    }
}
