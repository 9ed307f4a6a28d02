//! Finds the policies in a file and resolves them to [`Value`]s, whatever carries them.

mod attached;
mod branch;
pub mod cloudformation;
mod default;
mod envelope;
pub mod inventory;
pub mod json;
pub mod plan;
mod search;
mod setting;
pub mod terraform;

pub(crate) use default::default_policy;
pub(crate) use setting::is_of;
pub use setting::{Setting, literal};

use std::borrow::Cow;

use crate::source::{FileId, Sources, Span};
use crate::syntax::{SyntaxError, SyntaxErrorKind};
use crate::value::{SpanMap, Symbol, SymbolKind, Text, Trail, Value};

/// What the carriers found in the given files.
#[derive(Debug, Default)]
pub struct Carried {
    /// The documents, in source order.
    pub documents: Vec<Document>,
    /// Keys, grants and aliases as they are configured, in source order.
    pub resources: Vec<Resource>,
    /// What could not be read.
    pub errors: Vec<SyntaxError>,
    /// Number of files that were read.
    pub files: usize,
    /// What calls of modules set to no effect.
    pub ignored: Vec<IgnoredArgument>,
    /// The file is nothing that a key policy could be in, as far as kmslint knows.
    pub unrelated: bool,
    /// The file is what a program made of something else, such as a plan or an inventory: what would be corrected in it
    /// is lost when it is made again.
    pub rendered: bool,
}

impl Carried {
    /// Adds what was found in a part of the same files.
    fn extend(&mut self, part: Carried) {
        self.documents.extend(part.documents);
        self.resources.extend(part.resources);
        self.errors.extend(part.errors);
        self.ignored.extend(part.ignored);
    }

    /// Adds errors that several parts may tell of the same files, each once and in the order of the files.
    fn add_errors(&mut self, sources: &Sources, mut errors: Vec<SyntaxError>) {
        errors.sort_by_cached_key(|error| {
            (sources.file(error.span.file).path().to_owned(), error.span.start, error.span.end)
        });
        errors.dedup();
        self.errors.extend(errors);
    }

    /// Whether there is nothing to judge.
    pub(crate) fn is_nothing(&self) -> bool {
        self.documents.is_empty()
            && self.resources.is_empty()
            && self.errors.is_empty()
            && self.ignored.is_empty()
    }

    /// Whether mistakes in the text left no document at all.
    pub fn is_lost(&self) -> bool {
        let broken = self.errors.iter().any(|error| error.kind != SyntaxErrorKind::Tolerated);
        broken && self.documents.is_empty()
    }
}

/// A policy document where it lies, resolved as far as it goes. One document for each branch of an
/// undecided choice.
#[derive(Clone, Debug)]
pub struct Document {
    /// The policy.
    pub value: Value,
    /// What it is.
    pub role: Role,
    /// How it was written down.
    pub given: Given,
    /// The file that is shown for it: of the attachment, or of the text itself.
    pub path: String,
    /// Address of the key, such as `aws_kms_key.main` or `module.kms.aws_kms_key.main`.
    pub address: Option<String>,
    /// Where it is attached to the key, such as the characters `policy = `'s name; of a bare file, the
    /// whole text.
    pub attachment: Span,
    /// What is known of the key itself.
    pub key: KeyFacts,
    /// What holds in this branch, such as `var.public is true`; none where nothing was undecided.
    pub branch: Option<String>,
    /// What stayed unknown, and why.
    pub unresolved: Vec<Unresolved>,
    /// How the values that were put into templates got there.
    pub passages: Vec<Passage>,
}

/// A value that was carried to a place in a template.
#[derive(Clone, Debug)]
pub struct Passage {
    /// The place in the template.
    pub span: Span,
    /// Where the value was written.
    pub origin: Span,
    /// What carried it from there.
    pub trail: Trail,
}

/// What a [`Document`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The policy of a KMS key.
    KeyPolicy,
    /// A statement or a list of statements meant for one; what it leaves out may stand elsewhere.
    Fragment,
    /// A policy of an IAM user, role or group.
    IdentityPolicy,
    /// A policy that says nothing of KMS keys as kmslint judges them: of a bucket, an organization, an endpoint.
    Other,
}

impl Role {
    /// Whether it is the policy of a key, or a part of one.
    pub fn is_of_key(self) -> bool {
        matches!(self, Role::KeyPolicy | Role::Fragment)
    }
}

