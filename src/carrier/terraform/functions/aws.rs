//! Functions of the AWS provider, `provider::aws::…`: ARNs taken apart and put together.

use super::Arguments;
use crate::carrier::terraform::bounds::MAX_PIECES;
use crate::carrier::terraform::convert;
use crate::source::Span;
use crate::value::{Kind, Piece, SpanMap, SymbolKind, Text, Value};

/// What stands between the colons of an ARN, as `arn_parse` calls it.
const PARTS: [&str; 5] = ["partition", "service", "region", "account_id", "resource"];

pub(super) fn apply(name: &str, arguments: &Arguments) -> Option<Value> {
    let span = arguments.span;
    match name.strip_prefix("provider::aws::")? {
        "arn_parse" => {
            let parts = parts(&convert::text(arguments.get(0)?)?, span)?;
            let members = PARTS.iter().zip(parts).map(|(name, part)| convert::member(name, part));
            Some(Value::new(Kind::Object(members.collect()), span))
        }
        "arn_build" => {
            let mut arn = Text::known("arn", SpanMap::opaque(span));
            for at in 0..PARTS.len() {
                arn.pieces.push(Piece::Known { text: ":".to_owned(), map: SpanMap::opaque(span) });
                arn.pieces.extend(convert::text(arguments.get(at)?)?.pieces);
            }
            (arn.pieces.len() <= MAX_PIECES).then(|| Value::new(Kind::Text(arn), span))
        }
        "trim_iam_role_path" => {
            let arn = arguments.known(0)?;
            let (before, path) = arn.split_once(":role/")?;
            let name = path.rsplit('/').next()?;
            Some(convert::string(&format!("{before}:role/{name}"), span))
        }
        _ => None,
    }
}

/// An attribute of `data "aws_arn"`.
pub(in crate::carrier::terraform) fn arn_part(arn: &Value, name: &str, span: Span) -> Option<Value> {
    let name = if name == "account" { "account_id" } else { name };
    let at = PARTS.iter().position(|part| *part == name)?;
    parts(&convert::text(arn)?, span)?.into_iter().nth(at)
}

/// The five parts of an ARN after `arn:`; none where something that is not known may hold a colon.
fn parts(arn: &Text, span: Span) -> Option<Vec<Value>> {
    let mut parts = vec![Text::default()];
    for piece in &arn.pieces {
        match piece {
            Piece::Known { text, .. } => {
                for (at, text) in text.split(':').enumerate() {
                    if at > 0 {
                        parts.push(Text::default());
                    }
                    if !text.is_empty() {
                        let piece = Piece::Known { text: text.to_owned(), map: SpanMap::opaque(span) };
                        parts.last_mut()?.pieces.push(piece);
                    }
                }
            }
            Piece::Unknown { symbol, .. } => {
                let whole = [SymbolKind::OwnAccount, SymbolKind::Partition, SymbolKind::Region];
                // In a resource, which is last, a colon splits nothing.
                if !whole.contains(&symbol.kind) && parts.len() <= PARTS.len() {
                    return None;
                }
                parts.last_mut()?.pieces.push(piece.clone());
            }
        }
    }
    let is_arn = parts.first()?.as_known().is_some_and(|text| text == "arn");
    let mut parts = parts.into_iter().skip(1);
    let mut found: Vec<Text> = parts.by_ref().take(PARTS.len()).collect();
    let resource = found.last_mut()?;
    for rest in parts {
        resource.pieces.push(Piece::Known { text: ":".to_owned(), map: SpanMap::opaque(span) });
        resource.pieces.extend(rest.pieces);
    }
    let value = |text: Text| match text.pieces.as_slice() {
        [] => convert::string("", span),
        [Piece::Unknown { symbol, .. }] => Value::new(Kind::Unknown(symbol.clone()), span),
        _ => Value::new(Kind::Text(text), span),
    };
    (is_arn && found.len() == PARTS.len()).then(|| found.into_iter().map(value).collect())
}
