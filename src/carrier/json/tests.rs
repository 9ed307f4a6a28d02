use super::*;
use crate::carrier::Role;

/// Roles and source characters of the documents, messages of the errors.
fn carried(text: &str, explicit: bool) -> (Vec<(Role, String)>, Vec<String>) {
    let sources = Sources::in_memory([("policy.json", text)]);
    let file = sources.load("policy.json").unwrap();
    let carried = carry(&sources, file, explicit, &Parameters::default());
    let documents =
        carried.documents.iter().map(|document| (document.role, sources.text(document.value.span)));
    (documents.collect(), carried.errors.iter().map(|error| error.message.clone()).collect())
}

fn roles(text: &str, explicit: bool) -> Vec<Role> {
    carried(text, explicit).0.into_iter().map(|(role, _)| role).collect()
}

const STATEMENT: &str =
    r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "kms:*", "Resource": "*"}"#;

fn policy(statement: &str) -> String {
    format!("{{\"Version\": \"2012-10-17\", \"Statement\": [{statement}]}}")
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

#[test]
fn policy_is_found_bare_and_in_envelopes() {
    let policy = policy(STATEMENT);
    for text in [
        policy.clone(),
        format!("{{\"Policy\": {policy}}}"),
        format!("{{\"Policy\": {}, \"PolicyName\": \"default\"}}", quoted(&policy)),
        format!("{{\"Keys\": {{\"one\": {{\"Policy\": {}}}}}}}", quoted(&policy)),
        format!("[{{\"KeyId\": \"x\", \"Policy\": {policy}}}]"),
        format!("{{\"key\": {policy}}}"),
        format!("{policy}\tdefault\n"),
    ] {
        for explicit in [true, false] {
            assert_eq!(roles(&text, explicit), [Role::KeyPolicy], "{text}");
        }
    }
    assert_eq!(roles(&format!("[{policy}, {{\"Policy\": {}}}]", quoted(&policy)), false).len(), 2);
}

/// What AWS's tools answer: the key's ARN or account where the answer has it.
#[test]
fn answers_of_tools_are_seen_through() {
    let (policy, arn) = (policy(STATEMENT), "arn:aws:kms:eu-west-1:444455556666:key/1234abcd");
    let escaped = quoted(&policy);
    let item = format!(
        "{{\"resourceType\": \"AWS::KMS::Key\", \"awsAccountId\": \"444455556666\", \"arn\": \"{arn}\", \
         \"supplementaryConfiguration\": {{\"KeyRotationStatus\": \"true\", \"Policy\": {}}}}}",
        quoted(&escaped)
    );
    let preview = format!(
        "{{\"configurations\": {{\"{arn}\": {{\"kmsKey\": {{\"keyPolicies\": {{\"default\": {escaped}}}, \"grants\": \
         []}}}}}}}}"
    );
    for (text, owner) in [
        (escaped.clone(), None),
        (format!("{{\"data\": {{\"Policy\": {escaped}, \"PolicyName\": \"default\"}}}}"), None),
        (format!("{{\"KeyMetadata\": {{\"Arn\": \"{arn}\"}}, \"Policy\": {escaped}}}"), Some("444455556666")),
        (item.clone(), Some("444455556666")),
        (format!("{{\"configurationItems\": [{item}]}}"), Some("444455556666")),
        (preview, Some("444455556666")),
    ] {
        let sources = Sources::in_memory([("p.json", text.as_str())]);
        let mut documents =
            carry(&sources, sources.load("p.json").unwrap(), true, &Parameters::default()).documents;
        assert_eq!(documents.len(), 1, "{text}");
        let document = documents.remove(0);
        assert_eq!(document.role, Role::KeyPolicy, "{text}");
        let found = document.key.owner_account.map(|account| account.to_string());
        assert_eq!(found.as_deref(), owner, "{text}");
        let principal =
            document.value.get("Statement").unwrap().as_list().unwrap()[0].get("Principal").unwrap();
        let at = sources.text(principal.get("AWS").unwrap().span);
        assert_eq!(at.trim_matches(['"', '\\']), "111122223333", "{text}");
    }
}

#[test]
fn the_name_that_text_output_ends_with_is_no_mistake() {
    let policy = policy(STATEMENT);
    for text in
        [format!("{policy}\tdefault\n"), format!("{policy}\tdefault\r\n"), format!("{policy}\tdefault")]
    {
        assert_eq!(carried(&text, true).1, [""; 0], "{text}");
    }
    assert_eq!(carried(&format!("{policy} other"), true).1.len(), 1);
}

#[test]
fn statements_alone_are_fragments() {
    assert_eq!(carried(STATEMENT, true), (vec![(Role::Fragment, STATEMENT.to_owned())], vec![]));
    let list = format!("[{STATEMENT}, {STATEMENT}]");
    assert_eq!(carried(&list, false), (vec![(Role::Fragment, list.clone())], vec![]));
    let (documents, errors) = carried(&format!("{STATEMENT},\n{STATEMENT}"), true);
    assert_eq!(documents[0].0, Role::Fragment);
    assert_eq!(errors, ["a second value stands behind the first"]);
}

#[test]
fn near_misses_of_statement_are_policies() {
    for key in ["statement", "Statements", "STATEMENT"] {
        let text = format!("{{\"Version\": \"2012-10-17\", \"{key}\": [{STATEMENT}]}}");
        assert_eq!(roles(&text, false), [Role::KeyPolicy], "{key}");
    }
    assert_eq!(roles(r#"{"statements": ["select 1"], "x": "kms:*"}"#, true), []);
}

#[test]
fn policies_of_other_services_are_not_key_policies() {
    for action in ["s3:GetObject", "sns:Publish", "s3:*", "sq*:*"] {
        let text = policy(&STATEMENT.replace("kms:*", action));
        assert_eq!(roles(&text, true), [], "{action}");
    }
    for action in ["*", "KMS:Decrypt", "k*:Decrypt", "Decrypt", "*:*"] {
        let text = policy(&STATEMENT.replace("kms:*", action));
        assert_eq!(roles(&text, true), [Role::KeyPolicy], "{action}");
    }
    assert_eq!(roles(&policy(&STATEMENT.replace("kms:*", "*")), false), []);
}

#[test]
fn key_arn_does_not_make_a_bucket_policy_a_key_policy() {
    let statement = r#"{"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": "*",
        "Condition": {"StringNotEquals": {"s3:x-amz-server-side-encryption-aws-kms-key-id": "arn:aws:kms:eu-west-1:111122223333:key/x"}}}"#;
    assert_eq!(roles(&policy(statement), false), []);
}

#[test]
fn policy_without_principal_is_an_identity_policy_unless_it_is_marked() {
    let without = STATEMENT.replace("\"Principal\": {\"AWS\": \"111122223333\"}, ", "");
    for explicit in [true, false] {
        assert_eq!(roles(&policy(&without), explicit), [Role::IdentityPolicy]);
        let mixed = without.replace("\"kms:*\"", "[\"kms:*\", \"s3:*\"]");
        assert_eq!(roles(&policy(&mixed), explicit), [Role::IdentityPolicy]);
        let marked = policy(&without).replace("\"Version\"", "\"Id\": \"key-default-1\", \"Version\"");
        assert_eq!(roles(&marked, explicit), [Role::KeyPolicy]);
        assert_eq!(roles(&policy(&without.replace("kms:*", "s3:*")), explicit), []);
    }
    let sure = format!("{{\"PolicyName\": \"default\", \"Policy\": {}}}", quoted(&policy(&without)));
    assert_eq!(roles(&sure, false), [Role::KeyPolicy]);
}

#[test]
fn guardrails_are_not_linted() {
    let perimeter = r#"{"Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*",
        "Condition": {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-1234567890"}}}"#;
    let several =
        r#"{"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": ["kms:*", "s3:*"], "Resource": "*"}"#;
    let service_control = r#"{"Effect": "Deny", "Action": "kms:ScheduleKeyDeletion", "Resource": "*"}"#;
    let endpoint = r#"{"Effect": "Allow", "Principal": "*", "Action": ["kms:Decrypt", "kms:ListKeys"],
        "Resource": "arn:aws:kms:eu-west-1:111122223333:key/x"}"#;
    let every_key = r#"{"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "kms:*",
        "Resource": "arn:aws:kms:*:111122223333:key/*", "Condition": {"StringNotEquals": {"aws:PrincipalAccount": "111122223333"}}}"#;
    for statement in [perimeter, several, service_control, endpoint, every_key] {
        for explicit in [true, false] {
            assert_eq!(roles(&policy(statement), explicit), [Role::Other], "{statement}");
        }
        // Beside a statement that lets someone manage the key it is a part of a key policy.
        if statement != service_control {
            let whole = policy(&format!("{STATEMENT}, {statement}"));
            assert_eq!(roles(&whole, false), [Role::KeyPolicy], "{statement}");
        }
    }
}

#[test]
fn errors_in_an_escaped_policy_are_at_its_characters() {
    let broken = policy(STATEMENT).replace("\"2012-10-17\",", "\"2012-10-17\"");
    let text = format!("{{\"PolicyName\": \"default\", \"Policy\": {}}}", quoted(&broken));
    let sources = Sources::in_memory([("p.json", text.as_str())]);
    let file = sources.load("p.json").unwrap();
    let carried = carry(&sources, file, false, &Parameters::default());
    assert_eq!(carried.documents.len(), 1);
    assert_eq!(carried.errors[0].message, "a comma is missing");
    let at = text.find("10-17\\\"").unwrap() + "10-17\\\"".len();
    assert_eq!(carried.errors[0].span.start as usize, at);
    assert_eq!(sources.text(carried.documents[0].attachment), "\"Policy\"");
}

#[test]
fn envelope_tells_about_the_key() {
    let key = "arn:aws:kms:eu-west-1:111122223333:key/x";
    let text = format!(
        "{{\"KeyId\": \"{key}\", \"KeyUsage\": \"SIGN_VERIFY\", \"MultiRegion\": true, \"Policy\": {}}}",
        policy(STATEMENT)
    );
    let sources = Sources::in_memory([("p.json", text.as_str())]);
    let file = sources.load("p.json").unwrap();
    let facts = carry(&sources, file, false, &Parameters::default()).documents.remove(0).key;
    assert_eq!(facts.owner_account.unwrap().to_string(), "111122223333");
    assert_eq!(
        (facts.usage.as_deref(), facts.spec, facts.multi_region),
        (Some("SIGN_VERIFY"), None, Some(true))
    );
}

#[test]
fn plans_are_left_to_others() {
    let text = format!("{{\"planned_values\": {{\"x\": {}}}}}", policy(STATEMENT));
    assert_eq!(carried(&text, true), (vec![], vec![]));
}

#[test]
fn in_a_template_only_the_policies_of_keys_are_key_policies() {
    let resource = |kind: &str, name: &str| {
        let policy = policy(STATEMENT);
        format!("{{\"Type\": \"AWS::{kind}\", \"Properties\": {{\"{name}\": {policy}}}}}")
    };
    let (bucket, key) = (resource("S3::BucketPolicy", "PolicyDocument"), resource("KMS::Key", "KeyPolicy"));
    let text = format!("{{\"Resources\": {{\"Bucket\": {bucket}, \"Key\": {key}}}}}");
    assert_eq!(carried(&text, true).0.len(), 1);
}

#[test]
fn errors_of_unrelated_files_are_dropped() {
    let comment = "// x\n{\"compilerOptions\": {}}";
    assert_eq!(carried(comment, true).1, [""; 0]);
    assert_eq!(carried("{\"a\": }", false).1, [""; 0]);
    assert_eq!(carried("{\"a\": }", true).1, ["the key has no value"]);
    let iam = r#"{"Statement": [{"Effect": "Allow", "Action": "kms:*",}]}"#;
    assert_eq!(carried(iam, false).1, [""; 0]);
    let lost = "\"Principal\" \"kms:*\" ]]";
    assert!(!carried(lost, false).1.is_empty());
    assert_eq!(carried("", true).1, ["the text is empty"]);
    assert_eq!(carried("", false).1, [""; 0]);
}

#[test]
fn broken_policy_is_carried_with_its_errors() {
    let text = policy(STATEMENT).replace("\"kms:*\",", "\"kms:*\"");
    let (documents, errors) = carried(&text, false);
    assert_eq!((documents.len(), errors), (1, vec!["a comma is missing".to_owned()]));
}

#[test]
fn template_alone_is_not_known_and_never_a_mistake() {
    let carried = |text: &str| {
        let sources = Sources::in_memory([("key.json.tpl", text)]);
        let file = sources.load("key.json.tpl").unwrap();
        let carried = carry(&sources, file, true, &Parameters::default());
        assert!(carried.errors.is_empty(), "{:?}", carried.errors);
        let shown = carried.documents.iter().flat_map(|document| {
            document.unresolved.iter().map(|it| (it.reference.clone(), sources.text(it.span), it.whole))
        });
        shown.collect::<Vec<_>>()
    };
    let text = policy(&STATEMENT.replace("\"kms:*\"", "${jsonencode(actions)}"));
    assert_eq!(
        carried(&text),
        [("${jsonencode(actions)}".to_owned(), "${jsonencode(actions)}".to_owned(), false)]
    );
    let text = format!("%{{ if x }}\n{}\n%{{ endif }}\n", policy(STATEMENT));
    assert_eq!(carried(&text), [("%{ if x }".to_owned(), "%{ if x }".to_owned(), true)]);
    assert_eq!(carried("#!/bin/sh\necho ${x}\n"), []);
}

#[test]
fn policy_that_no_key_can_have_is_not_looked_into() {
    let text = policy(&vec![STATEMENT; 20_000].join(","));
    assert!(text.len() > super::LONGEST as usize);
    let sources = Sources::in_memory([("policy.json", text.as_str())]);
    let carried = carry(&sources, sources.load("policy.json").unwrap(), true, &Parameters::default());
    let [document] = carried.documents.as_slice() else { panic!("{:?}", carried.documents.len()) };
    assert!(document.unresolved.iter().all(|it| it.whole));
    assert_eq!(document.value.span.len() as usize, text.len());
}

#[test]
fn a_template_that_only_encrypts_with_a_key_is_not_read() {
    let queue =
        "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n    Properties:\n      KmsMasterKeyId: !Ref K\n";
    for (text, concerns) in [
        (queue, false),
        ("Type: AWS::S3::Bucket\nSSEAlgorithm: aws:kms\n", false),
        ("Type: AWS::KMS::Key", true),
        (r#"{"Type": "AWS::KMS\u003a:Key"}"#, true),
        (r#"{"Type": "AWS:\u003aKMS::Key"}"#, true),
        ("Type: AWS::SQS::QueuePolicy\nAction: Kms:Decrypt", true),
        ("Type: AWS::IAM::Role\nAction: '*'\nKmsKeyId: x", true),
        ("Type: AWS::SQS::Queue\nresources: ${file(kms.yml)}", true),
        (r#"{"type": "aws_kms_key", "values": {"description": "AWS::"}}"#, true),
        ("Statement: kms", true),
        ("Type: AWS::SQS::Queue", false),
    ] {
        assert_eq!(may_concern_kms(text.as_bytes()), concerns, "{text}");
    }
}

/// A finding of Access Analyzer says who may do what, but is no statement; a statement in lower case is one.
#[test]
fn what_tells_of_access_is_no_statement() {
    let finding = "{\"findings\": [{\"id\": \"1\", \"resourceType\": \"AWS::KMS::Key\", \"principal\": {\"AWS\": \"*\"}, \"action\": \
                   [\"kms:Decrypt\"], \"condition\": {}, \"isPublic\": true}]}";
    assert_eq!(carried(finding, true), (vec![], vec![]));
    let lower = "{\"effect\": \"Allow\", \"principal\": \"*\", \"action\": \"kms:*\", \"resource\": \"*\"}";
    assert_eq!(roles(lower, true), [Role::Fragment]);
    assert_eq!(roles(&STATEMENT.replace("\"Effect\"", "\"Efect\": 1, \"effect\""), true), [Role::Fragment]);
}
