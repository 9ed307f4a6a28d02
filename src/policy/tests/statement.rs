//! Actions, resources, labels.
use super::{Read, notation};
use crate::carrier::{KeyFacts, Role};
use crate::catalog::ActionSet;
use crate::policy::DefectKind;

fn actions(members: &str) -> (ActionSet, ActionSet) {
    Read::statement(members).only().actions()
}

#[test]
fn action_and_not_action() {
    let of = ActionSet::of;
    let (all, none) = (ActionSet::ALL, ActionSet::EMPTY);
    for (members, must, may) in [
        (r#""Action": "*""#, all, all),
        (r#""Action": "KMS:decrypt""#, of(&["Decrypt"]), of(&["Decrypt"])),
        (r#""Action": ["kms:Sign", "s3:*", "kms:Verify"]"#, of(&["Sign", "Verify"]), of(&["Sign", "Verify"])),
        (r#""Action": []"#, none, none),
        (r#""NotAction": []"#, none, none),
        ("", none, none),
        (r#""Action": $var.actions"#, none, all),
        (r#""Action": ["kms:Sign", $var.actions]"#, of(&["Sign"]), all),
        (r#""Action": "${var.action}""#, none, all),
        (r#""Action": "kms:${name.x}""#, none, all),
        (r#""Action": "kms:Sig${var.x}""#, none, of(&["Sign"]).union(ActionSet::FUTURE)),
        (r#""NotAction": "kms:Decrypt""#, all.difference(of(&["Decrypt"])), all.difference(of(&["Decrypt"]))),
        (r#""NotAction": "*""#, none, none),
        (r#""NotAction": "kms:Sign*""#, all.difference(of(&["Sign"])), all.difference(of(&["Sign"]))),
        (r#""NotAction": ["kms:Sign", $var.x]"#, none, all.difference(of(&["Sign"]))),
        (r#""NotAction": $var.x"#, none, all),
        (r#""NotAction": "${var.x}""#, none, all),
        (r#""NotAction": "s3:*""#, all, all),
    ] {
        assert_eq!(actions(members), (must, may), "{members}");
    }
}

#[test]
fn action_patterns_keep_their_places() {
    let read = Read::statement(r#""Action": ["kms:Sign", "kms:Nope"]"#);
    let element = read.only().action.as_ref().unwrap();
    assert_eq!(read.at(element.key_span), "\"Action\"");
    let places: Vec<_> = element.patterns.iter().map(|pattern| read.at(pattern.span)).collect();
    assert_eq!(places, ["\"kms:Sign\"", "\"kms:Nope\""]);
    assert!(element.patterns[1].may.is_empty());
    for wrong in
        [r#""Action": 5"#, r#""Action": {"a": "b"}"#, r#""Action": [["kms:Sign"]]"#, r#""Action": null"#]
    {
        let read = Read::statement(wrong);
        let [defect] = read.shape()[..] else { panic!("{wrong}") };
        assert!(matches!(defect.kind, DefectKind::WrongType { element: "Action", .. }), "{wrong}");
    }
}

#[test]
fn resources() {
    let owned = KeyFacts { owner_account: Some(notation::text("111122223333")), ..KeyFacts::default() };
    let unowned = KeyFacts::default();
    let id = "1234abcd-12ab-34cd-56ef-1234567890ab";
    for (written, with_owner, without) in [
        ("*", Some(true), Some(true)),
        ("**", Some(true), Some(true)),
        ("arn:aws:kms:*:*:key/*", None, None),
        ("arn:*:kms:*:*:key/*", Some(true), Some(true)),
        ("arn:*:kms:*:111122223333:key/*", Some(true), None),
        ("arn:${partition}:kms:${region}:${own}:key/*", Some(true), Some(true)),
        ("arn:${partition}:kms:${region}:${own}:*", Some(true), Some(true)),
        ("arn:*:kms:*:444455556666:key/*", Some(false), None),
        ("*:key/*", Some(true), Some(true)),
        ("arn:*", Some(true), Some(true)),
        (&format!("arn:aws:kms:us-east-1:111122223333:key/{id}"), None, None),
        (&format!("arn:aws:kms:us-east-1:444455556666:key/{id}"), Some(false), None),
        (&format!("arn:aws:kms:us-east-1:111122223333:key/{id}/x"), Some(false), Some(false)),
        ("arn:aws:kms:us-east-1:111122223333:*", None, None),
        ("arn:aws:kms:us-east-1:111122223333:key/????", None, None),
        ("${aws_kms_key.main.arn}", None, None),
        ("arn:aws:kms:us-east-1:${own}:key/${name.id}", None, None),
        ("arn:aws:kms:us-east-1:111122223333:alias/app", Some(false), Some(false)),
        ("arn:${partition}:kms:${region}:${own}:alias/*", Some(false), Some(false)),
        ("arn:aws:s3:::bucket/*", Some(false), Some(false)),
        ("arn:aws:kms:us-east-1:111122223333:key/", Some(false), Some(false)),
        ("arn:aws:kms:us-east-1:111122223333:key", Some(false), Some(false)),
        (id, Some(false), Some(false)),
        ("alias/app", Some(false), Some(false)),
        ("key/*", Some(false), Some(false)),
        ("", Some(false), Some(false)),
    ] {
        for (key, expected) in [(&owned, with_owner), (&unowned, without)] {
            let source = format!(r#"{{"Statement": {{"Resource": "{written}"}}}}"#);
            let read = Read::with(&source, key, Role::KeyPolicy);
            let found = read.only().resource.as_ref().unwrap().patterns[0].matches_key;
            assert_eq!(found, expected, "{written} {}", key.owner_account.is_some());
        }
    }
    let read = Read::statement(r#""NotResource": ["*", $var.x]"#);
    let element = read.only().resource.as_ref().unwrap();
    assert!(element.negated && element.open && element.patterns.len() == 1);
}

#[test]
fn labels() {
    let policy = r#"{"Statement": [{"Sid": "Allow use"}, {}, {"Sid": ""}]}"#;
    let labels: Vec<_> = Read::policy(policy).policy.statements.iter().map(super::Statement::label).collect();
    assert_eq!(labels, ["`Allow use`", "statement 2", "statement 3"]);
}
