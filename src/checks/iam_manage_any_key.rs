use crate::catalog::ActionSet;
use crate::engine::{Check, Context, Findings};
use crate::finding::Severity;
use crate::policy::{Effect, Reach};

pub(super) const CHECK: Check = Check::Policy(check);

const MANAGE: ActionSet =
    ActionSet::of(&["PutKeyPolicy", "ScheduleKeyDeletion", "DisableKey", "DeleteImportedKeyMaterial"]);

fn check(context: &Context<'_>, findings: &mut Findings) {
    if context.is_boundary() {
        return;
    }
    for statement in context.policy.statements.iter().filter(|statement| statement.effect == Effect::Allow) {
        let (Some((reach, place)), Some((pattern, span))) = (statement.reach(), statement.gives(MANAGE))
        else {
            continue;
        };
        let (keys, severity) = match reach {
            Reach::Everything => ("any key", Severity::Error),
            Reach::Account => ("every key of the account", Severity::Warning),
            Reach::Some => continue,
        };
        let administers =
            context.document.address.as_deref().is_some_and(|it| it.to_lowercase().contains("admin"));
        let severity = match () {
            () if statement.narrows_keys() => Severity::Info,
            () if administers => severity.min(Severity::Warning),
            () => severity,
        };
        context
            .finding(place, format!("`{}` is allowed on {keys}", pattern.text))
            .related(span, "can make keys useless, or give them away")
            .help("name the keys by their ARNs, or leave these actions to a role that does nothing else")
            .severity(severity)
            .statement(statement)
            .report(findings);
    }
}
