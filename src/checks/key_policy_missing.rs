use crate::carrier::{Resource, ResourceKind};
use crate::config::Profile;
use crate::engine::{Check, Findings, InputContext};
use crate::finding::Severity;

pub(super) const CHECK: Check = Check::Input(check);

/// Keys to which nothing here attaches a policy. Replicas are looked at together with their primaries.
fn check(context: &InputContext<'_>, findings: &mut Findings) {
    let is_primary = |resource: &&Resource| {
        matches!(resource.kind, ResourceKind::Key | ResourceKind::ExternalKey)
            && resource.argument("policy").is_none()
    };
    let attached = |key: &Resource| {
        let policies = context.resources.iter().filter(|it| it.kind == ResourceKind::KeyPolicy);
        policies.into_iter().any(|it| it.names("key_id", &key.address) != Some(false))
    };
    for key in context.resources.iter().filter(is_primary).filter(|key| !attached(key)) {
        let mut draft = context
            .finding(
                key.span,
                format!(
                    "`{}` has no policy of its own: IAM policies alone decide who can use it",
                    key.address
                ),
            )
            .help(format!(
                "give it a `{}`, so that the configuration shows who may use and manage it",
                key.called("policy")
            ))
            .key(Some(&key.address));
        if context.config.profile == Profile::Strict {
            draft = draft.severity(Severity::Warning);
        }
        draft.report(findings);
    }
}
