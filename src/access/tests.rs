//! Table tests of the answers, and the solver against the plain evaluator.

use super::*;
use crate::carrier::Role;
use crate::source::{FileId, SourceFile};
use crate::syntax::json;

fn policy(text: &str) -> Policy {
    let source = SourceFile::new("p.json", text.as_bytes().to_vec());
    let (value, errors) = json::parse_file(&source, FileId(0));
    assert!(errors.is_empty(), "{text}: {errors:?}");
    Policy::new(&value.unwrap(), &KeyFacts::default(), Role::KeyPolicy)
}

/// A policy of one Allow with this principal, action and condition, beside the account's own statement.
fn allow(principal: &str, action: &str, condition: &str) -> String {
    let condition = if condition.is_empty() { String::new() } else { format!(r#","Condition":{condition}"#) };
    format!(
        r#"{{"Statement":[{{"Effect":"Allow","Principal":{{"AWS":"111122223333"}},"Action":"kms:*","Resource":"*"}},
        {{"Effect":"Allow","Principal":{principal},"Action":"{action}","Resource":"*"{condition}}}]}}"#
    )
}

fn exposures(text: &str) -> Vec<Exposure> {
    let policy = policy(text);
    Access::new(&policy, &KeyFacts::default()).exposures()
}

#[test]
fn conditions_are_judged_by_key_operator_and_value() {
    let public = [
        "",
        r#"{"StringEquals":{"kms:ViaService":"s3.us-east-1.amazonaws.com"}}"#,
        r#"{"StringLike":{"kms:CallerAccount":"*"}}"#,
        r#"{"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-1234567890"}}"#,
        r#"{"Bool":{"aws:SecureTransport":"true"}}"#,
        r#"{"StringEquals":{"aws:PrincipalTag/team":"billing"}}"#,
        r#"{"StringNotEquals":{"aws:PrincipalAccount":"444455556666"}}"#,
        r#"{"StringEquals":{"kms:EncryptionContext:app":"x"}}"#,
        r#"{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/reader"}}"#,
        r#"{"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}}"#,
        r#"{"ForAllValues:StringLike":{"aws:PrincipalOrgPaths":"o-1234567890/*"}}"#,
        r#"{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}"#,
        r#"{"DateLessThan":{"aws:CurrentTime":"2030-01-01T00:00:00Z"}}"#,
        r#"{"NumericLessThan":{"aws:MultiFactorAuthAge":"3600"},"StringLike":{"aws:userid":"*:x"}}"#,
    ];
    for condition in public {
        let found = exposures(&allow("\"*\"", "kms:Decrypt", condition));
        assert!(found.len() == 1 && found[0].certain && !found[0].network_only, "{condition}: {found:?}");
        assert!(found[0].witness.is_some(), "{condition}");
    }
    let closed = [
        r#"{"StringEquals":{"kms:CallerAccount":"111122223333"}}"#,
        r#"{"StringEquals":{"kms:CallerAccount":["111122223333","444455556666"],"kms:ViaService":"s3.us-east-1.amazonaws.com"}}"#,
        r#"{"StringEquals":{"aws:PrincipalOrgID":"o-1234567890"}}"#,
        r#"{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-1234567890/*"}}"#,
        r#"{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/*"}}"#,
        r#"{"ArnEquals":{"aws:PrincipalArn":"arn:aws:sts::111122223333:federated-user/ann"}}"#,
        r#"{"StringEquals":{"aws:SourceVpce":"vpce-1"}}"#,
        r#"{"Bool":{"aws:PrincipalIsAWSService":"true"}}"#,
        r#"{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::bucket"}}"#,
        r#"{"Null":{"aws:PrincipalArn":"true"}}"#,
    ];
    for condition in closed {
        let found = exposures(&allow("\"*\"", "kms:Decrypt", condition));
        assert!(found.is_empty(), "{condition}: {found:?}");
    }
}

