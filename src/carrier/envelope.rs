//! What stands around a policy in the answers of AWS's tools, and says whose it is.
//!
//! `kms get-key-policy`, `put-key-policy` and `create-key` have it beside the facts of the key; an SDK may nest that a
//! level deeper. AWS Config has it in the item of an `AWS::KMS::Key`, Access Analyzer among the `keyPolicies` of a
//! configuration.

use crate::carrier::KeyFacts;
use crate::source::Span;
use crate::value::{Kind, SpanMap, Text, Value};

/// Members that only an answer or an input of a KMS call has beside `Policy`.
const MARKS: [&str; 5] = ["PolicyName", "KeyId", "KeySpec", "KeyUsage", "BypassPolicyLockoutSafetyCheck"];

/// What is known of the key that a policy belongs to.
#[derive(Clone, Default)]
pub(super) struct Envelope {
    /// It is sure to be a key's.
    pub(super) is_kms: bool,
    /// The key's ARN.
    pub(super) address: Option<String>,
    pub(super) key: KeyFacts,
}

impl Envelope {
    /// This envelope with what an object inside of it says. The nearest word counts.
    pub(super) fn around(&self, object: &Value) -> Envelope {
        let mut envelope = self.clone();
        let has = |name| object.get(name).is_some();
        let is_resource = known(object, "resourceType").is_some_and(|kind| kind == "AWS::KMS::Key");
        envelope.is_kms |= is_resource || has("Policy") && MARKS.iter().any(|mark| has(mark));
        envelope.read(object);
        for inner in ["KeyMetadata", "keyMetadata"] {
            if let Some(inner) = object.get(inner) {
                envelope.read(inner);
            }
        }
        envelope
    }

    /// This envelope with the name of the member that is looked into: Access Analyzer lists keys by their ARNs.
    pub(super) fn under(&self, name: &Text, span: Span) -> Envelope {
        let mut envelope = self.clone();
        if let Some(name) = name.as_known() {
            envelope.name(&name, span);
        }
        envelope
    }

    /// Takes the ARN of a key for its name.
    fn name(&mut self, arn: &str, span: Span) {
        if arn.starts_with("arn:") && arn.split(':').nth(2) == Some("kms") {
            self.key.owner_account = account_of(arn, span);
            self.address = Some(arn.to_owned());
        }
    }

    fn read(&mut self, object: &Value) {
        for member in object.as_object().unwrap_or_default() {
            let Some(name) = member.key.as_known() else { continue };
            let text = || member.value.as_text().and_then(Text::as_known).map(|text| text.into_owned());
            match name.to_ascii_lowercase().as_str() {
                "keyid" | "arn" | "keyarn" | "resourcearn" => {
                    if let Some(arn) = text() {
                        self.name(&arn, member.value.span);
                    }
                }
                "awsaccountid" | "accountid" if self.key.owner_account.is_none() => {
                    let place = SpanMap::opaque(member.value.span);
                    let account = text().filter(|id| is_account(id));
                    self.key.owner_account = account.map(|id| Text::known(&id, place));
                }
                "keyusage" => self.key.usage = text(),
                "keyspec" | "customermasterkeyspec" => self.key.spec = text(),
                "multiregion" => {
                    if let Kind::Bool(flag) = member.value.kind {
                        self.key.multi_region = Some(flag);
                    }
                }
                "keypolicies" => self.is_kms = true,
                _ => {}
            }
        }
    }
}

fn known(object: &Value, name: &str) -> Option<String> {
    object.get(name)?.as_text()?.as_known().map(|text| text.into_owned())
}

/// The account in an ARN that is written at `span`.
pub(super) fn account_of(arn: &str, span: Span) -> Option<Text> {
    let account = arn.strip_prefix("arn:")?.split(':').nth(3).filter(|id| is_account(id));
    account.map(|id| Text::known(id, SpanMap::opaque(span)))
}

fn is_account(id: &str) -> bool {
    id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit())
}
