//! Policies of IAM users, roles and groups, as far as they concern KMS.

use super::eval::{Evaluator, Place};
use super::key;
use super::site::Located;
use crate::carrier::json::shape::Shape;
use crate::carrier::{Document, Role};
use crate::syntax::SyntaxError;

/// Resources that carry a policy of IAM: in their argument `policy`, or a role in its blocks `inline_policy`.
pub(in crate::carrier) fn is_identity(kind: &str) -> bool {
    matches!(
        kind,
        "aws_iam_policy"
            | "aws_iam_role_policy"
            | "aws_iam_user_policy"
            | "aws_iam_group_policy"
            | "aws_iam_role"
    )
}

/// The policies of one resource that concern KMS. What is wrong with the text of any other one is not our business.
pub(super) fn policies(
    evaluator: &Evaluator<'_>,
    located: &Located,
    errors: &mut Vec<SyntaxError>,
) -> Vec<Document> {
    let Some((tree, block)) = located.entry().and_then(|entry| entry.block()) else { return Vec::new() };
    let place = Place { instance: &located.instance, scope: &located.one.scope, tree };
    let mut found = Vec::new();
    if tree.text(block.kind) == "resource" && block.body.attribute(tree, "policy").is_some() {
        found.extend(take(evaluator, located, place, &block.body, errors));
    }
    for nested in evaluator.nested(place, &block.body, "inline_policy") {
        found.extend(take(evaluator, located, Place { scope: &nested.scope, ..place }, nested.body, errors));
    }
    found
}

fn take(
    evaluator: &Evaluator<'_>,
    located: &Located,
    place: Place<'_>,
    body: &crate::syntax::hcl::ast::Body,
    errors: &mut Vec<SyntaxError>,
) -> Option<Document> {
    let mut met = Vec::new();
    let document = key::policy(evaluator, located, place, body, &mut met)?;
    if !Shape::of(&document.value).concerns_kms {
        return None;
    }
    errors.extend(met.into_iter().filter(|error| !errors.contains(error)).collect::<Vec<_>>());
    Some(Document { role: Role::IdentityPolicy, ..document })
}
