//! Characters for what is not known, so that a text with unknown pieces is a text like any other.
//!
//! Equal references have equal characters. The partition and its DNS suffix are read as those of the first partition
//! that the policies name, and else as `aws` and `amazonaws.com`: nothing that a key policy says depends on which partition
//! it lies in, as long as it lies in one.

use super::glob::{ANYTHING, Glob, Token, UNKNOWN, is_unknown, lower};
use crate::policy::{BaseOperator, Policy};
use crate::value::{Piece, Symbol, SymbolKind, Text};

/// The unknowns of a question.
#[derive(Debug, Default)]
pub(super) struct Names {
    symbols: Vec<Symbol>,
    /// The partitions that ARNs name, in their order.
    partitions: Vec<String>,
}

/// How unknown pieces of a pattern are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// Each is a text of its own, equal to itself alone.
    Exact,
    /// Each may be anything it can be.
    Loose,
    /// As `Loose`, but the own account is not an account that nothing mentions.
    Foreign,
}

impl Names {
    /// The unknowns of some policies and texts.
    pub(super) fn of<'t>(policies: &[&Policy], texts: impl IntoIterator<Item = &'t Text>) -> Names {
        let mut names = Names::default();
        for statement in policies.iter().flat_map(|policy| &policy.statements) {
            for principal in statement.principal.iter().flat_map(|element| &element.entries) {
                names.add(&principal.text);
                principal.kind.account().into_iter().for_each(|account| names.add(account));
            }
            for value in statement.conditions.iter().flat_map(|condition| &condition.values) {
                names.add(&value.text);
            }
        }
        texts.into_iter().for_each(|text| names.add(text));
        names
    }

    fn add(&mut self, text: &Text) {
        if let ["arn", partition, _, ..] = text.known_prefix().splitn(3, ':').collect::<Vec<_>>().as_slice()
            && partition.starts_with("aws")
            && !partition.contains(['*', '?', '$'])
            && !self.partitions.iter().any(|known| known == partition)
        {
            self.partitions.push((*partition).to_owned());
        }
        for symbol in text.symbols() {
            if !self.symbols.iter().any(|known| known.same(symbol)) {
                self.symbols.push(symbol.clone());
            }
        }
    }

    /// The partitions that ARNs name, or else AWS's first one.
    pub(super) fn partitions(&self) -> impl Iterator<Item = &str> {
        let named = self.partitions.iter().map(String::as_str);
        named.chain(self.partitions.is_empty().then_some("aws"))
    }

    /// The first of them.
    pub(super) fn partition(&self) -> &str {
        self.partitions.first().map_or("aws", String::as_str)
    }

    /// Whether there are any, apart from the partition.
    pub(super) fn any(&self) -> bool {
        self.symbols.iter().any(|symbol| self.fixed(symbol).is_none())
    }

    /// What a symbol is read as.
    fn fixed(&self, symbol: &Symbol) -> Option<&str> {
        match symbol.kind {
            SymbolKind::Partition => Some(self.partition()),
            SymbolKind::DnsSuffix if self.partition() == "aws-cn" => Some("amazonaws.com.cn"),
            SymbolKind::DnsSuffix => Some("amazonaws.com"),
            _ => None,
        }
    }

    fn character(&self, symbol: &Symbol) -> char {
        let at = self.symbols.iter().position(|known| known.same(symbol)).unwrap_or(self.symbols.len());
        let first = if symbol.kind == SymbolKind::Any { ANYTHING } else { UNKNOWN };
        u32::try_from(at).ok().and_then(|at| char::from_u32(first + at)).unwrap_or('\u{fffd}')
    }

    /// A text as a request carries it.
    pub(super) fn request(&self, text: &Text) -> String {
        let mut request = String::new();
        for piece in &text.pieces {
            match piece {
                Piece::Known { text, .. } => request.push_str(text),
                Piece::Unknown { symbol, .. } => match self.fixed(symbol) {
                    Some(text) => request.push_str(text),
                    None => request.push(self.character(symbol)),
                },
            }
        }
        request
    }

    /// A request's text for people: `${reference}` where something is unknown.
    pub(super) fn readable(&self, text: &str) -> String {
        let mut readable = String::new();
        for c in text.chars() {
            let number = u32::from(c);
            let at =
                if number >= ANYTHING { number.checked_sub(ANYTHING) } else { number.checked_sub(UNKNOWN) };
            match at.and_then(|at| self.symbols.get(usize::try_from(at).ok()?)) {
                Some(symbol) if symbol.kind == SymbolKind::OwnAccount => readable.push_str("${own account}"),
                Some(symbol) => readable.push_str(&format!("${{{}}}", symbol.reference)),
                None => readable.push(c),
            }
        }
        readable
    }

    /// The pattern of a condition value. `variables`: the policy has a version in which `${*}` is a `*`.
    pub(super) fn glob(&self, text: &Text, base: BaseOperator, variables: bool, reading: Reading) -> Glob {
        use BaseOperator as Op;
        let wild = base.takes_wildcards();
        let fold = base.is_case_blind() || base == Op::Bool;
        let mut tokens = Vec::new();
        for piece in &text.pieces {
            match piece {
                Piece::Known { text, .. } => tokens.extend(plain(text, wild, fold, variables)),
                Piece::Unknown { symbol, .. } => tokens.extend(self.unknown(symbol, reading)),
            }
        }
        if matches!(base, Op::ArnEquals | Op::ArnLike | Op::ArnNotEquals | Op::ArnNotLike) {
            segments(&mut tokens);
        }
        Glob::default().then(tokens)
    }

    fn unknown(&self, symbol: &Symbol, reading: Reading) -> Vec<Token> {
        if let Some(text) = self.fixed(symbol) {
            return text.chars().map(Token::Char).collect();
        }
        let own = symbol.kind == SymbolKind::OwnAccount;
        match reading {
            Reading::Exact => vec![Token::Char(self.character(symbol))],
            Reading::Foreign if own => vec![Token::Char(self.character(symbol))],
            _ => vec![Token::Many { colon: symbol.kind == SymbolKind::Any }],
        }
    }
}