#[test]
fn a_network_is_said_to_be_one() {
    let found = exposures(&allow("\"*\"", "kms:Decrypt", r#"{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}"#));
    assert!(found.len() == 1 && found[0].network_only, "{found:?}");
}

#[test]
fn not_principal_in_allow_is_public_and_named_principals_are_not() {
    let text = r#"{"Statement":{"Effect":"Allow","NotPrincipal":{"AWS":"111122223333"},"Action":"kms:*","Resource":"*"}}"#;
    assert_eq!(exposures(text).len(), 1);
    assert!(exposures(&allow(r#"{"AWS":"arn:aws:iam::444455556666:root"}"#, "kms:*", "")).is_empty());
    assert!(exposures(&allow(r#"{"Service":"sns.amazonaws.com"}"#, "kms:Decrypt", "")).is_empty());
}

#[test]
fn a_deny_can_close_what_an_allow_opens() {
    let open = |deny: &str| {
        exposures(&format!(
            r#"{{"Statement":[{{"Effect":"Allow","Principal":"*","Action":"kms:Decrypt","Resource":"*"}},
            {{"Effect":"Deny","Principal":"*","Action":"kms:*","Resource":"*","Condition":{deny}}}]}}"#
        ))
    };
    assert!(open(r#"{"StringNotEquals":{"aws:PrincipalAccount":"111122223333"}}"#).is_empty());
    assert_eq!(open(r#"{"StringNotEquals":{"kms:ViaService":"s3.us-east-1.amazonaws.com"}}"#).len(), 1);
}

#[test]
fn only_actions_that_carry_a_key_are_let_through_by_it() {
    let condition = r#"{"Bool":{"kms:GrantIsForAWSResource":"true"}}"#;
    let found = exposures(&allow("\"*\"", "kms:*", condition));
    let grants = ActionSet::of(&["CreateGrant", "ListGrants", "RevokeGrant"]);
    assert_eq!(found[0].actions.intersection(ActionSet::KNOWN), grants, "{found:?}");
}

const ROLE: &str = r#"{"AWS":"arn:aws:iam::111122223333:role/App"}"#;

fn managing(statements: &str) -> Managing {
    let policy = policy(&format!(r#"{{"Statement":[{statements}]}}"#));
    Access::new(&policy, &KeyFacts::default()).manageability().verdict
}

fn statement(effect: &str, principal: &str, action: &str, condition: &str) -> String {
    format!(
        r#"{{"Effect":"{effect}","Principal":{principal},"Action":"{action}","Resource":"*","Condition":{condition}}}"#
    )
}

#[test]
fn who_can_manage_the_key() {
    let root = r#"{"AWS":"arn:aws:iam::111122223333:root"}"#;
    assert_eq!(managing(&statement("Allow", root, "kms:*", "{}")), Managing::Safe);
    assert_eq!(
        managing(&statement("Allow", root, "kms:*", r#"{"StringEquals":{"aws:PrincipalType":"Account"}}"#)),
        Managing::Safe
    );
    assert_eq!(managing(&statement("Allow", ROLE, "kms:*", "{}")), Managing::Fragile);
    assert_eq!(managing(&statement("Allow", ROLE, "kms:Decrypt", "{}")), Managing::Nobody);
    assert_eq!(
        managing(&statement("Allow", r#"{"Service":"sns.amazonaws.com"}"#, "kms:*", "{}")),
        Managing::Nobody
    );
    let mfa = r#"{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#;
    assert_eq!(managing(&statement("Allow", root, "kms:*", mfa)), Managing::Fragile);
    // PutKeyPolicy never carries the key of the condition.
    let context = r#"{"StringEquals":{"kms:EncryptionContext:a":"b"}}"#;
    assert_eq!(managing(&statement("Allow", root, "kms:*", context)), Managing::Nobody);
    let own = r#"{"StringEquals":{"kms:CallerAccount":"111122223333"}}"#;
    assert_eq!(managing(&statement("Allow", "\"*\"", "kms:*", own)), Managing::Safe);
    let denied =
        [statement("Allow", root, "kms:*", "{}"), statement("Deny", "\"*\"", "kms:PutKeyPolicy", "{}")]
            .join(",");
    assert_eq!(managing(&denied), Managing::Nobody);
    let but_one = r#"{"StringNotEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/App"}}"#;
    let denied =
        [statement("Allow", root, "kms:*", "{}"), statement("Deny", "\"*\"", "kms:*", but_one)].join(",");
    assert_eq!(managing(&denied), Managing::Fragile);
}

#[test]
fn levels_of_a_role_and_its_account() {
    let policy = policy(&allow(ROLE, "kms:Decrypt", ""));
    let facts = KeyFacts::default();
    let access = Access::new(&policy, &facts);
    let decrypt = ActionSet::of(&["Decrypt"]);
    let role = access.classes().iter().position(|c| matches!(c.kind, ClassKind::Named(_))).unwrap();
    assert_eq!(access.held(role).must, decrypt);
    assert_eq!(access.direct(role).must, decrypt);
    assert!(access.delegated(role).must.contains(ActionSet::KNOWN.difference(ActionSet::INEFFECTIVE)));
    assert_eq!(access.grounds(role, decrypt).len(), 1);
    assert_eq!(access.classes()[role].ownership, Ownership::Own);
    assert!(matches!(access.can(role, decrypt, Level::Direct), Verdict::Yes(_)));
    assert_eq!(access.can(role, ActionSet::of(&["Encrypt"]), Level::Direct), Verdict::No);
}

/// Small numbers that repeat.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }
}

const PRINCIPALS: [&str; 5] = [
    r#""*""#,
    r#"{"AWS":"111122223333"}"#,
    r#"{"AWS":"arn:aws:iam::111122223333:role/App"}"#,
    r#"{"AWS":["arn:aws:iam::111122223333:user/u","444455556666"]}"#,
    r#"{"Service":"sns.amazonaws.com"}"#,
];
const OPERATORS: [&str; 9] = [
    "StringEquals",
    "StringNotEquals",
    "StringLike",
    "StringEqualsIfExists",
    "StringNotLike",
    "ForAnyValue:StringLike",
    "ForAllValues:StringEquals",
    "StringEqualsIgnoreCase",
    "Null",
];
const KEYS: [(&str, [&str; 3]); 4] = [
    ("kms:ViaService", ["s3.x.amazonaws.com", "ec2.x.amazonaws.com", "s*"]),
    ("aws:PrincipalOrgID", ["o-aaaaaaaaaa", "o-*", "O-AAAAAAAAAA"]),
    ("kms:EncryptionContextKeys", ["app", "a*", "tier"]),
    ("kms:CallerAccount", ["111122223333", "4444*", "*"]),
];

fn random_statement(numbers: &mut Numbers) -> String {
    let effect = if numbers.below(4) == 0 { "Deny" } else { "Allow" };
    let action = numbers.pick(&["kms:*", "kms:Decrypt", "kms:PutKeyPolicy", "kms:De*"]);
    let mut operators = Vec::new();
    for operator in OPERATORS {
        if numbers.below(8) == 0 {
            let (key, values) = numbers.pick(&KEYS);
            let value =
                if operator == "Null" { numbers.pick(&["true", "false"]) } else { numbers.pick(&values) };
            operators.push(format!(r#""{operator}":{{"{key}":"{value}"}}"#));
        }
    }
    statement(effect, numbers.pick(&PRINCIPALS), action, &format!("{{{}}}", operators.join(",")))
}

/// Every request of a small universe, for a principal and an action.
fn requests(principal: &str, action: &str) -> Vec<Request> {
    let choices: [(&str, &[&[&str]]); 3] = [
        ("kms:viaservice", &[&[], &["s3.x.amazonaws.com"], &["ec2.x.amazonaws.com"], &["q"]]),
        ("aws:principalorgid", &[&[], &["o-aaaaaaaaaa"], &["o-q"]]),
        ("kms:encryptioncontextkeys", &[&[], &["app"], &["tier"], &["app", "tier"], &["q"]]),
    ];
    let mut requests = vec![Vec::new()];
    for (key, values) in choices {
        let carried = key != "kms:encryptioncontextkeys" || action == "kms:Decrypt";
        requests = requests
            .into_iter()
            .flat_map(|context: Vec<(String, Vec<String>)>| {
                values.iter().filter(move |values| carried || values.is_empty()).map(move |values| {
                    let mut context = context.clone();
                    if !values.is_empty() {
                        context.push((key.to_owned(), values.iter().map(|v| (*v).to_owned()).collect()));
                    }
                    context
                })
            })
            .collect();
    }
    let request = |context| Request {
        principal: principal.to_owned(),
        action: action.to_owned(),
        context,
        owner: None,
    };
    requests.into_iter().map(request).collect()
}

#[test]
fn the_solver_agrees_with_enumeration() {
    let mut numbers = Numbers(7);
    let (mut reachable, mut unreachable, mut undecided) = (0, 0, 0);
    for _ in 0..1_500 {
        let count = 1 + numbers.below(4);
        let statements: Vec<String> = (0..count).map(|_| random_statement(&mut numbers)).collect();
        let text = format!(r#"{{"Statement":[{}]}}"#, statements.join(","));
        let policy = policy(&text);
        let facts = KeyFacts::default();
        let access = Access::new(&policy, &facts);
        for (at, class) in access.classes().iter().enumerate() {
            let principal = match &class.kind {
                ClassKind::Named(arn) => arn.to_string(),
                _ => continue,
            };
            for name in ["Decrypt", "PutKeyPolicy"] {
                let action = format!("kms:{name}");
                let levels = requests(&principal, &action)
                    .into_iter()
                    .map(|request| evaluate(&policy, &request).level);
                let best = levels.max().unwrap();
                for level in [Level::Delegated, Level::Direct] {
                    match access.can(at, ActionSet::of(&[name]), level) {
                        Verdict::Yes(witness) => {
                            reachable += 1;
                            let request = Request {
                                principal: witness.principal.clone(),
                                action: witness.action.clone(),
                                context: witness.context.clone(),
                                owner: None,
                            };
                            assert!(
                                evaluate(&policy, &request).level >= level,
                                "false witness {witness:?} for {text}"
                            );
                        }
                        Verdict::No => {
                            unreachable += 1;
                            assert!(best < level, "missed: {principal} {action} reaches {best:?} in {text}");
                        }
                        Verdict::Unknown => undecided += 1,
                    }
                }
            }
        }
    }
    assert!(reachable > 500 && unreachable > 500, "{reachable} {unreachable}");
    assert!(
        undecided * 10 < reachable + unreachable,
        "{undecided} of {} are undecided",
        reachable + unreachable
    );
}

fn of(statements: &[String]) -> Policy {
    policy(&format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(",")))
}

const ROOT: &str = r#"{"AWS":"arn:aws:iam::111122223333:root"}"#;

#[test]
fn dead_statements_decide_no_request() {
    let dead = |statements: &[String], at| Access::new(&of(statements), &KeyFacts::default()).is_dead(at);
    let decrypt = statement("Allow", ROLE, "kms:Decrypt", "{}");
    assert_eq!(dead(std::slice::from_ref(&decrypt), 0), Some(false));
    let denied = [decrypt.clone(), statement("Deny", "\"*\"", "kms:De*", "{}")];
    assert_eq!((dead(&denied, 0), dead(&denied, 1)), (Some(true), Some(false)));
    let via = r#"{"StringLike":{"kms:ViaService":"s3.*"}}"#;
    let some = [decrypt, statement("Deny", "\"*\"", "kms:De*", via)];
    assert_eq!(dead(&some, 0), Some(false));
    let context = r#"{"StringEquals":{"kms:EncryptionContext:a":"b"}}"#;
    assert_eq!(dead(&[statement("Allow", ROLE, "kms:DescribeKey", context)], 0), Some(true));
    let source = r#"{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::b"}}"#;
    assert_eq!(dead(&[statement("Allow", ROLE, "kms:Decrypt", source)], 0), Some(true));
    let variable = r#"{"StringEquals":{"kms:EncryptionContext:a":"${aws:userid}"}}"#;
    assert_eq!(dead(&[statement("Allow", ROLE, "kms:Decrypt", variable)], 0), None);
    let gone = r#"{"AWS":"AROAEXAMPLE1234567890"}"#;
    assert_eq!(dead(&[statement("Allow", gone, "kms:Decrypt", "{}")], 0), Some(true));
}

#[test]
fn redundant_statements_change_nothing() {
    let redundant =
        |statements: &[String], at| Access::new(&of(statements), &KeyFacts::default()).is_redundant(at);
    let (root, all) = (statement("Allow", ROOT, "kms:*", "{}"), statement("Allow", ROLE, "kms:*", "{}"));
    let decrypt = statement("Allow", ROLE, "kms:Decrypt", "{}");
    // Direct beside delegated access is more.
    assert_eq!(redundant(&[root.clone(), decrypt.clone()], 1), Some(false));
    assert_eq!(redundant(&[root, all, decrypt], 2), Some(true));
    let like = |value: &str| format!(r#"{{"StringLike":{{"kms:ViaService":"{value}"}}}}"#);
    let two = |a: &str, b: &str| {
        [statement("Allow", ROLE, "kms:Decrypt", &like(a)), statement("Allow", ROLE, "kms:Decrypt", &like(b))]
    };
    assert_eq!(redundant(&two("s3.*.amazonaws.com", "s3.eu-*.amazonaws.com"), 1), Some(true));
    assert_eq!(redundant(&two("s3.*.amazonaws.com", "*.eu-west-1.amazonaws.com"), 1), Some(false));
    let foreign = r#"{"AWS":"arn:aws:iam::444455556666:role/App"}"#;
    let account = r#"{"AWS":"444455556666"}"#;
    let beside = [
        statement("Allow", ROOT, "kms:*", "{}"),
        statement("Allow", account, "kms:Decrypt", "{}"),
        statement("Allow", foreign, "kms:Decrypt", "{}"),
    ];
    assert_eq!(redundant(&beside, 2), Some(true));
}

#[test]
fn conflicts_are_reported_by_their_core() {
    let conflict = |principal: &str, action: &str, condition: &str| {
        let policy = of(&[statement("Allow", principal, action, condition)]);
        let key = KeyFacts::default();
        let access = Access::new(&policy, &key);
        access.unsatisfiable(0).map(|found| (found.conditions, found.principals, found.actions))
    };
    let two = r#"{"StringEquals":{"kms:CallerAccount":"111122223333","aws:PrincipalAccount":"444455556666","kms:ViaService":"x"}}"#;
    assert_eq!(conflict("\"*\"", "kms:Decrypt", two), Some((vec![0, 1], false, false)));
    let range = r#"{"NumericLessThan":{"aws:MultiFactorAuthAge":"10"},"NumericGreaterThan":{"aws:MultiFactorAuthAge":["10","20"]}}"#;
    assert_eq!(conflict(ROLE, "kms:Decrypt", range), Some((vec![0, 1], false, false)));
    let null = r#"{"Null":{"kms:ViaService":"true"},"StringLike":{"kms:ViaService":"*"}}"#;
    assert_eq!(conflict(ROLE, "kms:Decrypt", null), Some((vec![0, 1], false, false)));
    let source = r#"{"StringEquals":{"aws:SourceAccount":"111122223333"}}"#;
    assert_eq!(conflict(ROLE, "kms:Decrypt", source), Some((vec![0], true, false)));
    let grant = r#"{"Bool":{"kms:GrantIsForAWSResource":"true"}}"#;
    assert_eq!(conflict(ROLE, "kms:Decrypt", grant), Some((vec![0], false, true)));
    assert_eq!(conflict(ROLE, "kms:CreateGrant", grant), None);
    let window = r#"{"NumericLessThan":{"kms:ScheduleKeyDeletionPendingWindowInDays":"7"}}"#;
    assert_eq!(conflict(ROLE, "kms:ScheduleKeyDeletion", window), Some((vec![0], false, false)));
}

#[test]
fn tautologies_hold_in_every_request() {
    let always = |principal: &str, action: &str, condition: &str| {
        let policy = of(&[statement("Allow", principal, action, condition)]);
        Access::new(&policy, &KeyFacts::default()).tautologies(0)
    };
    let stars = r#"{"StringLike":{"kms:CallerAccount":"*","kms:ViaService":"*"}}"#;
    assert_eq!(always(ROLE, "kms:Decrypt", stars), [0]);
    let days = r#"{"NumericGreaterThanEquals":{"kms:ScheduleKeyDeletionPendingWindowInDays":"7"}}"#;
    assert_eq!(always(ROLE, "kms:ScheduleKeyDeletion", days), [0]);
    let ip = r#"{"IpAddress":{"aws:SourceIp":["0.0.0.0/0","::/0"]}}"#;
    assert!(always(ROLE, "kms:Decrypt", ip).is_empty());
    let ip = r#"{"IpAddressIfExists":{"aws:SourceIp":["0.0.0.0/1","128.0.0.0/1","::/0"]}}"#;
    assert_eq!(always(ROLE, "kms:Decrypt", ip), [0]);
}

#[test]
fn what_is_asked_of_a_spent_budget_is_not_known() {
    let condition = r#"{"StringLike":{"aws:PrincipalArn":"*a*b"}}"#;
    let policy = policy(&allow("\"*\"", "kms:Decrypt", condition));
    let answers = |spent: usize| {
        let key = KeyFacts::default();
        let access = Access::new(&policy, &key);
        access.model.budget.borrow_mut().spend(spent);
        let fresh = access.classes().len() - 1;
        let verdict = |action| access.can(fresh, ActionSet::of(&[action]), Level::Direct);
        let (may, never) = (verdict("Decrypt"), verdict("Encrypt"));
        assert_eq!(never, Verdict::No, "no statement speaks of it");
        (may, access.is_dead(1), access.is_redundant(1))
    };
    let (may, dead, redundant) = answers(0);
    assert!(matches!(may, Verdict::Yes(_)) && dead == Some(false) && redundant == Some(false));
    assert_eq!(answers(usize::MAX), (Verdict::Unknown, None, None));
}

#[test]
fn a_policy_that_kms_cannot_take_is_not_looked_into() {
    let roles = |count: usize, name: &str| {
        let role = |n| format!("\"arn:aws:iam::111122223333:role/{name}{n}\"");
        allow(
            &format!("{{\"AWS\":[{}]}}", (0..count).map(role).collect::<Vec<_>>().join(",")),
            "kms:Decrypt",
            "",
        )
    };
    let key = KeyFacts::default();
    for (text, is_looked_into) in
        [(roles(300, "r"), true), (roles(3_000, ""), false), (roles(300, &"r".repeat(99)), false)]
    {
        let policy = policy(&text);
        let access = Access::new(&policy, &key);
        assert_eq!(!access.classes().is_empty(), is_looked_into);
        assert!(is_looked_into || access.is_dead(1).is_none());
        assert_eq!(compare(&policy, &policy, &key).not_proven.is_empty(), is_looked_into);
    }
}
