use crate::carrier::{Resource, ResourceKind, Setting};
use crate::engine::{Check, Findings, InputContext};
use crate::value::Kind;

pub(super) const CHECK: Check = Check::Input(check);

/// The policy of one key given in two places. Resources that may not be made at all are left out: often just one
/// of the two is.
fn check(context: &InputContext<'_>, findings: &mut Findings) {
    let policies = || context.resources.iter().filter(|it| it.kind == ResourceKind::KeyPolicy && is_sure(it));
    for key in context.resources.iter().filter(|resource| resource.is_key() && is_sure(resource)) {
        let own = key.argument("policy").map(|policy| (key, policy.span));
        let separate = policies().filter(|it| {
            it.names("key_id", &key.address) == Some(true) && context.are_of_one_configuration(it, key)
        });
        let mut places = own.into_iter().chain(separate.map(|it| (it, it.span_of("policy"))));
        let Some((first, place)) = places.next() else { continue };
        for (other, span) in places {
            let message =
                format!("`{}` and `{}` both set the policy of one key", first.address, other.address);
            context
                .finding(span, message)
                .label("sets it here")
                .related(place, "and here")
                .help("keep one of them; each run would undo what the other has set")
                .key(Some(&key.address))
                .report(findings);
        }
    }
}

/// Whether it is surely made: its number is known, and not 0.
fn is_sure(resource: &Resource) -> bool {
    let known = |name| resource.argument(name).is_none_or(|value| !matches!(value.kind, Kind::Unknown(_)));
    known("count") && known("for_each") && resource.number("count") != Setting::Known(0)
}
