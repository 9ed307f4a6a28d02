use std::collections::BTreeSet;

use crate::access::{Access, Comparison, Difference, Relation, Witness, compare};
use crate::carrier::{Document, Given, Resource, ResourceKind};
use crate::engine::{Check, Findings, InputContext};
use crate::finding::Severity;
use crate::policy::Policy;
use crate::value::{Kind, Symbol, SymbolKind, Value};

pub(super) const CHECK: Check = Check::Input(check);

/// Replicas whose policy is not their primary's. AWS KMS copies none, and the key material is the same.
fn check(context: &InputContext<'_>, findings: &mut Findings) {
    let is_replica =
        |it: &&Resource| matches!(it.kind, ResourceKind::ReplicaKey | ResourceKind::ReplicaExternalKey);
    for replica in context.resources.iter().filter(is_replica) {
        let names = |key: &&Resource| {
            replica.names("primary_key_arn", &key.address) == Some(true)
                && context.are_of_one_configuration(replica, key)
        };
        let Some(primary) = context.resources.iter().filter(|it| it.is_key()).find(names) else { continue };
        let (Some(theirs), Some(own)) = (policy(context, primary), policy(context, replica)) else {
            continue;
        };
        report(context, replica, primary, theirs, own, findings);
    }
}

/// The policy of a key, where there is one that is known as a whole.
fn policy<'a>(context: &InputContext<'a>, key: &Resource) -> Option<&'a Document> {
    let of_key = |it: &&Document| it.role.is_of_key() && it.key.address.as_ref() == Some(&key.address);
    let mut documents = context.documents.iter().filter(of_key);
    let first = documents.next()?;
    let whole = !first.unresolved.iter().any(|it| it.whole);
    (whole && documents.next().is_none()).then_some(first)
}

fn report(
    context: &InputContext<'_>,
    replica: &Resource,
    primary: &Resource,
    theirs: &Document,
    own: &Document,
    findings: &mut Findings,
) {
    let read = |document: &Document| Policy::new(&document.value, &document.key, document.role);
    let old = read(theirs);
    // AWS's default policy names the account of both keys, which the primary's policy may show by its id.
    let mut facts = context.config.of_key(&own.key).into_owned();
    if facts.owner_account.is_none() {
        facts.owner_account = Access::new(&old, &theirs.key).owner().cloned();
    }
    let value = facts.settled(&own.value);
    let new = Policy::new(&value, &facts, own.role);
    let comparison = compare(&old, &new, &facts);
    // Another reference in the replica may stand for the same value, or for that of its Region.
    let known = symbols(&own.value).is_subset(&symbols(&theirs.value));
    let more = comparison.gained.first().filter(|_| known);
    let message = match (own.given, more) {
        _ if comparison.relation() == Relation::Equal => return,
        (Given::Default, _) if theirs.given == Given::Default => return,
        (Given::Default, Some(_)) => format!(
            "`{}` has AWS's default policy, which gives more than that of its primary key `{}`",
            replica.address, primary.address
        ),
        (Given::Default, None) => format!(
            "`{}` has AWS's default policy, and not that of its primary key `{}`",
            replica.address, primary.address
        ),
        (_, Some(_)) => {
            format!("`{}` gives more than its primary key `{}`", replica.address, primary.address)
        }
        // What a replica gives less, it may well mean.
        (_, None) => return,
    };
    let place = more.filter(|_| own.given != Given::Default).and_then(|it| new.statements.get(it.statement));
    let mut draft = context
        .finding(place.map_or(own.attachment, |it| it.span), message)
        .related(theirs.attachment, "the policy of the primary key")
        .help("AWS KMS copies no policy to a replica, and both have the same key material: give both one policy")
        .key(Some(&replica.address));
    draft = match more {
        Some(difference) => draft.note(shown(&comparison, difference)),
        None => draft.severity(Severity::Info),
    };
    draft.report(findings);
}

/// A request that only the replica allows.
fn shown(comparison: &Comparison, difference: &Difference) -> String {
    let more = if comparison.gained.len() > 1 { ", among others" } else { "" };
    let Witness { principal, action, .. } = &difference.witness;
    format!("it lets `{principal}` call `{action}`{more}")
}

/// What a value depends on that is not known.
fn symbols(value: &Value) -> BTreeSet<String> {
    // Both keys lie in one account, hence in one partition.
    let may_differ =
        |it: &&Symbol| matches!(it.kind, SymbolKind::Name | SymbolKind::Any | SymbolKind::Region);
    let reference = |it: &Symbol| it.reference.to_string();
    match &value.kind {
        Kind::Unknown(symbol) => Some(symbol).filter(may_differ).map(reference).into_iter().collect(),
        Kind::Text(text) => text.symbols().filter(may_differ).map(reference).collect(),
        Kind::List(items) => items.iter().flat_map(symbols).collect(),
        Kind::Object(members) => members.iter().flat_map(|it| symbols(&it.value)).collect(),
        Kind::Encoded(inner) => symbols(inner),
        Kind::Null | Kind::Bool(_) | Kind::Number(_) => BTreeSet::new(),
    }
}
