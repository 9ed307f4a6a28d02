//! Any value can be read as a policy.
use crate::carrier::{KeyFacts, Role};
use crate::policy::Policy;
use crate::source::{FileId, Span};
use crate::value::{Kind, Member, SpanMap, Symbol, SymbolKind, Text, Value};

/// A small generator of numbers (xorshift), so that a failure can be repeated.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit).unwrap()).unwrap()
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}

const WORDS: &[&str] = &[
    "Version",
    "Id",
    "Statement",
    "statement",
    "Sid",
    "Effect",
    "effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
    "AWS",
    "aws",
    "Service",
    "Federated",
    "Allow",
    "deny",
    "*",
    "kms:*",
    "kms:De*",
    "kms:?",
    ":",
    "::",
    "arn:",
    "arn:aws:iam::",
    "111122223333",
    ":root",
    ":role/",
    "/",
    "user/x",
    "arn:aws:kms:*:*:key/*",
    "StringEquals",
    "ForAllValues:",
    "ifexists",
    "Null",
    "kms:ViaService",
    "é",
    "",
    "AROAAAAAAAAAAAAAA",
    "arn:aws:sts::111122223333:assumed-role/a/b",
    "\u{e000}",
];

fn span(numbers: &mut Numbers) -> Span {
    let start = u32::try_from(numbers.below(1000)).unwrap();
    Span::new(FileId(0), start, start + 5)
}

fn symbol(numbers: &mut Numbers) -> Symbol {
    use SymbolKind::{Any, DnsSuffix, Name, OwnAccount, Partition, Region};
    let kind = [Any, DnsSuffix, Name, OwnAccount, Partition, Region][numbers.below(6)];
    Symbol { reference: "x".into(), kind, reason: "r".into() }
}

fn text(numbers: &mut Numbers) -> Text {
    let mut text = Text::default();
    for _ in 0..numbers.below(4) {
        let place = span(numbers);
        let piece = match numbers.below(4) {
            0 => Text::unknown(symbol(numbers), place),
            1 => Text::known(numbers.pick(WORDS), SpanMap::identity(place)),
            _ => Text::known(numbers.pick(WORDS), SpanMap::opaque(place)),
        };
        text.pieces.extend(piece.pieces);
    }
    text
}

fn value(numbers: &mut Numbers, depth: usize) -> Value {
    let count = numbers.below(5);
    let kind = match numbers.below(if depth == 0 { 6 } else { 13 }) {
        0 => Kind::Null,
        1 => Kind::Bool(true),
        2 => Kind::Number("1e3".into()),
        3 => Kind::Unknown(symbol(numbers)),
        4 | 5 => Kind::Text(text(numbers)),
        6 | 7 => Kind::List((0..count).map(|_| value(numbers, depth - 1)).collect()),
        8 => Kind::Encoded(Box::new(value(numbers, depth - 1))),
        _ => Kind::Object((0..count).map(|_| member(numbers, depth)).collect()),
    };
    Value::new(kind, span(numbers))
}

fn member(numbers: &mut Numbers, depth: usize) -> Member {
    let (word, place) = (numbers.pick(WORDS), span(numbers));
    let key = if numbers.below(8) == 0 { text(numbers) } else { Text::known(word, SpanMap::opaque(place)) };
    Member { key, key_span: place, value: value(numbers, depth - 1) }
}

/// A policy whose outline is right, so that the inner readers are reached.
fn policy(numbers: &mut Numbers) -> Value {
    let place = span(numbers);
    let mut members = Vec::new();
    for name in ["Effect", "Principal", "Action", "Resource", "Condition", "NotAction"] {
        let key = Text::known(name, SpanMap::opaque(place));
        members.push(Member { key, key_span: place, value: value(numbers, 4) });
    }
    let statement = Value::new(Kind::Object(members), place);
    let key = Text::known("Statement", SpanMap::opaque(place));
    Value::new(Kind::Object(vec![Member { key, key_span: place, value: statement }]), place)
}

#[test]
fn reading_never_fails() {
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let mut statements = 0;
    for round in 0..20_000 {
        let value = if round % 2 == 0 { policy(&mut numbers) } else { value(&mut numbers, 6) };
        let role = if round % 3 == 0 { Role::Fragment } else { Role::KeyPolicy };
        let key =
            KeyFacts { owner_account: (round % 5 == 0).then(|| text(&mut numbers)), ..KeyFacts::default() };
        let policy = Policy::new(&value, &key, role);
        statements += policy.statements.len();
        for statement in &policy.statements {
            let (must, may) = statement.actions();
            assert!(may.contains(must), "{statement:?}");
            assert!(!statement.label().is_empty());
        }
        assert!(policy.defects.is_sorted_by_key(|defect| defect.span.start));
    }
    assert!(statements > 5_000, "{statements}");
}

/// Long input in one place stays linear enough to finish.
#[test]
fn long_input() {
    let place = Span::at(FileId(0), 0);
    let known = |text: &str| Text::known(text, SpanMap::opaque(place));
    let member = |key: &str, value: Value| Member { key: known(key), key_span: place, value };
    let long = "a*".repeat(20_000);
    let many = (0..20_000).map(|at| member(&format!("k{at}"), Value::text("v", place))).collect();
    let block = member("StringEquals", Value::new(Kind::Object(many), place));
    let statement = Value::new(
        Kind::Object(vec![
            member("Principal", Value::text(&long, place)),
            member("Action", Value::text(&format!("kms:{long}"), place)),
            member("Resource", Value::text(&long, place)),
            member("Condition", Value::new(Kind::Object(vec![block]), place)),
        ]),
        place,
    );
    let policy = Policy::new(&statement, &KeyFacts::default(), Role::Fragment);
    assert_eq!(policy.statements[0].conditions.len(), 20_000);
}
