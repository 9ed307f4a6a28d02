//! Random key policies over a small world, and every request of that world.

use std::sync::atomic::{AtomicU64, Ordering};

use kmslint::access::{Comparison, Level, Request, compare, evaluate};
use kmslint::carrier::{KeyFacts, Role};
use kmslint::policy::{Policy, PrincipalKind};
use kmslint::source::{FileId, SourceFile};
use kmslint::syntax::json;

pub(crate) const OWN: &str = "111122223333";

/// Reads a policy.
pub(crate) fn policy(text: &str) -> Policy {
    let source = SourceFile::new("p.json", text.as_bytes().to_vec());
    let (value, errors) = json::parse_file(&source, FileId(0));
    assert!(errors.is_empty(), "{text}: {errors:?}");
    Policy::new(&value.unwrap(), &facts(), Role::KeyPolicy)
}

/// The key of all policies.
pub(crate) fn facts() -> KeyFacts {
    let owner = PrincipalKind::of_aws(OWN).account().cloned();
    KeyFacts { owner_account: owner, ..KeyFacts::default() }
}

/// Small numbers that repeat.
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    pub(crate) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }
}

const PRINCIPALS: [&str; 13] = [
    r#""*""#,
    r#"{"AWS":"*"}"#,
    r#"{"AWS":"111122223333"}"#,
    r#"{"AWS":"arn:aws:iam::111122223333:root"}"#,
    r#"{"AWS":"arn:aws:iam::111122223333:role/App"}"#,
    r#"{"AWS":"arn:aws:iam::111122223333:role/team/Ops"}"#,
    r#"{"AWS":"arn:aws:sts::111122223333:assumed-role/App/one"}"#,
    r#"{"AWS":"arn:aws:sts::111122223333:assumed-role/Ops/two"}"#,
    r#"{"AWS":["arn:aws:iam::111122223333:user/u","444455556666"]}"#,
    r#"{"AWS":"arn:aws:iam::444455556666:role/App"}"#,
    r#"{"AWS":"arn:aws:sts::111122223333:federated-user/fed"}"#,
    r#"{"Service":"s3.amazonaws.com"}"#,
    r#"{"Service":["s3.amazonaws.com","sns.amazonaws.com"],"AWS":"AROAEXAMPLE1234567890"}"#,
];

const ACTIONS: [&str; 12] = [
    r#""kms:*""#,
    r#""*""#,
    r#""kms:Decrypt""#,
    r#""kms:decrypt""#,
    r#""kms:CreateGrant""#,
    r#""kms:De*""#,
    r#""kms:*Grant""#,
    r#"["kms:Decrypt","kms:CreateGrant"]"#,
    r#""kms:PutKeyPolicy""#,
    r#""kms:ScheduleKeyDeletion""#,
    r#"["kms:Put*","kms:Dec??pt"]"#,
    r#""kms:D*""#,
];

/// The requests ask for these; the last ones do not exist yet.
const ASKED: [&str; 6] = [
    "kms:Decrypt",
    "kms:CreateGrant",
    "kms:PutKeyPolicy",
    "kms:ScheduleKeyDeletion",
    "kms:DeSomething",
    "kms:SomethingElse",
];

const STRINGS: [&str; 6] = [
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
];
const ARNS: [&str; 4] = ["ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike"];
const NUMBERS: [&str; 6] = [
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
];
const DATES: [&str; 6] = [
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
];
const ADDRESSES: [&str; 2] = ["IpAddress", "NotIpAddress"];

/// Whose requests carry a key.
#[derive(Clone, Copy, PartialEq)]
enum Whose {
    Any,
    Iam,
    Service,
    /// It follows from the principal, or from other keys.
    Derived,
}

/// A condition key of the small world.
struct Key {
    name: &'static str,
    operators: &'static [&'static str],
    /// In policies.
    values: &'static [&'static str],
    /// In requests.
    given: &'static [&'static [&'static str]],
    actions: &'static [&'static str],
    whose: Whose,
    /// Every request carries it.
    always: bool,
    several: bool,
}

const fn key(
    name: &'static str,
    operators: &'static [&'static str],
    values: &'static [&'static str],
    given: &'static [&'static [&'static str]],
) -> Key {
    Key { name, operators, values, given, actions: &[], whose: Whose::Any, always: false, several: false }
}

