//! Sets of texts given by patterns, and the shortest text in several of them at once.
//!
//! A pattern is a row of tokens, read as an automaton whose states are the places between them. The patterns of a
//! question run side by side in one row of bits; a breadth-first search over the rows reads the shortest text
//! that all constraints agree on, and proves that there is none when it has seen every row. Patterns such as
//! `*a??????…` can make exponentially many rows, hence the [`Budget`].

use super::budget::Budget;
use super::glob::{ANYTHING, Glob, Token, is_unknown, upper};

/// Some of the patterns take the text (`wanted`), or none does.
pub(super) struct Constraint<'g> {
    pub(super) globs: Vec<std::borrow::Cow<'g, Glob>>,
    pub(super) wanted: bool,
    /// An unknown of the text may turn out to be anything.
    pub(super) loosely: bool,
}

/// What the search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Word(String),
    Nothing,
    /// The budget is used up.
    Capped,
}

/// All patterns of a question in one row of bits.
struct Machine {
    many: Vec<u64>,
    start: Vec<u64>,
    /// Of each constraint: the places of its patterns, where they end, and whether one of them is wanted.
    groups: Vec<(Vec<u64>, Vec<u64>, bool)>,
    /// Where the patterns begin that are read loosely, with their tokens.
    loose: Vec<(usize, Vec<Token>)>,
    letters: Vec<Letter>,
}

/// A character, or all those that every pattern treats alike.
struct Letter {
    c: char,
    advance: Vec<u64>,
    stay: Vec<u64>,
}

