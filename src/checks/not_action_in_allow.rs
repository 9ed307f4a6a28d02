use crate::catalog::ActionSet;
use crate::engine::{Check, Context, Findings};
use crate::finding::Severity;
use crate::fix::Fix;
use crate::policy::{ActionElement, Effect, PrincipalKind, Statement};

pub(super) const CHECK: Check = Check::Policy(check);

const GIVES_ALL: ActionSet = ActionSet::of(&["PutKeyPolicy", "CreateGrant"]);

/// Everything but what is listed, and all that AWS will add.
fn check(context: &Context<'_>, findings: &mut Findings) {
    for statement in context.policy.statements.iter().filter(|it| it.effect == Effect::Allow) {
        let Some(element) = statement.action.as_ref().filter(|element| element.negated) else { continue };
        let (given, _) = element.actions();
        if !given.is_empty() {
            report(context, statement, element, given, findings);
        }
    }
}

fn report(
    context: &Context<'_>,
    statement: &Statement,
    element: &ActionElement,
    given: ActionSet,
    findings: &mut Findings,
) {
    // AWS's advice for enclaves: the account keeps all but Decrypt.
    let spares_use = !given.contains(ActionSet::USE_CORE) && is_account(statement);
    let message =
        "`NotAction` in an Allow gives every action that is not listed, and those that AWS will add";
    let mut draft = context.finding(element.key_span, message).label("everything but these");
    if spares_use {
        draft = draft.severity(Severity::Info);
    }
    let (reveals, takes) = (given.intersection(ActionSet::DISCLOSES), given.intersection(GIVES_ALL));
    if !reveals.is_empty() {
        draft = draft
            .note(format!("what it gives to read or to derive plaintext: {}", reveals.listed(usize::MAX)));
    }
    if !takes.is_empty() && !spares_use {
        draft = draft.note(format!("what it gives to take the key over: {}", takes.listed(usize::MAX)));
    }
    let fix = written_out(context, element, given);
    draft
        .help("list the actions that are meant under `Action`")
        .fix(fix)
        .statement(statement)
        .report(findings);
}

/// Whether it speaks of accounts alone, whose IAM policies decide further.
fn is_account(statement: &Statement) -> bool {
    statement.principal.as_ref().is_some_and(|element| {
        let account = |kind: &PrincipalKind| matches!(kind, PrincipalKind::Account { .. });
        !element.negated && !element.open && element.entries.iter().all(|entry| account(&entry.kind))
    })
}

/// What it gives today, without what AWS will add.
fn written_out(context: &Context<'_>, element: &ActionElement, given: ActionSet) -> Option<Fix> {
    let known = given.intersection(ActionSet::KNOWN).difference(ActionSet::INEFFECTIVE);
    let names: Vec<String> = known.iter().map(|action| action.name.to_owned()).collect();
    let items: Vec<_> = element.patterns.iter().map(|pattern| pattern.span).collect();
    if element.open || names.is_empty() || !element.patterns.iter().all(|pattern| pattern.text.is_known()) {
        return None;
    }
    let editor = context.editor();
    let mut edits = editor.rename_element(element.key_span, "NotAction", "Action")?;
    edits.extend(editor.set_items(&items, &names)?);
    Some(Fix::safe("list what `NotAction` leaves today", edits))
}
