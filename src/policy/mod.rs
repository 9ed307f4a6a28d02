//! The typed key policy: statements, principals, actions, resources and conditions as AWS reads them.
//!
//! Made from a [`Value`](crate::value::Value) by [`Policy::new`]. It never fails: what the grammar does not
//! allow is kept as a [`Defect`], and the rest is read.

mod action;
mod arn;
mod condition;
mod grant;
mod placeholder;
mod presence;
mod principal;
mod reach;
mod read;
mod resource;
mod source;
#[cfg(test)]
mod tests;
mod variable;

pub use arn::{Arn, Parsed};
pub(crate) use placeholder::placeholder;
pub(crate) use principal::{is_called_someone, permission_set};
pub use reach::Reach;
pub use source::SourceGuard;
pub(crate) use source::service_of_arn;
pub use variable::{BrokenVariable, variables};

use crate::catalog::ActionSet;
use crate::source::Span;
use crate::value::Text;

/// A key policy.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The whole document.
    pub span: Span,
    /// `Version`
    pub version: Option<Scalar>,
    /// `Id`
    pub id: Option<Scalar>,
    /// The statements, in source order.
    pub statements: Vec<Statement>,
    /// What the grammar does not allow, in source order.
    pub defects: Vec<Defect>,
    /// `Statement`, or a statement in it, is unknown: there may be more statements than are listed.
    pub open: bool,
}

/// A string element.
#[derive(Clone, Debug)]
pub struct Scalar {
    /// The string.
    pub text: Text,
    /// Where it was written, with its quotes.
    pub span: Span,
}

/// A statement.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Its place among [`Policy::statements`], from 0.
    pub index: usize,
    /// Its place in the policy as it was written, from 0: there may be statements before it that are not known.
    pub place: usize,
    /// Where it was written, braces included.
    pub span: Span,
    /// `Sid`
    pub sid: Option<Scalar>,
    /// `Effect`
    pub effect: Effect,
    /// Where the effect was written; the statement where it was not.
    pub effect_span: Span,
    /// `Principal` or `NotPrincipal`
    pub principal: Option<PrincipalElement>,
    /// `Action` or `NotAction`
    pub action: Option<ActionElement>,
    /// `Resource` or `NotResource`
    pub resource: Option<ResourceElement>,
    /// The atoms of `Condition`: all must hold.
    pub conditions: Vec<Condition>,
    /// `Condition` as a whole or an operator's block is unknown: there may be more atoms than are listed.
    pub conditions_open: bool,
    /// Where `Condition` was written, key included.
    pub condition_span: Option<Span>,
}

/// The effect of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// `Allow`
    Allow,
    /// `Deny`
    Deny,
    /// Missing, invalid or unknown.
    Unknown,
}

/// `Principal` or `NotPrincipal`.
#[derive(Clone, Debug)]
pub struct PrincipalElement {
    /// `NotPrincipal`
    pub negated: bool,
    /// The key `"Principal"`.
    pub key_span: Span,
    /// The value.
    pub span: Span,
    /// The principals, in source order.
    pub entries: Vec<Principal>,
    /// The value as a whole or a list in it is unknown: there may be more entries than are listed.
    pub open: bool,
}

/// One principal.
#[derive(Clone, Debug)]
pub struct Principal {
    /// What it names.
    pub kind: PrincipalKind,
    /// The string as written.
    pub text: Text,
    /// Where it was written, with its quotes.
    pub span: Span,
}

/// What a principal string names.
#[derive(Clone, Debug, PartialEq)]
pub enum PrincipalKind {
    /// `"*"` or `{"AWS": "*"}`: every AWS principal of every account, and service principals.
    Everyone,
    /// An account id or `arn:…:iam::ACCOUNT:root`: delegation to that account's IAM policies.
    Account {
        /// The account id.
        account: Text,
    },
    /// A user: `arn:…:iam::ACCOUNT:user/path/name`
    User {
        /// The account id.
        account: Text,
        /// The whole ARN.
        arn: Text,
    },
    /// A role: `arn:…:iam::ACCOUNT:role/path/name`
    Role {
        /// The account id.
        account: Text,
        /// The whole ARN.
        arn: Text,
    },
    /// A role session: `arn:…:sts::ACCOUNT:assumed-role/role/session`
    Session {
        /// The account id.
        account: Text,
        /// The whole ARN.
        arn: Text,
        /// The role's name (the ARN has no path).
        role: Text,
    },
    /// A federated user: `arn:…:sts::ACCOUNT:federated-user/name`
    FederatedUser {
        /// The account id.
        account: Text,
        /// The whole ARN.
        arn: Text,
    },
    /// A service principal, such as `logs.eu-west-1.amazonaws.com`.
    Service {
        /// Its name.
        name: Text,
    },
    /// `AIDA…` or `AROA…`: a principal that was deleted.
    UniqueId {
        /// The id.
        id: String,
    },
    /// An unknown string: some principal, kept by its reference.
    Unknown,
    /// Nothing that a key policy can name.
    Invalid(InvalidPrincipal),
}

/// Why a principal is not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidPrincipal {
    /// No ARN, no account id, no `*`.
    Malformed,
    /// An account id that is not 12 digits.
    AccountId,
    /// `role/*`, `arn:aws:iam::*:root`: wildcards are allowed only as the whole principal.
    Wildcard,
    /// An IAM group.
    Group,
    /// An ARN of something that cannot call AWS: a policy, an instance profile, an identity provider, a
    /// resource of another service.
    NotAPrincipal,
    /// `Federated` outside a role trust policy.
    Federated,
    /// `CanonicalUser` outside S3.
    CanonicalUser,
    /// A key of the `Principal` object other than `AWS`, `Service`, `Federated`, `CanonicalUser`.
    UnknownType,
    /// `{"Service": "*"}`
    ServiceWildcard,
}

