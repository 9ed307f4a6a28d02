//! `Principal` and `NotPrincipal`.

use super::arn::{Arn, Parsed};
use super::placeholder::{is_account_placeholder, is_arn_placeholder, placeholder, stands_for_account};
use super::read::{Item, Reader};
use super::{DefectKind, InvalidPrincipal, Principal, PrincipalElement, PrincipalKind};
use crate::source::Span;
use crate::value::{Kind, Member, Piece, SpanMap, SymbolKind, Text, Value};

const TYPES: [&str; 4] = ["AWS", "Service", "Federated", "CanonicalUser"];

impl Reader<'_> {
    pub(super) fn principal(&mut self, negated: bool, member: &Member) -> PrincipalElement {
        let value = &member.value;
        let (key_span, span) = (member.key_span, value.span);
        let mut element = PrincipalElement { negated, key_span, span, entries: Vec::new(), open: false };
        match &value.kind {
            Kind::Object(members) => {
                for member in self.unique(members, false) {
                    self.principal_type(member, &mut element);
                }
            }
            Kind::Unknown(_) => element.open = true,
            Kind::Text(text) if text.as_known().as_deref() == Some("*") => {
                element.entries.push(Principal { kind: PrincipalKind::Everyone, text: text.clone(), span });
            }
            Kind::Text(text) if !text.is_known() => {
                // Only `*` can stand here, but an unknown string may turn out to be just that.
                element.open = true;
                element.entries.push(Principal { kind: aws(text), text: text.clone(), span });
            }
            _ => {
                self.wrong_type("Principal", "`\"*\"` or an object such as `{\"AWS\": …}`", span);
                self.named("AWS", value, &mut element);
            }
        }
        if element.entries.is_empty() && !element.open {
            let name = if negated { "NotPrincipal" } else { "Principal" };
            self.defect(DefectKind::Empty(name), span, Vec::new());
        }
        element
    }

    fn principal_type(&mut self, member: &Member, element: &mut PrincipalElement) {
        let Some(written) = member.key.as_known() else {
            element.open = true;
            return;
        };
        let Some(name) = TYPES.into_iter().find(|name| name.eq_ignore_ascii_case(&written)) else {
            let kind = PrincipalKind::Invalid(InvalidPrincipal::UnknownType);
            element.entries.push(Principal { kind, text: member.key.clone(), span: member.key_span });
            return;
        };
        if name != written {
            let kind = DefectKind::UnknownElement { name: written.into_owned(), meant: Some(name) };
            self.defect(kind, member.key_span, Vec::new());
        }
        self.named(name, &member.value, element);
    }

    /// The principals of one type.
    fn named(&mut self, type_name: &str, value: &Value, element: &mut PrincipalElement) {
        if matches!(value.kind, Kind::Object(_) | Kind::Null)
            && type_name == "AWS"
            && value.span == element.span
        {
            return;
        }
        for item in self.items("Principal", value, false) {
            let (text, span, open) = match item {
                Item::Text(text, span) => (text.into_owned(), span, false),
                Item::Open(text, span) => (text, span, true),
            };
            let kind = match type_name {
                // A variable that is empty until somebody sets it.
                _ if text.is_empty() && span.file != element.key_span.file => PrincipalKind::Unknown,
                "AWS" => aws(&text),
                "Service" => service(&text),
                "Federated" => PrincipalKind::Invalid(InvalidPrincipal::Federated),
                _ => PrincipalKind::Invalid(InvalidPrincipal::CanonicalUser),
            };
            element.open |= open;
            element.entries.push(Principal { kind, text, span });
        }
    }
}

impl Principal {
    /// Whether it names a user, a role or a session, and not a whole account: by its form or, where it is
    /// not known, by what the reference is called, such as `var.user_arn`. False is no denial.
    pub fn is_someone(&self) -> bool {
        match &self.kind {
            PrincipalKind::User { .. }
            | PrincipalKind::Role { .. }
            | PrincipalKind::Session { .. }
            | PrincipalKind::FederatedUser { .. } => true,
            PrincipalKind::Unknown => is_called_someone(&self.text),
            _ => false,
        }
    }
}

/// Whether an unknown string is called a user or role: a word of its reference says so, and none says that
/// it is an account.
pub(crate) fn is_called_someone(text: &Text) -> bool {
    let [Piece::Unknown { symbol, .. }] = text.pieces.as_slice() else { return false };
    let folded = symbol.reference.to_lowercase();
    let has = |words: &[&str]| folded.split(|c: char| !c.is_alphanumeric()).any(|word| words.contains(&word));
    has(&["user", "users", "role", "roles"]) && !has(&["account", "accounts", "root"])
}

