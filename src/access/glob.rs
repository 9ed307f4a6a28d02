//! A pattern: a row of tokens, and which texts it takes.
//!
//! Characters of the planes 15 and 16, which no policy can hold, stand for what is not known: see `names`.

/// The first character that stands for an unknown without `:`.
pub(super) const UNKNOWN: u32 = 0xF_0000;
/// The first character that stands for an unknown which may be anything.
pub(super) const ANYTHING: u32 = 0x10_0000;

/// What one place of a pattern takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Token {
    /// This character.
    Char(char),
    /// This lower-case character, in either case.
    Fold(char),
    /// `?`; a `:` too?
    One { colon: bool },
    /// `*`; also across `:`?
    Many { colon: bool },
    /// A decimal digit.
    Digit,
}

impl Token {
    pub(super) fn takes(self, c: char) -> bool {
        match self {
            Token::Char(wanted) => wanted == c,
            Token::Fold(wanted) => wanted == c || lower(c) == wanted,
            Token::One { colon } | Token::Many { colon } => colon || c != ':',
            Token::Digit => c.is_ascii_digit(),
        }
    }

    pub(super) fn is_many(self) -> bool {
        matches!(self, Token::Many { .. })
    }

    /// Whether it can take some part of an unknown text.
    pub(super) fn takes_unknown(self, anything: bool) -> bool {
        anything || !matches!(self, Token::Char(':') | Token::Fold(':'))
    }
}

/// The lower case of a character that has a simple one.
pub(super) fn lower(c: char) -> char {
    let mut folded = c.to_lowercase();
    folded.next().filter(|_| folded.next().is_none()).unwrap_or(c)
}

pub(super) fn upper(c: char) -> char {
    let mut raised = c.to_uppercase();
    raised.next().filter(|_| raised.next().is_none()).unwrap_or(c)
}

pub(super) fn is_unknown(c: char) -> bool {
    u32::from(c) >= UNKNOWN
}

/// A pattern.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Glob {
    pub(super) tokens: Vec<Token>,
}

impl Glob {
    pub(super) fn push(&mut self, token: Token) {
        match (self.tokens.last_mut(), token) {
            (Some(Token::Many { colon: wide }), Token::Many { colon }) => *wide |= colon,
            _ => self.tokens.push(token),
        }
    }

    /// Appends characters as they are.
    pub(super) fn text(mut self, text: &str) -> Self {
        text.chars().for_each(|c| self.push(Token::Char(c)));
        self
    }

    /// Appends tokens.
    pub(super) fn then(mut self, tokens: impl IntoIterator<Item = Token>) -> Self {
        tokens.into_iter().for_each(|token| self.push(token));
        self
    }

    /// The tokens, kept from crossing a `:`.
    pub(super) fn within_segment(&self) -> impl Iterator<Item = Token> + '_ {
        self.tokens.iter().map(|token| match token {
            Token::One { .. } => Token::One { colon: false },
            Token::Many { .. } => Token::Many { colon: false },
            token => *token,
        })
    }

    /// How many tokens it has.
    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// The one text that it takes, if it is one.
    pub(super) fn literal(&self) -> Option<String> {
        let one = |token: &Token| if let Token::Char(c) = token { Some(*c) } else { None };
        self.tokens.iter().map(one).collect()
    }

    /// Some texts that it takes: `*` as nothing and as something.
    pub(super) fn instances(&self) -> [String; 2] {
        let read = |many: &str| -> String {
            let mut text = String::new();
            for token in &self.tokens {
                match token {
                    Token::Char(c) | Token::Fold(c) => text.push(*c),
                    Token::One { .. } => text.push('x'),
                    Token::Many { .. } => text.push_str(many),
                    Token::Digit => text.push('0'),
                }
            }
            text
        };
        [read(""), read("x")]
    }

    /// Whether it takes a text. Where `loosely`, an unknown of the text may turn out to be anything.
    pub(super) fn matches(&self, text: &str, loosely: bool) -> bool {
        let loosely = loosely && text.chars().any(is_unknown);
        let (tokens, text) = if loosely {
            (self.tokens.as_slice(), text)
        } else {
            let Some(rest) = self.between(text) else { return false };
            rest
        };
        let mut at = vec![false; tokens.len() + 1];
        if let Some(first) = at.first_mut() {
            *first = true;
        }
        close(tokens, &mut at);
        for c in text.chars() {
            if loosely && is_unknown(c) {
                spread(tokens, &mut at, u32::from(c) >= ANYTHING);
            } else {
                let mut next = vec![false; at.len()];
                for (i, token) in tokens.iter().enumerate() {
                    if at.get(i) == Some(&true) && token.takes(c) {
                        set(&mut next, if token.is_many() { i } else { i + 1 });
                    }
                }
                at = next;
            }
            close(tokens, &mut at);
        }
        at.last() == Some(&true)
    }

    /// How much there is to do to see whether it takes a text, in steps: little where they begin or end differently.
    pub(super) fn effort(&self, text: &str) -> usize {
        self.between(text).map_or(4, |(tokens, text)| 4 + tokens.len() * (text.len() + 1))
    }

    /// The tokens from the first `*` to the last, and what they have to take of a text; none where what is around
    /// them does not take its part.
    fn between<'t>(&self, text: &'t str) -> Option<(&[Token], &'t str)> {
        let (mut tokens, mut chars) = (self.tokens.as_slice(), text.chars());
        while let Some((first, rest)) = tokens.split_first().filter(|(first, _)| !first.is_many()) {
            chars.next().filter(|c| first.takes(*c))?;
            tokens = rest;
        }
        while let Some((last, rest)) = tokens.split_last().filter(|(last, _)| !last.is_many()) {
            chars.next_back().filter(|c| last.takes(*c))?;
            tokens = rest;
        }
        let text = chars.as_str();
        (!tokens.is_empty() || text.is_empty()).then_some((tokens, text))
    }
}

fn close(tokens: &[Token], at: &mut [bool]) {
    for (i, token) in tokens.iter().enumerate() {
        if at.get(i) == Some(&true) && token.is_many() {
            set(at, i + 1);
        }
    }
}

/// Reads a text of which nothing is known: every place that some text leads to.
fn spread(tokens: &[Token], at: &mut [bool], anything: bool) {
    for (i, token) in tokens.iter().enumerate() {
        if at.get(i) == Some(&true) && token.takes_unknown(anything) {
            set(at, i + 1);
        }
    }
}

fn set(row: &mut [bool], at: usize) {
    if let Some(cell) = row.get_mut(at) {
        *cell = true;
    }
}
