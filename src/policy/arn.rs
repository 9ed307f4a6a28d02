//! ARNs with unknown pieces.

use crate::value::{Piece, SymbolKind, Text};

/// An ARN cut at its colons.
#[derive(Clone, Debug, PartialEq)]
pub struct Arn {
    /// Such as `aws`.
    pub partition: Text,
    /// Such as `iam`.
    pub service: Text,
    /// Empty for services without Regions.
    pub region: Text,
    /// Account id.
    pub account: Text,
    /// The rest, colons included.
    pub resource: Text,
}

/// What a string is, when an ARN is expected.
#[derive(Clone, Debug, PartialEq)]
pub enum Parsed {
    /// An ARN. Each unknown piece is taken to lie inside one part: were there a colon in it, there would be
    /// more parts than an ARN has.
    Arn(Box<Arn>),
    /// It may be one, or not: an unknown piece stands where `arn:` or a colon is needed.
    Unknown,
    /// It is none.
    Not,
}

impl Arn {
    /// Cuts a string at its known colons.
    pub fn parse(text: &Text) -> Parsed {
        // `Fn::Join` and the like leave several known pieces side by side.
        let prefix = text.known_prefix();
        if prefix.is_empty() {
            let any = text.symbols().next().is_some_and(|symbol| symbol.kind == SymbolKind::Any);
            return if any { Parsed::Unknown } else { Parsed::Not };
        }
        // `a` then `${x}` might still become `arn:`; nobody writes that.
        if !prefix.starts_with("arn:") {
            return Parsed::Not;
        }
        let mut parts = text.split(':', 6).into_iter().skip(1);
        let mut next = || parts.next();
        match (next(), next(), next(), next(), next()) {
            (Some(partition), Some(service), Some(region), Some(account), Some(resource)) => {
                Parsed::Arn(Box::new(Arn { partition, service, region, account, resource }))
            }
            _ if text.symbols().any(|symbol| symbol.kind == SymbolKind::Any) => Parsed::Unknown,
            _ => Parsed::Not,
        }
    }
}

impl Text {
    /// Cuts at a separator in the known pieces, into at most `limit` parts; the last keeps its separators.
    pub fn split(&self, separator: char, limit: usize) -> Vec<Text> {
        let mut parts = vec![Text::default()];
        for piece in &self.pieces {
            let Piece::Known { text, map } = piece else {
                push(&mut parts, piece.clone());
                continue;
            };
            let mut start = 0;
            for (at, found) in text.match_indices(separator) {
                if parts.len() >= limit {
                    break;
                }
                push_known(&mut parts, text, map, start, at);
                parts.push(Text::default());
                start = at + found.len();
            }
            push_known(&mut parts, text, map, start, text.len());
        }
        parts
    }

    /// The known characters it begins with.
    pub fn known_prefix(&self) -> String {
        let known = self.pieces.iter().map_while(|piece| match piece {
            Piece::Known { text, .. } => Some(text.as_str()),
            Piece::Unknown { .. } => None,
        });
        known.collect()
    }

    /// All known characters.
    pub fn known_characters(&self) -> impl Iterator<Item = char> {
        self.pieces.iter().flat_map(|piece| match piece {
            Piece::Known { text, .. } => text.chars(),
            Piece::Unknown { .. } => "".chars(),
        })
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.pieces.iter().all(|piece| matches!(piece, Piece::Known { text, .. } if text.is_empty()))
    }
}

fn push_known(parts: &mut [Text], text: &str, map: &crate::value::SpanMap, start: usize, end: usize) {
    let Some(run) = text.get(start..end).filter(|run| !run.is_empty()) else { return };
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    push(parts, Piece::Known { text: run.to_owned(), map: map.sub(offset(start), offset(end)) });
}

fn push(parts: &mut [Text], piece: Piece) {
    if let Some(part) = parts.last_mut() {
        part.pieces.push(piece);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};
    use crate::value::{SpanMap, Symbol};

    fn known(text: &str, at: u32) -> Piece {
        let span = Span::new(FileId(0), at, at + u32::try_from(text.len()).unwrap());
        Piece::Known { text: text.to_owned(), map: SpanMap::identity(span) }
    }

    fn unknown(kind: SymbolKind, reference: &str) -> Piece {
        Piece::Unknown { symbol: Symbol::of(kind, reference), span: Span::at(FileId(0), 0) }
    }

    #[test]
    fn cuts_at_known_colons() {
        let text = Text {
            pieces: vec![
                known("arn:", 10),
                unknown(SymbolKind::Partition, "p"),
                known(":iam::", 20),
                unknown(SymbolKind::Any, "var.account"),
                known(":role/a:b", 30),
            ],
        };
        let Parsed::Arn(arn) = Arn::parse(&text) else { panic!() };
        let shown =
            [&arn.partition, &arn.service, &arn.region, &arn.account, &arn.resource].map(ToString::to_string);
        assert_eq!(shown, ["${p}", "iam", "", "${var.account}", "role/a:b"]);
        let Some(Piece::Known { map, .. }) = arn.resource.pieces.first() else { panic!() };
        assert_eq!(map.span(), Span::new(FileId(0), 31, 39));
    }

    #[test]
    fn too_few_parts() {
        let parse = |pieces: Vec<Piece>| Arn::parse(&Text { pieces });
        assert_eq!(parse(vec![known("arn:aws:iam::1", 0)]), Parsed::Not);
        assert_eq!(parse(vec![known("arn:aws:iam::", 0), unknown(SymbolKind::Any, "x")]), Parsed::Unknown);
        assert_eq!(parse(vec![known("arn:aws:iam::", 0), unknown(SymbolKind::OwnAccount, "x")]), Parsed::Not);
        assert_eq!(parse(vec![unknown(SymbolKind::Any, "x"), known(":role/x", 0)]), Parsed::Unknown);
        assert_eq!(parse(vec![]), Parsed::Not);
    }

    #[test]
    fn known_pieces_stand_side_by_side() {
        let pieces = vec![
            known("arn", 0),
            known(":aws", 5),
            known(":iam::", 10),
            unknown(SymbolKind::OwnAccount, "x"),
            known(":root", 20),
        ];
        let Parsed::Arn(arn) = Arn::parse(&Text { pieces }) else { panic!() };
        assert_eq!([arn.partition.to_string(), arn.resource.to_string()], ["aws", "root"]);
    }
}
