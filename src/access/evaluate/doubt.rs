//! What is not known about an answer, and what each statement has to do with it.

use super::condition::holds;
use super::{Case, Request, context, effective, evaluate};
use crate::access::Level;
use crate::policy::{Condition, Effect, Policy, Statement};
use crate::value::Text;

/// Whether the answer of [`evaluate`] depends on something that is not known, and then the statements that might decide
/// otherwise, by their places; `None`: it does not.
pub fn doubts(policy: &Policy, request: &Request) -> Option<Vec<usize>> {
    let case = Case::new(policy, request, &Text::as_known);
    let decision = evaluate(policy, request);
    let sure = |at: &usize| policy.statements.get(*at).is_some_and(|statement| case.surely(statement));
    if decision.level == Level::Denied && decision.statements.iter().any(sure) {
        return None;
    }
    // What the statements surely give.
    let allows = policy.statements.iter().filter(|it| it.effect == Effect::Allow && case.surely(it));
    let floor = allows.filter_map(|statement| case.level_of(statement)).max().unwrap_or(Level::Nothing);
    let matters = |statement: &&Statement| match statement.effect {
        _ if case.surely(statement) || !case.possibly(statement) => false,
        Effect::Deny | Effect::Unknown => true,
        Effect::Allow => case.at_most(statement) > floor && effective(&request.action, false),
    };
    let doubtful: Vec<usize> = policy.statements.iter().filter(matters).map(|it| it.index).collect();
    (policy.open || !doubtful.is_empty()).then_some(doubtful)
}

impl Case<'_> {
    /// Whether a statement matches, whatever its unknowns turn out to be.
    fn surely(&self, statement: &Statement) -> bool {
        let principal = statement.principal.as_ref().is_some_and(|element| {
            let known = !element.open && element.entries.iter().all(|entry| entry.text.is_known());
            self.level_of(statement).is_some() && (known || !element.negated)
        });
        let action = statement.action.as_ref().is_some_and(|element| {
            let known = !element.open && element.patterns.iter().all(|pattern| pattern.text.is_known());
            self.acts(statement) && (known || !element.negated)
        });
        statement.effect != Effect::Unknown
            && principal
            && action
            && self.is_about_key(statement)
            && !statement.conditions_open
            && statement.conditions.iter().all(|condition| !is_open(condition) && holds(condition, self))
    }

    /// Whether a statement may match, as its unknowns turn out.
    fn possibly(&self, statement: &Statement) -> bool {
        let principal = statement.principal.as_ref().is_some_and(|element| {
            let unknown = element.open || element.entries.iter().any(|entry| !entry.text.is_known());
            unknown || self.level_of(statement).is_some()
        });
        let action = statement.action.as_ref().is_some_and(|element| {
            let unknown = element.open || element.patterns.iter().any(|pattern| !pattern.text.is_known());
            unknown || self.acts(statement)
        });
        let resource = statement.resource.as_ref().is_some_and(|element| {
            let may_be = element.patterns.iter().any(|pattern| pattern.matches_key != Some(false));
            element.open || element.negated || may_be
        });
        principal
            && action
            && resource
            && statement.conditions.iter().all(|condition| is_open(condition) || holds(condition, self))
    }

    /// The highest level that a statement may give.
    fn at_most(&self, statement: &Statement) -> Level {
        let unknown = statement
            .principal
            .as_ref()
            .is_none_or(|element| element.open || element.entries.iter().any(|entry| !entry.text.is_known()));
        if unknown { Level::Direct } else { self.level_of(statement).unwrap_or(Level::Nothing) }
    }
}

fn is_open(condition: &Condition) -> bool {
    condition.values_open
        || condition.key_folded.is_none()
        || condition.operator.base.is_none()
        || condition.values.iter().any(|value| !value.text.is_known())
}

/// The condition keys of a request that follow from its principal, and their values.
pub fn follows(request: &Request) -> Vec<(String, Vec<String>)> {
    let given = context::given(request);
    context::of(request).into_iter().filter(|(key, _)| !given.contains_key(key)).collect()
}

/// What each statement has to do with a request: one clause for each.
pub fn explain(policy: &Policy, request: &Request) -> Vec<String> {
    let case = Case::new(policy, request, &Text::as_known);
    let say = |statement: &Statement| {
        let Some(level) = case.level_of(statement) else {
            return "does not speak of the principal".to_owned();
        };
        if !case.acts(statement) {
            return "does not speak of the action".to_owned();
        }
        if let Some(failed) = statement.conditions.iter().find(|it| !holds(it, &case)) {
            let given = failed.key_folded.as_ref().and_then(|key| case.context().get(key));
            let given = given.map_or("absent".to_owned(), |values| values.join(", "));
            return format!(
                "`{}` of `{}` fails: the request's is {given}",
                failed.operator.written, failed.key
            );
        }
        if !case.is_about_key(statement) {
            return "does not speak of this key".to_owned();
        }
        match (statement.effect, level) {
            (Effect::Deny, _) => "denies it".to_owned(),
            _ if !effective(&request.action, false) => {
                "has no effect: key policies do not decide this action".to_owned()
            }
            (_, Level::Direct) => "allows it directly".to_owned(),
            _ => "allows it through the account".to_owned(),
        }
    };
    policy.statements.iter().map(say).collect()
}
