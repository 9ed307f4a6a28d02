use crate::carrier::Role;
use crate::engine::{Check, Context, Findings};
use crate::finding::Severity;
use crate::policy::{Defect, DefectKind};

pub(super) const CHECK: Check = Check::Policy(check);

/// KMS refuses a policy that lacks one of these. What it takes and ignores is `silent-noop-statement`.
fn check(context: &Context<'_>, findings: &mut Findings) {
    for defect in &context.policy.defects {
        let (element, lacks) = match defect.kind {
            DefectKind::Missing(element) => (element, "has no"),
            DefectKind::Empty(element) => (element, "has an empty"),
            _ => continue,
        };
        let (subject, help) = match element {
            // What a fragment leaves out may stand elsewhere.
            "Statement" if context.document.role == Role::Fragment => continue,
            "Statement" => ("the policy", "a key policy needs one statement or more"),
            "Effect" => ("this statement", "write `\"Effect\": \"Allow\"` or `\"Effect\": \"Deny\"`"),
            "Principal" | "NotPrincipal" => {
                ("this statement", "a key policy says whom it speaks of: name a role, a user or an account")
            }
            _ => continue,
        };
        if !is_misspelt(context, defect, element) {
            let message = format!("{subject} {lacks} `{element}`, and KMS refuses that");
            let mut draft = context.defect(defect, message).help(help);
            if lacks == "has an empty" && context.is_computed(defect.span) {
                draft = draft.severity(Severity::Info);
            }
            draft.report(findings);
        }
    }
}

/// `effect` instead of `Effect` is one mistake, and another rule reports it.
fn is_misspelt(context: &Context<'_>, defect: &Defect, element: &str) -> bool {
    context.policy.defects.iter().filter(|other| other.statement == defect.statement).any(|other| {
        let DefectKind::UnknownElement { meant: Some(meant), .. } = &other.kind else { return false };
        meant.trim_start_matches("Not") == element.trim_start_matches("Not")
    })
}
