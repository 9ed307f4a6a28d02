//! From a value to a typed policy: the document, its statements, and what is wrong with their shape.
//!
//! A mistake does not end the reading. An element whose name or whose `Effect` is wrong in case only is a
//! defect **and** is read as what was meant: KMS refuses it, but what the statement would do once it is
//! repaired must not stay hidden behind the spelling. Of two equal members the last counts, as it does for
//! JSON readers and for HCL.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Defect, DefectKind, Effect, Policy, Scalar, Statement};
use crate::carrier::{KeyFacts, Role};
use crate::catalog::nearest;
use crate::source::Span;
use crate::value::{Kind, Member, SpanMap, SymbolKind, Text, Value};

const POLICY_ELEMENTS: &[&str] = &["Version", "Id", "Statement"];
const STATEMENT_ELEMENTS: &[&str] = &[
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

impl Policy {
    /// Reads a policy. Never fails: see [`Policy::defects`].
    ///
    /// The value of a [`Role::Fragment`] may also be one statement or a list of them.
    pub fn new(value: &Value, key: &KeyFacts, role: Role) -> Policy {
        let mut reader = Reader { key, defects: Vec::new(), statement: None };
        let mut policy = Policy {
            span: value.span,
            version: None,
            id: None,
            statements: Vec::new(),
            defects: Vec::new(),
            open: false,
        };
        match &value.kind {
            Kind::Object(members) if role == Role::Fragment && is_statement(members) => {
                reader.statements(value, &mut policy);
            }
            Kind::Object(members) => reader.document(value, members, role, &mut policy),
            Kind::List(_) => {
                if role == Role::KeyPolicy {
                    reader.wrong_type("policy", "an object", value.span);
                }
                reader.statements(value, &mut policy);
            }
            Kind::Unknown(_) => policy.open = true,
            _ => reader.wrong_type("policy", "an object", value.span),
        }
        policy.defects = reader.defects;
        policy.defects.sort_by_key(|defect| (defect.span.file, defect.span.start));
        policy
    }
}

/// Reads, and notes what is wrong.
pub(super) struct Reader<'a> {
    pub(super) key: &'a KeyFacts,
    defects: Vec<Defect>,
    statement: Option<usize>,
}

/// One of the strings of an element.
pub(super) enum Item<'a> {
    /// A string, and where it was written.
    Text(Cow<'a, Text>, Span),
    /// Something that may be any number of strings: what it came from, and where.
    Open(Text, Span),
}

