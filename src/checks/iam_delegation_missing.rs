use crate::access::{ClassKind, Ownership};
use crate::carrier::{Role, is_of};
use crate::catalog::ActionSet;
use crate::engine::{Check, Context, Draft, Findings};
use crate::finding::Severity;
use crate::policy::{Effect, Policy, Statement};
use crate::source::Span;

pub(super) const CHECK: Check = Check::Policy(check);

/// Without the account as principal, IAM policies have no say.
fn check(context: &Context<'_>, findings: &mut Findings) {
    let policy = context.policy;
    let partial = policy.open || policy.statements.is_empty() || context.is_perhaps_an_excerpt();
    if context.document.role == Role::Fragment || partial || context.access.is_too_large() {
        return;
    }
    for (at, class) in context.access.classes().iter().enumerate() {
        // A string that is not known may be the account.
        let may_be_account = match &class.kind {
            ClassKind::Opaque(_) => true,
            ClassKind::AccountOther(_) => {
                class.ownership != Ownership::Foreign && !context.access.delegated(at).may.is_empty()
            }
            _ => false,
        };
        if may_be_account {
            return;
        }
    }
    let draft = context
        .finding(policy.span, "IAM policies that allow something with this key have no effect")
        .label("no statement names the key's account as principal")
        .help(
            "if IAM policies are meant to count, allow `arn:aws:iam::ACCOUNT:root` what they may give away",
        );
    in_vain(context, draft).report(findings);
}

/// A warning, if an IAM policy beside it allows something with this key that the key policy gives to nobody. Whose
/// policy it is, is then all the same.
fn in_vain(context: &Context<'_>, draft: Draft) -> Draft {
    let Some(address) = context.document.address.as_deref() else { return draft };
    let classes = 0..context.access.classes().len();
    let given = classes.fold(ActionSet::EMPTY, |set, at| set.union(context.access.held(at).may));
    for document in context.identity_policies() {
        let policy = Policy::new(&document.value, &document.key, document.role);
        for statement in policy.statements.iter().filter(|it| it.effect == Effect::Allow) {
            let lost = statement.actions().0.difference(given).difference(ActionSet::FUTURE);
            if let (Some(span), false) = (names_key(statement, address), lost.is_empty()) {
                let told = format!("an IAM policy allows {} with it here, in vain", lost.listed(3));
                return draft.severity(Severity::Warning).related(span, told);
            }
        }
    }
    draft
}

/// Where a statement names the key at an address.
fn names_key(statement: &Statement, address: &str) -> Option<Span> {
    let element = statement.resource.as_ref().filter(|element| !element.negated)?;
    let named = element
        .patterns
        .iter()
        .find(|pattern| pattern.text.symbols().any(|symbol| is_of(&symbol.reference, address)));
    named.map(|pattern| pattern.span)
}
