//! KMS resources of a template under Terraform's names, so that one rule judges both.

use super::attribute::type_of;
use super::eval::{Evaluator, Scope};
use super::values;
use crate::carrier::{Resource, ResourceKind};
use crate::value::{Kind, Member, SpanMap, Text, Value};

/// Properties and the arguments that Terraform calls them by.
const NAMES: [(&str, &str); 14] = [
    ("AliasName", "name"),
    ("BypassPolicyLockoutSafetyCheck", "bypass_policy_lockout_safety_check"),
    ("Description", "description"),
    ("EnableKeyRotation", "enable_key_rotation"),
    ("Enabled", "is_enabled"),
    ("KeyPolicy", "policy"),
    ("KeySpec", "customer_master_key_spec"),
    ("KeyUsage", "key_usage"),
    ("MultiRegion", "multi_region"),
    ("Origin", "origin"),
    ("PendingWindowInDays", "deletion_window_in_days"),
    ("PrimaryKeyArn", "primary_key_arn"),
    ("RotationPeriodInDays", "rotation_period_in_days"),
    ("TargetKeyId", "target_key_id"),
];

/// The kind of a resource, if it is KMS's.
pub(super) fn kind(resource: &Value) -> Option<ResourceKind> {
    match type_of(resource).as_str() {
        "AWS::KMS::Key" => Some(ResourceKind::Key),
        "AWS::KMS::ReplicaKey" => Some(ResourceKind::ReplicaKey),
        "AWS::KMS::Alias" => Some(ResourceKind::Alias),
        _ => None,
    }
}

/// A KMS resource with its properties.
pub(super) fn resource(
    evaluator: &Evaluator<'_>,
    kind: ResourceKind,
    address: &str,
    member: &Member,
    scope: &Scope,
) -> Resource {
    let properties = member.value.get("Properties");
    let mut attributes = Vec::new();
    for property in properties.and_then(Value::as_object).unwrap_or_default() {
        let known = property.key.as_known().unwrap_or_default();
        let Some((_, name)) = NAMES.iter().find(|(property, _)| *property == known) else { continue };
        let mut value = evaluator.eval(&property.value, scope);
        if values::is_no_value(&value) {
            continue;
        }
        if is_flag(name)
            && let Some(holds) = values::boolean(&value)
        {
            value.kind = Kind::Bool(holds);
        }
        let key = Text::known(name, SpanMap::opaque(property.key_span));
        attributes.push(Member { key, key_span: property.key_span, value });
    }
    let span = properties.map_or(member.value.span, |properties| properties.span);
    Resource {
        kind,
        address: address.to_owned(),
        span: member.key_span,
        attributes: Value::new(Kind::Object(attributes), span),
    }
}

fn is_flag(name: &str) -> bool {
    name.starts_with("enable") || name.starts_with("bypass") || matches!(name, "is_enabled" | "multi_region")
}
