use crate::catalog::ActionSet;
use crate::config::Profile;
use crate::engine::{Check, Context, Findings};
use crate::finding::Severity;
use crate::policy::{Effect, Reach};

pub(super) const CHECK: Check = Check::Policy(check);

const DECRYPT: ActionSet = ActionSet::of(&["Decrypt", "ReEncryptFrom"]);

fn check(context: &Context<'_>, findings: &mut Findings) {
    if context.is_boundary() {
        return;
    }
    for statement in context.policy.statements.iter().filter(|statement| statement.effect == Effect::Allow) {
        let (Some((reach, place)), Some((pattern, span))) = (statement.reach(), statement.gives(DECRYPT))
        else {
            continue;
        };
        let keys = match reach {
            Reach::Everything => "any key, of other accounts too",
            Reach::Account => "every key of the account",
            Reach::Some => continue,
        };
        let mut draft = context
            .finding(place, format!("`{}` is allowed on {keys}", pattern.text))
            .related(span, "decrypts")
            .help("name the keys by their ARNs")
            .statement(statement);
        let strict = context.config.profile == Profile::SecurityHub;
        if !strict && (reach == Reach::Account || statement.narrows_keys()) {
            draft = draft.severity(Severity::Info);
        }
        draft.report(findings);
    }
}
