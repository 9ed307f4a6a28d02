//! Looks for policies in a value that was read from JSON or YAML: bare, in the answers of AWS's tools, in strings.
//!
//! Nothing in a policy says whose it is, so it is told from others by what it holds:
//!
//! * A document of which no action pattern can match a KMS action belongs to another service.
//! * A document without any `Principal` is an IAM policy, unless its `Id` or a `Sid` is one that AWS gives key
//!   policies: who lost the principals of such a policy is told so.
//! * A document that only denies everyone outside of a perimeter is a policy of an organization; one that names keys
//!   by ARN, reaches further than one key and lets nobody manage it, of a VPC endpoint. None is linted.
//! * In a directory scan, some action or condition key must begin with `kms:`.
//! * What stands around it may say that it is the policy of a key: see `Envelope`.

use crate::carrier::envelope::Envelope;
use crate::carrier::json::placeholder;
use crate::carrier::json::shape::{self, Shape};
use crate::carrier::{Document, Given, Role, Unresolved};
use crate::source::Span;
use crate::syntax::SyntaxError;
use crate::syntax::json;
use crate::value::{Kind, Symbol, Value};

/// How many objects, lists and strings around a policy are looked through. An item of AWS Config takes six.
const DEEPEST: usize = 8;

/// A search in one file.
pub(super) struct Search {
    path: String,
    /// The user named the file.
    explicit: bool,
    /// What was found, in source order.
    pub(super) documents: Vec<Document>,
    /// What was wrong in strings that hold policies.
    pub(super) errors: Vec<SyntaxError>,
}

impl Search {
    pub(super) fn new(path: &str, explicit: bool) -> Self {
        Search { path: path.to_owned(), explicit, documents: Vec::new(), errors: Vec::new() }
    }

    /// Looks at a whole file.
    pub(super) fn file(&mut self, root: &Value, whole: Span) {
        self.visit(root, whole, &Envelope::default(), DEEPEST);
    }

    /// Takes a policy that no key can have as one of which nothing is known.
    pub(super) fn too_long(&mut self, policy: Span) {
        let symbol = Symbol::any("Statement", "the policy is longer than KMS takes");
        let unresolved = Unresolved {
            span: Span::new(policy.file, policy.start, policy.start.saturating_add(1)),
            reference: symbol.reference.to_string(),
            reason: symbol.reason.to_string(),
            whole: true,
        };
        let value = Value::new(Kind::Unknown(symbol), policy);
        self.push(value, Role::KeyPolicy, vec![unresolved], policy, &Envelope::default());
    }

    /// Looks at a value and, `depth` levels down, at what is in it.
    fn visit(&mut self, value: &Value, attachment: Span, envelope: &Envelope, depth: usize) {
        if let Some(role) = shape::role(value) {
            return self.take(value.clone(), role, attachment, envelope);
        }
        let Some(depth) = depth.checked_sub(1) else { return };
        match &value.kind {
            Kind::List(items) => {
                for item in items {
                    self.visit(item, attachment, envelope, depth);
                }
            }
            Kind::Object(members) => {
                let own = envelope.around(value);
                for member in members {
                    let own = own.under(&member.key, member.key_span);
                    let is_policy = member.key.as_known().as_deref() == Some("Policy");
                    let at = if is_policy { member.key_span } else { attachment };
                    match &member.value.kind {
                        Kind::Text(_) if is_policy || holds_json(&member.value) => {
                            self.unquote(&member.value, member.key_span, &own, depth);
                        }
                        Kind::Object(_) | Kind::List(_) => self.visit(&member.value, at, &own, depth),
                        _ => {}
                    }
                }
            }
            Kind::Text(_) if holds_json(value) => self.unquote(value, attachment, envelope, depth),
            _ => {}
        }
    }

    /// Looks into a string that holds JSON.
    fn unquote(&mut self, value: &Value, attachment: Span, envelope: &Envelope, depth: usize) {
        let Some(text) = value.as_text() else { return };
        let (root, errors) = json::parse_text(text);
        let before = self.documents.len();
        match root {
            Some(root) if matches!(root.kind, Kind::Object(_) | Kind::List(_)) => {
                self.visit(&root, attachment, envelope, depth.max(1));
            }
            // JSON in a string in a string.
            Some(root) if depth > 0 && matches!(root.kind, Kind::Text(_)) && holds_json(&root) => {
                self.unquote(&root, attachment, envelope, depth - 1);
            }
            _ => {}
        }
        if self.documents.len() > before || (envelope.is_kms && self.documents.is_empty()) {
            self.errors.extend(errors);
        }
    }

    fn take(&mut self, mut value: Value, role: Role, attachment: Span, envelope: &Envelope) {
        let shape = Shape::of(&value);
        let Some(role) = self.judge(&shape, role, envelope) else { return };
        let unresolved = placeholder::open(&mut value);
        self.push(value, role, unresolved, attachment, envelope);
    }

    fn push(
        &mut self,
        value: Value,
        role: Role,
        unresolved: Vec<Unresolved>,
        attachment: Span,
        envelope: &Envelope,
    ) {
        self.documents.push(Document {
            value,
            role,
            given: Given::Json,
            path: self.path.clone(),
            address: envelope.address.clone(),
            attachment,
            key: envelope.key.clone(),
            branch: None,
            unresolved,
            passages: Vec::new(),
        });
    }

    /// What a policy of this shape is; none where it has nothing to do with KMS.
    fn judge(&self, shape: &Shape, role: Role, envelope: &Envelope) -> Option<Role> {
        let named = shape.names_kms || self.explicit;
        match role {
            _ if envelope.is_kms => Some(role),
            _ if !shape.may_match_kms || !named => None,
            Role::KeyPolicy if shape.is_a_guardrail() => Some(Role::Other),
            Role::KeyPolicy if shape.has_action && !shape.has_principal && !shape.is_marked_as_key_policy => {
                shape.concerns_kms.then_some(Role::IdentityPolicy)
            }
            Role::Fragment if !shape.has_principal && !self.explicit => None,
            role => Some(role),
        }
    }
}

/// Whether a string may hold a policy, or a string that does.
fn holds_json(value: &Value) -> bool {
    let known = value.as_text().and_then(|text| text.as_known());
    known.is_some_and(|text| text.trim_start().starts_with(['{', '[', '"']) && text.contains("Statement"))
}
