use crate::catalog;
use crate::engine::{Check, Context, Findings};
use crate::policy::ResourcePattern;

pub(super) const CHECK: Check = Check::Policy(check);

/// Actions that are not asked for on a key match `"*"` alone.
fn check(context: &Context<'_>, findings: &mut Findings) {
    for statement in &context.policy.statements {
        let (Some(action), Some(resource)) = (&statement.action, &statement.resource) else { continue };
        let never = |pattern: &ResourcePattern| pattern.text.known_prefix().starts_with("arn:");
        if action.negated || resource.negated || resource.open || resource.patterns.is_empty() {
            continue;
        }
        if !resource.patterns.iter().all(never) {
            continue;
        }
        for pattern in &action.patterns {
            let known = pattern.text.as_known().unwrap_or_default();
            let of_account =
                catalog::account_actions().iter().find(|action| action.name.eq_ignore_ascii_case(&known));
            let Some(found) = of_account else { continue };
            context
                .finding(
                    pattern.span,
                    format!("`{}` is never asked for on a resource, so it is not covered here", found.name),
                )
                .related(resource.span, "matches keys only")
                .help("give it a statement of its own with `\"Resource\": \"*\"`")
                .part(statement, pattern.span)
                .report(findings);
        }
    }
}
