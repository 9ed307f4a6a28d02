use crate::engine::{Check, Findings, RunContext};

pub(super) const CHECK: Check = Check::Run(check);

fn check(context: &RunContext<'_>, findings: &mut Findings) {
    for entry in context.suppressions {
        match &entry.problem {
            Some((problem, help)) if !problem.is_empty() => {
                let draft = context.finding(entry.span, problem.clone()).label("counts as absent");
                draft.help(help.clone()).report(findings);
            }
            _ => {}
        }
    }
}
