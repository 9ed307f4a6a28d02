use crate::carrier::Given;
use crate::engine::{Check, Context, Findings};
use crate::policy::DefectKind;

pub(super) const CHECK: Check = Check::Policy(check);

/// Keys whose values are alternatives, so that a list says what the two members were meant to say.
const TAKE_LISTS: [&str; 6] = ["AWS", "Service", "Action", "NotAction", "Resource", "NotResource"];

/// The grammar forbids two members of one name; readers that take them keep the last one.
fn check(context: &Context<'_>, findings: &mut Findings) {
    for defect in &context.policy.defects {
        let DefectKind::DuplicateKey(key) = &defect.kind else { continue };
        let joins = key.contains(':') || TAKE_LISTS.contains(&key.as_str());
        let help =
            if joins { "write it once, with a list of all values" } else { "keep the one that is meant" };
        let mut draft = context
            .defect(defect, format!("`{key}` stands twice in one object"))
            .label("again here")
            .help(help);
        for first in &defect.related {
            draft = draft.related(*first, "first here");
        }
        if matches!(context.document.given, Given::Jsonencode | Given::Module | Given::Expression) {
            draft = draft.note("Terraform keeps the last one and drops the others without a message");
        }
        draft.report(findings);
    }
}
