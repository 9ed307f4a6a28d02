//! Inventories: the keys of an organization, one JSON object a line.
//!
//! `policy` holds the policy as an object, or as the string that `kms:GetKeyPolicy` answers with. All other members
//! may be missing, and what is missing is not known: `key_arn`, `owner_account` (12 digits), `usage`, `spec`,
//! `origin`, `multi_region`, `rotation`, `rotation_period_in_days`, `enabled`, `tags`. Members of other names are the
//! inventory's own business. A line that is an answer of the AWS command line is read as one.
//!
//! Inventories are written by programs, so a line that is no JSON was cut or mangled on its way, and what is left of
//! it says nothing of the key: it is reported, and not judged.

use crate::carrier::cloudformation::Parameters;
use crate::carrier::envelope::account_of;
use crate::carrier::json;
use crate::carrier::{Carried, Document, Given, KeyFacts, Resource, ResourceKind, Role, Unresolved};
use crate::source::{FileId, Sources, Span};
use crate::syntax::json::{Buffer, Form, Node, parse, parse_text};
use crate::syntax::{SyntaxError, SyntaxErrorKind};
use crate::value::{Kind, Member, SpanMap, Symbol, Text, Value};

/// What a member has to be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Type {
    Text,
    Flag,
    Number,
}

/// Members that say how the key is configured, and Terraform's names for them. Of the first ones AWS has defaults that
/// a missing member must not be taken for.
const FACTS: [(&str, &str, Type); 7] = [
    ("usage", "key_usage", Type::Text),
    ("spec", "customer_master_key_spec", Type::Text),
    ("origin", "origin", Type::Text),
    ("multi_region", "multi_region", Type::Flag),
    ("rotation", "enable_key_rotation", Type::Flag),
    ("rotation_period_in_days", "rotation_period_in_days", Type::Number),
    ("enabled", "is_enabled", Type::Flag),
];

/// How many of [`FACTS`] have defaults.
const WITH_DEFAULTS: usize = 5;

/// Reads the line that a file is.
pub fn carry(sources: &Sources, file: FileId) -> Carried {
    let source = sources.file(file);
    let buffer = Buffer::from_source(&source, file);
    let mut tree = parse(&buffer);
    let errors = std::mem::take(&mut tree.errors);
    let start = Span::new(file, 0, u32::from(source.text().starts_with(|c: char| c.is_ascii())));
    if let Some(error) = errors.into_iter().find(|error| error.kind != SyntaxErrorKind::Tolerated) {
        return bad(error);
    }
    let Some(root) = tree.root().filter(|root| root.form() == Form::Object) else {
        return bad(SyntaxError::broken(start, "the line is not one JSON object"));
    };
    let mut policies = root.members().filter(|(name, _)| name.known().as_deref() == Some("policy"));
    if let (Some((first, _)), Some((again, _))) = (policies.next(), policies.next()) {
        let error = SyntaxError::broken(again.span(), "the line has two policies");
        return bad(error.related(first.span(), "this is the first"));
    }
    let Some(policy) = root.get("policy") else {
        let answer = json::carry(sources, file, true, &Parameters::default());
        if answer.documents.iter().any(|document| document.role.is_of_key()) {
            return answer;
        }
        let help = "each line holds a key: `{\"key_arn\": \"…\", \"policy\": …}`";
        return bad(SyntaxError::broken(start, "the line has no `policy`").help(help));
    };
    let line = source.position(0).line;
    let mut reader = Reader { root, address: String::new(), errors: Vec::new() };
    let arn = reader.member("key_arn", Type::Text);
    reader.address = arn.and_then(Node::known).map_or_else(|| format!("line {line}"), String::from);
    let owner_account = reader.owner().or_else(|| arn.and_then(|arn| account_of(&arn.known()?, arn.span())));
    let (value, role) = reader.policy(policy);
    let unresolved = match &value.kind {
        Kind::Unknown(symbol) => vec![Unresolved {
            span: value.span,
            reference: symbol.reference.to_string(),
            reason: symbol.reason.to_string(),
            whole: true,
        }],
        _ => Vec::new(),
    };
    let key = Span::new(file, root.span().start, root.span().start + 1);
    let resource = reader.resource(&value, key);
    let attachment = root.members().find(|(name, _)| name.known().as_deref() == Some("policy"));
    let document = Document {
        value,
        role,
        given: Given::Json,
        path: source.path().to_owned(),
        address: Some(reader.address),
        attachment: attachment.map_or(policy.span(), |(name, _)| name.span()),
        key: KeyFacts { owner_account, ..resource.facts() },
        branch: None,
        unresolved,
        passages: Vec::new(),
    };
    Carried {
        documents: vec![document],
        resources: vec![resource],
        errors: reader.errors,
        rendered: true,
        ..Carried::default()
    }
}

