//! Strings of a request, and patterns of a policy, where pieces may be unknown.
//!
//! A request string is plain text, in which an unknown piece is a *mark*: its identity between two control
//! characters. Equal marks are equal; different marks, and a mark and plain text, are not known to differ.

use crate::value::{Piece, Symbol, SymbolKind, Text};

/// Encloses the identity of an unknown piece.
const MARK: char = '\u{1}';

use super::subject::FRESH_ACCOUNT;

/// Whether nothing in a text is unknown, or looks like a mark.
pub(super) fn is_plain(text: &Text) -> bool {
    text.pieces.iter().all(|piece| matches!(piece, Piece::Known { text, .. } if !text.contains(MARK)))
}

/// A text as a request string.
pub(super) fn request(text: &Text) -> String {
    text.pieces
        .iter()
        .map(|piece| match piece {
            Piece::Known { text, .. } => text.clone(),
            Piece::Unknown { symbol, .. } => mark(symbol),
        })
        .collect()
}

fn mark(symbol: &Symbol) -> String {
    let identity = match symbol.kind {
        SymbolKind::OwnAccount => "own account",
        SymbolKind::Partition => "partition",
        SymbolKind::Region => "region",
        SymbolKind::DnsSuffix => "dns suffix",
        SymbolKind::Name | SymbolKind::Any => &symbol.reference,
    };
    format!("{MARK}{identity}{MARK}")
}

/// How a pattern is compared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Comparison {
    /// `*` and `?` are wildcards.
    pub(super) wildcards: bool,
    /// Case does not count.
    pub(super) fold: bool,
}

enum Token {
    Char(char),
    One,
    Many,
}

/// Whether a pattern matches a request string; none where that depends on what is unknown.
pub(super) fn matches(pattern: &Text, text: &str, how: Comparison) -> Option<bool> {
    let exact: Vec<Token> = tokens(&request(pattern), how);
    let text: Vec<char> = fold(text, how).chars().collect();
    if run(&exact, &text) {
        return Some(true);
    }
    let of_fresh = text.iter().collect::<String>().contains(FRESH_ACCOUNT);
    let mut undecided = text.contains(&MARK);
    let mut loose = Vec::new();
    for piece in &pattern.pieces {
        match piece {
            Piece::Known { text, .. } => loose.extend(tokens(text, how)),
            // Whatever the own account is, it is not the one that nothing mentions; and that one lies in the
            // same partition.
            Piece::Unknown { symbol, .. } => match symbol.kind {
                SymbolKind::OwnAccount if of_fresh => loose.push(Token::Char(MARK)),
                SymbolKind::Partition | SymbolKind::DnsSuffix if of_fresh => loose.push(Token::Many),
                _ => {
                    undecided = true;
                    loose.push(Token::Many);
                }
            },
        }
    }
    let possible = if text.contains(&MARK) { compatible(&loose, &text) } else { run(&loose, &text) };
    match (possible, undecided) {
        (false, _) => Some(false),
        (true, false) => Some(true),
        (true, true) => None,
    }
}

fn fold(text: &str, how: Comparison) -> String {
    if how.fold { text.to_lowercase() } else { text.to_owned() }
}

fn tokens(text: &str, how: Comparison) -> Vec<Token> {
    let token = |c| match c {
        '*' if how.wildcards => Token::Many,
        '?' if how.wildcards => Token::One,
        c => Token::Char(c),
    };
    fold(text, how).chars().map(token).collect()
}

/// Wildcard matching with one place to go back to: linear in practice, quadratic at worst.
fn run(pattern: &[Token], text: &[char]) -> bool {
    let (mut at, mut i) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while i < text.len() {
        let step = match pattern.get(at) {
            Some(Token::Many) => {
                back = Some((at + 1, i));
                at += 1;
                continue;
            }
            Some(Token::One) => true,
            Some(Token::Char(c)) => text.get(i) == Some(c),
            None => false,
        };
        if step {
            at += 1;
            i += 1;
        } else if let Some((again, from)) = back {
            at = again;
            i = from + 1;
            back = Some((again, i));
        } else {
            return false;
        }
    }
    pattern.get(at..).is_some_and(|rest| rest.iter().all(|token| matches!(token, Token::Many)))
}

/// Whether a pattern could match a text with marks: what stands before the first unknown, and after the last
/// one, must agree.
fn compatible(pattern: &[Token], text: &[char]) -> bool {
    let agree = |(token, c): (&Token, &char)| match token {
        Token::Char(known) => known == c,
        Token::One => true,
        Token::Many => false,
    };
    let before = |token: &Token, c: &char| !matches!(token, Token::Many) && *c != MARK;
    let front = pattern.iter().zip(text).take_while(|(token, c)| before(token, c)).all(agree);
    let back = pattern.iter().rev().zip(text.iter().rev());
    front && back.take_while(|(token, c)| before(token, c)).all(agree)
}
