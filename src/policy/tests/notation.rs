//! A notation for values with unknowns: JSON, in which `${own}`, `${partition}`, `${region}`, `${name.x}` and
//! any other `${x}` inside a string are unknown pieces, and a bare `$x` is an unknown value.
use crate::source::{FileId, Span};
use crate::value::{Kind, Member, Piece, SpanMap, Symbol, SymbolKind, Text, Value};

/// Reads the notation; what is malformed panics.
pub(super) fn value(source: &str) -> Value {
    let mut notation = Notation { source, at: 0 };
    let value = notation.value();
    notation.space();
    assert_eq!(notation.at, source.len(), "{source}");
    value
}

/// A string of the notation, without its quotes.
pub(super) fn text(source: &str) -> Text {
    value(&format!("\"{source}\"")).as_text().unwrap().clone()
}

struct Notation<'a> {
    source: &'a str,
    at: usize,
}

impl Notation<'_> {
    fn value(&mut self) -> Value {
        self.space();
        let start = self.at;
        let kind = match self.peek() {
            '{' => Kind::Object(self.list('}', |this| {
                let key = this.value();
                this.space();
                assert_eq!(this.next(), ':');
                let Kind::Text(text) = key.kind else { panic!("key in {}", this.source) };
                Member { key: text, key_span: key.span, value: this.value() }
            })),
            '[' => Kind::List(self.list(']', Self::value)),
            '"' => Kind::Text(self.string()),
            '$' => Kind::Unknown(symbol(&self.word()[1..])),
            _ => match self.word() {
                "null" => Kind::Null,
                "true" => Kind::Bool(true),
                "false" => Kind::Bool(false),
                number => Kind::Number(number.to_owned()),
            },
        };
        Value::new(kind, self.span(start))
    }

    fn list<T>(&mut self, close: char, mut item: impl FnMut(&mut Self) -> T) -> Vec<T> {
        self.next();
        let mut items = Vec::new();
        loop {
            self.space();
            match self.peek() {
                found if found == close => break,
                ',' => drop(self.next()),
                _ => items.push(item(self)),
            }
        }
        self.next();
        items
    }

    fn string(&mut self) -> Text {
        self.next();
        let end = self.at + self.source[self.at..].find('"').expect(self.source);
        let mut pieces = Vec::new();
        while self.at < end {
            let start = self.at;
            let rest = &self.source[start..end];
            if let Some(inside) = rest.strip_prefix("${") {
                let length = inside.find('}').expect(self.source);
                self.at += length + 3;
                pieces.push(Piece::Unknown { symbol: symbol(&inside[..length]), span: self.span(start) });
            } else {
                self.at += rest.find("${").unwrap_or(rest.len());
                let map = SpanMap::identity(self.span(start));
                pieces.push(Piece::Known { text: self.source[start..self.at].to_owned(), map });
            }
        }
        self.next();
        Text { pieces }
    }

    fn word(&mut self) -> &str {
        let start = self.at;
        let rest = &self.source[start..];
        self.at += rest.find([',', ']', '}', ' ']).unwrap_or(rest.len());
        &self.source[start..self.at]
    }

    fn space(&mut self) {
        while self.source[self.at..].starts_with([' ', '\n']) {
            self.at += 1;
        }
    }

    fn peek(&self) -> char {
        self.source[self.at..].chars().next().expect(self.source)
    }

    fn next(&mut self) -> char {
        let found = self.peek();
        self.at += found.len_utf8();
        found
    }

    fn span(&self, start: usize) -> Span {
        Span::new(FileId(0), u32::try_from(start).unwrap(), u32::try_from(self.at).unwrap())
    }
}

fn symbol(reference: &str) -> Symbol {
    let kind = match reference {
        "own" => SymbolKind::OwnAccount,
        "partition" => SymbolKind::Partition,
        "region" => SymbolKind::Region,
        _ if reference.starts_with("name.") => SymbolKind::Name,
        _ => SymbolKind::Any,
    };
    Symbol { reference: reference.into(), kind, reason: "test".into() }
}
