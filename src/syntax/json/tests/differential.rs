//! A second opinion: what serde_json takes and refuses.

use super::{Random, read};
use crate::syntax::SyntaxErrorKind;
use crate::value::{Kind, Value};

/// Whether two readings are the same; of duplicate keys the last counts.
fn agree(ours: &Value, theirs: &serde_json::Value) -> bool {
    use serde_json::Value as Json;
    match (&ours.kind, theirs) {
        (Kind::Null, Json::Null) => true,
        (Kind::Bool(a), Json::Bool(b)) => a == b,
        (Kind::Number(a), Json::Number(b)) => a.parse::<f64>().ok() == b.as_f64(),
        (Kind::Text(a), Json::String(b)) => a.as_known().as_deref() == Some(b),
        (Kind::List(a), Json::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| agree(a, b)),
        (Kind::Object(a), Json::Object(b)) => {
            b.iter().all(|(key, b)| ours.get(key).is_some_and(|a| agree(a, b)))
                && a.iter().all(|member| b.contains_key(&*member.key.as_known().unwrap()))
        }
        _ => false,
    }
}

fn compare(text: &str) {
    let (ours, errors) = read(text);
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(theirs) => {
            assert_eq!(errors, [], "{text:?}");
            assert!(agree(&ours.unwrap(), &theirs), "{text:?}");
        }
        Err(error) => {
            // A number too large for a double is a number all the same.
            let range = error.to_string().starts_with("number out of range");
            assert!(!errors.is_empty() || range, "{text:?}: {error}");
        }
    }
}

#[test]
fn valid_json_reads_as_serde_json_reads_it() {
    let mut random = Random(1);
    for _ in 0..2000 {
        compare(&random.json(5));
    }
}

#[test]
fn changed_json_is_refused_exactly_where_serde_json_refuses_it() {
    let mut random = Random(2);
    for _ in 0..20_000 {
        let text = random.json(4);
        compare(&random.mutate(&text));
    }
}

#[test]
fn numbers_are_those_of_the_grammar() {
    for text in [
        "0", "-0", "1", "10", "1.0", "1e5", "1E+5", "1e-5", "-", "01", "+1", ".5", "1.", "1e", "0x1", "1_0",
        "-a", "1e5.", "00", "--1", "NaN", "Infinity", "1a",
    ] {
        compare(text);
        compare(&format!("[{text}]"));
    }
}

#[test]
fn tolerated_texts_keep_their_meaning() {
    for (text, plain) in [
        ("\u{feff}{\"a\": 1}", "{\"a\": 1}"),
        ("// x\n{\"a\": /* y */ 1, # z\n}", "{\"a\": 1}"),
        ("[1, 2,]", "[1, 2]"),
        ("[\"a\nb\tc\"]", "[\"a\\nb\\tc\"]"),
        ("{\"a\": 1}\tdefault\n", "{\"a\": 1}"),
    ] {
        let (ours, errors) = read(text);
        assert!(errors.iter().all(|error| error.kind == SyntaxErrorKind::Tolerated), "{errors:?}");
        assert!(!errors.is_empty(), "{text}");
        assert!(agree(&ours.unwrap(), &serde_json::from_str(plain).unwrap()), "{text}");
    }
}
