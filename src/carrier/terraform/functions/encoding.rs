//! Functions that encode and decode.

use super::Arguments;
use crate::carrier::terraform::convert;
use crate::syntax::json;
use crate::value::{Kind, Value};

pub(super) fn apply(name: &str, arguments: &Arguments) -> Option<Value> {
    let span = arguments.span;
    match name {
        // Kept as the value it encodes, so that each part still points at where it was written.
        "jsonencode" => {
            let inner = arguments.get(0)?.clone();
            Some(Value::new(Kind::Encoded(Box::new(inner)), span))
        }
        "jsondecode" => {
            let value = arguments.get(0)?;
            match &value.kind {
                Kind::Encoded(inner) => Some((**inner).clone()),
                Kind::Text(text) => match json::parse_text(text) {
                    (Some(value), errors) if errors.is_empty() => Some(value),
                    _ => None,
                },
                _ => None,
            }
        }
        "csvdecode" => {
            let text = arguments.known(0)?;
            let mut rows = csv(&text).into_iter();
            let names = rows.next()?;
            let rows = rows.map(|row| {
                let cells = names.iter().zip(row);
                let cells = cells.map(|(name, cell)| convert::member(name, convert::string(&cell, span)));
                Value::new(Kind::Object(cells.collect()), span)
            });
            Some(Value::new(Kind::List(rows.collect()), span))
        }
        "base64encode" => Some(convert::string(&encode(arguments.known(0)?.as_bytes()), span)),
        "base64decode" => Some(convert::string(&decode(&arguments.known(0)?)?, span)),
        _ => None,
    }
}

/// Rows of comma separated cells, quoted ones with doubled quotes in them.
fn csv(text: &str) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let (mut row, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => cell.extend(letters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                if !(row.is_empty() && cell.is_empty()) {
                    row.push(std::mem::take(&mut cell));
                    rows.push(std::mem::take(&mut row));
                }
            }
            letter => cell.push(letter),
        }
    }
    if !(row.is_empty() && cell.is_empty()) {
        row.push(cell);
        rows.push(row);
    }
    rows
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Base64 of bytes, padded.
pub(in crate::carrier) fn encode(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| chunk.get(at).copied().map_or(0, u32::from);
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let index = (bits >> (18 - 6 * at)) & 63;
            let letter = ALPHABET.get(index as usize).copied().map_or('=', char::from);
            out.push(if at <= chunk.len() { letter } else { '=' });
        }
    }
    out
}

fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for letter in text.trim_end_matches('=').bytes() {
        let value = ALPHABET.iter().position(|known| *known == letter)?;
        bits = bits << 6 | u32::try_from(value).ok()?;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).ok()?);
        }
    }
    String::from_utf8(bytes).ok()
}
