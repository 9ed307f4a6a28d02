use crate::catalog::ActionSet;
use crate::engine::{Check, Context, Findings};
use crate::fix::Fix;
use crate::policy::{ActionElement, ActionPattern, Effect};

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
                .fix(written_out(context, element, pattern))
                .part(statement, pattern.span)
                .report(findings);
        }
    }
}

/// What it matches today, without what AWS will add. What the list names besides is not named twice.
fn written_out(context: &Context<'_>, element: &ActionElement, pattern: &ActionPattern) -> Option<Fix> {
    let named = |name: &str| {
        let same =
            |other: &ActionPattern| other.text.as_known().is_some_and(|it| it.eq_ignore_ascii_case(name));
        element.patterns.iter().any(same)
    };
    let known = pattern.must.intersection(ActionSet::KNOWN).difference(ActionSet::INEFFECTIVE);
    let names: Vec<String> = known.iter().map(|it| it.name.to_owned()).filter(|name| !named(name)).collect();
    if !pattern.text.is_known() || names.is_empty() {
        return None;
    }
    let edits = context.editor().set_list(pattern.span, &names)?;
    Some(Fix::safe(format!("write out what `{}` matches today", pattern.text), edits))
}
