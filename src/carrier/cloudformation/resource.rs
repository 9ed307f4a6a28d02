//! KMS resources of a template under Terraform's names, so that one rule judges both.

use super::attribute::type_of;
use super::eval::{Evaluator, Scope};
use super::key::address;
use super::template::Template;
use super::values;
use crate::carrier::branch::for_each_branch;
use crate::carrier::{Document, Given, Resource, ResourceKind};
use crate::source::Span;
use crate::value::{Kind, Member, SpanMap, Text, Value};

/// Properties and the arguments that Terraform calls them by.
const NAMES: [(&str, &str); 15] = [
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
    ("Tags", "tags"),
    ("TargetKeyId", "target_key_id"),
];

/// What CloudFormation calls an argument of Terraform.
pub(in crate::carrier) fn property(argument: &str) -> Option<&'static str> {
    NAMES.iter().find(|(_, name)| *name == argument).map(|(property, _)| *property)
}

/// The kind of a resource, if it is KMS's.
pub(super) fn kind(resource: &Value) -> Option<ResourceKind> {
    match type_of(resource).as_str() {
        "AWS::KMS::Key" => Some(ResourceKind::Key),
        "AWS::KMS::ReplicaKey" => Some(ResourceKind::ReplicaKey),
        "AWS::KMS::Alias" => Some(ResourceKind::Alias),
        _ => None,
    }
}

/// A KMS resource with its properties. `policies` are the documents that its key policy led to.
pub(super) fn resource(
    template: &Template<'_>,
    kind: ResourceKind,
    member: &Member,
    scope: &Scope,
    policies: &[Document],
) -> Resource {
    let properties = member.value.get("Properties");
    let mut attributes = Vec::new();
    for property in properties.and_then(Value::as_object).unwrap_or_default() {
        let known = property.key.as_known().unwrap_or_default();
        let Some((_, name)) = NAMES.iter().find(|(property, _)| *property == known) else { continue };
        let mut value = match *name {
            "policy" => policy(policies, property.value.span),
            "tags" => tags(agreed(template, &property.value, scope)),
            _ => agreed(template, &property.value, scope),
        };
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
    if let Some(call) = properties.and_then(transform) {
        for (property, name) in NAMES {
            if properties.is_some_and(|it| it.get(property).is_none()) {
                let value = values::unknown(property, "a macro may add it", call.key_span);
                let key = Text::known(name, SpanMap::opaque(call.key_span));
                attributes.push(Member { key, key_span: call.key_span, value });
            }
        }
    }
    let span = properties.map_or(member.value.span, |properties| properties.span);
    Resource {
        kind,
        address: address(member),
        span: member.key_span,
        attributes: Value::new(Kind::Object(attributes), span),
    }
}

/// The call of a macro among properties, to which it adds others.
pub(super) fn transform(properties: &Value) -> Option<&Member> {
    let members = properties.as_object()?;
    members.iter().find(|member| member.key.as_known().as_deref() == Some("Fn::Transform"))
}

/// The value that all branches lead to; an unknown where they do not agree.
fn agreed(template: &Template<'_>, value: &Value, scope: &Scope) -> Value {
    let (mut branches, more) = for_each_branch(|decisions| {
        let evaluator = Evaluator::new(template, decisions);
        (evaluator.eval(value, scope), evaluator.decisions.into_inner())
    });
    match branches.pop() {
        Some((first, _)) if !more && branches.iter().all(|(other, _)| other.kind == first.kind) => first,
        _ => values::unknown("this", "it depends on conditions that are not decided", value.span),
    }
}

/// A list of `Key` and `Value` as the map that Terraform has; one of which not everything is known stays as it is.
fn tags(value: Value) -> Value {
    let member = |item: &Value| {
        let key = item.get("Key")?;
        Some(Member { key: key.as_text()?.clone(), key_span: key.span, value: item.get("Value")?.clone() })
    };
    match value.as_list().and_then(|items| items.iter().map(member).collect()) {
        Some(members) => Value { kind: Kind::Object(members), ..value },
        None => value,
    }
}

/// The policy as the one document that it is; unknown where it has branches.
fn policy(documents: &[Document], span: Span) -> Value {
    match documents {
        [] => values::no_value(span),
        [one] if one.given == Given::Default => values::no_value(span),
        [one] if matches!(one.value.kind, Kind::Unknown(_)) => one.value.clone(),
        [one] => Value::new(Kind::Encoded(Box::new(one.value.clone())), span),
        [..] => values::unknown("KeyPolicy", "it depends on conditions that are not decided", span),
    }
}

fn is_flag(name: &str) -> bool {
    name.starts_with("enable") || name.starts_with("bypass") || matches!(name, "is_enabled" | "multi_region")
}