/// The shortest text that satisfies all constraints.
pub(super) fn shortest(constraints: &[Constraint<'_>], budget: &mut Budget) -> Found {
    let places: usize = constraints.iter().flat_map(|it| &it.globs).map(|glob| glob.len() + 1).sum();
    // Each character that is named is held against each place.
    if !budget.spend(places * (places.min(64) + 1)) {
        return Found::Capped;
    }
    let machine = Machine::new(constraints);
    let mut rows = Rows::new(machine.start.len());
    let mut trail: Vec<(usize, char)> = vec![(0, ' ')];
    rows.insert(&machine.start);
    let (mut row, mut next) = (machine.start.clone(), machine.start.clone());
    let mut at = 0;
    while let Some(words) = rows.row(at) {
        row.copy_from_slice(words);
        if machine.accepts(&row) {
            return Found::Word(word(&trail, at));
        }
        for letter in &machine.letters {
            let Some(left) = budget.steps.checked_sub(1) else { return Found::Capped };
            budget.steps = left;
            if !budget.spend(row.len()) {
                return Found::Capped;
            }
            machine.step(&row, letter, &mut next);
            if machine.is_dead(&next) || !rows.insert(&next) {
                continue;
            }
            let Some(left) = budget.rows.checked_sub(1) else { return Found::Capped };
            budget.rows = left;
            trail.push((at, letter.c));
        }
        at += 1;
    }
    Found::Nothing
}

/// The rows that were reached, in their order, each once.
struct Rows {
    /// Words of one row.
    width: usize,
    words: Vec<u64>,
    /// Places of rows by their hash, with room to spare; 0 is none.
    table: Vec<u32>,
}

impl Rows {
    fn new(width: usize) -> Rows {
        Rows { width, words: Vec::new(), table: vec![0; 64] }
    }

    fn row(&self, at: usize) -> Option<&[u64]> {
        self.words.get(at * self.width..(at + 1) * self.width)
    }

    /// Adds a row; whether it is new.
    fn insert(&mut self, row: &[u64]) -> bool {
        let count = self.words.len() / self.width;
        if count * 2 >= self.table.len() {
            let larger = self.table.len() * 2;
            self.table.clear();
            self.table.resize(larger, 0);
            for at in 0..count {
                let slot = self.row(at).map_or(0, |row| self.slot(row));
                self.put(slot, at);
            }
        }
        let slot = self.slot(row);
        if self.table.get(slot).is_some_and(|known| *known != 0) {
            return false;
        }
        self.words.extend_from_slice(row);
        self.put(slot, count);
        true
    }

    fn put(&mut self, slot: usize, at: usize) {
        if let (Some(place), Ok(at)) = (self.table.get_mut(slot), u32::try_from(at + 1)) {
            *place = at;
        }
    }

    /// Where a row stands in the table, or would.
    fn slot(&self, row: &[u64]) -> usize {
        let mix = |hash: u64, word: &u64| (hash.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let hash = row.iter().fold(0, mix);
        let mask = self.table.len() - 1;
        let mut slot = usize::try_from(hash >> 32).unwrap_or_default() & mask;
        while let Some(known) = self.table.get(slot).filter(|known| **known != 0) {
            if self.row(*known as usize - 1) == Some(row) {
                break;
            }
            slot = (slot + 1) & mask;
        }
        slot
    }
}

fn word(trail: &[(usize, char)], mut at: usize) -> String {
    let mut letters = Vec::new();
    while at > 0 {
        let Some((before, c)) = trail.get(at) else { break };
        letters.push(*c);
        at = *before;
    }
    letters.iter().rev().collect()
}

impl Machine {
    fn new(constraints: &[Constraint<'_>]) -> Machine {
        let size: usize = constraints.iter().flat_map(|c| &c.globs).map(|glob| glob.tokens.len() + 1).sum();
        let words = size.div_ceil(64).max(1);
        let zero = vec![0_u64; words];
        let mut machine = Machine {
            many: zero.clone(),
            start: zero.clone(),
            groups: Vec::new(),
            loose: Vec::new(),
            letters: Vec::new(),
        };
        let mut places: Vec<(usize, Token)> = Vec::new();
        let mut at = 0;
        for constraint in constraints {
            let (mut inside, mut ends) = (zero.clone(), zero.clone());
            for glob in &constraint.globs {
                raise(&mut machine.start, at);
                if constraint.loosely {
                    machine.loose.push((at, glob.tokens.clone()));
                }
                for token in &glob.tokens {
                    raise(&mut inside, at);
                    if token.is_many() {
                        raise(&mut machine.many, at);
                    }
                    places.push((at, *token));
                    at += 1;
                }
                raise(&mut inside, at);
                raise(&mut ends, at);
                at += 1;
            }
            machine.groups.push((inside, ends, constraint.wanted));
        }
        let mut start = std::mem::take(&mut machine.start);
        machine.close(&mut start);
        machine.start = start;
        for c in alphabet(&places) {
            let (mut advance, mut stay) = (zero.clone(), zero.clone());
            for (at, token) in &places {
                if token.takes(c) {
                    raise(if token.is_many() { &mut stay } else { &mut advance }, *at);
                }
            }
            let alike = |other: &Letter| {
                other.advance == advance && other.stay == stay && is_unknown(other.c) == is_unknown(c)
            };
            if !machine.letters.iter().any(alike) {
                machine.letters.push(Letter { c, advance, stay });
            }
        }
        machine
    }

    fn close(&self, row: &mut [u64]) {
        let mut carry = 0;
        for (word, many) in row.iter_mut().zip(&self.many) {
            let moved = *word & many;
            *word |= (moved << 1) | carry;
            carry = moved >> 63;
        }
    }

    /// The row that a letter leads to.
    fn step(&self, row: &[u64], letter: &Letter, next: &mut [u64]) {
        let mut carry = 0;
        let words = row.iter().zip(&letter.advance).zip(&letter.stay);
        for (((word, advance), stay), next) in words.zip(next.iter_mut()) {
            let moved = word & advance;
            *next = (moved << 1) | carry | (word & stay);
            carry = moved >> 63;
        }
        if is_unknown(letter.c) {
            let anything = u32::from(letter.c) >= ANYTHING;
            for (start, tokens) in &self.loose {
                let mut on = false;
                for (i, token) in tokens.iter().enumerate() {
                    on |= has(row, start + i);
                    if on {
                        raise(next, start + i);
                        on = token.takes_unknown(anything);
                    }
                }
                if on || has(row, start + tokens.len()) {
                    raise(next, start + tokens.len());
                }
            }
        }
        self.close(next);
    }

    fn accepts(&self, row: &[u64]) -> bool {
        self.groups.iter().all(|(_, ends, wanted)| meets(row, ends) == *wanted)
    }

    /// Whether nothing that follows can be accepted.
    fn is_dead(&self, row: &[u64]) -> bool {
        self.groups.iter().any(|(inside, _, wanted)| *wanted && !meets(row, inside))
    }
}

fn meets(row: &[u64], mask: &[u64]) -> bool {
    row.iter().zip(mask).any(|(word, mask)| word & mask != 0)
}

fn raise(row: &mut [u64], at: usize) {
    if let Some(word) = row.get_mut(at / 64) {
        *word |= 1 << (at % 64);
    }
}

fn has(row: &[u64], at: usize) -> bool {
    row.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
}

/// The characters that make a difference: those that are named, and one of each kind that is not. Those that
/// read well come first.
fn alphabet(places: &[(usize, Token)]) -> Vec<char> {
    let mut named: Vec<char> = Vec::new();
    for (_, token) in places {
        match token {
            Token::Char(c) => named.push(*c),
            Token::Fold(c) => named.extend([*c, upper(*c)]),
            Token::Digit => named.extend('0'..='9'),
            Token::One { colon } | Token::Many { colon } => named.extend((!colon).then_some(':')),
        }
    }
    named.sort_unstable();
    named.dedup();
    let kinds = ["xabcdefghijklmnopqrstuvwyz", "0123456789", "XABCDEFGHIJKLMNOPQRSTUVWYZ", "-_/.@:=~"];
    let fresh = kinds.iter().filter_map(|kind| kind.chars().find(|c| !named.contains(c)));
    let mut letters: Vec<char> = fresh.collect();
    letters.extend(named);
    letters
}
