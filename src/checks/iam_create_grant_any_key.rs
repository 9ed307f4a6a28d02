use crate::catalog::ActionSet;
use crate::engine::{Check, Context, Findings};
use crate::finding::Severity;
use crate::policy::{Effect, Reach};

pub(super) const CHECK: Check = Check::Policy(check);

const CREATE_GRANT: ActionSet = ActionSet::of(&["CreateGrant"]);

fn check(context: &Context<'_>, findings: &mut Findings) {
    if context.is_boundary() {
        return;
    }
    for statement in context.policy.statements.iter().filter(|statement| statement.effect == Effect::Allow) {
        let (Some((reach, place)), Some((_, span))) = (statement.reach(), statement.gives(CREATE_GRANT))
        else {
            continue;
        };
        let guarded =
            statement.conditions_open || statement.conditions.iter().any(|it| it.may_guard_grants());
        if reach == Reach::Some || guarded {
            continue;
        }
        let mut draft = context
            .finding(span, "any grant can be created, on any key")
            .related(place, if reach == Reach::Everything { "any key" } else { "every key of the account" })
            .help("if only AWS services need it, add `\"Bool\": { \"kms:GrantIsForAWSResource\": \"true\" }`")
            .statement(statement);
        if reach == Reach::Account || statement.narrows_keys() {
            draft = draft.severity(Severity::Info);
        }
        draft.report(findings);
    }
}
