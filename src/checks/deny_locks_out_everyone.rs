use crate::access::{ClassKind, Managing};
use crate::carrier::Role;
use crate::catalog::ActionSet;
use crate::engine::{Check, Context, Findings};
use crate::finding::Severity;
use crate::policy::{Effect, Statement};

pub(super) const CHECK: Check = Check::Policy(check);

const PUT_KEY_POLICY: ActionSet = ActionSet::of(&["PutKeyPolicy"]);

/// Looks at who could change the policy if nothing were denied.
fn check(context: &Context<'_>, findings: &mut Findings) {
    let denies: Vec<&Statement> = context
        .policy
        .statements
        .iter()
        .filter(|it| it.effect == Effect::Deny && it.actions().0.contains(PUT_KEY_POLICY))
        .collect();
    let Some((first, more)) = denies.split_first() else { return };
    if context.document.role == Role::Fragment {
        return;
    }
    let found = context.access.manageability();
    let without = context.access.managing_without_denies();
    let (severity, message) = match (found.verdict, without) {
        (Managing::Nobody, Managing::Safe | Managing::Fragile) => (
            Severity::Error,
            "this Deny takes `kms:PutKeyPolicy` from everyone who has it, so nobody can ever change the policy again".to_owned(),
        ),
        (Managing::Fragile, Managing::Safe) => {
            let classes = context.access.classes();
            let left = || found.managers.iter().filter_map(|manager| classes.get(manager.class));
            let named = left().find(|class| matches!(class.kind, ClassKind::Named(_) | ClassKind::Opaque(_)));
            let who = named.or_else(|| left().next()).map(|class| class.kind.to_string()).unwrap_or_default();
            (Severity::Warning, format!("this Deny leaves `kms:PutKeyPolicy` to no more than {who}"))
        }
        _ => return,
    };
    let span = first.principal.as_ref().map_or(first.span, |element| element.span);
    let gives = first.action.as_ref().and_then(|element| {
        let pattern = element.patterns.iter().find(|pattern| pattern.must.contains(PUT_KEY_POLICY));
        pattern.filter(|_| !element.negated).map(|pattern| pattern.span).or(Some(element.key_span))
    });
    let mut draft = context
        .finding(span, message)
        .severity(severity)
        .label("denied, the root user included")
        .help("leave `kms:PutKeyPolicy`, `kms:GetKeyPolicy` and `kms:DescribeKey` out of the Deny, or exempt the account's root user as well");
    draft = gives.map_or(draft.clone(), |span| draft.related(span, "includes `kms:PutKeyPolicy`"));
    draft = draft.statement(first);
    for other in more {
        draft = draft.statement(other);
    }
    for manager in found.managers.iter().filter_map(|manager| manager.ground) {
        draft =
            context.policy.statements.get(manager.statement).map_or(draft.clone(), |it| draft.statement(it));
    }
    draft.report(findings);
}
