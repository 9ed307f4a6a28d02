use crate::engine::{Check, Findings, InputContext};

pub(super) const CHECK: Check = Check::Input(check);

/// What the readers met, as they put it. Also what is only tolerated here: KMS and Terraform refuse it.
fn check(context: &InputContext<'_>, findings: &mut Findings) {
    for error in context.errors {
        let mut draft = context.finding(error.span, error.message.clone());
        if let Some(help) = &error.help {
            draft = draft.help(help.clone());
        }
        for label in &error.related {
            draft = draft.related(label.span, label.message.clone());
        }
        draft.report(findings);
    }
}
