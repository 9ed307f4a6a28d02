//! A request that proves a positive answer.

use std::fmt;

use super::evaluate::{Decision, Request, replay};
use super::model::Model;
use super::search::Values;
use super::subject::FRESH_ACCOUNT;
use super::{ClassKind, Level};
use crate::catalog::{self, ActionSet};
use crate::policy::Policy;

/// A request that shows an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// ARN of the principal, or name of the service; `${reference}` where it is not known.
    pub principal: String,
    /// The action, such as `kms:Decrypt`.
    pub action: String,
    /// The condition keys that matter, in lower case, and their values; an absent one is not there.
    pub context: Vec<(String, Vec<String>)>,
    /// The request as the evaluator reads it, unknown values as characters of their own.
    request: Request,
}

impl Witness {
    /// The request of a solution; none where the plain evaluator does not let it through.
    pub(super) fn new(
        policy: &Policy,
        model: &Model<'_>,
        class: &ClassKind,
        actions: ActionSet,
        values: Values,
        level: Level,
    ) -> Option<Witness> {
        let action = actions.names().next();
        let witness = Witness::unchecked(model, class, action.unwrap_or("kms:AnActionToCome"), values);
        // An action to come is in none of the statements that list actions; nor does the evaluator suppose anything.
        let is_so =
            action.is_none() || model.supposed().is_any() || witness.replay(policy, model).level >= level;
        is_so.then_some(witness)
    }

    /// The request of a solution.
    pub(super) fn unchecked(model: &Model<'_>, class: &ClassKind, action: &str, values: Values) -> Witness {
        let present = values.into_iter().filter_map(|(key, given)| Some((key, given?)));
        let context: Vec<(String, Vec<String>)> = present.collect();
        let arn =
            context.iter().find(|(key, _)| key == "aws:principalarn").and_then(|(_, values)| values.first());
        let is_root = context.iter().any(|(key, values)| {
            key == "aws:principaltype" && values.first().is_some_and(|kind| kind == "Account")
        });
        let principal = principal(class, arn, is_root, model);
        let readable =
            |values: &Vec<String>| values.iter().map(|value| model.names.readable(value)).collect();
        Witness {
            principal: model.names.readable(&principal),
            action: action.to_owned(),
            context: context.iter().map(|(key, values)| (key.clone(), readable(values))).collect(),
            request: Request { principal, action: action.to_owned(), context, owner: None },
        }
    }

    /// What the plain evaluator says of the request, whoever owns the key.
    pub(super) fn replay(&self, policy: &Policy, model: &Model<'_>) -> Decision {
        replay(policy, &self.request, &|text| model.names.request(text), model.without_axioms)
    }
}

fn principal(class: &ClassKind, arn: Option<&String>, is_root: bool, model: &Model<'_>) -> String {
    let request = |text| model.names.request(text);
    let partition = model.names.partition();
    match (class, arn) {
        (ClassKind::Named(arn) | ClassKind::Opaque(arn), _) => request(arn),
        (ClassKind::Service(name), _) => request(name),
        (ClassKind::AccountRoot(_), Some(arn)) => arn.clone(),
        (ClassKind::AccountRoot(account), None) => format!("arn:{partition}:iam::{}:root", request(account)),
        (_, Some(arn)) => arn.clone(),
        (ClassKind::AccountOther(account), None) => {
            format!("arn:{partition}:iam::{}:role/any", request(account))
        }
        (ClassKind::Fresh, None) if is_root => format!("arn:{partition}:iam::{FRESH_ACCOUNT}:root"),
        (ClassKind::Fresh, None) => format!("arn:{partition}:iam::{FRESH_ACCOUNT}:role/any"),
    }
}

impl fmt::Display for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` may call `{}`", self.principal, self.action)?;
        let told: Vec<String> = self
            .context
            .iter()
            .filter(|(key, _)| {
                !matches!(key.as_str(), "aws:principalarn" | "kms:calleraccount" | "aws:principalaccount")
            })
            .map(|(key, values)| {
                let name = catalog::condition_key_called(key);
                format!("`{name}` = `{}`", values.join("`, `"))
            })
            .collect();
        if told.is_empty() { Ok(()) } else { write!(f, " with {}", told.join(" and ")) }
    }
}
