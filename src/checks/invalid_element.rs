use crate::engine::{Check, Context, Findings};
use crate::fix::Fix;
use crate::policy::{Defect, DefectKind, Effect};

pub(super) const CHECK: Check = Check::Policy(check);

/// What the grammar does not know; what it lacks is `missing-required-element`'s business.
fn check(context: &Context<'_>, findings: &mut Findings) {
    for defect in &context.policy.defects {
        let Some((message, help)) = words(&defect.kind) else { continue };
        let mut draft = context.defect(defect, message);
        if let Some(help) = help {
            draft = draft.help(help);
        }
        draft = draft.fix(spelled(context, defect));
        for other in &defect.related {
            draft = draft.related(*other, "the other one");
        }
        draft.report(findings);
    }
}

fn words(kind: &DefectKind) -> Option<(String, Option<String>)> {
    Some(match kind {
        DefectKind::UnknownElement { name, meant } => {
            let help = meant.map(|meant| match name.eq_ignore_ascii_case(meant) {
                true => format!("write `{meant}`: AWS distinguishes upper and lower case here"),
                false => format!("did you mean `{meant}`?"),
            });
            (format!("a key policy has no element `{name}`"), help)
        }
        DefectKind::BothOf(one, other) => (
            format!("`{one}` and `{other}` exclude each other"),
            Some("keep the one that is meant".to_owned()),
        ),
        DefectKind::InvalidEffect(written) => {
            let meant =
                ["Allow", "Deny"].into_iter().find(|known| written.trim().eq_ignore_ascii_case(known));
            let help =
                meant.map(|meant| format!("write `{meant}`: AWS distinguishes upper and lower case here"));
            (format!("`Effect` must be `Allow` or `Deny`, not `{written}`"), help)
        }
        // Conditions are `invalid-condition-operator`'s business.
        DefectKind::WrongType { element: "Condition", .. } | DefectKind::UnknownOperator { .. } => {
            return None;
        }
        DefectKind::WrongType { element, expected } => (format!("`{element}` must be {expected}"), None),
        DefectKind::DuplicateKey(_) | DefectKind::Missing(_) | DefectKind::Empty(_) => return None,
    })
}

/// The name as AWS spells it. What comes into force by that in a Deny takes access away; in an Allow it gives it.
fn spelled(context: &Context<'_>, defect: &Defect) -> Option<Fix> {
    let editor = context.editor();
    let statement = defect.statement.and_then(|at| context.policy.statements.get(at));
    let (meant, edits, denies) = match &defect.kind {
        DefectKind::UnknownElement { name, meant } => {
            let meant = (*meant)?;
            let case = name.eq_ignore_ascii_case(meant);
            let denies = case && statement.is_some_and(|it| it.effect == Effect::Deny);
            (meant, editor.rename_member(defect.span, meant)?, denies)
        }
        DefectKind::InvalidEffect(written) => {
            let known = ["Allow", "Deny"].into_iter();
            let meant = known.into_iter().find(|it| written.trim().eq_ignore_ascii_case(it))?;
            (meant, editor.set_text(defect.span, meant)?, meant == "Deny")
        }
        _ => return None,
    };
    let title = format!("write `{meant}`");
    Some(if denies { Fix::safe(title, edits) } else { Fix::suggested(title, edits) })
}
