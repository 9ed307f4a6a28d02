//! Every form of a principal.
use super::Read;
use crate::policy::{DefectKind, InvalidPrincipal, PrincipalElement, PrincipalKind};

fn read(principal: &str) -> Read {
    Read::statement(&format!(r#""Effect": "Allow", "Principal": {principal}"#))
}

fn element(read: &Read) -> &PrincipalElement {
    read.only().principal.as_ref().unwrap()
}

/// The kind in a word, with the account where there is one.
fn brief(kind: &PrincipalKind) -> String {
    let account = kind.account().map(ToString::to_string).unwrap_or_default();
    match kind {
        PrincipalKind::Everyone => "everyone".to_owned(),
        PrincipalKind::Account { .. } => format!("account {account}"),
        PrincipalKind::User { .. } => format!("user {account}"),
        PrincipalKind::Role { .. } => format!("role {account}"),
        PrincipalKind::Session { role, .. } => format!("session {account} {role}"),
        PrincipalKind::FederatedUser { .. } => format!("federated {account}"),
        PrincipalKind::Service { name } => format!("service {name}"),
        PrincipalKind::UniqueId { id } => format!("id {id}"),
        PrincipalKind::Unknown => "unknown".to_owned(),
        PrincipalKind::Invalid(why) => format!("{why:?}"),
    }
}

#[test]
fn aws_principals() {
    for (written, expected) in [
        ("*", "everyone"),
        ("111122223333", "account 111122223333"),
        ("arn:aws:iam::111122223333:root", "account 111122223333"),
        ("arn:aws-cn:iam::111122223333:root", "account 111122223333"),
        ("arn:aws:iam::111122223333:user/a", "user 111122223333"),
        ("arn:aws:iam::111122223333:user/path/to/a+=,.@-_", "user 111122223333"),
        ("arn:aws:iam::111122223333:role/App", "role 111122223333"),
        (
            "arn:aws:iam::111122223333:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
            "role 111122223333",
        ),
        ("arn:aws:sts::111122223333:assumed-role/App/session@x", "session 111122223333 App"),
        ("arn:aws:sts::111122223333:federated-user/bob", "federated 111122223333"),
        ("AIDACKCEVSQ6C2EXAMPLE", "id AIDACKCEVSQ6C2EXAMPLE"),
        ("AROADBQP57FF2AEXAMPLE", "id AROADBQP57FF2AEXAMPLE"),
        ("AROA", "Malformed"),
        // Account ids.
        ("12345", "AccountId"),
        ("1111222233334", "AccountId"),
        ("1111-2222-3333", "AccountId"),
        ("arn:aws:iam::MY_COMPANY:root", "AccountId"),
        // Of an example: another rule says so, and the rest is read as if an account stood there.
        ("ACCOUNT_ID", "account ACCOUNT_ID"),
        ("<account-id>", "account <account-id>"),
        ("arn:aws:iam::ACCOUNT_ID:root", "account ACCOUNT_ID"),
        ("arn:aws:iam::<account-id>:role/x", "role <account-id>"),
        ("roleArn", "unknown"),
        ("arn:aws:iam::1234:root", "AccountId"),
        ("arn:aws:iam:::root", "AccountId"),
        // Wildcards.
        ("arn:aws:iam::111122223333:role/*", "Wildcard"),
        ("arn:aws:iam::111122223333:role/app-?", "Wildcard"),
        ("arn:aws:iam::*:root", "Wildcard"),
        ("arn:aws:iam::111122223333:*", "Wildcard"),
        ("arn:*:iam::111122223333:root", "Wildcard"),
        ("1111*", "Wildcard"),
        ("**", "Wildcard"),
        // What is no principal.
        ("arn:aws:iam::111122223333:group/ops", "Group"),
        ("arn:aws:iam::111122223333:policy/p", "NotAPrincipal"),
        ("arn:aws:iam::aws:policy/ReadOnlyAccess", "NotAPrincipal"),
        ("arn:aws:iam::111122223333:instance-profile/p", "NotAPrincipal"),
        ("arn:aws:iam::111122223333:saml-provider/p", "NotAPrincipal"),
        ("arn:aws:iam::111122223333:oidc-provider/accounts.example.com", "NotAPrincipal"),
        ("arn:aws:s3:::bucket", "NotAPrincipal"),
        ("arn:aws:s3:::bucket/*", "NotAPrincipal"),
        ("arn:aws:kms:eu-west-1:111122223333:key/1234", "NotAPrincipal"),
        // Malformed.
        ("", "Malformed"),
        ("role/App", "Malformed"),
        ("alice", "Malformed"),
        ("arn:aws:iam::111122223333", "Malformed"),
        ("arn:aws:iam::111122223333:role", "Malformed"),
        ("arn:aws:iam::111122223333:role/", "Malformed"),
        ("arn:aws:iam::111122223333:role/path/", "Malformed"),
        ("arn:aws:iam::111122223333:role:App", "Malformed"),
        ("arn:aws:iam::111122223333:Role/App", "Malformed"),
        ("arn:aws:iam::111122223333:ROOT", "Malformed"),
        ("arn:aws:iam::111122223333:assumed-role/App/s", "Malformed"),
        ("arn:aws:iam::111122223333:role/<role-name>", "unknown"),
        ("arn:aws:iam::111122223333:role/My Role", "Malformed"),
        ("arn:aws:iam:us-east-1:111122223333:role/App", "Malformed"),
        ("arn:aws:sts::111122223333:role/App", "Malformed"),
        ("arn:aws:sts::111122223333:assumed-role/App", "Malformed"),
        ("arn:aws:sts::111122223333:assumed-role/App/", "Malformed"),
        ("arn:amazon:iam::111122223333:root", "Malformed"),
        ("arn::iam::111122223333:root", "Malformed"),
        ("lambda.amazonaws.com", "Malformed"),
        // Unknown pieces.
        ("${own}", "account ${own}"),
        ("${var.user_arn}", "unknown"),
        ("${name.role}", "unknown"),
        ("${partition}", "Malformed"),
        ("arn:${partition}:iam::${own}:root", "account ${own}"),
        ("arn:aws:iam::${var.account}:root", "account ${var.account}"),
        ("arn:${partition}:iam::${own}:role/${name.role}", "role ${own}"),
        ("arn:aws:iam::${own}:role${var.path}App", "role ${own}"),
        ("arn:aws:iam::${own}:user/${var.user}", "user ${own}"),
        ("arn:aws:sts::${own}:assumed-role/${name.role}/s", "session ${own} ${name.role}"),
        ("arn:aws:sts::${own}:assumed-role/${var.role_and_session}", "unknown"),
        ("arn:aws:iam::${own}:${var.what}", "unknown"),
        ("arn:aws:iam::${var.rest}", "unknown"),
        ("${var.prefix}:role/App", "unknown"),
        ("arn:aws:iam::${own}:role/${name.prefix}-*", "Wildcard"),
        ("arn:aws:iam::${own}:group/${name.g}", "Group"),
        ("arn:aws:iam::x${var.account}:root", "AccountId"),
        ("arn:aws:${var.service}::${own}:root", "unknown"),
    ] {
        let read = read(&format!(r#"{{"AWS": "{written}"}}"#));
        let element = element(&read);
        assert_eq!(brief(&element.entries[0].kind), expected, "{written}");
        assert_eq!((element.entries.len(), element.open, read.defects().len()), (1, false, 0), "{written}");
        assert_eq!(read.at(element.entries[0].span), format!("\"{written}\""));
    }
}

#[test]
fn arns_keep_the_whole_text() {
    let read = read(r#"{"AWS": "arn:${partition}:iam::${own}:role/p/App"}"#);
    let kind = &element(&read).entries[0].kind;
    assert_eq!(kind.arn().unwrap().to_string(), "arn:${partition}:iam::${own}:role/p/App");
    assert_eq!(PrincipalKind::of_aws("*"), PrincipalKind::Everyone);
}

#[test]
fn other_types() {
    for (written, expected) in [
        (r#"{"Service": "logs.eu-west-1.amazonaws.com"}"#, "service logs.eu-west-1.amazonaws.com"),
        (r#"{"Service": "logs.${region}.amazonaws.com"}"#, "service logs.${region}.amazonaws.com"),
        (r#"{"Service": "*"}"#, "ServiceWildcard"),
        (r#"{"Service": "*.amazonaws.com"}"#, "ServiceWildcard"),
        (r#"{"Service": ""}"#, "Malformed"),
        (r#"{"Service": "arn:aws:iam::111122223333:root"}"#, "Malformed"),
        (r#"{"Federated": "accounts.example.com"}"#, "Federated"),
        (r#"{"CanonicalUser": "79a59df900b949e5"}"#, "CanonicalUser"),
        (r#"{"User": "x"}"#, "UnknownType"),
        (r#""*""#, "everyone"),
    ] {
        let read = read(written);
        assert_eq!(brief(&element(&read).entries[0].kind), expected, "{written}");
        assert!(read.defects().is_empty(), "{written}");
    }
}

#[test]
fn several_types_and_lists() {
    let read = read(r#"{"AWS": ["111122223333", "*"], "Service": ["a.amazonaws.com"]}"#);
    let all: Vec<_> = element(&read).entries.iter().map(|entry| brief(&entry.kind)).collect();
    assert_eq!(all, ["account 111122223333", "everyone", "service a.amazonaws.com"]);
}

#[test]
fn a_type_in_the_wrong_case_is_a_defect_and_read() {
    let read = read(r#"{"aws": "*"}"#);
    assert_eq!(element(&read).entries[0].kind, PrincipalKind::Everyone);
    assert_eq!(read.defects(), [&DefectKind::UnknownElement { name: "aws".into(), meant: Some("AWS") }]);
    assert_eq!(read.at(read.policy.defects[0].span), "\"aws\"");
}

#[test]
fn a_repeated_type_loses_principals() {
    let read = read(r#"{"AWS": "111122223333", "AWS": "*"}"#);
    assert_eq!(element(&read).entries.len(), 1);
    assert_eq!(element(&read).entries[0].kind, PrincipalKind::Everyone);
    assert_eq!(read.defects(), [&DefectKind::DuplicateKey("AWS".into())]);
    assert!(read.policy.defects[0].related[0].start < read.policy.defects[0].span.start);
}

#[test]
fn what_is_unknown_leaves_the_element_open() {
    for (written, open, entries) in [
        ("$var.principal", true, 0),
        (r#""${var.principal}""#, true, 1),
        (r#"{"AWS": $var.arns}"#, true, 1),
        (r#"{"AWS": ["*", $var.more]}"#, true, 2),
        (r#"{"AWS": $own}"#, false, 1),
        (r#"{"${var.type}": "x"}"#, true, 0),
        (r#"{"Service": $var.services}"#, true, 1),
    ] {
        let read = read(written);
        let element = element(&read);
        assert_eq!((element.open, element.entries.len()), (open, entries), "{written}");
        assert!(read.defects().is_empty(), "{written}");
    }
    let read = read(r#"{"AWS": [$var.arns]}"#);
    let entry = &element(&read).entries[0];
    assert_eq!((brief(&entry.kind).as_str(), entry.text.to_string().as_str()), ("unknown", "${var.arns}"));
}

#[test]
fn wrong_shapes() {
    for empty in ["{}", r#"{"AWS": []}"#] {
        assert_eq!(read(empty).defects(), [&DefectKind::Empty("Principal")], "{empty}");
    }
    for wrong in [r#"{"AWS": 111122223333}"#, r#""arn:aws:iam::111122223333:root""#, r#"["111122223333"]"#] {
        let read = read(wrong);
        assert!(
            matches!(read.defects()[..], [DefectKind::WrongType { element: "Principal", .. }]),
            "{wrong}"
        );
        assert_eq!(brief(&element(&read).entries[0].kind), "account 111122223333", "{wrong}");
    }
    let read = read("null");
    assert!(matches!(read.defects()[..], [DefectKind::WrongType { .. }, DefectKind::Empty("Principal")]));
    let read = Read::statement(r#""Effect": "Deny", "NotPrincipal": {"AWS": {"a": 1}}"#);
    assert!(matches!(
        read.defects()[..],
        [DefectKind::Empty("NotPrincipal"), DefectKind::WrongType { element: "Principal", .. }]
    ));
    assert_eq!(brief(&PrincipalKind::Invalid(InvalidPrincipal::Group)), "Group");
}
