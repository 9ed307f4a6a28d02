//! What a request of a subject can carry: for each condition key, whether it is there and which values it has.

use super::ClassKind;
use super::axiom::Axiom;
use super::names::Names;
use super::subject::{Account, Subject, Values};
use crate::carrier::KeyFacts;
use crate::catalog::{ActionSet, Callers, ConditionKey, ValueType, condition_key};
use crate::policy::PrincipalKind;

/// Whether a request carries a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    Never,
    Maybe,
    Always,
}

/// What a request can carry of one key.
#[derive(Clone, Debug)]
pub(super) struct Domain {
    pub(super) presence: Presence,
    pub(super) values: Values,
    pub(super) value_type: ValueType,
    pub(super) multivalued: bool,
    /// Values are whole numbers in this range.
    pub(super) range: Option<(i64, Option<i64>)>,
    /// What says so, where it is not the key's own definition.
    pub(super) axioms: Vec<Axiom>,
}

/// An organization that the policy does not mention.
const FRESH_ORGANIZATION: &str = "o-zzzzzzzzzz";

/// What is known of the key whose policy it is.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    pub(super) key: KeyFacts,
    /// The account that owns it.
    pub(super) owner: Option<String>,
}

/// The domain of `key` in a request of `subject` for one of `actions`, which all have the same keys.
pub(super) fn domain(
    key: &str,
    subject: &Subject,
    actions: ActionSet,
    facts: &Facts,
    names: &Names,
) -> Domain {
    let mut domain = Domain::free(key);
    if let Some(known) = condition_key(key) {
        domain.of_catalogue(known, subject, actions);
    }
    if domain.presence != Presence::Never {
        domain.of_subject(key, subject, names);
        domain.of_key(key, facts);
    }
    domain
}

impl Domain {
    /// The domain of a key of which nothing is known but its type.
    pub(super) fn free(key: &str) -> Domain {
        let known = condition_key(key);
        Domain {
            presence: Presence::Maybe,
            values: if known.is_some() { Values::Free } else { Values::Unknown },
            value_type: known.map_or(ValueType::Text, |known| known.value_type),
            multivalued: known.is_none_or(|known| known.multivalued),
            range: None,
            axioms: Vec::new(),
        }
    }

    fn of_catalogue(&mut self, known: &ConditionKey, subject: &Subject, actions: ActionSet) {
        let applies = !known.closed || known.applies_to.intersects(actions);
        let service = subject.is_service();
        match known.callers {
            _ if !applies => self.never(Axiom::ActionKeys),
            Callers::Service if !service => self.never(Axiom::SourceKeys),
            Callers::Iam if service => self.never(Axiom::ServicePrincipal),
            _ if known.always_present && !(known.closed && actions.intersects(ActionSet::FUTURE)) => {
                self.presence = Presence::Always;
                self.axioms.push(Axiom::AlwaysPresent);
            }
            _ => {}
        }
        if known.value_type == ValueType::Number {
            self.range = Some(known.range.unwrap_or((0, None)));
            if known.range.is_some() {
                self.axioms.push(Axiom::NumberRange);
            }
        }
    }

