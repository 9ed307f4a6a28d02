//! A plain evaluator of one concrete request: no classes, no search. What is not known in the policy does not match,
//! or counts as a value of its own where a witness is replayed. It shares nothing with the search but how numbers and
//! dates are spelt.

mod condition;
mod context;
mod doubt;

use std::borrow::Cow;
use std::cell::OnceCell;

use super::Level;
use crate::catalog::{PolicyEffect, action};
use crate::glob;
use crate::policy::{Effect, Policy, PrincipalElement, PrincipalKind, Statement};
use crate::value::Text;
use condition::holds;
use context::Context;

pub use doubt::{doubts, explain, follows};

/// A request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// ARN of the principal, or name of the service.
    pub principal: String,
    /// The action, such as `kms:Decrypt`.
    pub action: String,
    /// Condition keys and their values. The case of a key does not matter, but that of the name of a pair of the
    /// encryption context, which is a value of `kms:EncryptionContextKeys`. Keys that follow from the principal need
    /// not be given.
    pub context: Vec<(String, Vec<String>)>,
    /// The account that owns the key. Principals of another one need IAM policies there: they get no further than
    /// [`Level::Delegated`], and not even there with an action that does not work across accounts.
    pub owner: Option<String>,
}

/// What a policy says to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The level.
    pub level: Level,
    /// The statements that decide, by their places.
    pub statements: Vec<usize>,
}

/// How a text of the policy is spelt in requests; none: it is not known, and equals nothing.
type Spelling<'s> = &'s dyn for<'t> Fn(&'t Text) -> Option<Cow<'t, str>>;

/// A request and the policy's texts as they are compared.
struct Case<'c> {
    request: &'c Request,
    /// The request's condition keys, once some condition asks for one.
    context: OnceCell<Context>,
    /// Whether nothing follows from the principal.
    given: bool,
    spell: Spelling<'c>,
    /// Whether `${…}` is a policy variable.
    variables: bool,
}

/// Evaluates a request.
pub fn evaluate(policy: &Policy, request: &Request) -> Decision {
    decide(policy, &Case::new(policy, request, &Text::as_known))
}

/// Evaluates the request of a witness, in which unknown values are values of their own. `given`: its context is all
/// that there is; nothing follows from the principal.
pub(super) fn replay(
    policy: &Policy,
    request: &Request,
    spell: &dyn Fn(&Text) -> String,
    given: bool,
) -> Decision {
    let spell: Spelling<'_> = &|text| text.as_known().or_else(|| Some(spell(text).into()));
    decide(policy, &Case { given, ..Case::new(policy, request, spell) })
}

fn decide(policy: &Policy, case: &Case<'_>) -> Decision {
    let request = case.request;
    let account = account_of(&request.principal);
    let foreign = request.owner.is_some() && account.is_some() && account != request.owner.as_deref();
    let works = effective(&request.action, foreign);
    let mut decision = Decision { level: Level::Nothing, statements: Vec::new() };
    for statement in policy.statements.iter().filter(|statement| statement.effect != Effect::Unknown) {
        let Some(level) = case.level_of(statement) else { continue };
        if !case.is_about_key(statement)
            || !case.acts(statement)
            || statement.conditions_open
            || !statement.conditions.iter().all(|condition| holds(condition, case))
        {
            continue;
        }
        let level = match statement.effect {
            Effect::Deny => Level::Denied,
            _ if !works => continue,
            _ if foreign => level.min(Level::Delegated),
            _ => level,
        };
        let decides = match (level, decision.level) {
            (Level::Denied, Level::Denied) => true,
            (_, Level::Denied) => false,
            (Level::Denied, _) => true,
            (level, known) => level >= known,
        };
        if decides {
            if level != decision.level {
                decision.statements.clear();
            }
            decision.level = level;
            decision.statements.push(statement.index);
        }
    }
    decision
}