/// Whether something in a request's text is unknown.
pub(super) fn has_unknown(text: &str) -> bool {
    text.chars().any(is_unknown)
}

fn plain(text: &str, wild: bool, fold: bool, variables: bool) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        // `${*}`, `${?}`, `${$}` are the characters themselves.
        let escaped = ["${*}", "${?}", "${$}"].into_iter().find(|it| variables && rest.starts_with(it));
        if let Some(escaped) = escaped {
            tokens.extend(escaped.chars().nth(2).map(Token::Char));
            rest = rest.get(escaped.len()..).unwrap_or_default();
            continue;
        }
        tokens.push(match c {
            '*' if wild => Token::Many { colon: true },
            '?' if wild => Token::One { colon: true },
            c if fold => Token::Fold(lower(c)),
            c => Token::Char(c),
        });
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
    tokens
}

/// Wildcards of the Arn operators do not cross the colons of the first five parts.
fn segments(tokens: &mut [Token]) {
    let colons = tokens.iter().filter(|token| **token == Token::Char(':')).count();
    if colons < 5 {
        return;
    }
    let mut passed = 0;
    for token in tokens {
        match token {
            Token::Char(':') => passed += 1,
            Token::One { colon } | Token::Many { colon } if passed < 5 => *colon = false,
            _ => {}
        }
    }
}

/// Whether a text holds a policy variable, other than an escaped character.
pub(super) fn has_variable(text: &Text) -> bool {
    text.pieces.iter().any(|piece| match piece {
        Piece::Known { text, .. } => {
            let bare = text.replace("${*}", "").replace("${?}", "").replace("${$}", "");
            bare.contains("${")
        }
        Piece::Unknown { .. } => false,
    })
}
