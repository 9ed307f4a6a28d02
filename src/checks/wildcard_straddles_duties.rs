use crate::catalog::ActionSet;
use crate::engine::{Check, Context, Findings};
use crate::policy::Effect;

pub(super) const CHECK: Check = Check::Policy(check);

/// `kms:*` is no accident; `kms:De*` is.
fn check(context: &Context<'_>, findings: &mut Findings) {
    let allows = context.policy.statements.iter().filter(|statement| statement.effect == Effect::Allow);
    for statement in allows {
        let Some(element) = statement.action.as_ref().filter(|element| !element.negated) else { continue };
        for pattern in &element.patterns {
            let (uses, administers) = (
                pattern.must.intersection(ActionSet::USE_CORE),
                pattern.must.intersection(ActionSet::ADMIN_CORE),
            );
            if uses.is_empty() || administers.is_empty() || pattern.must.contains(ActionSet::KNOWN) {
                continue;
            }
            context
                .finding(
                    pattern.span,
                    format!("`{}` allows both to use the key and to administer it", pattern.text),
                )
                .note(format!("use: {}", uses.listed(usize::MAX)))
                .note(format!("administration: {}", administers.listed(usize::MAX)))
                .help("write out the actions that are meant")
                .part(statement, pattern.span)
                .report(findings);
        }
    }
}
