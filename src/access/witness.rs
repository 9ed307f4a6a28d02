//! A request that proves a positive answer.

use std::fmt;

use super::evaluate::{Request, evaluate};
use super::names::has_unknown;
use super::search::{Model, Values};
use super::subject::FRESH_ACCOUNT;
use super::text::request;
use super::{ClassKind, Level};
use crate::catalog::ActionSet;
use crate::policy::{Policy, PrincipalKind};

/// A request that shows an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// ARN of the principal, or name of the service; `${reference}` where it is not known.
    pub principal: String,
    /// The action, such as `kms:Decrypt`.
    pub action: String,
    /// The condition keys that matter, in lower case, and their values; an absent one is not there.
    pub context: Vec<(String, Vec<String>)>,
    /// Nothing in it is unknown, so that it can be replayed.
    pub(super) is_plain: bool,
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
        // The evaluator compares plain texts: what is unknown, it cannot replay.
        match witness.request().filter(|_| action.is_some()) {
            Some(request) if evaluate(policy, &request).level < level => None,
            _ => Some(witness),
        }
    }

    /// The request of a solution.
    pub(super) fn unchecked(model: &Model<'_>, class: &ClassKind, action: &str, values: Values) -> Witness {
        let present = values.into_iter().filter_map(|(key, given)| Some((key, given?)));
        let context: Vec<(String, Vec<String>)> = present.collect();
        let arn =
            context.iter().find(|(key, _)| key == "aws:principalarn").and_then(|(_, values)| values.first());
        let principal = principal(class, arn, model);
        let is_plain = !has_unknown(&principal)
            && context.iter().all(|(_, values)| values.iter().all(|value| !has_unknown(value)));
        let readable =
            |values: &Vec<String>| values.iter().map(|value| model.names.readable(value)).collect();
        let context = context.iter().map(|(key, values)| (key.clone(), readable(values)));
        Witness {
            principal: model.names.readable(&principal),
            action: action.to_owned(),
            context: context.collect(),
            is_plain,
        }
    }

    /// The request, if nothing in it is unknown.
    pub(super) fn request(&self) -> Option<Request> {
        let (principal, action) = (self.principal.clone(), self.action.clone());
        self.is_plain.then(|| Request { principal, action, context: self.context.clone(), owner: None })
    }
}

fn principal(class: &ClassKind, arn: Option<&String>, model: &Model<'_>) -> String {
    let request = |text| model.names.request(text);
    match (class, arn) {
        (ClassKind::Named(arn) | ClassKind::Opaque(arn), _) => request(arn),
        (ClassKind::Service(name), _) => request(name),
        (ClassKind::AccountRoot(account), _) => format!("arn:aws:iam::{}:root", request(account)),
        (_, Some(arn)) => arn.clone(),
        (ClassKind::AccountOther(account), None) => format!("arn:aws:iam::{}:role/any", request(account)),
        (ClassKind::Fresh, None) => format!("arn:aws:iam::{FRESH_ACCOUNT}:role/any"),
    }
}

/// The account of a principal of a request, if it is one that an IAM user or role of an account is.
pub(super) fn account_of(principal: &PrincipalKind) -> Option<String> {
    principal.account().map(request)
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
            .map(|(key, values)| format!("`{key}` = `{}`", values.join("`, `")))
            .collect();
        if told.is_empty() { Ok(()) } else { write!(f, " with {}", told.join(" and ")) }
    }
}