const KEYS: [Key; 22] = [
    key(
        "kms:ViaService",
        &STRINGS,
        &["s3.e.amazonaws.com", "s3.*", "s?.e*", "ec2.e.amazonaws.com", "*", "*.amazonaws.com", "S3.e.*"],
        &[
            &["s3.e.amazonaws.com"],
            &["s3.f.amazonaws.com"],
            &["ec2.e.amazonaws.com"],
            &["sx.e"],
            &["q"],
            &["S3.e.amazonaws.com"],
        ],
    ),
    Key { whose: Whose::Derived, ..key("aws:PrincipalArn", &ARNS, PRINCIPAL_ARNS, &[]) },
    Key { whose: Whose::Derived, ..key("aws:PrincipalArn", &STRINGS, PRINCIPAL_ARNS, &[]) },
    Key { whose: Whose::Derived, ..key("kms:CallerAccount", &STRINGS, ACCOUNTS, &[]) },
    Key { whose: Whose::Derived, ..key("aws:PrincipalAccount", &STRINGS, ACCOUNTS, &[]) },
    Key { whose: Whose::Derived, ..key("aws:PrincipalIsAWSService", &["Bool"], &["true", "false"], &[]) },
    Key { whose: Whose::Derived, ..key("aws:PrincipalType", &STRINGS, &["User", "Account", "A*"], &[]) },
    Key { whose: Whose::Derived, ..key("aws:SecureTransport", &["Bool"], &["true", "false"], &[]) },
    Key { always: true, ..key("aws:ViaAWSService", &["Bool"], &["true", "false"], &[&["true"], &["false"]]) },
    Key { whose: Whose::Service, ..key("aws:SourceAccount", &STRINGS, ACCOUNTS, ACCOUNT_GIVEN) },
    Key {
        whose: Whose::Service,
        ..key(
            "aws:SourceArn",
            &ARNS,
            &["arn:aws:s3:::bucket", "arn:aws:s3:::b*", "arn:*:s3:::*", "arn:aws:sns:*:111122223333:t", "*"],
            &[&["arn:aws:s3:::bucket"], &["arn:aws:s3:::bag:x"], &["arn:aws:sns:e:111122223333:t"], &["q"]],
        )
    },
    Key {
        actions: &["kms:CreateGrant"],
        ..key(
            "kms:GrantIsForAWSResource",
            &["Bool", "StringEquals"],
            &["true", "false"],
            &[&["true"], &["false"]],
        )
    },
    Key {
        actions: &["kms:CreateGrant"],
        always: true,
        several: true,
        ..key(
            "kms:GrantOperations",
            &STRINGS,
            &["Encrypt", "Decrypt", "De*", "*crypt"],
            &[
                &["Encrypt"],
                &["Decrypt"],
                &["Encrypt", "Decrypt"],
                &["Sign"],
                &["Sign", "Encrypt"],
                &["DeriveSharedSecret"],
                &["DeriveSharedSecret", "Encrypt", "Sign"],
                &["xcrypt", "Decrypt"],
            ],
        )
    },
    Key {
        actions: &["kms:Decrypt", "kms:CreateGrant"],
        ..key(
            "kms:EncryptionContext:a",
            &STRINGS,
            &["x", "x*", "*y", "*", "X", "${*}"],
            &[&["x"], &["xy"], &["zy"], &["X"], &["z"], &["*"]],
        )
    },
    Key {
        actions: &["kms:Decrypt", "kms:CreateGrant"],
        ..key(
            "kms:EncryptionContext:b",
            &ARNS,
            &["arn:aws:logs:*:*:l*", "arn:*:*:*:*:lg"],
            &[&["arn:aws:logs:e:1:lg"], &["arn:aws:s3:::lg"], &["arn:aws:logs:e:1:lx:y"]],
        )
    },
    Key {
        actions: &["kms:Decrypt", "kms:CreateGrant"],
        several: true,
        whose: Whose::Derived,
        ..key("kms:EncryptionContextKeys", &STRINGS, &["a", "b", "A", "?", "c*"], &[])
    },
    Key {
        whose: Whose::Iam,
        ..key(
            "aws:MultiFactorAuthAge",
            &NUMBERS,
            &["10", "20", "10.5", "0"],
            &[&["0"], &["9"], &["10"], &["11"], &["20"], &["21"]],
        )
    },
    Key {
        actions: &["kms:ScheduleKeyDeletion"],
        always: true,
        ..key(
            "kms:ScheduleKeyDeletionPendingWindowInDays",
            &NUMBERS,
            &["7", "30", "14", "6"],
            &[&["7"], &["8"], &["14"], &["15"], &["30"]],
        )
    },
    Key {
        always: true,
        ..key(
            "aws:CurrentTime",
            &DATES,
            &["2026-01-01T00:00:00Z", "2027-01-01", "1800000000"],
            &[
                &["2025-12-31T23:59:59Z"],
                &["2026-01-01T00:00:00Z"],
                &["2026-06-01T00:00:00Z"],
                &["2027-01-01T00:00:00Z"],
                &["2028-06-01T00:00:00Z"],
            ],
        )
    },
    key(
        "aws:SourceIp",
        &ADDRESSES,
        &["10.0.0.0/8", "10.1.0.0/16", "0.0.0.0/0", "2001:db8::/32", "::/0", "10.1.2.3"],
        &[&["10.1.2.3"], &["10.1.2.4"], &["10.2.0.0"], &["11.0.0.0"], &["2001:db8::1"], &["2001:db9::"]],
    ),
    Key {
        whose: Whose::Iam,
        ..key(
            "aws:PrincipalOrgID",
            &STRINGS,
            &["o-aaaaaaaaaa", "o-*", "O-AAAAAAAAAA", "o-b?"],
            &[&["o-aaaaaaaaaa"], &["o-bb"], &["O-AAAAAAAAAA"], &["q"]],
        )
    },
    Key {
        whose: Whose::Iam,
        ..key(
            "aws:PrincipalTag/t",
            &["StringEquals", "StringLike", "BinaryEquals", "Bool"],
            &["x", "true", "tr*"],
            &[&["x"], &["true"], &["TRUE"], &["try"]],
        )
    },
];

