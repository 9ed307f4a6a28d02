use crate::carrier::Resource;
use crate::catalog::limits;
use crate::config::Profile;
use crate::engine::{Check, Findings, InputContext};
use crate::finding::Severity;
use crate::fix::Fix;

pub(super) const CHECK: Check = Check::Input(check);

const ARGUMENT: &str = "deletion_window_in_days";

/// Left out, it is the longest one.
fn check(context: &InputContext<'_>, findings: &mut Findings) {
    let (_, longest) = limits::DELETION_WINDOW;
    for key in context.resources.iter().filter(|resource| resource.is_key()) {
        let (Some(value), Some(days)) = (key.argument(ARGUMENT), key.number(ARGUMENT).known()) else {
            continue;
        };
        let Some((severity, message)) = judge(context, key, days) else { continue };
        let edits = context.editor(key).set_literal(value.span, &longest.to_string());
        let mut draft = context
            .finding(value.span, message)
            .severity(severity)
            .help(format!("set it to {longest}, or remove it"))
            .fix(edits.map(|edits| Fix::safe(format!("set it to {longest}"), edits)))
            .key(Some(&key.address))
            .carried(value);
        if let Some(least) = context.config.minimum_deletion_window.filter(|_| severity == Severity::Warning)
        {
            draft = draft.note(format!("the configuration asks for {least} days at least"));
        }
        draft.report(findings);
    }
}

fn judge(context: &InputContext<'_>, key: &Resource, days: i64) -> Option<(Severity, String)> {
    let (shortest, longest) = limits::DELETION_WINDOW;
    if !(i64::from(shortest)..=i64::from(longest)).contains(&days) {
        let message = format!(
            "a waiting period of {days} days is not allowed: it is from {shortest} to {longest} days"
        );
        return Some((Severity::Error, message));
    }
    let least = context.config.minimum_deletion_window.map(i64::from);
    let severity = match least {
        Some(least) if days < least => Severity::Warning,
        Some(_) => return None,
        None if days < i64::from(longest) && context.config.profile == Profile::Strict => Severity::Warning,
        None if days < i64::from(longest) => Severity::Info,
        None => return None,
    };
    Some((severity, format!("`{}` is lost for good {days} days after someone has it deleted", key.address)))
}
