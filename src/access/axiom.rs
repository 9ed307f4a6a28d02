//! What is taken to be true of every request beyond what the policy says. A verdict names the axioms it used.
//!
//! Leaving an axiom out makes more requests possible: a comparison could then report access that nobody has,
//! but it would miss none. A false axiom could hide access, so each carries its source.

use std::fmt;

/// A fact about requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Axiom {
    /// `kms:CallerAccount` and `aws:PrincipalAccount` are the account in `aws:PrincipalArn` (IAM user guide, global
    /// condition keys).
    CallerAccount,
    /// Requests of service principals carry no `aws:PrincipalArn`, `aws:PrincipalOrgID` or other key of an IAM
    /// principal, and `aws:PrincipalIsAWSService` is true.
    ServicePrincipal,
    /// `aws:SourceArn`, `aws:SourceAccount` and the like come with service principals alone (IAM user guide).
    SourceKeys,
    /// A request through `kms:ViaService` has `aws:ViaAWSService` true: both mean a forward access session.
    ViaService,
    /// `kms:EncryptionContext:k` is there if and only if `k` is in `kms:EncryptionContextKeys`.
    EncryptionContext,
    /// A key with a documented list of actions is absent from the requests of all others (KMS developer guide,
    /// condition keys).
    ActionKeys,
    /// What is known of the key itself, such as its usage, holds in every request.
    KeyFacts,
    /// Keys that are documented to be in every request are there.
    AlwaysPresent,
    /// An account that the policy does not mention is in no organization and no VPC that it mentions.
    FreshOrganization,
    /// Numbers lie in the range that KMS accepts.
    NumberRange,
    /// Unknown values of different references differ, and differ from all written values.
    UnknownsDiffer,
}

impl Axiom {
    const ALL: [Axiom; 11] = [
        Axiom::CallerAccount,
        Axiom::ServicePrincipal,
        Axiom::SourceKeys,
        Axiom::ViaService,
        Axiom::EncryptionContext,
        Axiom::ActionKeys,
        Axiom::KeyFacts,
        Axiom::AlwaysPresent,
        Axiom::FreshOrganization,
        Axiom::NumberRange,
        Axiom::UnknownsDiffer,
    ];

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Axiom::CallerAccount => "caller-account",
            Axiom::ServicePrincipal => "service-principal",
            Axiom::SourceKeys => "source-keys",
            Axiom::ViaService => "via-service",
            Axiom::EncryptionContext => "encryption-context",
            Axiom::ActionKeys => "action-keys",
            Axiom::KeyFacts => "key-facts",
            Axiom::AlwaysPresent => "always-present",
            Axiom::FreshOrganization => "fresh-organization",
            Axiom::NumberRange => "number-range",
            Axiom::UnknownsDiffer => "unknowns-differ",
        }
    }
}

/// The fact in one sentence.
impl fmt::Display for Axiom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Axiom::CallerAccount => {
                "`kms:CallerAccount` and `aws:PrincipalAccount` are the account of `aws:PrincipalArn`"
            }
            Axiom::ServicePrincipal => "requests of service principals carry no keys of IAM principals",
            Axiom::SourceKeys => "`aws:SourceArn` and `aws:SourceAccount` come with service principals alone",
            Axiom::ViaService => "a request with `kms:ViaService` has `aws:ViaAWSService` true",
            Axiom::EncryptionContext => {
                "`kms:EncryptionContext:k` is there if and only if `k` is in `kms:EncryptionContextKeys`"
            }
            Axiom::ActionKeys => "a key with a documented list of actions is absent from other actions' requests",
            Axiom::KeyFacts => "the key's own properties are the same in every request",
            Axiom::AlwaysPresent => "keys that are documented to be in every request, or in those of some principals, are there",
            Axiom::FreshOrganization => {
                "an account that the policy does not mention is in no organization and no VPC that it mentions"
            }
            Axiom::NumberRange => "numbers lie in the range that KMS accepts",
            Axiom::UnknownsDiffer => "values that are not known differ from each other and from written ones",
        })
    }
}

/// A set of axioms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Axioms(u16);

impl Axioms {
    pub(super) fn add(&mut self, axiom: Axiom) {
        self.0 |= 1 << axiom as u8;
    }

    /// The axioms in it.
    pub fn iter(self) -> impl Iterator<Item = Axiom> {
        Axiom::ALL.into_iter().filter(move |axiom| self.0 >> *axiom as u8 & 1 == 1)
    }
}
