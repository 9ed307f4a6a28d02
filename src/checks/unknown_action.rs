use crate::catalog::{self, ActionSet};
use crate::engine::{Check, Context, Findings};
use crate::finding::Severity;
use crate::fix::Fix;
use crate::glob;

pub(super) const CHECK: Check = Check::Policy(check);

/// A pattern that no action matches gives nothing and forbids nothing.
fn check(context: &Context<'_>, findings: &mut Findings) {
    for statement in &context.policy.statements {
        let Some(element) = &statement.action else { continue };
        for pattern in &element.patterns {
            let Some(written) = pattern.text.as_known() else { continue };
            if let Some(name) = catalog::service_wildcard(&written) {
                context
                    .finding(pattern.span, format!("`{written}` leaves the service to a wildcard"))
                    .severity(Severity::Warning)
                    .help(format!("write `kms:{name}`"))
                    .part(statement, pattern.span)
                    .report(findings);
                continue;
            }
            if pattern.may.intersects(ActionSet::KNOWN) || may_be_known(&written) {
                continue;
            }
            let foreign =
                written.split_once(':').is_some_and(|(service, _)| !service.eq_ignore_ascii_case("kms"));
            let nearest = catalog::nearest_action(&written);
            let draft = match &nearest {
                None if foreign => context
                    .finding(
                        pattern.span,
                        format!("`{written}` is no action of KMS, so it has no effect here"),
                    )
                    .help("remove it: the policy of a key speaks of that key only"),
                None => context.finding(pattern.span, format!("no KMS action matches `{written}`")),
                Some(near) => context
                    .finding(pattern.span, format!("no KMS action matches `{written}`"))
                    .help(format!("did you mean `{near}`?"))
                    .fix(
                        context
                            .editor()
                            .set_text(pattern.span, near)
                            .map(|edits| Fix::suggested(format!("write `{near}` for `{written}`"), edits)),
                    ),
            };
            let draft = match nearest {
                None if !foreign => {
                    draft.note(format!("kmslint knows the actions of {}", catalog::CATALOG_DATE))
                }
                _ => draft,
            };
            draft.part(statement, pattern.span).report(findings);
        }
    }
}

/// Whether an action that has no effect in a key policy matches, or the service is left to a wildcard.
fn may_be_known(written: &str) -> bool {
    let Some((service, name)) = written.split_once(':') else { return false };
    if glob::has_wildcard(service) {
        return service != "*" || matches_account_action(name);
    }
    service.eq_ignore_ascii_case("kms") && matches_account_action(name)
}

fn matches_account_action(name: &str) -> bool {
    catalog::account_actions().iter().any(|action| glob::matches(name, action.short_name(), true))
}
