//! The access engine from outside: cases whose answers are known, and the search against enumeration.

mod compare;
mod decisions;
mod random;
mod undecided;

use std::collections::BTreeSet;

use kmslint::policy::{BaseOperator, Effect, PrincipalKind, Quantifier};
use random::{Effort, Numbers, examine_all};

/// The benchmark `access` does the same with more pairs and more requests of each.
#[test]
fn the_search_agrees_with_enumeration() {
    let pairs = std::env::var("PAIRS").ok().and_then(|count| count.parse().ok()).unwrap_or(2_000);
    let tally = examine_all(pairs, Effort { contexts: 2, one_of: 3 }, 11);
    assert!(tally.false_witnesses.is_empty(), "false: {}", tally.false_witnesses[0]);
    assert!(tally.missed.is_empty(), "{} missed: {}", tally.missed.len(), tally.missed[0]);
    let percent = |count: usize| count * 100 / tally.pairs;
    assert!((50..80).contains(&percent(tally.differ)), "{} of {} pairs differ", tally.differ, tally.pairs);
    assert!(percent(tally.not_proven) < 8, "{} of {} are not proven", tally.not_proven, tally.pairs);
}

/// What the pairs of the test above are made of.
#[test]
fn the_random_policies_hold_every_operator_and_form() {
    let mut numbers = Numbers(11);
    let (mut operators, mut keys, mut forms) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for _ in 0..2_000 {
        let (old, new) = random::policies::pair(&mut numbers);
        for policy in [old, new].map(|text| random::policy(&text)) {
            forms.insert(format!("version {:?}", policy.version.as_ref().map(|it| it.text.to_string())));
            for statement in &policy.statements {
                let (principal, action) = (statement.principal.as_ref(), statement.action.as_ref());
                forms.insert(if statement.effect == Effect::Deny { "deny" } else { "allow" }.to_owned());
                forms.insert(format!("principal, negated {}", principal.unwrap().negated));
                forms.insert(format!("action, negated {}", action.unwrap().negated));
                forms.insert(match &statement.resource {
                    Some(resource) => format!("resource, negated {}", resource.negated),
                    None => "no resource".to_owned(),
                });
                let kinds = principal.unwrap().entries.iter().map(|entry| match entry.kind {
                    PrincipalKind::Everyone => "everyone",
                    PrincipalKind::Account { .. } => "account",
                    PrincipalKind::User { .. } => "user",
                    PrincipalKind::Role { .. } => "role",
                    PrincipalKind::Session { .. } => "session",
                    PrincipalKind::FederatedUser { .. } => "federated user",
                    PrincipalKind::Service { .. } => "service",
                    PrincipalKind::UniqueId { .. } => "unique id",
                    _ => "other",
                });
                forms.extend(kinds.map(str::to_owned));
                let patterns = action.unwrap().patterns.iter().map(|it| it.text.to_string());
                forms.extend(
                    patterns.filter(|text| text == "*").map(|_| "every action of any service".to_owned()),
                );
                for condition in &statement.conditions {
                    operators.insert(condition.operator.canonical().unwrap());
                    keys.insert(condition.key_folded.clone().unwrap());
                    let values = condition.values.iter().map(|it| it.text.to_string());
                    if values.clone().any(|value| value.contains("${aws:")) {
                        forms.insert("policy variable".to_owned());
                    }
                    forms.insert(format!("{} values", values.count()));
                }
            }
        }
    }
    let quantifiers = [None, Some(Quantifier::ForAllValues), Some(Quantifier::ForAnyValue)];
    for base in BaseOperator::ALL {
        for (quantifier, if_exists) in quantifiers.into_iter().flat_map(|it| [(it, false), (it, true)]) {
            let prefix = quantifier.map_or("", |it| match it {
                Quantifier::ForAllValues => "ForAllValues:",
                Quantifier::ForAnyValue => "ForAnyValue:",
            });
            let name = format!("{prefix}{}{}", base.name(), if if_exists { "IfExists" } else { "" });
            let is_form = base != BaseOperator::Null || quantifier.is_none() && !if_exists;
            assert!(!is_form || operators.contains(&name), "no {name}");
        }
    }
    assert_eq!(operators.len(), 26 * 6 + 1, "{operators:?}");
    assert_eq!(keys.len(), 24, "{keys:?}");
    let expected = [
        "account",
        "action, negated false",
        "action, negated true",
        "allow",
        "deny",
        "every action of any service",
        "everyone",
        "federated user",
        "no resource",
        "policy variable",
        "principal, negated false",
        "principal, negated true",
        "resource, negated false",
        "resource, negated true",
        "role",
        "service",
        "session",
        "unique id",
        "user",
        "version None",
        "version Some(\"2008-10-17\")",
        "version Some(\"2012-10-17\")",
        "0 values",
        "1 values",
        "2 values",
    ];
    assert_eq!(forms, expected.into_iter().map(str::to_owned).collect());
}