const PRINCIPAL_ARNS: &[&str] = &[
    "arn:aws:iam::111122223333:role/*",
    "arn:aws:iam::111122223333:role/App",
    "arn:aws:iam::*:user/u",
    "arn:*:iam::*:r*",
    "arn:aws:iam::111122223333:root",
    "*",
    "arn:aws:iam::444455556666:*",
];
const ACCOUNTS: &[&str] = &["111122223333", "4444*", "*", "444455556666", "????????????"];
const ACCOUNT_GIVEN: &[&[&str]] =
    &[&["111122223333"], &["444455556666"], &["444400000000"], &["999988887777"], &["9"]];

/// Who asks.
const ASKING: [&str; 17] = [
    "arn:aws:iam::111122223333:role/App",
    "arn:aws:sts::111122223333:assumed-role/App/one",
    "arn:aws:sts::111122223333:assumed-role/App/other",
    "arn:aws:sts::111122223333:assumed-role/Ops/two",
    "arn:aws:iam::111122223333:role/team/Ops",
    "arn:aws:iam::111122223333:role/other",
    "arn:aws:iam::111122223333:user/u",
    "arn:aws:iam::111122223333:user/v",
    "arn:aws:iam::111122223333:root",
    "arn:aws:sts::111122223333:federated-user/fed",
    "arn:aws:iam::444455556666:role/App",
    "arn:aws:iam::444455556666:root",
    "arn:aws:iam::444455556666:user/u",
    "arn:aws:iam::999988887777:role/any",
    "arn:aws:iam::444499990000:user/u",
    "s3.amazonaws.com",
    "firehose.amazonaws.com",
];

fn condition(numbers: &mut Numbers) -> String {
    let key = &KEYS[numbers.below(KEYS.len())];
    if numbers.below(8) == 0 {
        return format!(r#""Null":{{"{}":"{}"}}"#, key.name, numbers.pick(&["true", "false"]));
    }
    let mut values = vec![numbers.pick(key.values)];
    if numbers.below(3) == 0 {
        values.push(numbers.pick(key.values));
    }
    let values: Vec<String> = values.iter().map(|value| format!("\"{value}\"")).collect();
    let quantifier = match numbers.below(if key.several { 2 } else { 8 }) {
        0 => numbers.pick(&["ForAllValues:", "ForAnyValue:"]),
        _ => "",
    };
    let suffix = if numbers.below(5) == 0 { "IfExists" } else { "" };
    let name = if numbers.below(6) == 0 { key.name.to_lowercase() } else { key.name.to_owned() };
    format!(r#""{quantifier}{}{suffix}":{{"{name}":[{}]}}"#, numbers.pick(key.operators), values.join(","))
}

/// A statement.
pub(crate) fn statement(numbers: &mut Numbers) -> String {
    let effect = if numbers.below(4) == 0 { "Deny" } else { "Allow" };
    let mut conditions: Vec<String> =
        (0..numbers.pick(&[0, 0, 1, 1, 2, 3])).map(|_| condition(numbers)).collect();
    // One operator, one block.
    conditions.sort();
    conditions.dedup_by(|a, b| a.split('{').next() == b.split('{').next());
    let principal = if numbers.below(12) == 0 { "NotPrincipal" } else { "Principal" };
    let action = if numbers.below(12) == 0 { "NotAction" } else { "Action" };
    format!(
        r#"{{"Effect":"{effect}","{principal}":{},"{action}":{},"Resource":"*","Condition":{{{}}}}}"#,
        numbers.pick(&PRINCIPALS),
        numbers.pick(&ACTIONS),
        conditions.join(",")
    )
}

pub(crate) fn document(statements: &[String]) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","))
}

