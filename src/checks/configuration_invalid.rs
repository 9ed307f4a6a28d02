use crate::engine::{Check, Findings, RunContext};

pub(super) const CHECK: Check = Check::Run(check);

fn check(context: &RunContext<'_>, findings: &mut Findings) {
    for file in context.files {
        for error in &file.errors {
            context.mistake(error).report(findings);
        }
        for (word, span) in &file.words {
            if context.rules.names(word) {
                continue;
            }
            let mut draft = context.finding(*span, format!("no rule is called `{word}`"));
            draft = draft.help(match context.rules.nearest(word) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => "`kmslint rules` lists them".to_owned(),
            });
            draft.report(findings);
        }
    }
    for expectation in context.unmet {
        let message = match &expectation.key {
            Some(key) => format!("this expectation is about no key that was found: none is called `{key}`"),
            None => "this expectation is about no key that was found".to_owned(),
        };
        let help = "`kmslint access` lists the keys; an expectation of no key tests nothing";
        context.finding(expectation.span, message).help(help).report(findings);
    }
}
