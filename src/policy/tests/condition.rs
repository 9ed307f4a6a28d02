//! Every form of a condition.
use super::Read;
use crate::policy::{BaseOperator, DefectKind, Operator, Quantifier};

fn read(condition: &str) -> Read {
    Read::statement(&format!(r#""Effect": "Allow", "Principal": "*", "Condition": {condition}"#))
}

#[test]
fn every_operator_form() {
    let prefixes = [
        ("", None),
        ("ForAllValues:", Some(Quantifier::ForAllValues)),
        ("ForAnyValue:", Some(Quantifier::ForAnyValue)),
    ];
    for base in BaseOperator::ALL {
        for (prefix, quantifier) in prefixes {
            for (suffix, if_exists) in [("", false), ("IfExists", true)] {
                let name = format!("{prefix}{}{suffix}", base.name());
                for written in [name.clone(), name.to_lowercase(), name.to_uppercase()] {
                    let operator = Operator::parse(&written);
                    assert_eq!(
                        (operator.base, operator.quantifier, operator.if_exists),
                        (Some(base), quantifier, if_exists)
                    );
                    assert_eq!(operator.written, written);
                    assert_eq!(operator.canonical().as_deref(), Some(name.as_str()));
                }
            }
        }
    }
}

#[test]
fn operators_that_do_not_exist() {
    for (written, meant) in [
        ("Boolean", Some("Bool")),
        ("BoolEquals", Some("Bool")),
        ("StringEqual", Some("StringEquals")),
        ("ForAnyValue:StringMatches", None),
        ("ForAllValues:StringLikes", Some("ForAllValues:StringLike")),
        ("ForAllValue:StringLike", Some("ForAllValues:StringLike")),
        ("ArnLikeIfExist", Some("ArnLikeIfExists")),
        ("IpAdress", Some("IpAddress")),
        ("kms:ViaService", None),
        ("IfExists", None),
        ("", None),
    ] {
        let source = format!(r#"{{"{written}": {{"kms:ViaService": "x"}}}}"#);
        let read = read(&source);
        let expected = DefectKind::UnknownOperator { name: written.into(), meant: meant.map(str::to_owned) };
        assert_eq!(read.defects(), [&expected], "{written}");
        assert_eq!(read.only().conditions[0].operator.base, None, "the atom is kept");
    }
}

#[test]
fn negation_and_wildcards() {
    let negated = BaseOperator::ALL.into_iter().filter(|base| base.is_negated());
    let named = BaseOperator::ALL.into_iter().filter(|base| base.name().contains("Not"));
    assert_eq!(negated.collect::<Vec<_>>(), named.collect::<Vec<_>>());
    assert!(BaseOperator::ArnEquals.takes_wildcards() && !BaseOperator::StringEquals.takes_wildcards());
}

#[test]
fn keys_and_values() {
    let read = read(
        r#"{"StringEquals": {"KMS:CallerAccount": ["1", "2"], "aws:x": "3"}, "Bool": {"b": true}, "NumericLessThan": {"n": 7}}"#,
    );
    assert!(read.defects().is_empty());
    let statement = read.only();
    let brief: Vec<_> = statement
        .conditions
        .iter()
        .map(|atom| {
            let values: Vec<_> = atom.values.iter().map(|value| value.text.to_string()).collect();
            format!(
                "{} {} {}",
                atom.operator.written,
                atom.key_folded.as_deref().unwrap_or("?"),
                values.join(",")
            )
        })
        .collect();
    let expected =
        ["StringEquals kms:calleraccount 1,2", "StringEquals aws:x 3", "Bool b true", "NumericLessThan n 7"];
    assert_eq!(brief, expected);
    let atom = &statement.conditions[0];
    assert_eq!(read.at(atom.operator_span), "\"StringEquals\"");
    assert_eq!(read.at(atom.key_span), "\"KMS:CallerAccount\"");
    assert_eq!(read.at(atom.span), r#""KMS:CallerAccount": ["1", "2"]"#);
    assert_eq!(read.at(atom.values[1].span), "\"2\"");
    assert!(read.at(statement.condition_span.unwrap()).starts_with("\"Condition\": {"));
}

#[test]
fn what_is_unknown_is_open() {
    for (written, atoms, open, values_open) in [
        ("$var.condition", 0, true, false),
        (r#"{"StringEquals": $local.block}"#, 0, true, false),
        (r#"{"StringEquals": {"k": $var.values}}"#, 1, false, true),
        (r#"{"StringEquals": {"k": ["a", $var.more]}}"#, 1, false, true),
        (r#"{"StringEquals": {"k": $own}}"#, 1, false, false),
        (r#"{"StringEquals": {"k": "${var.value}"}}"#, 1, false, false),
        (r#"{"${var.operator}": {"k": "v"}}"#, 1, false, false),
        (r#"{"StringEquals": {"kms:EncryptionContext:${var.name}": "v"}}"#, 1, false, false),
        ("{}", 0, false, false),
        (r#"{"StringEquals": {}}"#, 0, false, false),
    ] {
        let read = read(written);
        let statement = read.only();
        assert_eq!((statement.conditions.len(), statement.conditions_open), (atoms, open), "{written}");
        assert_eq!(statement.conditions.iter().any(|atom| atom.values_open), values_open, "{written}");
        assert!(read.defects().is_empty(), "{written}");
    }
    let read = read(r#"{"StringEquals": {"kms:EncryptionContext:${var.name}": "v"}}"#);
    assert_eq!(read.only().conditions[0].key_folded, None);
}

#[test]
fn duplicate_keys() {
    let read =
        read(r#"{"StringEquals": {"kms:ViaService": "a", "KMS:ViaService": "b", "kms:ViaService": "c"}}"#);
    let expected = ["KMS:ViaService", "kms:ViaService"].map(|key| DefectKind::DuplicateKey(key.into()));
    assert_eq!(read.defects(), expected.iter().collect::<Vec<_>>());
    let values: Vec<_> = read.only().conditions.iter().map(|atom| atom.values[0].text.to_string()).collect();
    assert_eq!(values, ["b", "c"], "of equal keys the last counts, other spellings count too");
    let read = self::read(r#"{"Bool": {"a": true}, "Bool": {"b": true}}"#);
    assert_eq!(read.defects(), [&DefectKind::DuplicateKey("Bool".into())]);
    assert_eq!(read.only().conditions.len(), 1);
    let read = self::read(r#"{"StringEquals": {"k": "a"}, "StringLike": {"k": "a"}}"#);
    assert!(read.defects().is_empty());
}

#[test]
fn wrong_types() {
    for (written, open) in [
        ("[]", true),
        (r#""x""#, true),
        ("null", true),
        (r#"{"StringEquals": "x"}"#, true),
        (r#"{"StringEquals": [{"k": "v"}]}"#, true),
        (r#"{"StringEquals": {"k": null}}"#, false),
        (r#"{"StringEquals": {"k": {"a": "b"}}}"#, false),
        (r#"{"StringEquals": {"k": [["a"]]}}"#, false),
    ] {
        let read = read(written);
        assert!(
            matches!(read.defects()[..], [DefectKind::WrongType { element: "Condition", .. }]),
            "{written}"
        );
        assert_eq!(read.only().conditions_open, open, "{written}");
    }
}
