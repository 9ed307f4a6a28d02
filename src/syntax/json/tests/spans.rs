//! Every node knows the exact characters it was written as, through any number of quotings.

use super::{Random, file, read};
use crate::source::{FileId, Sources};
use crate::syntax::json::{Buffer, Form, parse, parse_text};
use crate::value::Value;

/// Quotes a text as a JSON string, every character above ASCII escaped.
fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted += "\\\"",
            '\\' => quoted += "\\\\",
            '\n' => quoted += "\\n",
            ' '..='~' => quoted.push(character),
            _ => character
                .encode_utf16(&mut [0; 2])
                .iter()
                .for_each(|unit| quoted += &format!("\\u{unit:04x}")),
        }
    }
    quoted + "\""
}

#[test]
fn json_in_json_in_json_has_exact_spans() {
    let inner = "{\"Sid\": \"é\\\"😀\",\n \"n\": 12}";
    let middle = format!("{{\"p\": {}}}", quote(inner));
    let outer = format!("{{\"Policy\": {}}}", quote(&middle));
    let sources = Sources::in_memory([("a.json", outer.as_str())]);
    let id = sources.load("a.json").unwrap();
    let (one, errors) = super::parse_file(&sources.file(id), id);
    assert_eq!(errors, []);
    let (two, errors) = parse_text(one.unwrap().get("Policy").unwrap().as_text().unwrap());
    assert_eq!(errors, []);
    let two = two.unwrap();
    let inside = |text: &str| quote(text)[1..quote(text).len() - 1].to_owned();
    assert_eq!(sources.text(two.span), inside(&middle));
    let policy = two.get("p").unwrap();
    assert_eq!(sources.text(policy.span), inside(&quote(inner)));
    let (three, errors) = parse_text(policy.as_text().unwrap());
    assert_eq!(errors, []);
    let three = three.unwrap();
    assert_eq!(sources.text(three.get("n").unwrap().span), "12");
    let sid = three.get("Sid").unwrap();
    assert_eq!(sid.as_text().unwrap().as_known().unwrap(), "é\"😀");
    assert_eq!(sources.text(sid.span), inside(&inside("\"é\\\"😀\"")));
    let key = &three.as_object().unwrap()[0];
    assert_eq!(sources.text(key.key_span), inside(&inside("\"Sid\"")));
}

#[test]
fn error_in_escaped_json_is_at_the_escaped_characters() {
    let text = r#"{"Policy": "{\"a\": \"b\", \"c\": \u0078.y}"}"#;
    let (value, _) = read(text);
    let (_, errors) = parse_text(value.unwrap().get("Policy").unwrap().as_text().unwrap());
    let span = errors[0].span;
    assert_eq!(&text[span.start as usize..span.end as usize], r"\u0078.y");
}

#[test]
fn each_decoded_character_maps_to_its_own_source() {
    let text = r#"["a\n\u00e9é\ud83d\ude00z"]"#;
    let (value, _) = read(text);
    let value = value.unwrap();
    let piece = &value.as_list().unwrap()[0].as_text().unwrap().pieces[0];
    let crate::value::Piece::Known { text: decoded, map } = piece else { panic!("{piece:?}") };
    let sources: Vec<&str> = decoded
        .char_indices()
        .map(|(at, c)| map.source(u32::try_from(at).unwrap(), u32::try_from(at + c.len_utf8()).unwrap()))
        .map(|span| &text[span.start as usize..span.end as usize])
        .collect();
    assert_eq!(sources, ["a", "\\n", "\\u00e9", "é", "\\ud83d\\ude00", "z"]);
}

#[test]
fn source_of_a_string_begins_and_ends_with_a_quote() {
    let mut random = Random(11);
    for _ in 0..300 {
        let text = random.json(5);
        let source = file(&text);
        let buffer = Buffer::from_source(&source, FileId(0));
        let document = parse(&buffer);
        assert_eq!(document.errors, [], "{text}");
        for node in document.nodes() {
            let written = source.slice(node.span().start, node.span().end);
            let (first, last) = match node.form() {
                Form::Text => ('"', '"'),
                Form::Object => ('{', '}'),
                Form::List => ('[', ']'),
                _ => continue,
            };
            assert!(written.starts_with(first) && written.ends_with(last), "{written:?} in {text:?}");
        }
    }
}

#[test]
fn a_subtree_is_the_same_as_in_the_whole() {
    let source = file(r#"{"a": [1, {"b": []}], "a": {}, "c": "x"}"#);
    let buffer = Buffer::from_source(&source, FileId(0));
    let document = parse(&buffer);
    let root = document.root().unwrap();
    let whole = root.value();
    let parts: Vec<Value> = root.members().map(|(_, value)| value.value()).collect();
    let expected: Vec<Value> = whole.as_object().unwrap().iter().map(|member| member.value.clone()).collect();
    assert_eq!(parts, expected);
    assert_eq!(root.members().filter_map(|(key, _)| key.known()).collect::<Vec<_>>(), ["a", "a", "c"]);
    assert_eq!(root.get("a").unwrap().form(), Form::Object);
    assert_eq!(root.members().next().unwrap().1.items().count(), 2);
}
