//! JSON files: a policy, a part of one, or a policy in the envelope that the AWS command line uses.
//!
//! Nothing in a JSON policy says whose it is, so it is told from others by what it holds:
//!
//! * A document of which no action pattern can match a KMS action belongs to another service.
//! * A document without any `Principal` is an IAM policy, unless its `Id` or a `Sid` is one that AWS gives key
//!   policies: who lost the principals of such a policy is told so.
//! * A document that only denies everyone outside of a perimeter is a policy of an organization; one that names keys
//!   by ARN, reaches further than one key and lets nobody manage it, of a VPC endpoint. None is linted.
//! * In a directory scan, some action or condition key must begin with `kms:`.
//! * In the envelope of `kms get-key-policy`, `put-key-policy` or `create-key`, it is a key policy.

mod placeholder;
pub(in crate::carrier) mod shape;
mod template;
#[cfg(test)]
mod tests;

use crate::carrier::{Carried, Document, Given, KeyFacts, Role};
use crate::carrier::{cloudformation, plan};
use crate::source::{FileId, SourceFile, Sources, Span};
use crate::syntax::json::{Buffer, Form, Node, parse};
use crate::syntax::{SyntaxError, SyntaxErrorKind};
use crate::value::{SpanMap, Text, Value};

use shape::Shape;
pub use template::is_template;

/// How many objects or lists around a policy are looked through.
const DEEPEST: usize = 3;

/// Finds the key policies in a JSON file. `explicit`: the user named the file, it was not met in a
/// directory. A plan or state of Terraform and a CloudFormation template are read as such.
pub fn carry(sources: &Sources, file: FileId, explicit: bool) -> Carried {
    let source = sources.file(file);
    let buffer = Buffer::from_source(&source, file);
    let mut tree = parse(&buffer);
    let errors = std::mem::take(&mut tree.errors);
    let whole = Span::new(file, 0, u32::try_from(source.text().len()).unwrap_or(u32::MAX));
    let mut search =
        Search { path: source.path().to_owned(), explicit, documents: Vec::new(), inner_errors: Vec::new() };
    if let Some(root) = tree.root() {
        if plan::is_plan(root) {
            return plan::carry(source.path(), root);
        }
        if root.get("Resources").is_some() || root.get("resources").is_some() {
            let value = root.value();
            if cloudformation::is_template(&value) {
                let mut carried = Carried { files: 1, errors, ..Carried::default() };
                cloudformation::carry(source.path(), &value, &mut carried);
                return carried;
            }
        }
        search.visit(root, whole, &Envelope::default(), DEEPEST);
    }
    let keep = search.documents.iter().any(|document| document.role.is_of_key())
        || is_worth_reporting(&source, &errors, explicit);
    let is_template = is_template(source.path());
    let errors = if keep || is_template { errors } else { Vec::new() };
    let errors = errors.into_iter().chain(search.inner_errors).collect();
    let carried = Carried { documents: search.documents, errors, files: 1, ..Carried::default() };
    if is_template { template::settle(&source, whole, carried) } else { carried }
}

/// Whether the errors of a file without any key policy matter: it may be one that is too broken.
fn is_worth_reporting(source: &SourceFile, errors: &[SyntaxError], explicit: bool) -> bool {
    let text = source.text().to_ascii_lowercase();
    let has = |word: &str| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    let broken = errors.iter().any(|error| error.kind != SyntaxErrorKind::Tolerated);
    if explicit {
        broken || has("statement") || has("kms:")
    } else {
        broken && has("kms:") && has("principal")
    }
}

/// What stands around a policy.
#[derive(Clone, Default)]
struct Envelope {
    /// It is an answer or an input of a KMS call.
    is_kms: bool,
    key: KeyFacts,
}

struct Search {
    path: String,
    explicit: bool,
    documents: Vec<Document>,
    inner_errors: Vec<SyntaxError>,
}

impl Search {
    /// Looks at a node and, `depth` levels down, at what is in it.
    fn visit(&mut self, node: Node<'_>, attachment: Span, envelope: &Envelope, depth: usize) {
        if let Some(role) = shape::role(node) {
            return self.take(node.value(), role, attachment, envelope);
        }
        let Some(depth) = depth.checked_sub(1) else { return };
        for item in node.items() {
            self.visit(item, attachment, envelope, depth);
        }
        let own = if node.get("Policy").is_some() { Envelope::of(node) } else { envelope.clone() };
        for (key, value) in node.members() {
            match (key.known().as_deref(), value.form()) {
                (Some("Policy"), Form::Text) => self.unquote(value, key.span(), &own, depth),
                (Some("Policy"), _) => self.visit(value, key.span(), &own, depth),
                (_, Form::Object | Form::List) => self.visit(value, attachment, envelope, depth),
                (_, Form::Text) if holds_json(value) => self.unquote(value, key.span(), envelope, depth),
                _ => {}
            }
        }
    }

    /// Looks into a string that holds JSON.
    fn unquote(&mut self, node: Node<'_>, attachment: Span, envelope: &Envelope, depth: usize) {
        let Some(text) = node.text() else { return };
        let buffer = Buffer::from_text(&text);
        let mut tree = parse(&buffer);
        let errors = std::mem::take(&mut tree.errors);
        let before = self.documents.len();
        if let Some(root) = tree.root().filter(|root| matches!(root.form(), Form::Object | Form::List)) {
            self.visit(root, attachment, envelope, depth.max(1));
        }
        if self.documents.len() > before || (envelope.is_kms && self.documents.is_empty()) {
            self.inner_errors.extend(errors);
        }
    }

    fn take(&mut self, mut value: Value, role: Role, attachment: Span, envelope: &Envelope) {
        let shape = Shape::of(&value);
        let Some(role) = self.judge(&shape, role, envelope) else { return };
        let unresolved = placeholder::open(&mut value);
        self.documents.push(Document {
            value,
            role,
            given: Given::Json,
            path: self.path.clone(),
            address: None,
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

/// Whether a string may hold a policy.
fn holds_json(node: Node<'_>) -> bool {
    node.known().is_some_and(|text| text.trim_start().starts_with(['{', '[']) && text.contains("Statement"))
}

impl Envelope {
    /// Reads the members beside `Policy`.
    fn of(node: Node<'_>) -> Self {
        let known = |key| node.get(key).and_then(Node::known);
        let marks = ["PolicyName", "KeyId", "KeySpec", "KeyUsage", "BypassPolicyLockoutSafetyCheck"];
        let multi_region = node.get("MultiRegion").map(|value| value.form());
        Envelope {
            is_kms: marks.iter().any(|mark| node.get(mark).is_some()),
            key: KeyFacts {
                owner_account: node.get("KeyId").and_then(account_of),
                usage: known("KeyUsage").map(String::from),
                spec: known("KeySpec").map(String::from),
                multi_region: multi_region.and_then(|form| match form {
                    Form::True => Some(true),
                    Form::False => Some(false),
                    _ => None,
                }),
                ..KeyFacts::default()
            },
        }
    }
}

/// The account in a key's ARN.
pub(in crate::carrier) fn account_of(key_id: Node<'_>) -> Option<Text> {
    let known = key_id.known()?;
    let mut parts = known.split(':');
    let account = (parts.next() == Some("arn")).then(|| parts.nth(3)).flatten()?;
    let is_id = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    is_id.then(|| Text::known(account, SpanMap::opaque(key_id.span())))
}
