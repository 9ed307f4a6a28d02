use crate::catalog;
use crate::engine::{Check, Context, Findings};
use crate::policy::{Arn, Parsed, Statement};
use crate::source::Span;
use crate::value::Text;

pub(super) const CHECK: Check = Check::Policy(check);

/// What an ARN says of its partition.
struct Place<'a> {
    statement: &'a Statement,
    span: Span,
    partition: String,
    region: Option<String>,
}

/// Nothing reaches from one partition into another.
fn check(context: &Context<'_>, findings: &mut Findings) {
    let places: Vec<Place<'_>> = context.policy.statements.iter().flat_map(places).collect();
    for place in &places {
        let at_home = |region: &str| {
            catalog::partition_of_region(region).is_none_or(|partition| partition.id == place.partition)
        };
        if let Some(region) = place.region.as_deref().filter(|region| !at_home(region)) {
            let home = catalog::partition_of_region(region).map(|partition| partition.id).unwrap_or_default();
            context
                .finding(
                    place.span,
                    format!("the Region `{region}` is not in the partition `{}`", place.partition),
                )
                .help(format!("ARNs of this Region begin with `arn:{home}:`"))
                .part(place.statement, place.span)
                .report(findings);
        }
    }
    for statement in &context.policy.statements {
        for (text, span) in texts(statement) {
            let Parsed::Arn(arn) = Arn::parse(text) else { continue };
            let Some((written, near)) = arn.partition.as_known().and_then(|it| mistyped(&it)) else {
                continue;
            };
            context
                .finding(span, format!("`{written}` is no partition"))
                .help(format!("did you mean `{near}`?"))
                .part(statement, span)
                .report(findings);
        }
    }
    let Some(most) = most_frequent(&places) else { return };
    let Some(usual) = places.iter().find(|place| place.partition == most) else { return };
    for place in places.iter().filter(|place| place.partition != most && place.region.is_none()) {
        context
            .finding(
                place.span,
                format!(
                    "this ARN is of the partition `{}`, and others here are of `{most}`",
                    place.partition
                ),
            )
            .label(format!("`{}`", place.partition))
            .related(usual.span, format!("`{most}`"))
            .help("a key policy reaches principals and resources of the key's own partition only")
            .part(place.statement, place.span)
            .report(findings);
    }
}

/// The partition of most ARNs; of equals, the first.
fn most_frequent(places: &[Place<'_>]) -> Option<String> {
    let count = |name: &str| places.iter().filter(|place| place.partition == name).count();
    let first = places.first()?;
    let most = places.iter().fold(first, |most, place| {
        if count(&place.partition) > count(&most.partition) { place } else { most }
    });
    Some(most.partition.clone())
}

/// A partition that AWS has not, and the one that was probably meant. What is far from all may be newer than the
/// catalogue.
fn mistyped(written: &str) -> Option<(String, &'static str)> {
    if catalog::partition(written).is_some() || crate::glob::has_wildcard(written) {
        return None;
    }
    let near = catalog::nearest(written, catalog::PARTITIONS.iter().map(|partition| partition.id))?;
    Some((written.to_owned(), near))
}

fn places(statement: &Statement) -> Vec<Place<'_>> {
    texts(statement).filter_map(|(text, span)| place(statement, text, span)).collect()
}

/// All that may be an ARN.
fn texts(statement: &Statement) -> impl Iterator<Item = (&Text, Span)> {
    let principals = statement.principal.iter().flat_map(|element| &element.entries);
    let resources = statement.resource.iter().flat_map(|element| &element.patterns);
    let values = statement.conditions.iter().flat_map(|condition| &condition.values);
    let principals = principals.map(|it| (&it.text, it.span));
    principals.chain(resources.map(|it| (&it.text, it.span))).chain(values.map(|it| (&it.text, it.span)))
}

fn place<'a>(statement: &'a Statement, text: &Text, span: Span) -> Option<Place<'a>> {
    let Parsed::Arn(arn) = Arn::parse(text) else { return None };
    let partition = arn.partition.as_known()?.into_owned();
    catalog::partition(&partition)?;
    let region = arn.region.as_known().map(std::borrow::Cow::into_owned);
    let region =
        region.filter(|region| catalog::partition_of_region(region).is_some_and(|it| it.id != partition));
    Some(Place { statement, span, partition, region })
}
