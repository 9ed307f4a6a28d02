use crate::access::{Access, Managing};
use crate::carrier::{Document, Resource, ResourceKind};
use crate::config::Profile;
use crate::engine::{Check, Findings, InputContext};
use crate::finding::Severity;
use crate::fix::Fix;
use crate::policy::Policy;

pub(super) const CHECK: Check = Check::Input(check);

const ARGUMENT: &str = "bypass_policy_lockout_safety_check";

fn check(context: &InputContext<'_>, findings: &mut Findings) {
    let may_bypass = |resource: &&Resource| resource.is_key() || resource.kind == ResourceKind::KeyPolicy;
    for resource in context.resources.iter().filter(may_bypass) {
        let Some(value) = resource.argument(ARGUMENT) else { continue };
        if resource.flag(ARGUMENT).known() != Some(true) {
            continue;
        }
        let edits = context.editor(resource).set_literal(value.span, "false");
        let mut draft = context
            .finding(
                value.span,
                format!("AWS KMS will not check whether the policy of `{}` locks you out", resource.address),
            )
            .label("turns the check off")
            .help("remove it, unless whoever applies this must not manage the key")
            .fix(edits.map(|edits| Fix::safe("turn the check on", edits)))
            .key(Some(&resource.address))
            .carried(value);
        if context.config.profile == Profile::Default && !is_fragile(context, resource) {
            draft = draft.severity(Severity::Info);
        }
        draft.report(findings);
    }
}

/// Whether the policy is known to depend on principals that can be deleted, or to leave nobody.
fn is_fragile(context: &InputContext<'_>, resource: &Resource) -> bool {
    let mut documents = context.documents.iter().filter(|it| it.address.as_ref() == Some(&resource.address));
    let fragile = |document: &Document| {
        let key = context.config.of_key(&document.key);
        let policy = Policy::new(&key.settled(&document.value), &key, document.role);
        let verdict = Access::new(&policy, &key).manageability().verdict;
        matches!(verdict, Managing::Fragile | Managing::Nobody)
    };
    documents.any(fragile)
}
