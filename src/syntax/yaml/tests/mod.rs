mod differential;

use super::*;
use crate::value::{Kind, Text};

fn read(text: &str) -> (Vec<Value>, Vec<SyntaxError>, SourceFile) {
    let source = SourceFile::new("t.yaml", text.as_bytes().to_vec());
    let (values, errors) = parse_file(&source, FileId(0));
    (values, errors, source)
}

fn one(text: &str) -> (Value, SourceFile) {
    let (mut values, errors, source) = read(text);
    assert_eq!(errors, [], "{text}");
    assert_eq!(values.len(), 1, "{text}");
    (values.remove(0), source)
}

/// The decoded text, and what is written for each of its words.
fn words(text: &Text, source: &SourceFile) -> (String, Vec<String>) {
    let decoded = text.as_known().unwrap().into_owned();
    let crate::value::Piece::Known { map, .. } = &text.pieces[0] else { panic!() };
    let mut words = Vec::new();
    let mut at = 0;
    for word in decoded.split_inclusive(char::is_whitespace) {
        let trimmed = word.trim_end();
        if !trimmed.is_empty() {
            let span = map.source(at as u32, (at + trimmed.len()) as u32);
            words.push(source.slice(span.start, span.end).to_owned());
        }
        at += word.len();
    }
    (decoded, words)
}

#[test]
fn every_style_of_a_string_points_at_its_characters() {
    let cases = [
        ("k: plain words\n", "plain words", &["plain", "words"][..]),
        ("k: plain\n  folded\n  words\n", "plain folded words", &["plain", "folded", "words"]),
        ("k: 'it''s one'\n", "it's one", &["it''s", "one"]),
        ("k: 'one\n\n  two'\n", "one\ntwo", &["one", "two"]),
        ("k: \"a \\\"b\\\" \\u00e9 c\"\n", "a \"b\" é c", &["a", "\\\"b\\\"", "\\u00e9", "c"]),
        ("k: \"one\n  two\\\n   three\"\n", "one twothree", &["one", "two\\\n   three"]),
        ("k: \"one \n\n  two\"\n", "one\ntwo", &["one", "two"]),
        ("k: |\n  {\n    \"a\": 1\n  }\n", "{\n  \"a\": 1\n}\n", &["{", "\"a\":", "1", "}"]),
        ("k: |-\n    {\n      \"ä\": 1\n    }\n", "{\n  \"ä\": 1\n}", &["{", "\"ä\":", "1", "}"]),
        ("k: >\n  one\n  two\n\n  three\n", "one two\nthree\n", &["one", "two", "three"]),
        ("k: |\r\n  one\r\n  two\r\n", "one\ntwo\n", &["one", "two"]),
    ];
    for (yaml, decoded, written) in cases {
        let (value, source) = one(yaml);
        let (found, words) = words(value.get("k").unwrap().as_text().unwrap(), &source);
        assert_eq!(found, decoded, "{yaml}");
        assert_eq!(words, written, "{yaml}");
    }
}

#[test]
fn spans_are_those_of_the_nodes() {
    let (value, source) = one("a:\n  - b: 'x'\n  - !Sub \"y\"\nc: { d: [1, 2] }\n");
    let text = |value: &Value| source.slice(value.span.start, value.span.end).to_owned();
    let a = value.get("a").unwrap();
    assert_eq!(text(a), "- b: 'x'\n  - !Sub \"y\"");
    assert_eq!(text(&a.as_list().unwrap()[0]), "b: 'x'");
    assert_eq!(text(a.as_list().unwrap()[0].get("b").unwrap()), "'x'");
    assert_eq!(text(&a.as_list().unwrap()[1]), "!Sub \"y\"");
    assert_eq!(text(value.get("c").unwrap()), "{ d: [1, 2] }");
    assert_eq!(text(value.get("c").unwrap().get("d").unwrap()), "[1, 2]");
}

