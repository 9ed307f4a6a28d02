//! Policies of IAM users, roles and groups that a template makes.

use super::add_error;
use super::attribute::type_of;
use super::eval::Evaluator;
use super::key::{policies, resources};
use super::template::Template;
use crate::carrier::json::shape::Shape;
use crate::carrier::{Carried, Role};
use crate::value::{Kind, Value};

/// Finds the IAM policies of a template that may say something of keys.
pub(super) fn carry(template: &Template<'_>, carried: &mut Carried) {
    let finder = Evaluator::new(template, Default::default());
    for (member, scope) in resources(&finder) {
        let Some(properties) = member.value.get("Properties") else { continue };
        let mut take = |path: &[&str]| {
            let role = Role::IdentityPolicy;
            let mut met = Vec::new();
            let mut documents = policies(template, &member, &scope, path, role, &mut met);
            documents.retain(|document| Shape::of(&document.value).concerns_kms);
            if !documents.is_empty() {
                met.into_iter().for_each(|error| add_error(&mut carried.errors, error));
            }
            carried.documents.extend(documents);
        };
        match type_of(&member.value).as_str() {
            "AWS::IAM::Policy"
            | "AWS::IAM::ManagedPolicy"
            | "AWS::IAM::RolePolicy"
            | "AWS::IAM::UserPolicy"
            | "AWS::IAM::GroupPolicy" => take(&["PolicyDocument"]),
            "AWS::SSO::PermissionSet" => take(&["InlinePolicy"]),
            // SAM takes names and policy templates in `Policies` too; those are no documents.
            "AWS::Serverless::Function" | "AWS::Serverless::StateMachine" => {
                match properties.get("Policies") {
                    Some(one) if is_document(one) => take(&["Policies"]),
                    Some(Value { kind: Kind::List(items), .. }) => {
                        let at = |(at, item)| is_document(item).then_some(at);
                        items
                            .iter()
                            .enumerate()
                            .filter_map(at)
                            .for_each(|at| take(&["Policies", &at.to_string()]));
                    }
                    _ => {}
                }
            }
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

fn is_document(value: &Value) -> bool {
    value.get("Statement").is_some()
}