    fn of_subject(&mut self, key: &str, subject: &Subject, names: &Names) {
        let fresh = subject.stranger;
        match key {
            "kms:calleraccount" | "aws:principalaccount" if !subject.is_service() => {
                let values = match &subject.account {
                    Account::Known(account) => Values::Fixed(vec![account.clone()]),
                    _ => Values::Unknown,
                };
                self.always(values, Axiom::CallerAccount);
            }
            // Whether a service's requests carry an account is not documented.
            "kms:calleraccount" => self.presence = Presence::Maybe,
            "aws:principalarn" => self.always(subject.arn(names).clone(), Axiom::AlwaysPresent),
            "aws:principalisawsservice" => {
                self.always(Values::Fixed(vec![subject.is_service().to_string()]), Axiom::ServicePrincipal);
            }
            "aws:principaltype" => match principal_types(&subject.kind) {
                [] => (self.presence, self.values) = (Presence::Maybe, Values::Unknown),
                types => {
                    let types = types.iter().map(|kind| (*kind).to_owned()).collect();
                    self.always(Values::Fixed(types), Axiom::AlwaysPresent);
                }
            },
            "aws:username" => match &subject.kind {
                ClassKind::Named(arn) => match PrincipalKind::parse(arn) {
                    PrincipalKind::User { .. } => {
                        let name = arn.split('/', usize::MAX).pop().unwrap_or_default();
                        self.always(Values::Fixed(vec![names.request(&name)]), Axiom::AlwaysPresent);
                    }
                    _ => self.never(Axiom::AlwaysPresent),
                },
                ClassKind::AccountRoot(_) => self.never(Axiom::AlwaysPresent),
                // The user's name stands in its ARN: which of the two is solved first is not settled here.
                _ => {}
            },
            "aws:securetransport" => {
                self.always(Values::Fixed(vec!["true".to_owned()]), Axiom::AlwaysPresent);
            }
            "aws:principalservicename" => {
                if let ClassKind::Service(name) = &subject.kind {
                    self.always(Values::Fixed(vec![names.request(name)]), Axiom::ServicePrincipal);
                }
            }
            "aws:principalorgid" if fresh => self.fresh(FRESH_ORGANIZATION.to_owned()),
            "aws:principalorgpaths" if fresh => {
                self.fresh(format!("{FRESH_ORGANIZATION}/r-zzzz/ou-zzzz-zzzzzzzz/"));
            }
            "aws:sourcevpc" if fresh => self.fresh("vpc-0zzzzzzzzzzzzzzzz".to_owned()),
            "aws:sourcevpce" if fresh => self.fresh("vpce-0zzzzzzzzzzzzzzzz".to_owned()),
            _ => {}
        }
    }

    fn of_key(&mut self, key: &str, facts: &Facts) {
        let symmetric = facts.key.spec.as_deref().is_none_or(|spec| spec == "SYMMETRIC_DEFAULT");
        let fixed = |value: &Option<String>| value.clone().map(|value| Values::Fixed(vec![value]));
        let multi_region = facts.key.multi_region.map(|is| is.to_string());
        let values = match key {
            "kms:keyspec" | "kms:customermasterkeyspec" => fixed(&facts.key.spec),
            "kms:keyusage" | "kms:customermasterkeyusage" => fixed(&facts.key.usage),
            "kms:multiregion" => fixed(&multi_region),
            "aws:resourceaccount" => fixed(&facts.owner),
            "kms:multiregionkeytype" if facts.key.multi_region == Some(false) => {
                return self.never(Axiom::KeyFacts);
            }
            _ if key.starts_with("kms:encryptioncontext") && !symmetric => {
                return self.never(Axiom::KeyFacts);
            }
            _ => None,
        };
        if let Some(values) = values {
            self.always(values, Axiom::KeyFacts);
        }
    }

    fn never(&mut self, axiom: Axiom) {
        self.presence = Presence::Never;
        self.axioms.push(axiom);
    }

    fn always(&mut self, values: Values, axiom: Axiom) {
        self.presence = Presence::Always;
        self.values = values;
        self.axioms.push(axiom);
    }

    fn fresh(&mut self, value: String) {
        self.values = Values::Fixed(vec![value]);
        self.axioms.push(Axiom::FreshOrganization);
    }
}

fn principal_types(class: &ClassKind) -> &'static [&'static str] {
    match class {
        ClassKind::AccountRoot(_) => &["Account"],
        ClassKind::AccountOther(_) => &["AssumedRole", "User", "FederatedUser"],
        // Strangers are root users, too.
        ClassKind::Fresh => &["AssumedRole", "User", "FederatedUser", "Account"],
        ClassKind::Named(arn) => match PrincipalKind::parse(arn) {
            PrincipalKind::User { .. } => &["User"],
            PrincipalKind::FederatedUser { .. } => &["FederatedUser"],
            _ => &["AssumedRole"],
        },
        ClassKind::Opaque(_) | ClassKind::Service(_) => &[],
    }
}
