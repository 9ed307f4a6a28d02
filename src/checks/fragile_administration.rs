use crate::access::{ClassKind, Manager, Managing};
use crate::carrier::Role;
use crate::engine::{Check, Context, Findings};
use crate::finding::Severity;
use crate::policy::permission_set;

pub(super) const CHECK: Check = Check::Policy(check);

/// Only the account stays; users and roles go.
fn check(context: &Context<'_>, findings: &mut Findings) {
    let found = context.access.manageability();
    if context.document.role == Role::Fragment || found.verdict != Managing::Fragile {
        return;
    }
    let grounded = found.managers.iter().filter_map(|manager| Some((manager, manager.ground?)));
    let managers: Vec<_> = grounded.collect();
    let Some(((first, ground), more)) = managers.split_first() else { return };
    let mut draft = context
        .finding(ground.principal, message(context, first, more.len()))
        .severity(severity(context, &found.managers));
    for at in managers.iter().map(|(_, ground)| ground.statement) {
        draft =
            context.policy.statements.get(at).map_or(draft.clone(), |statement| draft.statement(statement));
    }
    let mut shown = vec![ground.principal];
    for (_, other) in more {
        if !shown.contains(&other.principal) {
            shown.push(other.principal);
            draft = draft.related(other.principal, "can change the policy, too");
        }
    }
    draft
        .related(ground.action, "includes `kms:PutKeyPolicy`")
        .help("let the account change the policy as well: allow `arn:aws:iam::ACCOUNT:root` to call `kms:PutKeyPolicy`")
        .report(findings);
}

/// A role of IAM Identity Center goes without anybody deleting it: a change of its permission set makes another.
fn severity(context: &Context<'_>, managers: &[Manager]) -> Severity {
    let made_anew = |manager: &Manager| {
        let class = context.access.classes().get(manager.class);
        matches!(class.map(|class| &class.kind), Some(ClassKind::Named(arn)) if permission_set(arn).is_some())
    };
    match context.is_perhaps_an_excerpt() {
        true => Severity::Info,
        false if managers.iter().all(made_anew) => Severity::Error,
        false => Severity::Warning,
    }
}

fn message(context: &Context<'_>, first: &Manager, more: usize) -> String {
    let Some(class) = context.access.classes().get(first.class) else { return String::new() };
    let is_account = matches!(class.kind, ClassKind::AccountRoot(_) | ClassKind::AccountOther(_));
    match (is_account, more) {
        (true, _) => "the account can change the key policy only under a condition".to_owned(),
        (false, 0) => format!("only {} can change the key policy; if it is deleted, nobody can", class.kind),
        (false, _) => {
            format!(
                "only {} and {more} more can change the key policy; if they are deleted, nobody can",
                class.kind
            )
        }
    }
}
