//! Each mistake is reported once, where it is, and the rest is read.

use super::{read, reading};
use crate::syntax::SyntaxErrorKind;

/// Text, what is read, what is said.
type Case = (&'static str, &'static str, &'static [&'static str]);

const CASES: &[Case] = &[
    ("{}", "{}", &[]),
    ("", "nothing", &["broken 1:1 \"\" the text is empty"]),
    ("  \n", "nothing", &["broken 1:1 \"  \\n\" the text is empty"]),
    ("[1,2,]", "[1,2]", &["tolerated 1:5 \",\" a comma stands after the last item"]),
    ("{\"a\":1,}", "{\"a\":1}", &["tolerated 1:7 \",\" a comma stands after the last item"]),
    ("[1,,2]", "[1,2]", &["broken 1:4 \",\" a comma too many"]),
    ("[1 2 3]", "[1,2,3]", &["broken 1:3 \"\" a comma is missing", "broken 1:5 \"\" a comma is missing"]),
    ("{\"a\" 1}", "{\"a\":1}", &["broken 1:5 \"\" a `:` is missing after the key"]),
    ("{\"a\":}", "{\"a\":?}", &["broken 1:2 \"\\\"a\\\"\" the key has no value"]),
    ("{\"a\":,\"b\":1}", "{\"a\":?,\"b\":1}", &["broken 1:2 \"\\\"a\\\"\" the key has no value"]),
    ("{\"a\"}", "{\"a\":?}", &["broken 1:2 \"\\\"a\\\"\" the key has no value"]),
    (
        "{\"a\", \"b\"}",
        "{\"a\":?,\"b\":?}",
        &["broken 1:2 \"\\\"a\\\"\" the key has no value", "broken 1:7 \"\\\"b\\\"\" the key has no value"],
    ),
    (
        "{'a': 'b', 'c': 'd'}",
        "{\"a\":\"b\",\"c\":\"d\"}",
        &["broken 1:2 \"'\" JSON strings stand in double quotes, not in single ones"],
    ),
    (
        "{Effect: Allow, x: var.foo, y: True}",
        "{\"Effect\":\"Allow\",\"x\":?,\"y\":true}",
        &[
            "broken 1:2 \"Effect\" the key `Effect` is not in double quotes",
            "broken 1:10 \"Allow\" `Allow` is not JSON",
            "broken 1:17 \"x\" the key `x` is not in double quotes",
            "broken 1:20 \"var.foo\" `var.foo` is not JSON",
            "broken 1:29 \"y\" the key `y` is not in double quotes",
            "broken 1:32 \"True\" `True` is not JSON",
        ],
    ),
    (
        "{\"Effect\": Allow or Deny, \"b\": 1}",
        "{\"Effect\":\"Allow\",\"b\":1}",
        &["broken 1:12 \"Allow\" `Allow` is not JSON"],
    ),
    (
        "{\"a\": \"say \"hi\" there\", \"b\": 1}",
        "{\"a\":\"say \\\"hi\\\" there\",\"b\":1}",
        &["broken 1:12 \"\\\"\" an unescaped quote stands in the string"],
    ),
    (
        "{\n\"a\": \"Allow,\n\"b\": \"c\"\n}",
        "{\"a\":\"Allow\",\"b\":\"c\"}",
        &["broken 2:6 \"\\\"Allow\" the string is never closed"],
    ),
    ("{\n\"a: [\n1]\n}", "{\"a\":[1]}", &["broken 2:1 \"\\\"a\" the string is never closed"]),
    (
        "{\"a\":\"Allow,\"b\":\"c\"}",
        "{\"a\":\"Allow\",\"b\":\"c\"}",
        &["broken 1:6 \"\\\"Allow\" the string is never closed"],
    ),
    (
        "{\"a\": \"x\ny\", \"b\": 1}",
        "{\"a\":\"x\\ny\",\"b\":1}",
        &["tolerated 1:9 \"\\n\" a line break stands in the string"],
    ),
    ("{\"a\":[1,2}", "{\"a\":[1,2]}", &["broken 1:6 \"[\" `[` is never closed"]),
    ("{\"a\":[1,2},\"b\":3}", "{\"a\":[1,2],\"b\":3}", &["broken 1:10 \"}\" `}` does not close a `[`"]),
    ("[{\"a\":1]", "[{\"a\":1}]", &["broken 1:2 \"{\" `{` is never closed"]),
    ("[{\"a\":[{\"b\":1]}]", "[{\"a\":[{\"b\":1}]}]", &["broken 1:8 \"{\" `{` is never closed"]),
    ("{\"a\":1", "{\"a\":1}", &["broken 1:1 \"{\" `{` is never closed"]),
    ("{\"a\":[{\"b\":", "{\"a\":[{\"b\":?}]}", &["broken 1:7 \"{\" `{` is never closed"]),
    ("{\"a\":\"b", "{\"a\":\"b\"}", &["broken 1:6 \"\\\"b\" the string is never closed"]),
    ("{\"a\":1}}", "{\"a\":1}", &["broken 1:8 \"}\" `}` closes nothing"]),
    (
        "{\"a\":1}\tdefault\n",
        "{\"a\":1}",
        &[
            "tolerated 1:9 \"default\" `default` is the policy's name, which `--output text` prints behind the policy",
        ],
    ),
    ("{\"a\":1},\n", "{\"a\":1}", &["tolerated 1:8 \",\" a comma stands behind the value"]),
    ("{\"a\":1}\n},\n", "{\"a\":1}", &["broken 2:1 \"}\" `}` closes nothing"]),
    (
        "{\"a\":1},{\"b\":2}",
        "[{\"a\":1},{\"b\":2}]",
        &["broken 1:9 \"{\" a second value stands behind the first"],
    ),
    (
        "{\"a\":1}\n{\"b\":2}\n{\"c\":2}",
        "[{\"a\":1},{\"b\":2},{\"c\":2}]",
        &["broken 2:1 \"{\" a second value stands behind the first"],
    ),
    (
        "\"a\": 1, \"b\": 2",
        "{\"a\":1,\"b\":2}",
        &["broken 1:1 \"\\\"a\\\"\" a `{` is missing before this key"],
    ),
    (
        "\"a\": 1, \"b\": 2}",
        "{\"a\":1,\"b\":2}",
        &["broken 1:1 \"\\\"a\\\"\" a `{` is missing before this key"],
    ),
    (
        "{\"a\": {{\"b\":1},{\"c\":2}}}",
        "{\"a\":[{\"b\":1},{\"c\":2}]}",
        &["broken 1:7 \"{\" `{` holds a list"],
    ),
    (
        "[\"a\": 1, \"b\": 2]",
        "[{\"a\":1,\"b\":2}]",
        &["broken 1:2 \"\\\"a\\\"\" a `{` is missing before this key"],
    ),
    (
        "[\"a\": 1, \"b\": 2}, {\"a\":3}]",
        "[{\"a\":1,\"b\":2},{\"a\":3}]",
        &["broken 1:2 \"\\\"a\\\"\" a `{` is missing before this key"],
    ),
    (
        "{\"a\": \"b\": \"c\"}}",
        "{\"a\":{\"b\":\"c\"}}",
        &["broken 1:7 \"\\\"b\\\"\" a `{` is missing before this key"],
    ),
    ("{\"a\":\n\"b\": \"c\"}", "{\"a\":?,\"b\":\"c\"}", &["broken 1:2 \"\\\"a\\\"\" the key has no value"]),
    (
        "// x\n// y\n{\"a\": /* z */ 1 # q\n}",
        "{\"a\":1}",
        &[
            "tolerated 1:1 \"// x\" JSON has no comments",
            "tolerated 3:7 \"/* z */\" JSON has no comments",
            "tolerated 3:17 \"# q\" JSON has no comments",
        ],
    ),
    ("\u{feff}{}", "{}", &["tolerated 1:1 \"\\u{feff}\" the text begins with a byte order mark"]),
    ("{\u{a0}\u{a0}}", "{}", &["tolerated 1:2 \"\\u{a0}\" the character U+00A0 is no blank in JSON"]),
    (
        "{“a”: “b”}",
        "{\"a\":\"b\"}",
        &["broken 1:2 \"“\" JSON strings stand in double quotes, not in curly ones"],
    ),
    (
        "{\"a\": \"\\d \\ud800 \\u12 \\ud83d\\ude00\"}",
        "{\"a\":\"\\\\d � \\\\u12 😀\"}",
        &[
            "broken 1:8 \"\\\\d\" `\\d` is no escape in JSON",
            "broken 1:11 \"\\\\ud800\" the escape is one half of a character",
            "broken 1:18 \"\\\\u\" `\\u` takes four hexadecimal digits",
        ],
    ),
    (
        "{\"a\": ${x}, \"b\": {{ y }} }",
        "{\"a\":?,\"b\":?}",
        &[
            "broken 1:7 \"${x}\" a template expression outside of a string is not JSON",
            "broken 1:18 \"{{ y }}\" a template expression outside of a string is not JSON",
        ],
    ),
    (
        "{\"a\": 012345678901}",
        "{\"a\":012345678901}",
        &["broken 1:7 \"012345678901\" the number `012345678901` begins with 0"],
    ),
    (
        "{\"a\" = 1, \"b\" => 2}",
        "{\"a\":1,\"b\":2}",
        &[
            "broken 1:6 \"=\" `=` stands where a `:` is due",
            "broken 1:15 \"=>\" `=` stands where a `:` is due",
        ],
    ),
    ("{\"a\": \"b\" \"c\": 1}", "{\"a\":\"b\",\"c\":1}", &["broken 1:10 \"\" a comma is missing"]),
    ("hello", "\"hello\"", &["broken 1:1 \"hello\" `hello` is not JSON"]),
    ("{\"a\": 1 2}", "{\"a\":1}", &["broken 1:9 \"2\" a second value stands after the first"]),
    ("{\"a\": \"x\\", "{\"a\":\"x\\\\\"}", &["broken 1:7 \"\\\"x\\\\\" the string is never closed"]),
    ("[1}", "[1]", &["broken 1:3 \"}\" `}` does not close a `[`"]),
    ("[}", "[]", &["broken 1:2 \"}\" `}` does not close a `[`"]),
    ("]", "nothing", &["broken 1:1 \"]\" `]` closes nothing"]),
    ("{\"a\":1], \"b\": 2}", "{\"a\":1,\"b\":2}", &["broken 1:7 \"]\" `]` closes nothing"]),
    ("{\"a\0\": 1}", "{\"a\\0\":1}", &["broken 1:4 \"\\0\" a NUL byte stands in the string"]),
    ("\0", "nothing", &["broken 1:1 \"\\0\" a NUL byte stands in the text"]),
    ("/* x", "nothing", &["broken 1:1 \"/*\" the comment is never closed"]),
    (
        "{\"a\": \"tab\there\"}",
        "{\"a\":\"tab\\there\"}",
        &["tolerated 1:11 \"\\t\" a tab stands in the string"],
    ),
    (
        "{\n  \"S\": [\n    {\n      \"P\": {\n        \"AWS\": \"*\"\n      ,\n      \"Action\": \"k\"\n    }\n  ]\n}\n",
        "{\"S\":[{\"P\":{\"AWS\":\"*\"},\"Action\":\"k\"}]}",
        &["broken 4:12 \"{\" `{` is never closed"],
    ),
    (
        "{\n  \"S\": [\n    {\n      \"P\": {\n        \"AWS\": \"*\",\n      \"Action\": \"k\"\n    },\n    {\n      \"Q\": 1\n    }\n  ]\n}\n",
        "{\"S\":[{\"P\":{\"AWS\":\"*\"},\"Action\":\"k\"},{\"Q\":1}]}",
        &["broken 4:12 \"{\" `{` is never closed"],
    ),
    (
        "{\n  \"S\": [\n    {\n      \"C\": {\"B\": {\"x\": 1}}}\n    },\n    {\n      \"Q\": 1\n    }\n  ]\n}\n",
        "{\"S\":[{\"C\":{\"B\":{\"x\":1}}},{\"Q\":1}]}",
        &["broken 4:27 \"}\" `}` closes nothing"],
    ),
    (
        "{\n  \"S\": [\n    {\n      \"C\": [\"a\", \"b\"\n    },\n    {\n      \"Q\": 1\n    }\n  ]\n}\n",
        "{\"S\":[{\"C\":[\"a\",\"b\"]},{\"Q\":1}]}",
        &["broken 4:12 \"[\" `[` is never closed"],
    ),
    (
        "{\n  \"S\": [\n    {\n      \"C\": 1\n    },\n    {\n      \"Q\": 1\n    }\n  \n}\n",
        "{\"S\":[{\"C\":1},{\"Q\":1}]}",
        &["broken 2:8 \"[\" `[` is never closed"],
    ),
    (
        "{\n  \"S\": [\n    {\n      \"C\": 1\n    \n    {\n      \"Q\": 1\n    }\n  ]\n}\n",
        "{\"S\":[{\"C\":1},{\"Q\":1}]}",
        &["broken 3:5 \"{\" `{` is never closed"],
    ),
    (
        "{\n  \"S\": [\n    {\n      \"C\": 1\n    },\n    {\n      \"Q\": 1\n    }\n  }\n}\n",
        "{\"S\":[{\"C\":1},{\"Q\":1}]}",
        &["broken 9:3 \"}\" `}` does not close a `[`"],
    ),
];

