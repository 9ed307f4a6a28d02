//! Text with unknown pieces, as an expression in a heredoc leaves it.

use super::{list, show};
use crate::source::{FileId, SourceFile, Span};
use crate::syntax::json::parse_text;
use crate::value::{Kind, Piece, SpanMap, Symbol, Text, Value};

/// Cuts `${…}` out of a text, as the Terraform reader does.
fn cut(source: &str) -> Text {
    let mut pieces = Vec::new();
    let mut at = 0;
    let span = |from: usize, to: usize| {
        Span::new(FileId(7), u32::try_from(from).unwrap(), u32::try_from(to).unwrap())
    };
    while let Some(length) = source[at..].find("${") {
        let start = at + length;
        let end = start + source[start..].find('}').unwrap() + 1;
        pieces.push(Piece::Known {
            text: source[at..start].to_owned(),
            map: SpanMap::identity(span(at, start)),
        });
        let symbol = Symbol::any(&source[start + 2..end - 1], "test");
        pieces.push(Piece::Unknown { symbol, span: span(start, end) });
        at = end;
    }
    pieces
        .push(Piece::Known { text: source[at..].to_owned(), map: SpanMap::identity(span(at, source.len())) });
    Text { pieces }
}

fn reading(source: &str) -> (Option<Value>, Vec<String>) {
    let (value, errors) = parse_text(&cut(source));
    (value, list(&errors, &SourceFile::new("", source.as_bytes().to_vec())))
}

#[test]
fn hole_in_a_string_is_an_unknown_piece() {
    let source = "{\"AWS\": \"arn:aws:iam::${var.id}:root\\n\"}";
    let (value, errors) = reading(source);
    assert_eq!(errors, [""; 0]);
    let value = value.unwrap();
    let text = value.get("AWS").unwrap();
    assert_eq!((text.span.start, text.span.end as usize), (8, source.len() - 1));
    let pieces = &text.as_text().unwrap().pieces;
    let Piece::Unknown { symbol, span } = &pieces[1] else { panic!("{pieces:?}") };
    assert_eq!((&*symbol.reference, span.start, span.end), ("var.id", 22, 31));
    assert_eq!(text.as_text().unwrap().to_string(), "arn:aws:iam::${var.id}:root\n");
    let Piece::Known { map, .. } = &pieces[2] else { panic!("{pieces:?}") };
    assert_eq!(map.source(5, 6), Span::new(FileId(7), 36, 38));
}

#[test]
fn hole_in_place_of_a_value_is_unknown() {
    let (value, errors) = reading("{\"Principal\": ${jsonencode(x)}, \"b\": [1, ${y}]}");
    assert_eq!(errors, [""; 0]);
    let value = value.unwrap();
    let principal = value.get("Principal").unwrap();
    let Kind::Unknown(symbol) = &principal.kind else { panic!("{principal:?}") };
    assert_eq!((&*symbol.reference, principal.span.start, principal.span.end), ("jsonencode(x)", 14, 30));
    assert_eq!(value.get("b").unwrap().as_list().unwrap().len(), 2);
}

#[test]
fn commas_beside_a_hole_may_come_from_it() {
    for source in
        ["[1 ${x} 2]", "[${x},]", "[,${x}]", "[${x}${y}]", "[${x},,1]", "[1,,${x}]", "[${x}{}]", "[{}${x}{}]"]
    {
        let (_, errors) = reading(source);
        assert_eq!(errors, [""; 0], "{source}");
    }
    let (_, errors) = reading("[${x}, 1 2]");
    assert_eq!(errors, ["broken 1:9 \"\" a comma is missing"]);
}

#[test]
fn hole_among_members_is_a_member() {
    let shown = |source| {
        let (value, errors) = reading(source);
        assert_eq!(errors, [""; 0], "{source}");
        show(&value.unwrap())
    };
    assert_eq!(shown("{${k}: 1, \"b\": 2}"), "{\"${k}\":1,\"b\":2}");
    assert_eq!(shown("{\"a\": 1 ${more} \"b\": 2}"), "{\"a\":1,\"${more}\":?,\"b\":2}");
    assert_eq!(shown("{${more}}"), "{\"${more}\":?}");
    assert_eq!(shown("{\"a\": 1, ${more}}"), "{\"a\":1,\"${more}\":?}");
    assert_eq!(shown("{\"a-${k}\": 1}"), "{\"a-${k}\":1}");
    assert_eq!(shown("{\"a\" ${colon_and_value}}"), "{\"a\":?}");
}

#[test]
fn hole_alone_is_unknown() {
    let (value, errors) = reading("${local.policy}");
    assert_eq!(errors, [""; 0]);
    assert!(matches!(value.unwrap().kind, Kind::Unknown(_)));
    let (value, errors) = reading("{}${\"\\n\"}");
    assert_eq!((show(&value.unwrap()), errors), ("{}".to_owned(), vec![]));
}

#[test]
fn control_character_that_is_no_hole_is_none() {
    let (value, errors) = reading("[\"a\u{1}b\"]");
    assert_eq!(show(&value.unwrap()), "[\"a\\u{1}b\"]");
    assert_eq!(errors, ["tolerated 1:4 \"\\u{1}\" a control character stands in the string"]);
}