/// The permission set that IAM Identity Center made a role for: `Admin` of
/// `role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin_0123456789abcdef`.
pub(crate) fn permission_set(arn: &Text) -> Option<String> {
    let last = arn.split('/', usize::MAX).pop()?;
    let last = last.as_known()?;
    let (name, suffix) = last.strip_prefix("AWSReservedSSO_")?.rsplit_once('_')?;
    let is_suffix = suffix.len() == 16 && suffix.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_suffix && !name.is_empty()).then(|| name.to_owned())
}

impl PrincipalKind {
    /// What a string in `{"AWS": …}` names, or in a condition on `aws:PrincipalArn`.
    pub fn parse(text: &Text) -> PrincipalKind {
        aws(text)
    }

    /// What a known string in `{"AWS": …}` names.
    pub fn of_aws(text: &str) -> PrincipalKind {
        let nowhere = Span::at(crate::source::FileId(0), 0);
        aws(&Text::known(text, SpanMap::opaque(nowhere)))
    }

    /// The account of a principal that belongs to one.
    pub fn account(&self) -> Option<&Text> {
        match self {
            PrincipalKind::Account { account }
            | PrincipalKind::User { account, .. }
            | PrincipalKind::Role { account, .. }
            | PrincipalKind::Session { account, .. }
            | PrincipalKind::FederatedUser { account, .. } => Some(account),
            _ => None,
        }
    }

    /// The ARN of a principal that is named by one; not of an account.
    pub fn arn(&self) -> Option<&Text> {
        match self {
            PrincipalKind::User { arn, .. }
            | PrincipalKind::Role { arn, .. }
            | PrincipalKind::Session { arn, .. }
            | PrincipalKind::FederatedUser { arn, .. } => Some(arn),
            _ => None,
        }
    }
}

fn service(text: &Text) -> PrincipalKind {
    let prefix = text.known_prefix();
    match () {
        () if text.known_characters().any(|c| c == '*') => {
            PrincipalKind::Invalid(InvalidPrincipal::ServiceWildcard)
        }
        () if text.is_empty() || prefix.starts_with("arn:") => {
            PrincipalKind::Invalid(InvalidPrincipal::Malformed)
        }
        () => PrincipalKind::Service { name: text.clone() },
    }
}

fn aws(text: &Text) -> PrincipalKind {
    use InvalidPrincipal::{AccountId, Malformed, Wildcard};
    if let Some(symbol) = only_symbol(text) {
        return match symbol {
            SymbolKind::OwnAccount => PrincipalKind::Account { account: text.clone() },
            SymbolKind::Any | SymbolKind::Name => PrincipalKind::Unknown,
            _ => PrincipalKind::Invalid(Malformed),
        };
    }
    match Arn::parse(text) {
        Parsed::Arn(arn) => return of_arn(&arn, text),
        Parsed::Unknown => return PrincipalKind::Unknown,
        Parsed::Not => {}
    }
    let Some(written) = text.as_known() else {
        // `1234${rest}`, `<${name}>`
        let digits = text.known_characters().all(|c| c.is_ascii_digit());
        return if digits { PrincipalKind::Unknown } else { PrincipalKind::Invalid(Malformed) };
    };
    if written == "*" {
        PrincipalKind::Everyone
    } else if is_account_id(&written) || is_account_placeholder(&written) {
        PrincipalKind::Account { account: text.clone() }
    } else if is_arn_placeholder(&written) {
        PrincipalKind::Unknown
    } else if is_unique_id(&written) {
        PrincipalKind::UniqueId { id: written.into_owned() }
    } else if written.starts_with("arn:") {
        PrincipalKind::Invalid(Malformed)
    } else if written.contains(['*', '?']) {
        PrincipalKind::Invalid(Wildcard)
    } else if meant_as_account(&written) {
        PrincipalKind::Invalid(AccountId)
    } else {
        PrincipalKind::Invalid(Malformed)
    }
}