#[test]
fn every_mistake_is_reported_once_at_its_cause() {
    for (text, expected, expected_errors) in CASES {
        let (value, errors) = reading(text);
        assert_eq!(&value, expected, "{text:?}");
        assert_eq!(errors, *expected_errors, "{text:?}");
    }
}

#[test]
fn unclosed_bracket_names_where_it_was_missed() {
    let (_, errors) = read("[{\"a\": 1]");
    let related: Vec<_> =
        errors[0].related.iter().map(|label| (label.span.start, label.message.as_str())).collect();
    assert_eq!(related, [(8, "the bracket is missing before this")]);
    assert_eq!(errors[0].help.as_deref(), Some("add a `}`"));
}

#[test]
fn too_many_mistakes_are_counted_not_listed() {
    let text = format!("[{}1]", "x.y,".repeat(1000));
    let (value, errors) = read(&text);
    assert_eq!(value.unwrap().as_list().unwrap().len(), 1001);
    assert_eq!(errors.len(), 101);
    assert_eq!(errors[100].message, "900 more mistakes follow from here on");
    assert_eq!(errors[100].span.start, 401);
}

#[test]
fn bytes_that_are_not_utf8_are_one_error_per_run() {
    let bytes = b"{\"a\": \"x\xff\xfey\", \"b\": \"\xe9\"}".to_vec();
    let source = crate::source::SourceFile::new("", bytes);
    let (value, errors) = super::parse_file(&source, crate::source::FileId(0));
    assert!(value.is_some());
    let spans: Vec<_> =
        errors.iter().map(|error| (error.span.start, error.span.end, error.message.as_str())).collect();
    assert_eq!(spans, [(8, 10, "these bytes are not UTF-8"), (20, 21, "this byte is not UTF-8")]);
}

#[test]
fn utf16_is_recognised() {
    let bytes: Vec<u8> = "\u{feff}{\"a\": 1}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (value, errors) =
        super::parse_file(&crate::source::SourceFile::new("", bytes), crate::source::FileId(0));
    assert_eq!((value, errors.len()), (None, 1));
    assert_eq!(errors[0].message, "the text is UTF-16, not UTF-8");
}

#[test]
fn nesting_has_a_limit() {
    for depth in [500, 501, 100_000, 1_000_000] {
        let (value, errors) = read(&"[".repeat(depth));
        let kinds: Vec<_> = errors.iter().map(|error| (error.kind, error.span.start)).collect();
        if depth == 500 {
            assert_eq!(kinds, [(SyntaxErrorKind::Broken, 499)]);
        } else {
            assert_eq!(kinds, [(SyntaxErrorKind::Limit, 500)], "{depth}");
        }
        drop(value.clone());
    }
    let (_, errors) = read(&("{\"a\":".repeat(500) + "1" + &"}".repeat(500)));
    assert_eq!(errors, []);
}
