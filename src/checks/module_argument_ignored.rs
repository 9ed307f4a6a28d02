use std::collections::BTreeSet;

use crate::engine::{Check, Findings, InputContext};
use crate::finding::Severity;

pub(super) const CHECK: Check = Check::Input(check);

/// Once for each place, however often the call is made.
fn check(context: &InputContext<'_>, findings: &mut Findings) {
    let mut told = BTreeSet::new();
    for argument in context.ignored.iter().filter(|argument| told.insert(argument.span)) {
        let (name, module) = (&argument.name, &argument.module);
        let version = argument.major.map(|major| format!(" {major}"));
        let message = format!(
            "{module}{} does not read `{name}` in `key_statements`, so it has no effect",
            version.as_deref().unwrap_or_default()
        );
        let mut draft = context.finding(argument.span, message).key(Some(&argument.address));
        draft = match &argument.instead {
            Some(instead) => draft
                .label("the statement is made without it")
                .help(format!("write `{instead}` in its place")),
            None => draft
                .label("dropped by the module")
                .help("see the module's documentation for the fields of a statement"),
        };
        // Some other version may read it.
        if version.is_none() {
            draft = draft.severity(Severity::Info);
        }
        draft.report(findings);
    }
}