/// `Action` or `NotAction`.
#[derive(Clone, Debug)]
pub struct ActionElement {
    /// `NotAction`
    pub negated: bool,
    /// The key `"Action"`.
    pub key_span: Span,
    /// The value.
    pub span: Span,
    /// The patterns, in source order.
    pub patterns: Vec<ActionPattern>,
    /// The value as a whole or an item is unknown: there may be more patterns than are listed.
    pub open: bool,
}

/// One action pattern.
#[derive(Clone, Debug)]
pub struct ActionPattern {
    /// The pattern as written.
    pub text: Text,
    /// Where it was written, with its quotes.
    pub span: Span,
    /// The key-policy actions it surely matches.
    pub must: ActionSet,
    /// The key-policy actions it may match; more than `must` only where a piece is unknown.
    pub may: ActionSet,
}

/// `Resource` or `NotResource`.
#[derive(Clone, Debug)]
pub struct ResourceElement {
    /// `NotResource`
    pub negated: bool,
    /// The key `"Resource"`.
    pub key_span: Span,
    /// The value.
    pub span: Span,
    /// The patterns, in source order.
    pub patterns: Vec<ResourcePattern>,
    /// The value as a whole or an item is unknown: there may be more patterns than are listed.
    pub open: bool,
}

/// One resource pattern.
#[derive(Clone, Debug)]
pub struct ResourcePattern {
    /// The pattern as written.
    pub text: Text,
    /// Where it was written, with its quotes.
    pub span: Span,
    /// Whether it matches the key that the policy is attached to; `None`: not known.
    pub matches_key: Option<bool>,
}

/// One atom of `Condition`: an operator, a key, its values.
#[derive(Clone, Debug)]
pub struct Condition {
    /// The operator.
    pub operator: Operator,
    /// Where the operator was written, with its quotes.
    pub operator_span: Span,
    /// The condition key as written.
    pub key: Text,
    /// The key in lower case, if it is known.
    pub key_folded: Option<String>,
    /// Where the key was written, with its quotes.
    pub key_span: Span,
    /// The values: any may match (of a negated operator: none may).
    pub values: Vec<ConditionValue>,
    /// The list of values as a whole or an item is unknown: there may be more values than are listed.
    pub values_open: bool,
    /// From the key to the end of the values.
    pub span: Span,
}

/// One value of a condition.
#[derive(Clone, Debug)]
pub struct ConditionValue {
    /// The value; booleans and numbers as their text.
    pub text: Text,
    /// Where it was written, with its quotes.
    pub span: Span,
}

/// A condition operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// `ForAllValues:`, `ForAnyValue:`
    pub quantifier: Option<Quantifier>,
    /// The operator without prefix and suffix; `None`: unknown or not an operator.
    pub base: Option<BaseOperator>,
    /// `…IfExists`
    pub if_exists: bool,
    /// As written.
    pub written: String,
}

/// The prefix of a set operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantifier {
    /// `ForAllValues:` true when every value of the request is matched, hence also when there is none.
    ForAllValues,
    /// `ForAnyValue:` true when some value of the request is matched.
    ForAnyValue,
}

/// Operators without prefix and suffix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are AWS's own")]
pub enum BaseOperator {
    StringEquals,
    StringNotEquals,
    StringEqualsIgnoreCase,
    StringNotEqualsIgnoreCase,
    StringLike,
    StringNotLike,
    NumericEquals,
    NumericNotEquals,
    NumericLessThan,
    NumericLessThanEquals,
    NumericGreaterThan,
    NumericGreaterThanEquals,
    DateEquals,
    DateNotEquals,
    DateLessThan,
    DateLessThanEquals,
    DateGreaterThan,
    DateGreaterThanEquals,
    Bool,
    BinaryEquals,
    IpAddress,
    NotIpAddress,
    ArnEquals,
    ArnNotEquals,
    ArnLike,
    ArnNotLike,
    Null,
}

/// Something the grammar of a key policy does not allow.
#[derive(Clone, Debug, PartialEq)]
pub struct Defect {
    /// What.
    pub kind: DefectKind,
    /// The characters.
    pub span: Span,
    /// The statement it is in, from 0.
    pub statement: Option<usize>,
    /// Other places, such as the first of two equal keys.
    pub related: Vec<Span>,
}

/// The kinds of [`Defect`].
#[derive(Clone, Debug, PartialEq)]
pub enum DefectKind {
    /// Two members of one object have this key; or two condition keys are equal but for case.
    DuplicateKey(String),
    /// An element that does not exist, and the one that was probably meant.
    UnknownElement {
        /// As written.
        name: String,
        /// The element it differs from by case or a letter.
        meant: Option<&'static str>,
    },
    /// Both of a pair, such as `Action` and `NotAction`.
    BothOf(&'static str, &'static str),
    /// `Effect` is not exactly `Allow` or `Deny`.
    InvalidEffect(String),
    /// A value of the wrong JSON type; what it should be.
    WrongType {
        /// The element, such as `Statement`.
        element: &'static str,
        /// Such as "an object or a list of objects".
        expected: &'static str,
    },
    /// An element that must be there is not, such as `Effect`; of the policy or of a statement.
    Missing(&'static str),
    /// An element is there but empty, such as `Statement` or `Principal`.
    Empty(&'static str),
    /// An operator that does not exist, and the one that was probably meant.
    UnknownOperator {
        /// As written.
        name: String,
        /// The nearest operator.
        meant: Option<String>,
    },
}