/// Two policies, in half of the cases one an edit of the other.
pub(crate) fn pair(numbers: &mut Numbers) -> (String, String) {
    let count = 1 + numbers.below(4);
    let old: Vec<String> = (0..count).map(|_| statement(numbers)).collect();
    let mut new = old.clone();
    match numbers.below(5) {
        0 => drop(new.remove(numbers.below(count))),
        1 => new[numbers.below(count)] = statement(numbers),
        2 => new.reverse(),
        3 => new.push(statement(numbers)),
        _ => new = (0..=numbers.below(4)).map(|_| statement(numbers)).collect(),
    }
    (document(&old), document(&new))
}

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

/// How many of the requests of the small world are asked.
#[derive(Clone, Copy)]
pub(crate) struct Effort {
    /// Contexts of each principal and action, at most.
    pub(crate) contexts: usize,
    /// One of so many pairs of a principal and an action, by chance.
    pub(crate) one_of: usize,
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

/// What one pair showed.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) pairs: usize,
    /// Some request's level differs, as a witness or enumeration shows.
    pub(crate) differ: usize,
    /// Something was not proven.
    pub(crate) not_proven: usize,
    pub(crate) requests: usize,
    pub(crate) false_witnesses: Vec<String>,
    pub(crate) missed: Vec<String>,
}

impl Tally {
    /// Takes in what others showed.
    pub(crate) fn add(&mut self, other: Tally) {
        self.pairs += other.pairs;
        self.differ += other.differ;
        self.not_proven += other.not_proven;
        self.requests += other.requests;
        self.false_witnesses.extend(other.false_witnesses);
        self.missed.extend(other.missed);
    }
}

/// Compares some pairs, on all cores; the same ones whatever their number.
pub(crate) fn examine_all(pairs: u64, effort: Effort, seed: u64) -> Tally {
    const PORTION: u64 = 100;
    let next = AtomicU64::new(0);
    let work = || {
        let mut tally = Tally::default();
        loop {
            let portion = next.fetch_add(1, Ordering::Relaxed);
            let left = pairs.saturating_sub(portion * PORTION);
            if left == 0 {
                return tally;
            }
            let mut numbers = Numbers(seed.wrapping_mul(1_000_003).wrapping_add(portion));
            for _ in 0..left.min(PORTION) {
                let (old, new) = pair(&mut numbers);
                examine(&old, &new, effort, &mut numbers, &mut tally);
            }
        }
    };
    let mut all = Tally::default();
    std::thread::scope(|scope| {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        workers.into_iter().for_each(|worker| all.add(worker.join().unwrap()));
    });
    all
}

/// Compares a pair by the solver and by enumeration.
pub(crate) fn examine(
    old: &str,
    new: &str,
    effort: Effort,
    numbers: &mut Numbers,
    tally: &mut Tally,
) -> Comparison {
    let (old_policy, new_policy) = (policy(old), policy(new));
    let comparison = compare(&old_policy, &new_policy, &facts());
    tally.pairs += 1;
    let open = !comparison.not_proven.is_empty();
    tally.not_proven += usize::from(open);
    for (list, rises, denied) in [
        (&comparison.gained, true, false),
        (&comparison.lost, false, false),
        (&comparison.unprotected, true, true),
        (&comparison.protected, false, true),
    ] {
        for difference in list {
            let witness = &difference.witness;
            let request = Request {
                principal: witness.principal.clone(),
                action: witness.action.clone(),
                context: witness.context.clone(),
                owner: Some(OWN.to_owned()),
            };
            let (before, after) =
                (evaluate(&old_policy, &request).level, evaluate(&new_policy, &request).level);
            let (low, high) = if rises { (before, after) } else { (after, before) };
            let right = low < high && if denied { high == Level::Nothing } else { high >= Level::Delegated };
            if !right {
                tally.false_witnesses.push(format!("{witness:?} {before:?} {after:?}\n  {old}\n  {new}"));
            }
        }
    }
    let lists = [&comparison.gained, &comparison.lost, &comparison.unprotected, &comparison.protected];
    let mut differs = lists.iter().any(|list| !list.is_empty());
    for request in requests(&[old, new], effort, numbers) {
        tally.requests += 1;
        let (before, after) = (evaluate(&old_policy, &request).level, evaluate(&new_policy, &request).level);
        if before == after {
            continue;
        }
        differs = true;
        let found = match (before < after, before.max(after)) {
            (true, Level::Nothing) => !comparison.unprotected.is_empty(),
            (false, Level::Nothing) => !comparison.protected.is_empty(),
            (true, _) => !comparison.gained.is_empty(),
            (false, _) => !comparison.lost.is_empty(),
        };
        if !found && !open {
            tally.missed.push(format!("{request:?} {before:?} {after:?}\n  {old}\n  {new}"));
            break;
        }
    }
    tally.differ += usize::from(differs);
    comparison
}
