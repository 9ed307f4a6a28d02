use crate::engine::{Check, Findings, RunContext};

pub(super) const CHECK: Check = Check::Run(check);

fn check(context: &RunContext<'_>, findings: &mut Findings) {
    let unused = |entry: &&crate::suppress::Entry| !entry.used && entry.judged && entry.problem.is_none();
    for entry in context.suppressions.iter().filter(unused) {
        let rules = entry.rules.join("`, `");
        let draft = context.finding(entry.span, format!("nothing here is reported by `{rules}`"));
        draft.help("remove the suppression: it would hide the next mistake").report(findings);
    }
}
