//! The condition keys of a request: those that are given, and those that follow from the principal.

use std::collections::BTreeMap;

use super::{Request, account_of};

/// Condition keys in lower case, with their values.
pub(super) type Context = BTreeMap<String, Vec<String>>;

/// One pair of the encryption context; the rest of the key is its name.
const PAIR: &str = "kms:encryptioncontext:";

/// The keys that are given.
pub(super) fn given(request: &Request) -> Context {
    let mut context = Context::new();
    for (key, values) in &request.context {
        context.insert(key.to_lowercase(), values.clone());
    }
    // An empty list is no value.
    context.retain(|_, values| !values.is_empty());
    context
}

/// The keys that are given, and those that follow (IAM user guide, global condition keys; KMS developer guide, AWS KMS
/// condition keys).
pub(super) fn of(request: &Request) -> Context {
    let mut context = Context::new();
    let given = given(request);
    let mut set = |key: &str, value: String| drop(context.insert(key.to_owned(), vec![value]));
    let principal = &request.principal;
    set("aws:securetransport", "true".to_owned());
    let account = account_of(principal);
    let named = principal.splitn(6, ':').nth(5).unwrap_or_default();
    let kind = match named.split('/').next() {
        _ if account.is_none() => None,
        Some("assumed-role" | "role") => Some("AssumedRole"),
        Some("federated-user") => Some("FederatedUser"),
        Some("user") => Some("User"),
        Some("root") => Some("Account"),
        _ => None,
    };
    if let Some(kind) = kind {
        set("aws:principaltype", kind.to_owned());
    }
    if let Some(account) = account {
        set("kms:calleraccount", account.to_owned());
        set("aws:principalaccount", account.to_owned());
        set("aws:principalarn", role_of_session(principal));
        set("aws:principalisawsservice", "false".to_owned());
        // Both say that a service forwards the request.
        set("aws:viaawsservice", given.contains_key("kms:viaservice").to_string());
        if kind == Some("User") {
            set("aws:username", principal.rsplit('/').next().unwrap_or_default().to_owned());
        }
    } else if principal.contains('.') {
        set("aws:principalisawsservice", "true".to_owned());
        set("aws:principalservicename", principal.clone());
    }
    let is_pair = |key: &str| key.get(..PAIR.len()).is_some_and(|front| front.eq_ignore_ascii_case(PAIR));
    let pairs = request.context.iter().filter(|(key, values)| is_pair(key) && !values.is_empty());
    let pairs: Vec<String> = pairs.filter_map(|(key, _)| key.get(PAIR.len()..)).map(str::to_owned).collect();
    if !pairs.is_empty() {
        context.insert("kms:encryptioncontextkeys".to_owned(), pairs);
    }
    context.extend(given);
    context
}

/// The requests of a session carry the ARN of its role.
fn role_of_session(principal: &str) -> String {
    let parts: Vec<&str> = principal.splitn(6, ':').collect();
    match parts.as_slice() {
        [arn, partition, "sts", region, account, resource] => {
            match resource.split('/').collect::<Vec<_>>().as_slice() {
                ["assumed-role", role, _] => format!("{arn}:{partition}:iam:{region}:{account}:role/{role}"),
                _ => principal.to_owned(),
            }
        }
        _ => principal.to_owned(),
    }
}