#[test]
fn words_have_their_types() {
    let (value, _) = one("[1, 012345670123, 1e3, 0x1f, true, ~, '1', 2012-10-17, 1.2.3, a, !!str 12]");
    let kinds: Vec<String> = value
        .as_list()
        .unwrap()
        .iter()
        .map(|value| match &value.kind {
            Kind::Number(number) => format!("number {number}"),
            Kind::Bool(bool) => bool.to_string(),
            Kind::Null => "null".to_owned(),
            Kind::Text(text) => format!("text {text}"),
            other => panic!("{other:?}"),
        })
        .collect();
    let expected = [
        "number 1",
        "number 012345670123",
        "number 1e3",
        "number 0x1f",
        "true",
        "null",
        "text 1",
        "text 2012-10-17",
        "text 1.2.3",
        "text a",
        "text 12",
    ];
    assert_eq!(kinds, expected);
}

#[test]
fn tags_are_objects_of_one_member() {
    let (value, _) = one("a: !Sub x\nb: !GetAtt\n  - A\n  - Arn\nc: !If [P, !Ref Q, z]\n");
    assert_eq!(value.get("a").unwrap().get("!Sub").unwrap().as_text().unwrap().to_string(), "x");
    assert_eq!(value.get("b").unwrap().get("!GetAtt").unwrap().as_list().unwrap().len(), 2);
    let branches = value.get("c").unwrap().get("!If").unwrap().as_list().unwrap();
    assert!(branches[1].get("!Ref").is_some());
}

#[test]
fn aliases_and_merge_keys_are_resolved() {
    let (value, _) = one("a: &a { x: 1, y: 2 }\nb: { <<: *a, y: 3 }\nc: *a\n");
    let b = value.get("b").unwrap();
    assert_eq!(b.get("x").unwrap().kind, Kind::Number("1".into()));
    assert_eq!(b.get("y").unwrap().kind, Kind::Number("3".into()));
    assert_eq!(value.get("c").unwrap().trail.steps().count(), 1);
}

#[test]
fn an_alias_bomb_is_bounded() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..30 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        text += &format!("a{level}: &a{level} [{aliases}]\n");
    }
    let (values, errors, _) = read(&text);
    assert_eq!(errors.len(), 1);
    let mut nodes = 0;
    values[0].walk(&mut |_| nodes += 1);
    assert!(nodes < 2 * MOST_ALIASED, "{nodes}");
    let (_, errors, _) = read("a: &a [*a, *b]\n");
    assert_eq!(errors.len(), 1);
}

#[test]
fn depth_is_bounded() {
    let mut text = "a0: &a0 [x]\n".to_owned();
    for level in 1..100 {
        text += &format!("a{level}: &a{level} {}*a{}{}\n", "[".repeat(90), level - 1, "]".repeat(90));
    }
    assert_eq!(read(&text).1.len(), 1);
    assert!(!read(&"[".repeat(100_000)).1.is_empty());
    assert!(!read(&"- ".repeat(100_000)).1.is_empty());
}

#[test]
fn a_mistake_costs_the_smallest_block() {
    let cases = [
        ("a: 1\nb: \"open\nc: 3\nd: 4\n", "`\"open`"),
        ("a: 1\nb:\n\tc: 2\nd: 4\n", ""),
        ("a: 1\nb: {x: 1\nd: 4\n", ""),
        ("a: 1\nb: @x\nd: 4\n", ""),
        ("a: 1\nb:\n    x: 1\n  y: 2\nd: 4\n", ""),
        ("a: 1\nb: 'x' y\nd: 4\n", ""),
        ("a: 1\nb:\n  - x\n  y: 2\nd: 4\n", ""),
    ];
    for (yaml, _) in cases {
        let (values, errors, _) = read(yaml);
        assert_eq!(errors.len(), 1, "{yaml}{errors:#?}");
        let value = &values[0];
        assert!(value.get("a").is_some() && value.get("d").is_some(), "{yaml}{value:#?}{errors:#?}");
    }
}

#[test]
fn no_cut_of_a_text_breaks_the_reader() {
    let text = "a: &x\n  - !Sub \"é ${B}\"\n  - |\n    {\"k\": [1, 2]}\nb: { <<: *x, c: 'it''s' }\n---\nd: >-\n  e\n";
    for cut in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
        let (values, errors, source) = read(text.get(..cut).unwrap());
        for value in &values {
            value.walk(&mut |value| {
                assert!(source.text().get(value.span.start as usize..value.span.end as usize).is_some());
            });
        }
        drop(errors);
        read(text.get(cut..).unwrap());
    }
}