/// Whether an Allow of a key policy has an effect on an action at all, for principals of its own account or of another
/// one (KMS developer guide, permissions reference, and the API reference's "Cross-account use"). An action that is not known is taken to be one
/// that AWS will add.
pub fn effective(name: &str, foreign: bool) -> bool {
    action(name).is_none_or(|action| {
        let is_here = matches!(action.effect, PolicyEffect::Full | PolicyEffect::AliasSide);
        is_here && (action.cross_account || !foreign)
    })
}

impl<'c> Case<'c> {
    fn new(policy: &Policy, request: &'c Request, spell: Spelling<'c>) -> Case<'c> {
        let variables = super::atom::takes_variables(policy);
        Case { request, context: OnceCell::new(), given: false, spell, variables }
    }

    fn context(&self) -> &Context {
        let work_out = if self.given { context::given } else { context::of };
        self.context.get_or_init(|| work_out(self.request))
    }

    fn is_about_key(&self, statement: &Statement) -> bool {
        statement.resource.as_ref().is_some_and(|element| {
            let matched = element.patterns.iter().any(|pattern| pattern.matches_key != Some(false));
            matched != element.negated && !(element.negated && element.open)
        })
    }

    fn acts(&self, statement: &Statement) -> bool {
        statement.action.as_ref().is_some_and(|element| {
            let named = element.patterns.iter().any(|pattern| {
                (self.spell)(&pattern.text)
                    .is_some_and(|pattern| glob::matches(&pattern, &self.request.action, true))
            });
            !element.patterns.is_empty() && named != element.negated && !(element.negated && element.open)
        })
    }

    /// At which level a statement's principals speak of the request's; none where they do not.
    fn level_of(&self, statement: &Statement) -> Option<Level> {
        let element = statement.principal.as_ref()?;
        let denies = statement.effect == Effect::Deny;
        if element.negated {
            let excepted = element.open || self.principal_level(element, true).is_some();
            return (!excepted).then_some(Level::Direct);
        }
        self.principal_level(element, denies)
    }

    fn principal_level(&self, element: &PrincipalElement, denies: bool) -> Option<Level> {
        let principal = self.request.principal.as_str();
        let is = |text: &Text| (self.spell)(text).is_some_and(|text| text == principal);
        let levels = element.entries.iter().filter_map(|entry| match &entry.kind {
            PrincipalKind::Everyone => Some(Level::Direct),
            PrincipalKind::Account { account } => {
                let same = account_of(principal)
                    .is_some_and(|of| (self.spell)(account).is_some_and(|account| account == of));
                let root = principal.ends_with(":root");
                same.then_some(if root || denies { Level::Direct } else { Level::Delegated })
            }
            PrincipalKind::Role { arn, .. } => (is(arn) || self.is_session_of(arn)).then_some(Level::Direct),
            PrincipalKind::Service { name } => is(name).then_some(Level::Direct),
            PrincipalKind::UniqueId { .. } | PrincipalKind::Invalid(_) => None,
            _ => is(&entry.text).then_some(Level::Direct),
        });
        levels.max()
    }

    /// A session's ARN names its role without the path; role names are unique in an account.
    fn is_session_of(&self, role: &Text) -> bool {
        let Some(role) = (self.spell)(role) else { return false };
        let name = role.rsplit('/').next().unwrap_or_default();
        let principal = &self.request.principal;
        let session = principal.split_once(":assumed-role/").and_then(|(_, session)| session.split_once('/'));
        session.is_some_and(|(of, _)| of == name) && account_of(&role) == account_of(principal)
    }
}

/// The account of a principal that belongs to one.
fn account_of(principal: &str) -> Option<&str> {
    let mut parts = principal.splitn(6, ':');
    let (arn, _, service, _) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let (account, _) = (parts.next()?, parts.next()?);
    (arn == "arn" && matches!(service, "iam" | "sts") && !account.is_empty()).then_some(account)
}