/// Something of KMS that is configured: a key, a grant, an alias.
#[derive(Clone, Debug)]
pub struct Resource {
    /// What it is.
    pub kind: ResourceKind,
    /// Its address, such as `aws_kms_grant.backup` or `module.kms.aws_kms_key.main[0]`.
    pub address: String,
    /// Where it begins: its type and name.
    pub span: Span,
    /// Its arguments, an object under Terraform's names, resolved as far as it goes.
    pub attributes: Value,
}

/// The kinds of [`Resource`], by Terraform's names; those of CloudFormation are mapped to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ResourceKind {
    /// `aws_kms_key`
    Key,
    /// `aws_kms_external_key`
    ExternalKey,
    /// `aws_kms_replica_key`
    ReplicaKey,
    /// `aws_kms_replica_external_key`
    ReplicaExternalKey,
    /// `aws_kms_key_policy`
    KeyPolicy,
    /// `aws_kms_grant`
    Grant,
    /// `aws_kms_alias`
    Alias,
    /// `aws_kms_ciphertext`
    Ciphertext,
}

impl ResourceKind {
    /// Whether it makes a key.
    pub fn is_key(self) -> bool {
        matches!(self, Self::Key | Self::ExternalKey | Self::ReplicaKey | Self::ReplicaExternalKey)
    }
}

/// An argument of a module call, or a field of one, that the module drops without a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IgnoredArgument {
    /// Its name, where it is written.
    pub span: Span,
    /// The name.
    pub name: String,
    /// The call, such as `module.kms`.
    pub address: String,
    /// The module, such as `terraform-aws-modules/kms`.
    pub module: String,
    /// The major version that does not read it; none where the call allows several.
    pub major: Option<u32>,
    /// What that version reads in its place.
    pub instead: Option<String>,
}

/// How a policy was written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// A JSON file or standard input.
    Json,
    /// `<<EOT`
    Heredoc,
    /// `"{\"Version\": …}"`
    Quoted,
    /// `jsonencode({…})`
    Jsonencode,
    /// `data "aws_iam_policy_document"`
    Document,
    /// `templatefile`, `data "template_file"`
    Template,
    /// `file()`
    File,
    /// An argument of a module that kmslint knows.
    Module,
    /// A plan or a state of Terraform.
    Plan,
    /// No policy at all: AWS's default.
    Default,
    /// Some other expression.
    Expression,
}

/// What is known of a key besides its policy. `None` is "not known", or "not said".
#[derive(Clone, Debug, Default)]
pub struct KeyFacts {
    /// The account that owns the key, if the configuration or the input says so.
    pub owner_account: Option<Text>,
    /// `KeyUsage`, such as `ENCRYPT_DECRYPT`.
    pub usage: Option<String>,
    /// `KeySpec`, such as `SYMMETRIC_DEFAULT`.
    pub spec: Option<String>,
    /// Whether it is a multi-Region key.
    pub multi_region: Option<bool>,
    /// Whether its key material is imported, and not made by KMS or in a key store.
    pub imported: Option<bool>,
    /// The key's own address, such as `aws_kms_key.main`, whichever resource carries the policy.
    pub address: Option<String>,
    /// Whether its key material is rotated every year or so.
    pub rotation: Option<bool>,
    /// Days between the order to delete it and its end.
    pub deletion_window: Option<u32>,
    /// Whether KMS is told not to refuse a policy that locks everybody out.
    pub bypasses_lockout_check: Option<bool>,
}

impl KeyFacts {
    /// The key as one of an account that is told elsewhere than in the files.
    pub fn owned_by(&self, account: &str) -> KeyFacts {
        let map = SpanMap::opaque(Span::at(FileId(u32::MAX), 0));
        KeyFacts { owner_account: Some(Text::known(account, map)), ..self.clone() }
    }

    /// A value with the account that owns the key for the references to it, if that account is known.
    pub fn settled<'v>(&self, value: &'v Value) -> Cow<'v, Value> {
        let Some(owner) = self.owner_account.as_ref().and_then(Text::as_known) else {
            return Cow::Borrowed(value);
        };
        let known = |symbol: &Symbol| (symbol.kind == SymbolKind::OwnAccount).then(|| owner.to_string());
        Cow::Owned(value.resolved(&known))
    }
}

/// Something that could not be resolved.
#[derive(Clone, Debug, PartialEq)]
pub struct Unresolved {
    /// The characters that are not known.
    pub span: Span,
    /// The reference, such as `var.policy`.
    pub reference: String,
    /// Why, such as "variable has no default".
    pub reason: String,
    /// The policy as a whole is unknown, not only a piece of it.
    pub whole: bool,
}
