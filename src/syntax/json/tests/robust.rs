//! No input makes the reader fail, or slow.

use super::{Random, file};
use crate::source::{FileId, SourceFile, Span};
use crate::syntax::json::{Buffer, parse, parse_text};
use crate::value::{Piece, SpanMap, Symbol, Text, Value};

const POLICY: &str = "\u{feff}{\r\n\t\"Version\": \"2012-10-17\",\r\n\t\"Statement\": [\r\n\t\t{\r\n\t\t\t\"Sid\": \"é 😀 \\u00e9\",\r\n\t\t\t\"Effect\": 'Allow', // tab\there\r\n\t\t\t\"Principal\": {\"AWS\": \"arn:aws:iam::111122223333:root\"},\r\n\t\t\t“Action”: [\"kms:*\", \"x\ty\"],\r\n\t\t},\r\n\t],\r\n}\tdefault";

fn check(span: Span, source: &SourceFile) {
    let (start, end) = (span.start as usize, span.end as usize);
    assert!(source.text().get(start..end).is_some(), "{span:?} in {:?}", source.text());
}

/// Every place in a value lies on character boundaries of the file.
fn check_value(value: &Value, source: &SourceFile) {
    value.walk(&mut |value| {
        check(value.span, source);
        let members = value.as_object().unwrap_or_default();
        members.iter().for_each(|member| check(member.key_span, source));
        let keys = members.iter().map(|member| &member.key);
        for piece in keys.chain(value.as_text()).flat_map(|text| &text.pieces) {
            let Piece::Known { text, map } = piece else { continue };
            for (at, character) in text.char_indices() {
                let end = at + character.len_utf8();
                check(map.source(u32::try_from(at).unwrap(), u32::try_from(end).unwrap()), source);
            }
        }
        if let Some(text) = value.as_text() {
            let (inner, errors) = parse_text(text);
            inner.iter().for_each(|inner| check(inner.span, source));
            errors.iter().for_each(|error| check(error.span, source));
        }
    });
}

#[test]
fn no_change_of_a_policy_makes_it_fail() {
    let mut random = Random(3);
    for _ in 0..4000 {
        let mut text = random.mutate(POLICY);
        if random.below(3) == 0 {
            text = random.mutate(&text);
        }
        let source = file(&text);
        let buffer = Buffer::from_source(&source, FileId(0));
        let document = parse(&buffer);
        assert!(document.errors.len() <= 101);
        for error in &document.errors {
            check(error.span, &source);
            error.related.iter().for_each(|label| check(label.span, &source));
        }
        if let Some(root) = document.root() {
            check_value(&root.value(), &source);
        }
    }
}

#[test]
fn no_place_of_a_hole_makes_it_fail() {
    let mut random = Random(4);
    let source = file(POLICY);
    for _ in 0..2000 {
        let mut pieces = Vec::new();
        let mut at = 0;
        while at < POLICY.len() {
            let mut end = (at + 1 + random.below(60)).min(POLICY.len());
            while !POLICY.is_char_boundary(end) {
                end += 1;
            }
            let span = Span::new(FileId(0), u32::try_from(at).unwrap(), u32::try_from(end).unwrap());
            pieces.push(match random.below(3) {
                0 => Piece::Unknown { symbol: Symbol::any("x", "test"), span },
                1 => Piece::Known { text: POLICY[at..end].to_owned(), map: SpanMap::opaque(span) },
                _ => Piece::Known { text: POLICY[at..end].to_owned(), map: SpanMap::identity(span) },
            });
            at = end;
        }
        let (value, errors) = parse_text(&Text { pieces });
        value.iter().for_each(|value| check_value(value, &source));
        errors.iter().for_each(|error| check(error.span, &source));
    }
}

#[test]
fn large_input_is_read_whole() {
    let member = "{\"Sid\": \"a\\\"b\", \"Action\": [\"kms:*\"]}";
    let count = 5_000_000 / member.len();
    let text = format!("[{}]", vec![member; count].join(","));
    let source = file(&text);
    let buffer = Buffer::from_source(&source, FileId(0));
    let document = parse(&buffer);
    assert_eq!(document.errors, []);
    assert_eq!(document.len(), 1 + count * 6);
    assert_eq!(document.root().unwrap().items().count(), count);
}

/// Texts that make a careless reader look ahead, or back, again and again. Quadratic work on a megabyte
/// would take minutes.
#[test]
fn hostile_input_takes_linear_time() {
    let count = 100_000;
    let repeat = |unit: &str| unit.repeat(count);
    let deep = "[".repeat(499);
    for text in [
        repeat("["),
        repeat("{"),
        repeat("]"),
        repeat("{\"a\":"),
        repeat("\"a\n"),
        repeat("\\\"x\n"),
        repeat("'a\n"),
        repeat("\"a\"b"),
        repeat("{{"),
        repeat("${"),
        repeat("“"),
        repeat("/*"),
        repeat("/**/"),
        repeat("[}"),
        repeat("{]"),
        repeat("a"),
        repeat("\u{a0}"),
        repeat(","),
        repeat(":"),
        repeat("\"a\":"),
        repeat("{\"a\":1}"),
        repeat("\n  }"),
        format!("{{{deep}{}", repeat("[}")),
        format!("[{}", repeat("{]")),
        format!("[{}", repeat("\n{")),
        repeat("\u{0}"),
        format!("[{}", repeat("1 , ,")),
        format!("{{{}", repeat("\"a\" ")),
        format!("[{}", repeat("\n }\n [")),
        format!("[\"a\"{}1", repeat(" ")),
        format!("[{}", repeat("\"a\n\\\"")),
    ] {
        let source = file(&text);
        let buffer = Buffer::from_source(&source, FileId(0));
        let document = parse(&buffer);
        assert!(!document.errors.is_empty());
        assert!(document.len() <= text.len() + 1);
        drop(document.root().map(|root| root.value()));
    }
}

/// Every text of a few tokens: whatever is guessed of it, what lies in a node ends before it does.
#[test]
fn every_short_text_makes_a_tree() {
    const TOKENS: [&str; 9] = ["{", "}", "[", "]", ",", ":", "\"a\"", "1", "\n  "];
    for length in 1..=5_u32 {
        for number in 0..TOKENS.len().pow(length) {
            let digits = (0..length).map(|place| number / TOKENS.len().pow(place) % TOKENS.len());
            let text: String = digits.map(|digit| TOKENS[digit]).collect();
            let source = file(&text);
            let buffer = Buffer::from_source(&source, FileId(0));
            let document = parse(&buffer);
            let end = u32::try_from(document.len()).unwrap() + 1;
            let mut open = vec![end];
            for (node, index) in document.nodes().zip(1_u32..) {
                open.retain(|after| *after > index);
                let around = open.last().copied().unwrap_or_default();
                assert!(node.after() > index && node.after() <= around, "{text:?} {index}");
                open.push(node.after());
            }
        }
    }
}
