//! What IAM Access Analyzer would report of a key policy: for each of its issue codes that docs/coverage.md has a rule for, a
//! policy that has the issue, of which that rule says so.

use std::collections::BTreeSet;

use kmslint::engine::Registry;
use kmslint::source::Sources;
use kmslint::{Input, Options, lint};

use crate::coverage::{rules_for, tools};

/// A statement that is right, so that one part of it can be made wrong.
const PRINCIPAL: &str = r#""Principal": { "AWS": "arn:aws:iam::111122223333:role/orders" }"#;
const SERVICE: &str = r#""Principal": { "Service": "sns.amazonaws.com" }"#;
const ACTION: &str = r#""Action": "kms:Decrypt""#;

fn policy(statements: &str) -> String {
    format!(
        r#"{{ "Version": "2012-10-17", "Statement": [
  {{ "Effect": "Allow", "Principal": {{ "AWS": "arn:aws:iam::111122223333:root" }}, "Action": "kms:*", "Resource": "*" }},
  {statements}
] }}"#
    )
}

/// A policy with a statement of these members.
fn with(members: &[&str]) -> String {
    policy(&format!("{{ {} }}", members.join(", ")))
}

fn principal(value: &str) -> String {
    with(&[r#""Effect": "Allow""#, &format!("\"Principal\": {value}"), ACTION, r#""Resource": "*""#])
}

fn action(value: &str) -> String {
    with(&[r#""Effect": "Allow""#, PRINCIPAL, &format!("\"Action\": {value}"), r#""Resource": "*""#])
}

fn resource(value: &str) -> String {
    with(&[r#""Effect": "Allow""#, PRINCIPAL, ACTION, &format!("\"Resource\": {value}")])
}

/// A condition, as JSON without its braces, of an Allow.
fn under(condition: &str) -> String {
    limited("Allow", PRINCIPAL, ACTION, condition)
}

fn limited(effect: &str, principal: &str, action: &str, condition: &str) -> String {
    let effect = format!("\"Effect\": \"{effect}\"");
    with(&[&effect, principal, action, r#""Resource": "*""#, &format!("\"Condition\": {{ {condition} }}")])
}

fn cases() -> Vec<(&'static str, String)> {
    let any = r#""Principal": { "AWS": "*" }"#;
    let resource_of = |arn: &str| resource(&format!("\"{arn}\""));
    let sid = r#""Sid": "Same""#;
    let twice = |statement: &str| policy(&format!("{statement},\n  {statement}"));
    let statement = format!(r#"{{ "Effect": "Allow", {PRINCIPAL}, {ACTION}, "Resource": "*" }}"#);
    let named = format!(r#"{{ {sid}, "Effect": "Allow", {PRINCIPAL}, {ACTION}, "Resource": "*" }}"#);
    let other =
        format!(r#"{{ {sid}, "Effect": "Allow", {PRINCIPAL}, "Action": "kms:Encrypt", "Resource": "*" }}"#);
    vec![
        (
            "ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
            limited(
                "Allow",
                PRINCIPAL,
                r#""NotAction": "kms:TagResource""#,
                r#""StringEquals": { "aws:RequestTag/stage": "test" }"#,
            ),
        ),
        (
            "ALLOW_WITH_NOT_PRINCIPAL",
            with(&[
                r#""Effect": "Allow""#,
                r#""NotPrincipal": { "AWS": "arn:aws:iam::111122223333:role/orders" }"#,
                ACTION,
                r#""Resource": "*""#,
            ]),
        ),
        (
            "ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
            under(r#""StringEquals": { "aws:RequestTag/stage": "test" }"#),
        ),
        (
            "ARN_REGION_NOT_ALLOWED",
            under(r#""ArnLike": { "aws:PrincipalArn": "arn:aws:iam:us-east-1:111122223333:role/orders" }"#),
        ),
        ("DATA_TYPE_MISMATCH", action("{}")),
        (
            "DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
            limited(
                "Deny",
                PRINCIPAL,
                r#""NotAction": "kms:TagResource""#,
                r#""StringEquals": { "aws:RequestTag/stage": "test" }"#,
            ),
        ),
        (
            "DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
            limited("Deny", PRINCIPAL, ACTION, r#""StringEquals": { "aws:RequestTag/stage": "test" }"#),
        ),
        ("DEPRECATED_GLOBAL_CONDITION_KEY", under(r#""StringEquals": { "aws:SourceInstanceARN": "x" }"#)),
        (
            "DUPLICATE_KEYS_WITH_DIFFERENT_CASE",
            under(
                r#""StringEquals": { "kms:viaservice": "s3.us-east-1.amazonaws.com", "kms:ViaService": "sqs.us-east-1.amazonaws.com" }"#,
            ),
        ),
        ("EMPTY_ARRAY_ACTION", action("[]")),
        ("EMPTY_ARRAY_CONDITION", under(r#""StringEquals": { "kms:ViaService": [] }"#)),
        (
            "EMPTY_ARRAY_CONDITION_FORALLVALUES",
            under(r#""ForAllValues:StringEquals": { "kms:EncryptionContextKeys": [] }"#),
        ),
        (
            "EMPTY_ARRAY_CONDITION_FORANYVALUE",
            under(r#""ForAnyValue:StringEquals": { "kms:EncryptionContextKeys": [] }"#),
        ),
        ("EMPTY_ARRAY_CONDITION_IFEXISTS", under(r#""StringEqualsIfExists": { "kms:ViaService": [] }"#)),
        ("EMPTY_ARRAY_PRINCIPAL", principal(r#"{ "AWS": [] }"#)),
        ("EMPTY_ARRAY_RESOURCE", resource("[]")),
        ("EMPTY_OBJECT_PRINCIPAL", principal("{}")),
        ("EQUIVALENT_TO_NULL_TRUE", under(r#""StringNotLike": { "kms:ViaService": "*" }"#)),
        (
            "FEDERATED_PRINCIPAL_NOT_SUPPORTED",
            principal(r#"{ "Federated": "cognito-identity.amazonaws.com" }"#),
        ),
        (
            "FORALLVALUES_WITH_SINGLE_VALUED_KEY",
            under(r#""ForAllValues:StringEquals": { "kms:ViaService": "s3.us-east-1.amazonaws.com" }"#),
        ),
        ("IMPROVE_IP_RANGE", under(r#""IpAddress": { "aws:SourceIp": "203.0.113.7/24" }"#)),
        ("INVALID_ACTION", action("\"kms:Decryptt\"")),
        (
            "INVALID_ARN_ACCOUNT",
            under(r#""ArnLike": { "aws:PrincipalArn": "arn:aws:iam::1111:role/orders" }"#),
        ),
        (
            "INVALID_ARN_PREFIX",
            resource_of("am:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"),
        ),
        (
            "INVALID_ARN_REGION",
            under(r#""ArnLike": { "aws:SourceArn": "arn:aws:sns:us-esat-1:111122223333:topic" }"#),
        ),
        ("INVALID_ARN_RESOURCE", resource_of("arn:aws:kms:us-east-1:111122223333:kye")),
        (
            "INVALID_ARN_SERVICE_CASE",
            resource_of("arn:aws:KMS:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"),
        ),
        (
            "INVALID_CONDITION_KEY_FORMAT",
            under(r#""StringEquals": { "ViaService": "s3.us-east-1.amazonaws.com" }"#),
        ),
        (
            "INVALID_CONDITION_MULTIPLE_BOOLEAN",
            under(r#""Bool": { "aws:SecureTransport": ["true", "false"] }"#),
        ),
        (
            "INVALID_CONDITION_OPERATOR",
            under(r#""StringEqual": { "kms:ViaService": "s3.us-east-1.amazonaws.com" }"#),
        ),
        ("INVALID_EFFECT", with(&[r#""Effect": "allow""#, PRINCIPAL, ACTION, r#""Resource": "*""#])),
        ("INVALID_GLOBAL_CONDITION_KEY", under(r#""StringEquals": { "aws:PrincipalOrg": "o-a1b2c3d4e5" }"#)),
        ("INVALID_PARTITION", principal(r#"{ "AWS": "arn:aws-us-gv:iam::111122223333:role/orders" }"#)),
        (
            "INVALID_POLICY_ELEMENT",
            with(&[
                r#""Effect": "Allow""#,
                PRINCIPAL,
                ACTION,
                r#""Actions": "kms:Encrypt""#,
                r#""Resource": "*""#,
            ]),
        ),
        ("INVALID_PRINCIPAL_FORMAT", principal("\"arn:aws:iam::111122223333:role/orders\"")),
        ("INVALID_PRINCIPAL_KEY", principal(r#"{ "Aws": "arn:aws:iam::111122223333:role/orders" }"#)),
        ("INVALID_REGION", under(r#""StringEquals": { "aws:RequestedRegion": "us-esat-1" }"#)),
        ("INVALID_ROLE_REFERENCE", principal(r#"{ "AWS": "AROAEXAMPLE1234567890" }"#)),
        ("INVALID_SERVICE", action("\"kmss:Decrypt\"")),
        (
            "INVALID_SERVICE_CONDITION_KEY",
            under(r#""StringEquals": { "kms:ViaServic": "s3.us-east-1.amazonaws.com" }"#),
        ),
        ("INVALID_SERVICE_IN_ACTION", action("\"kmss:Decrypt\"")),
        (
            "INVALID_SERVICE_PRINCIPAL_FORMAT",
            under(r#""StringEquals": { "kms:ViaService": "s3.amazonaws.com" }"#),
        ),
        ("INVALID_USER_REFERENCE", principal(r#"{ "AWS": "AIDAEXAMPLE1234567890" }"#)),
        ("INVALID_VERSION", policy(&statement).replace("2012-10-17", "2012-10-71")),
        ("INVALID_VPCE_FORMAT", under(r#""StringEquals": { "aws:SourceVpce": "vpce-12" }"#)),
        ("INVALID_VPC_FORMAT", under(r#""StringEquals": { "aws:SourceVpc": "vpc-12" }"#)),
        ("IRRELEVANT_CONDITION_KEY_IN_POLICY", under(r#""StringEquals": { "s3:prefix": "a" }"#)),
        ("JSON_SYNTAX_ERROR", policy(&statement).replacen("\"Version\":", "\"Version\"", 1)),
        ("MISSING_ACTION", with(&[r#""Effect": "Allow""#, PRINCIPAL, r#""Resource": "*""#])),
        (
            "MISSING_ARN_ACCOUNT",
            resource_of("arn:aws:kms:us-east-1::key/1234abcd-12ab-34cd-56ef-1234567890ab"),
        ),
        ("MISSING_ARN_FIELD", resource_of("arn:aws:kms:us-east-1:111122223333")),
        (
            "MISSING_ARN_REGION",
            resource_of("arn:aws:kms::111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"),
        ),
        ("MISSING_EFFECT", with(&[PRINCIPAL, ACTION, r#""Resource": "*""#])),
        ("MISSING_PRINCIPAL", with(&[r#""Effect": "Allow""#, ACTION, r#""Resource": "*""#])),
        ("MISSING_QUALIFIER", under(r#""StringEquals": { "kms:EncryptionContextKeys": "stage" }"#)),
        ("MISSING_RESOURCE", with(&[r#""Effect": "Allow""#, PRINCIPAL, ACTION])),
        ("MISSING_TAG_KEY_IN_CONDITION", under(r#""StringEquals": { "aws:ResourceTag/": "test" }"#)),
        ("MISSING_VERSION", policy(&statement).replace("\"Version\": \"2012-10-17\", ", "")),
        ("NULL_WITH_IF_EXISTS", under(r#""NullIfExists": { "kms:ViaService": "true" }"#)),
        ("NULL_WITH_QUALIFIER", under(r#""ForAllValues:Null": { "kms:EncryptionContextKeys": "false" }"#)),
        ("PRIVATE_IP_ADDRESS", under(r#""IpAddress": { "aws:SourceIp": "10.0.0.0/8" }"#)),
        (
            "PRIVATE_IP_ADDRESS_SUBSET",
            under(r#""IpAddress": { "aws:SourceIp": ["10.0.0.0/8", "203.0.113.0/24"] }"#),
        ),
        (
            "PRIVATE_NOT_IP_ADDRESS",
            limited("Deny", PRINCIPAL, ACTION, r#""NotIpAddress": { "aws:SourceIp": "10.0.0.0/8" }"#),
        ),
        (
            "PRIVATE_NOT_IP_ADDRESS_SUBSET",
            limited(
                "Deny",
                PRINCIPAL,
                ACTION,
                r#""NotIpAddress": { "aws:SourceIp": ["10.0.0.0/8", "203.0.113.0/24"] }"#,
            ),
        ),
        (
            "RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY",
            limited("Deny", any, ACTION, r#""NotIpAddress": { "aws:SourceIp": "203.0.113.0/24" }"#),
        ),
        (
            "RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL",
            limited("Allow", SERVICE, ACTION, r#""StringEquals": { "aws:Referer": "x" }"#),
        ),
        ("REDUNDANT_ACTION", action("[\"kms:Decrypt\", \"kms:De*\"]")),
        (
            "REDUNDANT_CONDITION_VALUE_NUM",
            under(r#""NumericLessThan": { "kms:GrantTokenCount": ["5", "9"] }"#)
                .replace("kms:GrantTokenCount", "aws:MultiFactorAuthAge"),
        ),
        (
            "REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION",
            under(r#""StringLike": { "kms:CallerAccount": "*" }"#),
        ),
        ("REDUNDANT_STATEMENT", twice(&statement)),
        (
            "REDUNDANT_STATEMENT_DUE_TO_WILDCARD_IN_CONDITION",
            under(r#""StringNotLike": { "kms:CallerAccount": "*" }"#),
        ),
        ("RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL", principal(r#"{ "Service": "sns.amazonaws.com" }"#)),
        (
            "STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS",
            under(r#""StringLike": { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/*" }"#),
        ),
        ("TYPE_MISMATCH", under(r#""NumericEquals": { "kms:ViaService": "1" }"#)),
        ("TYPE_MISMATCH_BOOLEAN", under(r#""Bool": { "aws:SecureTransport": "yes" }"#)),
        ("TYPE_MISMATCH_DATE", under(r#""DateLessThan": { "aws:CurrentTime": "tomorrow" }"#)),
        ("TYPE_MISMATCH_IP_RANGE", under(r#""IpAddress": { "aws:SourceIp": "everywhere" }"#)),
        ("TYPE_MISMATCH_NUMBER", under(r#""NumericLessThan": { "aws:MultiFactorAuthAge": "an hour" }"#)),
        ("TYPE_MISMATCH_STRING", under(r#""BinaryEquals": { "kms:ViaService": "QmluYXJ5" }"#)),
        ("UNIQUE_SIDS_RECOMMENDED", policy(&format!("{named},\n  {other}"))),
        ("UNIQUE_SIDS_REQUIRED", policy(&format!("{named},\n  {other}"))),
        (
            "UNSUPPORTED_ACTION_FOR_CONDITION_KEY",
            limited(
                "Allow",
                PRINCIPAL,
                r#""Action": "kms:DescribeKey""#,
                r#""StringEquals": { "kms:EncryptionContext:stage": "test" }"#,
            ),
        ),
        ("UNSUPPORTED_ACTION_IN_POLICY", action("\"kms:ListKeys\"")),
        (
            "UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL",
            limited("Allow", SERVICE, ACTION, r#""StringEquals": { "aws:PrincipalOrgID": "o-a1b2c3d4e5" }"#),
        ),
        (
            "UNSUPPORTED_ELEMENT_COMBINATION",
            with(&[
                r#""Effect": "Allow""#,
                PRINCIPAL,
                ACTION,
                r#""NotAction": "kms:Encrypt""#,
                r#""Resource": "*""#,
            ]),
        ),
        (
            "UNSUPPORTED_GLOBAL_CONDITION_KEY",
            under(r#""ArnLike": { "aws:ARN": "arn:aws:iam::111122223333:role/orders" }"#),
        ),
        ("UNSUPPORTED_RESOURCE_ARN_IN_POLICY", resource_of("arn:aws:s3:::bucket")),
        ("UNSUPPORTED_WILDCARD_IN_PRINCIPAL", principal(r#"{ "AWS": "arn:aws:iam::111122223333:role/*" }"#)),
        (
            "UNTRUSTWORTHY_CONDITION_KEY",
            limited("Allow", any, ACTION, r#""StringEquals": { "aws:UserAgent": "secret" }"#),
        ),
        (
            "VARIABLE_UNSUPPORTED_IN_VERSION",
            under(r#""StringEquals": { "kms:EncryptionContext:user": "${aws:username}" }"#)
                .replace("2012-10-17", "2008-10-17"),
        ),
        ("WILDCARD_IN_SERVICE_NAME", action("\"k*:Decrypt\"")),
        (
            "WILDCARD_USAGE_TOO_PERMISSIVE",
            limited("Allow", any, ACTION, r#""StringLike": { "aws:PrincipalOrgID": "o-*" }"#),
        ),
        (
            "WILDCARD_WITHOUT_LIKE_OPERATOR",
            under(r#""StringEquals": { "kms:ViaService": "s3.*.amazonaws.com" }"#),
        ),
        (
            "ARN_ACCOUNT_NOT_ALLOWED",
            limited(
                "Allow",
                SERVICE,
                ACTION,
                r#""ArnLike": { "aws:SourceArn": "arn:aws:s3::111122223333:bucket" }"#,
            ),
        ),
        (
            "INVALID_CONDITION_DATA_TYPE",
            under(r#""StringEquals": { "kms:EncryptionContext:stage": { "test": 1 } }"#),
        ),
        (
            "MISSING_ACTION_FOR_CONDITION_KEY",
            under(r#""StringEquals": { "kms:ReplicaRegion": "us-east-1" }"#),
        ),
        (
            "MISSING_STATEMENT",
            "resource \"aws_kms_key\" \"main\" {\n  policy = jsonencode({ Version = \"2012-10-17\" })\n}\n"
                .to_owned(),
        ),
        (
            "POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA",
            policy(&format!(
                "{{ \"Sid\": \"{}\", {} ",
                "a".repeat(33_000),
                statement.trim_start_matches('{')
            )),
        ),
        ("MISSING_PAIRED_CONDITION_KEYS", under(r#""IpAddress": { "aws:VpcSourceIp": "10.0.0.0/16" }"#)),
        (
            "MISSING_BRACE_IN_VARIABLE",
            under(r#""StringEquals": { "kms:EncryptionContext:user": "${aws:username" }"#),
        ),
        (
            "MISSING_QUOTE_IN_VARIABLE",
            under(r#""StringEquals": { "kms:EncryptionContext:user": "${aws:username, 'none}" }"#),
        ),
        (
            "UNSUPPORTED_SPACE_IN_VARIABLE",
            under(r#""StringEquals": { "kms:EncryptionContext:user": "${ aws:username }" }"#),
        ),
        ("EMPTY_VARIABLE", under(r#""StringEquals": { "kms:EncryptionContext:user": "${}" }"#)),
        (
            "INVALID_VARIABLE_FOR_OPERATOR",
            under(r#""NumericLessThan": { "aws:MultiFactorAuthAge": "${aws:username}" }"#),
        ),
        (
            "REDUNDANT_RESOURCE",
            resource(
                r#"["*", "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"]"#,
            ),
        ),
        (
            "VARIABLE_UNSUPPORTED_IN_ELEMENT",
            principal(r#"{ "AWS": "arn:aws:iam::111122223333:user/${aws:username}" }"#),
        ),
        (
            "VARIABLE_USAGE_TOO_PERMISSIVE",
            limited(
                "Allow",
                any,
                ACTION,
                r#""StringEquals": { "aws:PrincipalOrgID": "${aws:PrincipalOrgID}" }"#,
            ),
        ),
    ]
}

#[test]
fn each_issue_of_access_analyzer_is_reported_by_the_rule_that_stands_for_it() {
    let (registry, tools) = (Registry::embedded(), tools());
    let checks = &tools["access-analyzer"].checks;
    let mut wrong = Vec::new();
    let mut known = BTreeSet::new();
    for (code, text) in cases() {
        known.insert(code);
        assert!(checks.contains_key(code), "docs/coverage.toml does not list `{code}`");
        let rules: Vec<&str> =
            rules_for(registry, "access-analyzer", code).iter().map(|rule| &*rule.id).collect();
        let path = if text.starts_with('{') { "key.json" } else { "main.tf" }.to_owned();
        let sources = Sources::in_memory([(path.as_str(), text.as_str())]);
        let input = match text.starts_with('{') {
            true => Input::Json { path, explicit: true },
            false => Input::TerraformText { path },
        };
        let findings = lint(&sources, &[input], &Options::default()).findings;
        // What the rule says may be told by a stronger one.
        let said = findings.iter().flat_map(|it| {
            let weaker = it.stands_for.iter().map(|weaker| weaker.rule.as_str());
            std::iter::once(it.rule.as_str()).chain(weaker)
        });
        let said: BTreeSet<&str> = said.collect();
        if !rules.iter().any(|rule| said.contains(rule)) {
            wrong.push(format!("{code}: {rules:?} should say so, and it is {said:?}"));
        }
    }
    for code in checks.keys() {
        if !rules_for(registry, "access-analyzer", code).is_empty() && !known.contains(code.as_str()) {
            wrong.push(format!("{code}: a rule stands for it, and there is no policy that shows it"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