/// A line that could not be read.
pub fn bad(error: SyntaxError) -> Carried {
    Carried { errors: vec![error], ..Carried::default() }
}

fn unknown(reference: &str, reason: &str, span: Span) -> Value {
    Value::new(Kind::Unknown(Symbol::any(reference, reason)), span)
}

struct Reader<'d> {
    root: Node<'d>,
    address: String,
    errors: Vec<SyntaxError>,
}

impl<'d> Reader<'d> {
    /// A member of this type; none where it is missing, `null` or something else, which is an error.
    fn member(&mut self, name: &str, wanted: Type) -> Option<Node<'d>> {
        let node = self.root.get(name).filter(|node| node.form() != Form::Null)?;
        let (right, what) = match wanted {
            Type::Text => (node.form() == Form::Text, "a string"),
            Type::Flag => (matches!(node.form(), Form::True | Form::False), "`true` or `false`"),
            Type::Number => (node.form() == Form::Number, "a number"),
        };
        if !right {
            self.errors.push(SyntaxError::broken(node.span(), format!("`{name}` has to be {what}")));
        }
        right.then_some(node)
    }

    fn owner(&mut self) -> Option<Text> {
        let node = self.member("owner_account", Type::Text)?;
        let known = node.known().unwrap_or_default();
        if known.len() == 12 && known.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(Text::known(&known, SpanMap::opaque(node.span())));
        }
        let error = SyntaxError::broken(node.span(), "`owner_account` has to be 12 digits");
        self.errors.push(error);
        None
    }

    /// The policy, and what it is: what could not be read was reported, and is not judged.
    fn policy(&mut self, node: Node<'_>) -> (Value, Role) {
        if node.span().len() > json::LONGEST {
            let start = Span::new(node.span().file, node.span().start, node.span().start.saturating_add(1));
            return (unknown("policy", "the policy is longer than KMS takes", start), Role::KeyPolicy);
        }
        let value = match node.form() {
            Form::Object => Some(node.value()),
            Form::Text => {
                let (value, errors) = node.text().map(|text| parse_text(&text)).unwrap_or_default();
                let value = value.filter(|value| value.as_object().is_some());
                if value.is_none() && errors.is_empty() {
                    self.errors.push(SyntaxError::broken(node.span(), "the string holds no policy"));
                }
                self.errors.extend(errors);
                value
            }
            // Who wrote the inventory was not allowed to read it.
            Form::Null => {
                return (unknown("policy", "the inventory does not hold it", node.span()), Role::KeyPolicy);
            }
            _ => {
                let message = "`policy` has to be an object, or a string that holds one";
                self.errors.push(SyntaxError::broken(node.span(), message));
                None
            }
        };
        match value {
            Some(value) => (value, Role::KeyPolicy),
            None => (unknown("policy", "it could not be read", node.span()), Role::Other),
        }
    }

    /// The key with what the line says of it.
    fn resource(&mut self, policy: &Value, span: Span) -> Resource {
        let mut members = Vec::new();
        let mut add = |name: &str, value: Value| {
            let key = Text::known(name, SpanMap::opaque(value.span));
            members.push(Member { key, key_span: value.span, value });
        };
        for (at, (name, argument, wanted)) in FACTS.iter().enumerate() {
            match self.member(name, *wanted) {
                Some(node) => add(argument, node.value()),
                None if at < WITH_DEFAULTS => {
                    add(argument, unknown(name, "the inventory does not say", span));
                }
                None => {}
            }
        }
        if let Some(tags) = self.root.get("tags") {
            add("tags", tags.value());
        }
        let whole = match &policy.kind {
            Kind::Unknown(_) => policy.clone(),
            _ => Value::new(Kind::Encoded(Box::new(policy.clone())), policy.span),
        };
        add("policy", whole);
        Resource {
            kind: ResourceKind::Key,
            address: self.address.clone(),
            span,
            attributes: Value::new(Kind::Object(members), self.root.span()),
        }
    }
}
