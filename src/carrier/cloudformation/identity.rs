//! Policies of IAM users, roles and groups that a template makes.

use super::attribute::type_of;
use super::eval::Evaluator;
use super::key::{policies, resources};
use super::template::Template;
use crate::carrier::{Carried, Role};
use crate::value::{Kind, Value};

/// Finds the IAM policies of a template that may say something of keys.
pub(super) fn carry(template: &Template<'_>, carried: &mut Carried) {
    let finder = Evaluator::new(template, Default::default());
    for (member, scope) in resources(&finder) {
        let Some(properties) = member.value.get("Properties") else { continue };
        let mut take = |path: &[&str]| {
            let role = Role::IdentityPolicy;
            let documents = policies(template, &member, &scope, path, role, &mut carried.errors);
            carried.documents.extend(documents.into_iter().filter(|document| says_kms(&document.value)));
        };
        match type_of(&member.value).as_str() {
            "AWS::IAM::Policy"
            | "AWS::IAM::ManagedPolicy"
            | "AWS::IAM::RolePolicy"
            | "AWS::IAM::UserPolicy"
            | "AWS::IAM::GroupPolicy" => take(&["PolicyDocument"]),
            "AWS::IAM::Role" | "AWS::IAM::User" | "AWS::IAM::Group" => {
                let count = properties.get("Policies").and_then(Value::as_list).map_or(0, <[Value]>::len);
                for at in 0..count {
                    take(&["Policies", &at.to_string(), "PolicyDocument"]);
                }
            }
            _ => {}
        }
    }
}

/// Whether a policy names an action of KMS.
fn says_kms(policy: &Value) -> bool {
    let mut found = false;
    policy.walk(&mut |value| {
        if let Kind::Text(text) = &value.kind {
            let start = text.to_string();
            found |= start == "*" || start.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("kms:"));
        }
    });
    found
}
