//! Pairs of policies whose difference is known.

use kmslint::access::{Axiom, Level, Relation, Widening, compare, compare_without_axioms, widens};

use super::random::{document, facts, policy};

const ROOT: &str = r#"{"AWS":"arn:aws:iam::111122223333:root"}"#;
const ROLE: &str = r#"{"AWS":"arn:aws:iam::111122223333:role/App"}"#;
const SESSION: &str = r#"{"AWS":"arn:aws:sts::111122223333:assumed-role/App/s1"}"#;
const ALL: &str = r#""*""#;
const OWN: &str = r#"{"StringEquals":{"kms:CallerAccount":"111122223333"}}"#;

fn of(effect: &str, principal: &str, action: &str, condition: &str) -> String {
    let action = if action.starts_with('[') { action.to_owned() } else { format!("\"{action}\"") };
    format!(
        r#"{{"Effect":"{effect}","Principal":{principal},"Action":{action},"Resource":"*","Condition":{condition}}}"#
    )
}

fn allow(principal: &str, action: &str, condition: &str) -> String {
    of("Allow", principal, action, condition)
}

fn deny(principal: &str, action: &str, condition: &str) -> String {
    of("Deny", principal, action, condition)
}

fn gains(old: &[String], new: &[String]) -> bool {
    let (old, new) = (policy(&document(old)), policy(&document(new)));
    let comparison = compare(&old, &new, &facts());
    assert!(comparison.not_proven.is_empty(), "{:?}", comparison.not_proven);
    let proved = matches!(widens(&old, &new, &facts()), Some(Widening::Proved(_)));
    assert_eq!(proved, !comparison.gained.is_empty());
    !comparison.gained.is_empty()
}

