//! Policies of IAM users, roles and groups that a template makes.

use super::add_error;
use super::attribute::type_of;
use super::eval::Evaluator;
use super::key::{Place, policies, resources};
use super::template::Template;
use crate::carrier::json::shape::Shape;
use crate::carrier::{Carried, Role};

/// Finds the IAM policies of a template that may say something of keys.
pub(super) fn carry(template: &Template<'_>, carried: &mut Carried) {
    let finder = Evaluator::new(template, Default::default());
    for (member, scope) in resources(&finder) {
        let Some(properties) = member.value.get("Properties") else { continue };
        let mut take = |place: &Place| {
            let role = Role::IdentityPolicy;
            let mut met = Vec::new();
            let mut documents = policies(template, &member, &scope, place, role, &mut met);
            documents.retain(|document| Shape::of(&document.value).concerns_kms);
            if !documents.is_empty() {
                met.into_iter().for_each(|error| add_error(&mut carried.errors, error));
            }
            carried.documents.extend(documents);
        };
        let listed = || {
            let mut found = Vec::new();
            if let Some(written) = properties.get("Policies") {
                Place::of("Policies").items(written, &mut found);
            }
            found
        };
        match type_of(&member.value).as_str() {
            "AWS::IAM::Policy"
            | "AWS::IAM::ManagedPolicy"
            | "AWS::IAM::RolePolicy"
            | "AWS::IAM::UserPolicy"
            | "AWS::IAM::GroupPolicy" => take(&Place::of("PolicyDocument")),
            "AWS::SSO::PermissionSet" => take(&Place::of("InlinePolicy")),
            // SAM takes names and policy templates in `Policies` too; those are no documents.
            "AWS::Serverless::Function" | "AWS::Serverless::StateMachine" => {
                let documents =
                    listed().into_iter().filter(|(_, written)| written.get("Statement").is_some());
                documents.for_each(|(place, _)| take(&place));
            }
            "AWS::IAM::Role" | "AWS::IAM::User" | "AWS::IAM::Group" => {
                listed().iter().for_each(|(place, _)| take(&place.then("PolicyDocument")));
            }
            _ => {}
        }
    }
}
