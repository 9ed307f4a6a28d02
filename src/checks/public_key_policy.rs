use crate::access::Exposure;
use crate::catalog::ActionSet;
use crate::engine::{Check, Context, Findings};
use crate::finding::Severity;
use crate::fix::Fix;
use crate::policy::Statement;

pub(super) const CHECK: Check = Check::Policy(check);

/// A condition counts only if strangers cannot fulfil it.
fn check(context: &Context<'_>, findings: &mut Findings) {
    for exposure in context.access.exposures().iter().filter(|exposure| exposure.certain) {
        let Some(statement) = context.policy.statements.get(exposure.statement) else { continue };
        let mut draft = context
            .finding(exposure.principal, message(exposure))
            .help("name the principals, or add a condition on `kms:CallerAccount` or `aws:PrincipalOrgID`")
            .fix(of_owner(context, statement))
            .statement(statement);
        if let Some(condition) = statement.condition_span {
            draft = draft.related(condition, "this does not keep strangers out");
        }
        if let Some(witness) = &exposure.witness {
            draft = draft.note(format!("for example {witness}"));
        }
        if exposure.network_only {
            draft = draft.severity(Severity::Warning);
        }
        draft.report(findings);
    }
}

fn message(exposure: &Exposure) -> String {
    // What AWS KMS refuses across accounts is still open to everyone in the key's own.
    let abroad = exposure.actions.intersection(ActionSet::CROSS_ACCOUNT);
    let network = if exposure.network_only { " from certain networks" } else { "" };
    if abroad.is_empty() {
        return format!(
            "any principal of the key's account may call {}{network}",
            exposure.actions.listed(3)
        );
    }
    format!("any principal of any AWS account may call {}{network}", abroad.listed(3))
}

/// For callers of the key's own account, where the statement is about the calls of a service for them.
fn of_owner(context: &Context<'_>, statement: &Statement) -> Option<Fix> {
    let via = statement.conditions.iter().any(|atom| atom.key_folded.as_deref() == Some("kms:viaservice"));
    let named = statement.principal.as_ref().is_some_and(|element| !element.negated);
    let owner = context.access.owner().filter(|_| via && named)?.as_known()?;
    let edits =
        context.editor().add_condition(statement.span, "StringEquals", "kms:CallerAccount", &owner)?;
    Some(Fix::suggested(format!("add `kms:CallerAccount` with `{owner}`"), edits))
}