fn of_arn(arn: &Arn, text: &Text) -> PrincipalKind {
    use InvalidPrincipal::{AccountId, Malformed, NotAPrincipal, Wildcard};
    let invalid = PrincipalKind::Invalid;
    let wild = |part: &Text| part.known_characters().any(|c| c == '*' || c == '?');
    if [&arn.partition, &arn.service, &arn.region, &arn.account, &arn.resource].into_iter().any(wild) {
        // A wildcard in the name of something that is no principal anyway is not what is wrong with it.
        let elsewhere = arn.service.as_known().is_some_and(|service| service != "iam" && service != "sts");
        return invalid(if elsewhere && !wild(&arn.service) { NotAPrincipal } else { Wildcard });
    }
    let no_partition = |written: &str| !written.starts_with("aws") && placeholder(written).is_none();
    if arn.partition.as_known().is_some_and(|partition| no_partition(&partition)) {
        return invalid(Malformed);
    }
    let Some(service) = arn.service.as_known() else { return PrincipalKind::Unknown };
    if service != "iam" && service != "sts" {
        return invalid(if service.is_empty() { Malformed } else { NotAPrincipal });
    }
    let kind = of_resource(&service, arn, text);
    if kind == invalid(NotAPrincipal) {
        return kind;
    }
    if arn.region.as_known().is_some_and(|region| !region.is_empty()) {
        return invalid(Malformed);
    }
    // `arn:aws:iam::${var.account_id}:root` of a variable that is empty until somebody sets it.
    if text.pieces.len() > 1 && arn.account.is_empty() {
        return PrincipalKind::Unknown;
    }
    let account_fits = match arn.account.as_known() {
        // Of an example: the rest is judged as if an account stood there.
        Some(account) => is_account_id(&account) || stands_for_account(&account),
        None => arn.account.known_characters().all(|c| c.is_ascii_digit()),
    };
    if account_fits { kind } else { invalid(AccountId) }
}

/// What the last part of an ARN of IAM or STS names.
fn of_resource(service: &str, arn: &Arn, text: &Text) -> PrincipalKind {
    let (account, resource) = (arn.account.clone(), &arn.resource);
    let invalid = PrincipalKind::Invalid;
    let prefix = resource.known_prefix();
    let (kind, _) = prefix.split_once('/').unwrap_or((prefix.as_str(), ""));
    if kind.is_empty() && !resource.is_known() {
        return PrincipalKind::Unknown;
    }
    let malformed = !is_name(resource);
    if malformed && resource.as_known().is_some_and(|name| placeholder(&name).is_some()) {
        return PrincipalKind::Unknown;
    }
    match (service, kind) {
        ("iam", "group") => invalid(InvalidPrincipal::Group),
        (
            "iam",
            "policy" | "instance-profile" | "saml-provider" | "oidc-provider" | "mfa" | "server-certificate"
            | "sms-mfa" | "access-report",
        ) => invalid(InvalidPrincipal::NotAPrincipal),
        ("iam", "root") if resource.as_known().as_deref() == Some("root") => {
            PrincipalKind::Account { account }
        }
        _ if malformed => invalid(InvalidPrincipal::Malformed),
        ("iam", "user") => PrincipalKind::User { account, arn: text.clone() },
        ("iam", "role") => PrincipalKind::Role { account, arn: text.clone() },
        ("sts", "federated-user") => PrincipalKind::FederatedUser { account, arn: text.clone() },
        ("sts", "assumed-role") => match resource.split('/', 3).as_slice() {
            [_, role, session] if !role.is_empty() && !session.is_empty() => {
                PrincipalKind::Session { account, arn: text.clone(), role: role.clone() }
            }
            _ if resource.is_known() => invalid(InvalidPrincipal::Malformed),
            _ => PrincipalKind::Unknown,
        },
        _ if resource.is_known() || prefix.contains('/') => invalid(InvalidPrincipal::Malformed),
        // `${…}` follows what may become one of the above.
        _ => PrincipalKind::Unknown,
    }
}

/// Whether this can be `role/path/name` or the like: something follows the kind, and its last part is a name.
fn is_name(resource: &Text) -> bool {
    let parts = resource.split('/', usize::MAX);
    let Some(name) = parts.last() else { return false };
    let named = parts.len() > 1 || !resource.is_known();
    let letters = |c: char| c.is_ascii_alphanumeric() || "+=,.@-_".contains(c);
    let path = |c: char| ('!'..='\u{7e}').contains(&c) && !"<>{}[]:".contains(c);
    named && !name.is_empty() && name.known_characters().all(letters) && resource.known_characters().all(path)
}

fn only_symbol(text: &Text) -> Option<SymbolKind> {
    let mut pieces =
        text.pieces.iter().filter(|piece| !matches!(piece, Piece::Known { text, .. } if text.is_empty()));
    match (pieces.next(), pieces.next()) {
        (Some(Piece::Unknown { symbol, .. }), None) => Some(symbol.kind),
        _ => None,
    }
}

fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_unique_id(text: &str) -> bool {
    let rest = text.strip_prefix("AIDA").or_else(|| text.strip_prefix("AROA"));
    rest.is_some_and(|rest| {
        rest.len() >= 12 && rest.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    })
}

/// `ACCOUNT_ID`, `<account-id>`, `1234-5678-9012`, `XXXXXXXXXXXX`
fn meant_as_account(text: &str) -> bool {
    let digits = text.chars().all(|c| c.is_ascii_digit() || "-xX ".contains(c));
    !text.is_empty() && (digits || text.to_lowercase().contains("account"))
}
