//! Who can do what: the decision levels of KMS, over principal classes, actions and conditions.

use crate::carrier::KeyFacts;
use crate::catalog::ActionSet;
use crate::policy::Policy;
use crate::source::Span;
use crate::value::Text;

/// What a key policy says to a request. Ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// An explicit Deny matches.
    Denied,
    /// No statement matches: IAM policies are without effect.
    Nothing,
    /// An Allow matches through the account principal alone: IAM policies of that account decide.
    Delegated,
    /// An Allow matches the principal itself: no IAM policy is needed in the key's own account.
    Direct,
}

/// A set that is known only from both sides: `must ⊆ the set ⊆ may`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Actions {
    /// Surely in the set: for every request context, or for a proved witness where a method says so.
    pub must: ActionSet,
    /// Possibly in the set: under some condition or some value of what is unknown.
    pub may: ActionSet,
}

/// Whose principal it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ownership {
    /// Of the key's own account.
    Own,
    /// Of another account.
    Foreign,
    /// Not known.
    Unknown,
}

/// A class of principals that the policy cannot tell apart.
#[derive(Clone, Debug)]
pub struct PrincipalClass {
    /// What it is.
    pub kind: ClassKind,
    /// Whose it is.
    pub ownership: Ownership,
    /// Where the policy names it: the principal strings, in source order; of a class given by an
    /// `aws:PrincipalArn` or account condition, the condition values.
    pub mentions: Vec<Span>,
}

/// The kinds of [`PrincipalClass`].
#[derive(Clone, Debug, PartialEq)]
pub enum ClassKind {
    /// A named user, role, session or federated user (its ARN), by `Principal` or by `aws:PrincipalArn`.
    Named(Text),
    /// The root user of an account.
    AccountRoot(Text),
    /// Any other user or role of an account that the policy mentions.
    AccountOther(Text),
    /// A principal string that is not known: someone, the same one wherever the reference is the same.
    Opaque(Text),
    /// Any principal of an account and an organization that the policy does not mention.
    Fresh,
    /// A service principal.
    Service(Text),
}

/// A statement that gives an action to a principal, and the characters that do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ground {
    /// The statement's place in the policy.
    pub statement: usize,
    /// The principal string, or the condition value that names it.
    pub principal: Span,
    /// The action pattern; of `NotAction`, the key.
    pub action: Span,
}

/// The answers about one policy.
#[derive(Debug)]
pub struct Access<'a> {
    #[expect(dead_code, reason = "the solver reads it")]
    policy: &'a Policy,
}

impl<'a> Access<'a> {
    /// Reads a policy.
    pub fn new(policy: &'a Policy, _key: &'a KeyFacts) -> Self {
        Access { policy }
    }
}
