//! The requests of the small world.

use kmslint::access::Request;

use super::examine::Effort;
use super::world::{ASKED, ASKING, KEYS, Key, Whose};
use super::{Numbers, OWN};

/// The keys that some of the policies' texts mention.
fn mentioned(texts: &[&str]) -> Vec<&'static Key> {
    let mut keys: Vec<&Key> = Vec::new();
    let text = texts.concat().to_lowercase();
    for key in &KEYS {
        let is = text.contains(&format!("\"{}\"", key.name.to_lowercase()));
        if is && !keys.iter().any(|known| known.name == key.name) {
            keys.push(key);
        }
    }
    keys
}

/// Requests over the keys that the policies mention: all of them where there are few, else some.
pub(crate) fn requests(texts: &[&str], effort: Effort, numbers: &mut Numbers) -> Vec<Request> {
    let most = effort.contexts;
    let mut keys = mentioned(texts);
    let lists = texts.iter().any(|text| text.to_lowercase().contains("\"kms:encryptioncontextkeys\""));
    if lists {
        let pairs = KEYS.iter().filter(|key| key.name.starts_with("kms:EncryptionContext:"));
        for pair in pairs {
            if !keys.iter().any(|key| key.name == pair.name) {
                keys.push(pair);
            }
        }
    }
    let mut requests = Vec::new();
    for principal in ASKING {
        for action in ASKED {
            if numbers.below(effort.one_of) != 0 {
                continue;
            }
            let service = !principal.starts_with("arn:");
            let fresh = principal.contains("999988887777") || principal.contains("444499990000");
            let choices: Vec<(String, Vec<Option<Vec<String>>>)> = keys
                .iter()
                .filter(|key| key.whose != Whose::Derived)
                .map(|key| {
                    let carried = match key.whose {
                        Whose::Iam => !service,
                        Whose::Service => service,
                        _ => true,
                    };
                    let future = action == "kms:DeSomething" || action == "kms:SomethingElse";
                    let carried =
                        carried && (key.actions.is_empty() || future || key.actions.contains(&action));
                    let given =
                        key.given.iter().map(|values| Some(values.iter().map(|v| (*v).to_owned()).collect()));
                    let absent = (!key.always || (future && !key.actions.is_empty())).then_some(None);
                    let values = match (carried, fresh && key.name == "aws:PrincipalOrgID") {
                        (false, _) => vec![None],
                        (true, true) => vec![None, Some(vec!["o-zzzzzzzzzz".to_owned()])],
                        (true, false) => absent.into_iter().chain(given).collect(),
                    };
                    (key.name.to_lowercase(), values)
                })
                .collect();
            let total = choices.iter().fold(1_usize, |all, (_, values)| all.saturating_mul(values.len()));
            for n in 0..total.min(most) {
                let mut at = if total > most { numbers.below(total.min(1 << 30)) } else { n };
                let mut context = Vec::new();
                for (key, values) in &choices {
                    if let Some(values) = &values[at % values.len()] {
                        context.push((key.clone(), values.clone()));
                    }
                    at /= values.len();
                }
                let has = |key: &str, value: &str| context.iter().any(|(k, v)| k == key && v == &[value]);
                let via = context.iter().any(|(key, _)| key == "kms:viaservice");
                if via && has("aws:viaawsservice", "false") {
                    continue;
                }
                let (principal, action) = (principal.to_owned(), action.to_owned());
                requests.push(Request { principal, action, context, owner: Some(OWN.to_owned()) });
            }
        }
    }
    requests
}