/// Old, new, and whether something is gained.
#[test]
fn known_cases() {
    let via = |operator: &str, value: &str| format!(r#"{{"{operator}":{{"kms:ViaService":{value}}}}}"#);
    let context =
        |operator: &str, value: &str| format!(r#"{{"{operator}":{{"kms:EncryptionContext:a":"{value}"}}}}"#);
    let decrypt = |condition: &str| vec![allow(ROLE, "kms:Decrypt", condition)];
    let everyone = |condition: &str| vec![allow(ALL, "kms:Decrypt", condition)];
    let grant = |condition: &str| vec![allow(ROLE, "kms:CreateGrant", condition)];
    let root = || vec![allow(ROOT, "kms:*", "{}")];
    let and = |mut statements: Vec<String>, more: Vec<String>| {
        statements.extend(more);
        statements
    };
    let source = r#"{"StringEquals":{"aws:SourceAccount":"111122223333"}}"#;
    let service = |names: &str| vec![allow(&format!(r#"{{"Service":{names}}}"#), "kms:Decrypt", source)];
    let mfa = |value: &str| decrypt(&format!(r#"{{"Bool":{{"aws:MultiFactorAuthPresent":"{value}"}}}}"#));
    let but_admin = r#"{"StringNotEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/Adm"}}"#;
    let arn = |value: &str| format!(r#"{{"ArnLike":{{"aws:PrincipalArn":"{value}"}}}}"#);
    let operations = |quantifier: &str, rest: &str| {
        grant(&format!(r#"{{"{quantifier}:StringEquals":{{"kms:GrantOperations":["Encrypt"]}}{rest}}}"#))
    };
    let is_for =
        |operator: &str| grant(&format!(r#"{{"{operator}":{{"kms:GrantIsForAWSResource":"true"}}}}"#));
    let everything = vec![allow(ALL, "kms:*", OWN)];
    let cases: [(&str, Vec<String>, Vec<String>, bool); 19] = [
        ("root to everyone of the account", root(), everything.clone(), true),
        ("everyone of the account to root", everything, root(), false),
        (
            "a pattern to two values of it",
            decrypt(&via("StringLike", r#""s3.*.amazonaws.com""#)),
            decrypt(&via("StringEquals", r#"["s3.eu-west-1.amazonaws.com","s3.us-east-1.amazonaws.com"]"#)),
            false,
        ),
        (
            "a value to a pattern of it",
            decrypt(&via("StringEquals", r#""s3.eu-west-1.amazonaws.com""#)),
            decrypt(&via("StringLike", r#""s3.*.amazonaws.com""#)),
            true,
        ),
        ("IfExists widens", is_for("Bool"), is_for("BoolIfExists"), true),
        ("without IfExists it narrows", is_for("BoolIfExists"), is_for("Bool"), false),
        (
            "any value to all values",
            operations("ForAnyValue", ""),
            operations("ForAllValues", r#","Null":{"kms:GrantOperations":"false"}"#),
            false,
        ),
        ("all values to any value", operations("ForAllValues", ""), operations("ForAnyValue", ""), true),
        ("a Deny is removed", and(root(), vec![deny(ALL, "kms:PutKeyPolicy", but_admin)]), root(), true),
        (
            "a Deny is split",
            and(root(), vec![deny(ALL, r#"["kms:PutKeyPolicy","kms:DisableKey"]"#, "{}")]),
            and(root(), vec![deny(ALL, "kms:DisableKey", "{}"), deny(ALL, "kms:PutKeyPolicy", "{}")]),
            false,
        ),
        (
            "the account to its roles",
            everyone(OWN),
            everyone(&arn("arn:aws:iam::111122223333:role/*")),
            false,
        ),
        ("the account to a role of any", everyone(OWN), everyone(&arn("arn:aws:iam::*:role/App")), true),
        (
            "a source ARN on an IAM principal gives nothing",
            vec![allow(ROOT, "kms:DescribeKey", "{}")],
            and(
                vec![allow(ROOT, "kms:DescribeKey", "{}")],
                decrypt(r#"{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::b"}}"#),
            ),
            false,
        ),
        (
            "a wildcard to what it stands for",
            vec![allow(ROLE, "kms:ReEncrypt*", "{}")],
            vec![allow(ROLE, r#"["kms:ReEncryptFrom","kms:ReEncryptTo"]"#, "{}")],
            false,
        ),
        (
            "two halves cover the whole",
            and(decrypt(&context("StringLike", "x*")), decrypt(&context("StringNotLike", "x*"))),
            decrypt("{}"),
            false,
        ),
        ("true and false do not cover absent", and(mfa("true"), mfa("false")), decrypt("{}"), true),
        (
            "another service",
            service(r#""s3.amazonaws.com""#),
            service(r#"["s3.amazonaws.com","sns.amazonaws.com"]"#),
            true,
        ),
        ("a role to its session", decrypt("{}"), vec![allow(SESSION, "kms:Decrypt", "{}")], false),
        ("a session to its role", vec![allow(SESSION, "kms:Decrypt", "{}")], decrypt("{}"), true),
    ];
    for (name, old, new, gained) in cases {
        assert_eq!(gains(&old, &new), gained, "{name}");
        assert!(!gains(&old, &old), "{name}: a policy gains nothing over itself");
    }
}

#[test]
fn delegation_to_direct_access_is_gained_and_back_is_lost() {
    let root = policy(&document(&[allow(ROOT, "kms:*", "{}")]));
    let everyone = policy(&document(&[allow(ALL, "kms:*", OWN)]));
    let forth = compare(&root, &everyone, &facts());
    assert!(
        forth
            .gained
            .iter()
            .all(|it| (it.before, it.after) == (Level::Delegated, Level::Direct)
                || it.before == Level::Nothing),
        "{:?}",
        forth.gained
    );
    assert!(forth.gained.iter().any(|it| it.before == Level::Delegated));
    let back = compare(&everyone, &root, &facts());
    assert!(back.gained.is_empty() && !back.lost.is_empty());
    assert_eq!(back.relation(), Relation::Narrower);
}

#[test]
fn future_actions_are_gained_by_patterns() {
    let of = |action: &str| policy(&document(&[allow(ROLE, action, "{}")]));
    let list = r#"["kms:ReEncryptFrom","kms:ReEncryptTo"]"#;
    let found = compare(&of(list), &of("kms:ReEncrypt*"), &facts());
    assert_eq!(found.gained.len(), 1);
    assert!(
        found.gained[0].actions.is_empty() && found.gained[0].future.as_deref() == Some("kms:reencrypt*")
    );
    assert_eq!(compare(&of("kms:*"), &of("kms:De*"), &facts()).relation(), Relation::Narrower);
    assert_eq!(compare(&of("kms:*"), &of(r#"["kms:*","kms:De*"]"#), &facts()).relation(), Relation::Equal);
    assert_eq!(compare(&of("kms:De*"), &of("kms:D*"), &facts()).relation(), Relation::Wider);
}

#[test]
fn a_removed_deny_without_an_allow_is_a_protection_removed() {
    let kept = allow(ROLE, "kms:Decrypt", "{}");
    let old = policy(&document(&[kept.clone(), deny(ALL, "kms:Encrypt", "{}")]));
    let new = policy(&document(&[kept]));
    let found = compare(&old, &new, &facts());
    assert!(found.gained.is_empty() && !found.unprotected.is_empty());
}

#[test]
fn policy_variables_are_not_proven_unless_they_are_the_same() {
    let of = |value: &str| {
        policy(&document(&[allow(
            ROLE,
            "kms:Decrypt",
            &format!(r#"{{"StringEquals":{{"kms:EncryptionContext:a":"{value}"}}}}"#),
        )]))
    };
    assert_eq!(compare(&of("${aws:userid}"), &of("${aws:userid}"), &facts()).relation(), Relation::Equal);
    let found = compare(&of("${aws:userid}"), &of("${aws:username}"), &facts());
    assert_eq!(found.relation(), Relation::NotProven);
    let widening = widens(&of("${aws:userid}"), &of("x"), &facts());
    assert!(matches!(widening, Some(Widening::NotProven(_))), "{widening:?}");
}

#[test]
fn patterns_that_explode_hit_the_cap_and_say_so() {
    let of = |condition: &str| policy(&document(&[allow(ROLE, "kms:Decrypt", condition)]));
    let end = "?".repeat(30);
    let never = format!(
        r#"{{"StringLike":{{"kms:EncryptionContext:a":"*a{end}"}},"StringLikeIfExists":{{"kms:EncryptionContext:a":"*b{end}"}}}}"#
    );
    let found = compare(&of(r#"{"Bool":{"aws:SecureTransport":"false"}}"#), &of(&never), &facts());
    assert_eq!(found.relation(), Relation::NotProven, "{:?}", found.gained);
}

#[test]
fn the_encryption_context_and_the_list_of_its_keys_tell_the_same() {
    let of = |condition: &str| policy(&document(&[allow(ROLE, "kms:Decrypt", condition)]));
    let same = |a: &str, b: &str| {
        let found = compare(&of(a), &of(b), &facts());
        assert!(found.axioms.iter().any(|it| it == Axiom::EncryptionContext), "{a} {b}");
        found.relation()
    };
    let listed = r#"{"ForAnyValue:StringEquals":{"kms:EncryptionContextKeys":"a"}}"#;
    assert_eq!(same(listed, r#"{"Null":{"kms:EncryptionContext:a":"false"}}"#), Relation::Equal);
    let pair = r#"{"StringEquals":{"kms:EncryptionContext:a":"x"}}"#;
    let both =
        r#"{"StringEquals":{"kms:EncryptionContext:a":"x"},"Null":{"kms:EncryptionContextKeys":"false"}}"#;
    assert_eq!(same(pair, both), Relation::Equal);
    let other = r#"{"StringEquals":{"kms:EncryptionContext:a":"x"},"ForAnyValue:StringEquals":{"kms:EncryptionContextKeys":"b"}}"#;
    assert_eq!(same(pair, other), Relation::Narrower);
}

#[test]
fn a_request_through_a_service_is_a_forward_access_session() {
    let of = |condition: &str| policy(&document(&[allow(ROLE, "kms:Decrypt", condition)]));
    let via = r#"{"StringEquals":{"kms:ViaService":"s3.eu-west-1.amazonaws.com"}}"#;
    let both = |is: &str| {
        format!(
            r#"{{"StringEquals":{{"kms:ViaService":"s3.eu-west-1.amazonaws.com"}},"Bool":{{"aws:ViaAWSService":"{is}"}}}}"#
        )
    };
    let found = compare(&of(via), &of(&both("true")), &facts());
    assert_eq!(found.relation(), Relation::Equal);
    assert!(found.axioms.iter().any(|it| it == Axiom::ViaService));
    // Nobody can fulfil it.
    assert_eq!(compare(&of(via), &of(&both("false")), &facts()).relation(), Relation::Narrower);
    // The other way round nothing follows.
    let session = r#"{"Bool":{"aws:ViaAWSService":"true"}}"#;
    assert_eq!(compare(&of(session), &of(&both("true")), &facts()).relation(), Relation::Narrower);
}

#[test]
fn without_axioms_more_requests_are_possible() {
    let old = policy(&document(&[allow(ROLE, "kms:DescribeKey", "{}")]));
    let source = r#"{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::b"}}"#;
    let new = policy(&document(&[allow(ROLE, "kms:DescribeKey", "{}"), allow(ROLE, "kms:Decrypt", source)]));
    // No user or role sends a source ARN.
    assert_eq!(compare(&old, &new, &facts()).relation(), Relation::Equal);
    let found = compare_without_axioms(&old, &new, &facts());
    assert_eq!(found.relation(), Relation::Wider, "{:?}", found.not_proven);
    assert_eq!(found.axioms.iter().count(), 0);
    assert_eq!(compare_without_axioms(&new, &new, &facts()).relation(), Relation::Equal);
}

#[test]
fn the_root_user_of_another_partition_has_an_arn_of_it() {
    let root = "arn:aws-cn:iam::111122223333:root";
    let is_root = format!(r#"{{"ArnEquals":{{"aws:PrincipalArn":"{root}"}}}}"#);
    let old = policy(&document(&[allow(ROLE, "kms:DescribeKey", "{}")]).replace("arn:aws:", "arn:aws-cn:"));
    let new = policy(
        &document(&[allow(ROLE, "kms:DescribeKey", "{}"), allow(ALL, "kms:Decrypt", &is_root)])
            .replace("arn:aws:", "arn:aws-cn:"),
    );
    let found = compare(&old, &new, &facts());
    assert_eq!(found.gained.len(), 1, "{:?} {:?}", found.gained, found.not_proven);
    assert_eq!(found.gained[0].witness.principal, root);
}
