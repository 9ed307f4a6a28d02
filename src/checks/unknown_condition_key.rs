use crate::catalog;
use crate::engine::{Check, Context, Draft, Findings};
use crate::finding::Severity;
use crate::fix::Fix;
use crate::policy::{Condition, Statement};

pub(super) const CHECK: Check = Check::Policy(check);

/// A key that no request carries is absent from every request: what the condition says of that, it says always.
fn check(context: &Context<'_>, findings: &mut Findings) {
    for statement in &context.policy.statements {
        for atom in &statement.conditions {
            let Some(draft) = judge(context, statement, atom) else { continue };
            draft.part(statement, atom.span).report(findings);
        }
    }
}

fn judge(context: &Context<'_>, statement: &Statement, atom: &Condition) -> Option<Draft> {
    let folded = atom.key_folded.as_deref()?;
    let written = &atom.key;
    if let Some(known) = catalog::condition_key(folded) {
        let newer = known.replaced_by?;
        let message = format!("`{written}` is deprecated in favour of `{newer}`");
        let draft = context.finding(atom.key_span, message).severity(Severity::Warning);
        let edits = context.editor().rename_member(atom.key_span, newer);
        let fix = edits.map(|edits| Fix::safe(format!("write `{newer}` for `{written}`"), edits));
        return Some(draft.help(format!("write `{newer}`: it takes the same values")).fix(fix));
    }
    if catalog::is_federation_key(folded) {
        return None;
    }
    let outcome =
        atom.when_absent().map(|holds| format!(", {}", statement.outcome(holds))).unwrap_or_default();
    if let Some(family) = catalog::condition_keys().iter().find(|key| key.folded == folded) {
        let message = format!("`{written}` lacks the name that belongs behind it{outcome}");
        let draft = context.finding(atom.key_span, message);
        return Some(draft.help(format!("write `{}` and the name", family.name)));
    }
    // Other services put keys into sessions, and not all of them are documented in one place.
    let other = folded.split_once(':').is_some_and(|(service, _)| service != "kms" && service != "aws");
    let draft = match other {
        true => context
            .finding(atom.key_span, format!("no request to KMS is known to carry `{written}`"))
            .severity(Severity::Warning),
        false => context.finding(atom.key_span, format!("no request to KMS carries `{written}`{outcome}")),
    };
    Some(match catalog::nearest_condition_key(&written.to_string()) {
        Some(near) => {
            let edits = context.editor().rename_member(atom.key_span, near);
            let fix = edits.map(|edits| Fix::suggested(format!("write `{near}` for `{written}`"), edits));
            draft.help(format!("did you mean `{near}`?")).fix(fix)
        }
        None => draft.note(format!("kmslint knows the condition keys of {}", catalog::CATALOG_DATE)),
    })
}
