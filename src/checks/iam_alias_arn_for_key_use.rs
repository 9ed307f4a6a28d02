use crate::catalog::ActionSet;
use crate::engine::{Check, Context, Findings};
use crate::finding::Severity;
use crate::policy::{ActionPattern, Effect, ResourcePattern, Statement};

pub(super) const CHECK: Check = Check::Policy(check);

/// Needed on the alias as well as on the key.
const OF_ALIASES: ActionSet = ActionSet::of(&["CreateAlias", "DeleteAlias", "UpdateAlias"]);

/// An alias in `Resource` stands for the alias, never for the key that it points to.
fn check(context: &Context<'_>, findings: &mut Findings) {
    for statement in &context.policy.statements {
        let (Some(action), Some(resource)) = (&statement.action, &statement.resource) else { continue };
        let (must, may) = statement.actions();
        if action.negated || resource.negated || must.is_empty() || may.intersects(OF_ALIASES) {
            continue;
        }
        let of_kms = |pattern: &ActionPattern| !pattern.must.is_empty();
        let only_kms = !action.open && action.patterns.iter().all(of_kms);
        let useless: Vec<_> = resource.patterns.iter().filter_map(|it| Some((it, kind(it)?))).collect();
        let all = only_kms && !resource.open && useless.len() == resource.patterns.len();
        for (pattern, kind) in useless {
            report(context, statement, (pattern, kind), all, findings);
        }
    }
}

fn report(
    context: &Context<'_>,
    statement: &Statement,
    (pattern, kind): (&ResourcePattern, &str),
    all: bool,
    findings: &mut Findings,
) {
    let effect = match (statement.effect, all) {
        (Effect::Deny, true) => "so the Deny protects no key",
        (Effect::Allow, true) => "so the statement allows nothing",
        _ => "so it has no effect here",
    };
    let mut draft = context
        .finding(pattern.span, format!("`{}` is {kind} and matches no key, {effect}", pattern.text))
        .help("write the key's ARN, or `key/*` with `\"ForAnyValue:StringEquals\": { \"kms:ResourceAliases\": … }`")
        .part(statement, pattern.span);
    if !all {
        draft = draft.severity(Severity::Warning);
    }
    draft.report(findings);
}

/// What a resource is, if it is surely none that a key has.
fn kind(pattern: &ResourcePattern) -> Option<&'static str> {
    let prefix = pattern.text.known_prefix();
    let known = pattern.text.as_known().unwrap_or_default();
    let parts = pattern.text.split(':', 6);
    let of_arn = parts.get(5).map(|resource| resource.known_prefix()).unwrap_or_default();
    let is_kms = parts.get(2).and_then(|service| service.as_known()).is_some_and(|service| service == "kms");
    let id = known.split('-').map(str::len).eq([8, 4, 4, 4, 12]);
    match () {
        () if is_kms && of_arn.starts_with("alias/") => Some("the ARN of an alias"),
        () if prefix.starts_with("alias/") => Some("the name of an alias"),
        () if id || known.starts_with("mrk-") => Some("the id of a key, not its ARN,"),
        () => None,
    }
}
