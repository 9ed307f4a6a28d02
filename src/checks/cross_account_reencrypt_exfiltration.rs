use crate::access::{Level, Ownership};
use crate::catalog::ActionSet;
use crate::engine::{Check, Context, Findings};
use crate::policy::Statement;

pub(super) const CHECK: Check = Check::Policy(check);

const FROM: ActionSet = ActionSet::of(&["ReEncryptFrom"]);
const DECRYPT: ActionSet = ActionSet::of(&["Decrypt"]);
/// Conditions under which the ciphertext does not leave for a key of the caller's.
const HOLDS: [&str; 2] = ["kms:reencryptonsamekey", "kms:viaservice"];

/// Whoever may move ciphertext to a key of their own can read it there.
fn check(context: &Context<'_>, findings: &mut Findings) {
    let mut told = Vec::new();
    for (at, class) in context.access.classes().iter().enumerate() {
        if class.ownership != Ownership::Foreign || class.mentions.is_empty() {
            continue;
        }
        let holds = context.access.delegated(at);
        if !holds.must.contains(FROM) || holds.may.intersects(DECRYPT) {
            continue;
        }
        for ground in context.access.grounds_at(at, FROM, Level::Delegated) {
            let Some(statement) = context.policy.statements.get(ground.statement) else { continue };
            if is_held(statement) || told.contains(&ground.action) {
                continue;
            }
            told.push(ground.action);
            context
                .finding(
                    ground.action,
                    "this lets another account read the data by a detour, although it does not get `kms:Decrypt`",
                )
                .label("includes `kms:ReEncryptFrom`")
                .related(ground.principal, "can move the ciphertext to a key of its own")
                .help("if it only encrypts, write `kms:ReEncryptTo`; else add `\"Bool\": { \"kms:ReEncryptOnSameKey\": \"true\" }`")
                .part(statement, ground.action)
                .report(findings);
        }
    }
}

fn is_held(statement: &Statement) -> bool {
    let holds = |key: &str| HOLDS.contains(&key);
    statement.conditions_open
        || statement
            .conditions
            .iter()
            .any(|it| it.key_folded.as_deref().is_none_or(holds) && it.when_absent() != Some(true))
}