impl Reader<'_> {
    fn document(&mut self, value: &Value, members: &[Member], role: Role, policy: &mut Policy) {
        let elements = self.elements(members, POLICY_ELEMENTS);
        policy.open = elements.unknown_key;
        policy.version = elements.get("Version").and_then(|member| self.scalar("Version", &member.value));
        policy.id = elements.get("Id").and_then(|member| self.scalar("Id", &member.value));
        match elements.get("Statement") {
            Some(member) => self.statements(&member.value, policy),
            None if role == Role::KeyPolicy && !policy.open => {
                self.defect(DefectKind::Missing("Statement"), value.span, Vec::new());
            }
            None => {}
        }
    }

    fn statements(&mut self, value: &Value, policy: &mut Policy) {
        let items = match &value.kind {
            Kind::List(items) => items.as_slice(),
            _ => std::slice::from_ref(value),
        };
        for (place, item) in items.iter().enumerate() {
            match &item.kind {
                Kind::Object(members) => {
                    let index = policy.statements.len();
                    self.statement = Some(index);
                    policy.statements.push(self.one_statement((index, place), item.span, members));
                    self.statement = None;
                }
                Kind::Unknown(_) => policy.open = true,
                _ => self.wrong_type("Statement", "an object or a list of objects", item.span),
            }
        }
        if items.is_empty() {
            self.defect(DefectKind::Empty("Statement"), value.span, Vec::new());
        }
    }

    fn one_statement(&mut self, (index, place): (usize, usize), span: Span, members: &[Member]) -> Statement {
        let elements = self.elements(members, STATEMENT_ELEMENTS);
        let sid = elements.get("Sid").and_then(|member| self.scalar("Sid", &member.value));
        let effect = elements.get("Effect");
        let principal = self.either(&elements, "Principal", "NotPrincipal");
        let action = self.either(&elements, "Action", "NotAction");
        let resource = self.either(&elements, "Resource", "NotResource");
        if !elements.unknown_key {
            for (name, there) in [("Effect", effect.is_some()), ("Principal", principal.is_some())] {
                if !there {
                    self.defect(DefectKind::Missing(name), span, Vec::new());
                }
            }
        }
        let condition = elements.get("Condition");
        let (conditions, conditions_open) =
            condition.map(|m| self.conditions(&m.value, span)).unwrap_or_default();
        Statement {
            index,
            place,
            span,
            sid,
            effect: effect.map_or(Effect::Unknown, |member| self.effect(&member.value)),
            effect_span: effect.map_or(span, |member| member.value.span),
            principal: principal.map(|(negated, member)| self.principal(negated, member)),
            action: action.map(|(negated, member)| self.action(negated, member)),
            resource: resource.map(|(negated, member)| self.resource(negated, member)),
            conditions,
            conditions_open: conditions_open || elements.unknown_key,
            condition_span: condition.map(|member| member.written_in(span)),
        }
    }

    fn effect(&mut self, value: &Value) -> Effect {
        let Some(text) = value.as_text() else {
            if !matches!(value.kind, Kind::Unknown(_)) {
                self.wrong_type("Effect", "`Allow` or `Deny`", value.span);
            }
            return Effect::Unknown;
        };
        let Some(written) = text.as_known() else { return Effect::Unknown };
        if written != "Allow" && written != "Deny" {
            self.defect(DefectKind::InvalidEffect(written.to_string()), value.span, Vec::new());
        }
        match written.to_ascii_lowercase().as_str() {
            "allow" => Effect::Allow,
            "deny" => Effect::Deny,
            _ => Effect::Unknown,
        }
    }

    fn scalar(&mut self, element: &'static str, value: &Value) -> Option<Scalar> {
        let text = match &value.kind {
            Kind::Text(text) => text.clone(),
            Kind::Unknown(symbol) => Text::unknown(symbol.clone(), value.span),
            _ => {
                self.wrong_type(element, "a string", value.span);
                return None;
            }
        };
        Some(Scalar { text, span: value.span })
    }

    /// One of a pair of elements; the second is the negated one.
    fn either<'m>(
        &mut self,
        elements: &Elements<'m>,
        name: &'static str,
        negated: &'static str,
    ) -> Option<(bool, &'m Member)> {
        // What is not known may be `null`, which Terraform leaves out.
        let known = |name| elements.get(name).filter(|member| !matches!(member.value.kind, Kind::Unknown(_)));
        match (elements.get(name), elements.get(negated)) {
            (Some(one), Some(_)) if known(negated).is_none() => Some((false, one)),
            (Some(_), Some(other)) if known(name).is_none() => Some((true, other)),
            (Some(one), Some(other)) => {
                let (first, second) =
                    if one.key_span.start <= other.key_span.start { (one, other) } else { (other, one) };
                self.defect(DefectKind::BothOf(name, negated), second.key_span, vec![first.key_span]);
                Some((false, one))
            }
            (Some(member), None) => Some((false, member)),
            (None, Some(member)) => Some((true, member)),
            (None, None) => None,
        }
    }

    /// Sorts the members of an object by the elements they are.
    fn elements<'m>(&mut self, members: &'m [Member], names: &'static [&'static str]) -> Elements<'m> {
        let mut elements = Elements { members: BTreeMap::new(), unknown_key: false };
        let mut misspelt: BTreeMap<&'static str, &'m Member> = BTreeMap::new();
        for member in self.unique(members, false) {
            let Some(written) = member.key.as_known() else {
                elements.unknown_key = true;
                continue;
            };
            if let Some(name) = names.iter().copied().find(|name| *name == written) {
                elements.members.insert(name, member);
                continue;
            }
            let same_but_case = names.iter().copied().find(|name| name.eq_ignore_ascii_case(&written));
            if let Some(name) = same_but_case {
                misspelt.insert(name, member);
            }
            let meant = same_but_case
                .or_else(|| nearest(&written, names.iter().copied()))
                .and_then(|near| names.iter().copied().find(|name| *name == near));
            let name = written.into_owned();
            self.defect(DefectKind::UnknownElement { name, meant }, member.key_span, Vec::new());
        }
        for (name, member) in misspelt {
            elements.members.entry(name).or_insert(member);
        }
        elements
    }

    /// The members that count: of those with the same key, the last. With `fold`, keys that are equal but for
    /// case are a defect too, but they all count.
    pub(super) fn unique<'m>(&mut self, members: &'m [Member], fold: bool) -> Vec<&'m Member> {
        let mut first: BTreeMap<String, Span> = BTreeMap::new();
        let mut last: BTreeMap<Cow<'m, str>, usize> = BTreeMap::new();
        for (at, member) in members.iter().enumerate() {
            let Some(key) = member.key.as_known() else { continue };
            let folded = if fold { key.to_lowercase() } else { key.to_string() };
            match first.get(&folded) {
                Some(span) => {
                    let related = vec![*span];
                    self.defect(DefectKind::DuplicateKey(key.to_string()), member.key_span, related);
                }
                None => {
                    first.insert(folded, member.key_span);
                }
            }
            last.insert(key, at);
        }
        let counts = |(at, member): &(usize, &Member)| {
            member.key.as_known().is_none_or(|key| last.get(&key).is_none_or(|last| last == at))
        };
        members.iter().enumerate().filter(counts).map(|(_, member)| member).collect()
    }

    /// The strings of an element that is a string or a list of strings. With `plain`, booleans and numbers
    /// are strings as well.
    pub(super) fn items<'v>(
        &mut self,
        element: &'static str,
        value: &'v Value,
        plain: bool,
    ) -> Vec<Item<'v>> {
        let values = match &value.kind {
            Kind::List(items) => items.as_slice(),
            _ => std::slice::from_ref(value),
        };
        values.iter().filter_map(|value| self.item(element, value, plain)).collect()
    }

    fn item<'v>(&mut self, element: &'static str, value: &'v Value, plain: bool) -> Option<Item<'v>> {
        let span = value.span;
        let written =
            |text: &str| Some(Item::Text(Cow::Owned(Text::known(text, SpanMap::opaque(span))), span));
        if !plain && matches!(value.kind, Kind::Bool(_) | Kind::Number(_)) {
            self.wrong_type(element, "a string or a list of strings", span);
        }
        match &value.kind {
            Kind::Text(text) => Some(Item::Text(Cow::Borrowed(text), span)),
            Kind::Bool(value) => written(if *value { "true" } else { "false" }),
            Kind::Number(number) => written(number),
            Kind::Unknown(symbol) => {
                let text = Text::unknown(symbol.clone(), span);
                let many = symbol.kind == SymbolKind::Any;
                Some(if many { Item::Open(text, span) } else { Item::Text(Cow::Owned(text), span) })
            }
            Kind::Encoded(_) | Kind::Null | Kind::List(_) | Kind::Object(_) => {
                self.wrong_type(element, "a string or a list of strings", span);
                None
            }
        }
    }

    pub(super) fn wrong_type(&mut self, element: &'static str, expected: &'static str, span: Span) {
        self.defect(DefectKind::WrongType { element, expected }, span, Vec::new());
    }

    pub(super) fn defect(&mut self, kind: DefectKind, span: Span, related: Vec<Span>) {
        self.defects.push(Defect { kind, span, statement: self.statement, related });
    }
}

/// The members of an object by the elements they are.
struct Elements<'m> {
    members: BTreeMap<&'static str, &'m Member>,
    /// There is a member whose key is not known: it may be any element.
    unknown_key: bool,
}

impl<'m> Elements<'m> {
    fn get(&self, name: &str) -> Option<&'m Member> {
        self.members.get(name).copied()
    }
}

fn is_statement(members: &[Member]) -> bool {
    let has = |names: &[&str]| {
        members.iter().any(|member| {
            member.key.as_known().is_some_and(|key| names.iter().any(|name| name.eq_ignore_ascii_case(&key)))
        })
    };
    has(STATEMENT_ELEMENTS) && !has(&["Statement"])
}
