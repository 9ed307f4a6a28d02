//! The condition keys that requests to KMS carry.

use super::actions::ActionSet;
use super::data;

/// A condition key, or a family of them.
#[derive(Debug)]
pub struct ConditionKey {
    /// Its name in AWS's spelling; of a family, what its names begin with, such as `kms:EncryptionContext:`.
    pub name: &'static str,
    /// The name in lower case: condition keys are compared without regard to case.
    pub folded: &'static str,
    /// Whether it is one key or a family.
    pub form: Form,
    /// The type of its values.
    pub value_type: ValueType,
    /// A request may carry several values: needs `ForAllValues:` or `ForAnyValue:`.
    pub multivalued: bool,
    /// What it tells about.
    pub scope: Scope,
    /// The key-policy actions whose requests carry it.
    pub applies_to: ActionSet,
    /// AWS documents `applies_to` as complete: the requests of other actions never carry it.
    pub closed: bool,
    /// In every request, made by an IAM principal, for the actions it applies to.
    pub always_present: bool,
    /// When it is there, if not always: `the key has an alias`.
    pub present_when: Option<&'static str>,
    /// Whose requests carry it.
    pub callers: Callers,
    /// The caller or the caller's own account chooses its value.
    pub caller_chosen: bool,
    /// A fixed value keeps the principals of unknown accounts out.
    pub narrows_principals: bool,
    /// The values it can have; empty: not enumerated.
    pub values: &'static [&'static str],
    /// Lowest and highest value of a number.
    pub range: Option<(i64, Option<i64>)>,
    /// What its values look like.
    pub format: Option<Format>,
    /// It is deprecated in favour of this key.
    pub replaced_by: Option<&'static str>,
}

/// One key or a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One key.
    One,
    /// Any name of one character or more follows.
    Suffix,
    /// A number from 0 to this follows.
    Numbered(u8),
}

/// The types of condition values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ValueType {
    /// `String`
    Text,
    /// `ARN`
    Arn,
    /// `Bool`
    Bool,
    /// `Numeric`
    Number,
    /// `Date`
    Date,
    /// `IPAddress`
    Address,
}

/// What a condition key tells about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// The request.
    Request,
    /// The key: a constant inside one key's policy.
    Resource,
    /// The principal.
    Principal,
    /// The principal's session.
    Session,
    /// Where the request comes from.
    Network,
}

/// Whose requests carry a condition key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Callers {
    /// Everyone's, or it is not documented whose.
    Any,
    /// Those of users, roles and sessions, never of service principals.
    Iam,
    /// Those of service principals alone.
    Service,
}

/// What the values of a condition key look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Twelve digits.
    Account,
    /// `o-…`
    Organization,
    /// An ARN.
    Arn,
    /// The ARN of a principal.
    Principal,
    /// A service principal.
    Service,
    /// `SERVICE.REGION.amazonaws.com`
    ViaService,
    /// A Region.
    Region,
    /// An alias name, `alias/…`, not an alias ARN.
    Alias,
    /// 96 hexadecimal digits.
    Sha384,
    /// An address or a block of addresses.
    Cidr,
    /// `vpc-…`
    Vpc,
    /// `vpce-…`
    Vpce,
}

/// A condition key as AWS writes it, of its name in lower case; of a family, which the catalogue knows by its
/// beginning alone, and of an unknown key the name itself.
pub fn condition_key_called(folded: &str) -> &str {
    let known = condition_key(folded).map(|key| key.name);
    known.filter(|name| name.eq_ignore_ascii_case(folded)).unwrap_or(folded)
}

/// The condition key with this name, which must be in lower case.
pub fn condition_key(folded: &str) -> Option<&'static ConditionKey> {
    let exact = data::CONDITION_KEYS.binary_search_by(|key| key.folded.cmp(folded));
    if let Ok(at) = exact {
        return data::CONDITION_KEYS.get(at).filter(|key| key.form == Form::One);
    }
    data::CONDITION_KEYS.iter().find(|key| {
        let Some(rest) = folded.strip_prefix(key.folded) else { return false };
        match key.form {
            Form::One => false,
            Form::Suffix => !rest.is_empty(),
            Form::Numbered(highest) => {
                rest.parse::<u8>().is_ok_and(|number| number <= highest && number.to_string() == rest)
            }
        }
    })
}

/// All condition keys, sorted by their folded names.
pub fn condition_keys() -> &'static [ConditionKey] {
    data::CONDITION_KEYS
}

/// Whether a key (in lower case) belongs to an identity provider, as `saml:aud` or `accounts.example.com:sub`:
/// it is in the session of whoever came through that provider.
pub fn is_federation_key(folded: &str) -> bool {
    let Some((provider, name)) = folded.split_once(':') else { return false };
    let (provider, name) = folded.rsplit_once(':').unwrap_or((provider, name));
    !name.is_empty() && (provider == "saml" || provider == "sts" || provider.contains('.'))
}
