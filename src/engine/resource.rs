//! The declarative form of a rule about configured keys, aliases and grants: a three-valued pattern over one resource.

use std::borrow::Cow;

use crate::carrier::{Resource, ResourceKind};
use crate::engine::context::{Findings, InputContext};
use crate::engine::like::Like;
use crate::engine::pattern::check_placeholders;
use crate::engine::tri::Tri;
use crate::source::Span;
use crate::syntax::SyntaxError;
use crate::syntax::toml::Table;
use crate::value::{Kind, SpanMap, Text, Value};

/// What a resource must be like for the rule to report it: of one of these kinds, and each `[[resource.argument]]`
/// holds.
#[derive(Clone, Debug)]
pub struct ResourcePattern {
    kinds: Vec<ResourceKind>,
    arguments: Vec<ArgumentPattern>,
    label: String,
    message: String,
    help: Option<String>,
}

/// An argument by Terraform's name, and of a map by a dot and the member's name: `tags.team`. It is `like` one of some
/// patterns, `unlike` all of them or not written, or `absent`.
#[derive(Clone, Debug)]
struct ArgumentPattern {
    name: String,
    like: Option<Like>,
    unlike: Option<Like>,
    absent: bool,
}

pub(super) const KINDS: [(&str, ResourceKind); 6] = [
    ("key", ResourceKind::Key),
    ("external-key", ResourceKind::ExternalKey),
    ("replica-key", ResourceKind::ReplicaKey),
    ("replica-external-key", ResourceKind::ReplicaExternalKey),
    ("alias", ResourceKind::Alias),
    ("grant", ResourceKind::Grant),
];

const PLACEHOLDERS: [&str; 2] = ["address", "value"];

impl ResourcePattern {
    /// Reads a `[resource]` table; mistakes go to the table's block.
    pub(super) fn parse(table: &Table<'_, '_>) -> ResourcePattern {
        let kinds = table.texts("kind");
        if kinds.is_empty() {
            table.error(SyntaxError::broken(table.span_of("kind"), "the rule has no `kind` of resource"));
        }
        let pattern = ResourcePattern {
            kinds: kinds.iter().filter_map(|(word, span)| table.choose(word, *span, &KINDS)).collect(),
            arguments: table.tables("argument").iter().map(ArgumentPattern::parse).collect(),
            label: table.text("label").unwrap_or_default(),
            message: table.required("message"),
            help: table.text("help"),
        };
        for key in ["message", "label", "help"] {
            check_placeholders(table, key, &PLACEHOLDERS);
        }
        table.finish();
        pattern
    }

    /// Reports the resources that surely match.
    pub(super) fn run(&self, context: &InputContext<'_>, findings: &mut Findings) {
        for resource in context.resources.iter().filter(|it| self.matches(it).is_true()) {
            let value = self.arguments.iter().find_map(|it| match it.find(resource) {
                Found::Value(value) => Some(value),
                _ => None,
            });
            let span = value.map_or(resource.span, |value| value.span);
            let written = value.and_then(text).map(|text| text.to_string()).unwrap_or_default();
            let fill = |text: &str| text.replace("{address}", &resource.address).replace("{value}", &written);
            let mut draft = context
                .finding(span, fill(&self.message))
                .label(fill(&self.label))
                .key(Some(&resource.address));
            if let Some(help) = &self.help {
                draft = draft.help(fill(help));
            }
            if let Some(value) = value {
                draft = draft.carried(value);
            }
            draft.report(findings);
        }
    }

    fn matches(&self, resource: &Resource) -> Tri {
        let kind = Tri::from(self.kinds.contains(&resource.kind));
        kind.and(Tri::all(self.arguments.iter().map(|argument| argument.matches(resource))))
    }
}

/// What is written for an argument.
enum Found<'r> {
    Value(&'r Value),
    Nothing,
    Unknown,
}

impl ArgumentPattern {
    fn parse(table: &Table<'_, '_>) -> ArgumentPattern {
        let pattern = ArgumentPattern {
            name: table.required("name"),
            like: Like::parse(table, "like"),
            unlike: Like::parse(table, "unlike"),
            absent: table.flag("absent").unwrap_or(false),
        };
        table.finish();
        if pattern.like.is_none() && pattern.unlike.is_none() && !pattern.absent {
            let error = SyntaxError::broken(table.span(), "nothing is said of the argument");
            table.error(error.help("say `like`, `unlike` or `absent = true`"));
        }
        pattern
    }

    fn matches(&self, resource: &Resource) -> Tri {
        let value = match self.find(resource) {
            Found::Unknown => return Tri::Unknown,
            Found::Nothing => return Tri::from(self.like.is_none()),
            Found::Value(_) if self.absent => return Tri::False,
            Found::Value(value) => value,
        };
        let items = value.as_list().unwrap_or(std::slice::from_ref(value)).iter();
        let is = |like: &Like, item: &Value| text(item).map_or(Tri::Unknown, |text| like.matches(&text));
        Tri::any(items.map(|item| {
            let like = self.like.as_ref().map_or(Tri::True, |like| is(like, item));
            like.and(self.unlike.as_ref().map_or(Tri::True, |like| !is(like, item)))
        }))
    }

    /// The argument, or the member of a map that is one.
    fn find<'r>(&self, resource: &'r Resource) -> Found<'r> {
        let mut value = &resource.attributes;
        for name in self.name.splitn(2, '.') {
            let Some(members) = value.as_object() else { return Found::Unknown };
            match members.iter().rev().find(|member| member.key.as_known().is_some_and(|key| key == name)) {
                Some(member) if member.value.kind == Kind::Null => return Found::Nothing,
                Some(member) => value = &member.value,
                None if members.iter().all(|member| member.key.is_known()) => return Found::Nothing,
                None => return Found::Unknown,
            }
        }
        if let Kind::Unknown(_) = value.kind { Found::Unknown } else { Found::Value(value) }
    }
}

/// A scalar as text.
fn text(value: &Value) -> Option<Cow<'_, Text>> {
    let plain = |text: &str, span: Span| Cow::Owned(Text::known(text, SpanMap::opaque(span)));
    match &value.kind {
        Kind::Text(text) => Some(Cow::Borrowed(text)),
        Kind::Number(number) => Some(plain(number, value.span)),
        Kind::Bool(flag) => Some(plain(&flag.to_string(), value.span)),
        _ => None,
    }
}
