//! Documents, elements, and their case.
use super::Read;
use crate::carrier::{KeyFacts, Role};
use crate::policy::{DefectKind, Effect};

const GOOD: &str = r#"{"Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}"#;

#[test]
fn a_policy_without_defects() {
    let source = format!(r#"{{"Version": "2012-10-17", "Id": "x", "Statement": [{GOOD}, {GOOD}]}}"#);
    let read = Read::policy(&source);
    assert_eq!(read.defects(), Vec::<&DefectKind>::new());
    assert_eq!(read.policy.statements.iter().map(|s| s.index).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(read.at(read.policy.version.as_ref().unwrap().span), "\"2012-10-17\"");
    assert_eq!(read.at(read.policy.statements[0].span), GOOD);
    assert_eq!(read.at(read.policy.statements[0].effect_span), "\"Allow\"");
    assert!(!read.policy.open);
}

#[test]
fn one_statement_needs_no_list() {
    assert_eq!(Read::policy(&format!(r#"{{"Statement": {GOOD}}}"#)).only().effect, Effect::Allow);
}

#[test]
fn missing_and_empty() {
    for (source, expected) in [
        ("{}", DefectKind::Missing("Statement")),
        (r#"{"Statement": []}"#, DefectKind::Empty("Statement")),
        (r#"{"Statement": {"Principal": "*"}}"#, DefectKind::Missing("Effect")),
        (r#"{"Statement": {"Effect": "Deny"}}"#, DefectKind::Missing("Principal")),
    ] {
        let read = Read::policy(source);
        assert_eq!(read.defects(), [&expected], "{source}");
    }
    // Without Action and Resource a statement has no effect, but its shape is accepted.
    assert!(Read::policy(r#"{"Statement": {"Effect": "Deny", "NotPrincipal": "*"}}"#).defects().is_empty());
}

#[test]
fn case_of_elements() {
    let source =
        r#"{"version": "2012-10-17", "STATEMENT": {"effect": "Allow", "Principal": "*", "action": "*"}}"#;
    let read = Read::policy(source);
    let meant = |name: &str, meant| DefectKind::UnknownElement { name: name.into(), meant: Some(meant) };
    let expected = [
        meant("version", "Version"),
        meant("STATEMENT", "Statement"),
        meant("effect", "Effect"),
        meant("action", "Action"),
    ];
    assert_eq!(read.defects(), expected.iter().collect::<Vec<_>>());
    assert_eq!(read.only().effect, Effect::Allow);
    assert!(read.only().action.is_some() && read.policy.version.is_some());
}

#[test]
fn the_right_case_wins() {
    let read = Read::statement(r#""Effect": "Deny", "effect": "Allow", "Principal": "*""#);
    assert_eq!(read.only().effect, Effect::Deny);
    assert_eq!(read.defects().len(), 1);
}

#[test]
fn misspelt_elements_are_not_read() {
    let read = Read::statement(r#""Effect": "Allow", "Principals": "*", "Foo": 1"#);
    let expected = [
        DefectKind::Missing("Principal"),
        DefectKind::UnknownElement { name: "Principals".into(), meant: Some("Principal") },
        DefectKind::UnknownElement { name: "Foo".into(), meant: None },
    ];
    assert_eq!(read.defects(), expected.iter().collect::<Vec<_>>());
    assert!(read.only().principal.is_none());
    assert!(read.policy.defects.iter().all(|defect| defect.statement == Some(0)));
}

#[test]
fn effects() {
    for (written, effect, defect) in [
        (r#""Allow""#, Effect::Allow, false),
        (r#""Deny""#, Effect::Deny, false),
        (r#""allow""#, Effect::Allow, true),
        (r#""DENY""#, Effect::Deny, true),
        (r#"" Allow""#, Effect::Unknown, true),
        (r#""Permit""#, Effect::Unknown, true),
        ("true", Effect::Unknown, true),
        ("$var.effect", Effect::Unknown, false),
        (r#""${var.effect}""#, Effect::Unknown, false),
    ] {
        let read = Read::statement(&format!(r#""Effect": {written}, "Principal": "*""#));
        assert_eq!(read.only().effect, effect, "{written}");
        assert_eq!(!read.defects().is_empty(), defect, "{written}");
    }
}

#[test]
fn duplicates() {
    let read = Read::statement(r#""Effect": "Deny", "Effect": "Allow", "Effect": "Deny", "Principal": "*""#);
    assert_eq!(read.only().effect, Effect::Deny, "the last counts");
    let duplicate = DefectKind::DuplicateKey("Effect".into());
    assert_eq!(read.defects(), [&duplicate, &duplicate]);
    let first = read.policy.defects[0].related[0];
    assert!(read.policy.defects.iter().all(|defect| defect.related == [first] && defect.span != first));
    let read = Read::policy(&format!(r#"{{"Statement": [], "Statement": {GOOD}}}"#));
    assert_eq!(read.defects(), [&DefectKind::DuplicateKey("Statement".into())]);
}

#[test]
fn both_of_a_pair() {
    for (name, negated) in
        [("Principal", "NotPrincipal"), ("Action", "NotAction"), ("Resource", "NotResource")]
    {
        let members = format!(r#""{negated}": "*", "{name}": "*""#);
        let read = Read::statement(&members);
        let [defect] = read.shape()[..] else { panic!("{members}") };
        let (DefectKind::BothOf(a, b), [related]) = (&defect.kind, &defect.related[..]) else {
            panic!("{defect:?}")
        };
        assert_eq!((*a, *b), (name, negated));
        assert_eq!(read.at(defect.span), format!("\"{name}\""), "the second of them");
        assert_eq!(read.at(*related), format!("\"{negated}\""));
    }
}

#[test]
fn unknown_documents_and_statements() {
    for source in [
        "$var.policy",
        r#"{"Statement": $var.statements}"#,
        r#"{"Statement": [$local.more]}"#,
        r#"{"${var.k}": 1}"#,
    ] {
        let read = Read::policy(source);
        assert!(
            read.policy.open && read.defects().is_empty() && read.policy.statements.is_empty(),
            "{source}"
        );
    }
    let read = Read::policy(&format!(r#"{{"Statement": [$a, {GOOD}]}}"#));
    assert_eq!((read.only().index, read.only().place), (0, 1));
    assert_eq!(read.only().label(), "statement 2");
    assert!(read.policy.open);
    let read = Read::statement(r#""${var.k}": "x""#);
    assert!(read.defects().is_empty(), "an unknown member may be what is missing");
    assert!(read.only().conditions_open);
}

#[test]
fn wrong_types() {
    for (source, element) in [
        (r#""text""#, "policy"),
        ("[]", "policy"),
        ("null", "policy"),
        (r#"{"Version": 2012, "Statement": {"Effect": "Deny", "Principal": "*"}}"#, "Version"),
        (r#"{"Statement": "x"}"#, "Statement"),
        (r#"{"Statement": {"Sid": null, "Effect": "Deny", "Principal": "*"}}"#, "Sid"),
    ] {
        let read = Read::policy(source);
        let wrong = |kind: &&&DefectKind| matches!(kind, DefectKind::WrongType { element: found, .. } if *found == element);
        assert_eq!(read.defects().iter().filter(wrong).count(), 1, "{source}");
    }
}

#[test]
fn fragments() {
    let fragment = |source: &str| Read::with(source, &KeyFacts::default(), Role::Fragment);
    let list = format!("[{GOOD}, {GOOD}]");
    let policy = format!(r#"{{"Statement": {GOOD}}}"#);
    for (source, statements) in
        [(GOOD, 1), (list.as_str(), 2), (policy.as_str(), 1), (r#"{"Version": "2012-10-17"}"#, 0)]
    {
        let read = fragment(source);
        assert_eq!((read.policy.statements.len(), read.defects().len()), (statements, 0), "{source}");
    }
    assert!(matches!(Read::policy(&list).defects()[..], [DefectKind::WrongType { element: "policy", .. }]));
    assert_eq!(Read::policy(&list).policy.statements.len(), 2);
}
