//! Placeholders in a JSON file that something else fills in before KMS sees it, such as `${admin_arn}`.
//!
//! An IAM policy variable has a colon (`${aws:username}`) or is one of `${*}`, `${?}` and `${$}`; anything else
//! in these braces is a template's.

use crate::carrier::Unresolved;
use crate::source::Span;
use crate::value::{Kind, Piece, Symbol, Text, Value};

/// Makes the placeholders of all strings unknown pieces, and lists them in source order.
pub(in crate::carrier) fn open(value: &mut Value) -> Vec<Unresolved> {
    let mut found = Vec::new();
    let mut stack = vec![value];
    while let Some(value) = stack.pop() {
        match &mut value.kind {
            Kind::Text(text) => open_text(text, &mut found),
            Kind::List(items) => stack.extend(items.iter_mut().rev()),
            Kind::Object(members) => stack.extend(members.iter_mut().rev().map(|member| &mut member.value)),
            _ => {}
        }
    }
    found
}

fn open_text(text: &mut Text, found: &mut Vec<Unresolved>) {
    let holds = |piece: &Piece| matches!(piece, Piece::Known { text, .. } if next(text).is_some());
    if !text.pieces.iter().any(holds) {
        return;
    }
    let mut opened = Vec::new();
    for piece in text.pieces.drain(..) {
        let Piece::Known { text, map } = piece else {
            opened.push(piece);
            continue;
        };
        let cut = |start: usize, end: usize| {
            let (from, to) =
                (u32::try_from(start).unwrap_or(u32::MAX), u32::try_from(end).unwrap_or(u32::MAX));
            (text.get(start..end).unwrap_or_default().to_owned(), map.sub(from, to))
        };
        let mut done = 0;
        while let Some((start, end)) = next(text.get(done..).unwrap_or_default()) {
            let (start, end) = (done + start, done + end);
            if start > done {
                let (text, map) = cut(done, start);
                opened.push(Piece::Known { text, map });
            }
            let (written, map) = cut(start, end);
            let reference = written.trim_matches(['$', '{', '}', ' ']);
            opened.push(unknown(reference, map.span(), found));
            done = end;
        }
        if done < text.len() {
            let (text, map) = cut(done, text.len());
            opened.push(Piece::Known { text, map });
        }
    }
    text.pieces = opened;
}

fn unknown(reference: &str, span: Span, found: &mut Vec<Unresolved>) -> Piece {
    let reason = "a template fills this in";
    found.push(Unresolved { span, reference: reference.to_owned(), reason: reason.to_owned(), whole: false });
    Piece::Unknown { symbol: Symbol::any(reference, reason), span }
}

/// Start and end of the first placeholder of a text: a name in `${…}` or `{{…}}`.
fn next(text: &str) -> Option<(usize, usize)> {
    let mut from = 0;
    while let Some(at) = text.get(from..)?.find('{').map(|at| from + at) {
        let rest = text.get(at..)?;
        let (open, close) = match () {
            () if rest.starts_with("{{") => (at, "}}"),
            () if text.get(..at)?.ends_with('$') => (at - 1, "}"),
            () => {
                from = at + 1;
                continue;
            }
        };
        let end = at + rest.find(close)? + close.len();
        let name = text.get(open..end)?.trim_matches(['$', '{', '}', ' ']);
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '[' | ']');
        if name.starts_with(|c: char| c.is_alphabetic() || c == '_') && name.chars().all(is_name) {
            return Some((open, end));
        }
        from = at + 1;
    }
    None
}
