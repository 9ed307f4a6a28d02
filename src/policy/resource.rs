//! `Resource` and `NotResource`.

use super::placeholder::is_arn_placeholder;
use super::read::{Item, Reader};
use super::{ResourceElement, ResourcePattern};
use crate::carrier::KeyFacts;
use crate::glob;
use crate::value::{Member, Piece, SymbolKind, Text};

/// Stands for a part of the key's ARN whose value is not known; no pattern can spell it.
const PARTITION: &str = "\u{e000}\u{e001}\u{e000}\u{e001}";
const REGION: &str = "\u{e002}\u{e003}\u{e002}\u{e003}";
const ACCOUNT: &str = "\u{e004}\u{e005}\u{e004}\u{e005}";
const KEY_ID: &str = "\u{e006}\u{e007}\u{e006}\u{e007}";

impl Reader<'_> {
    pub(super) fn resource(&mut self, negated: bool, member: &Member) -> ResourceElement {
        let value = &member.value;
        let (key_span, span) = (member.key_span, value.span);
        let mut element = ResourceElement { negated, key_span, span, patterns: Vec::new(), open: false };
        for item in self.items("Resource", value, false) {
            match item {
                Item::Text(text, span) => {
                    let matches_key = matches_key(&text, self.key);
                    element.patterns.push(ResourcePattern { text: text.into_owned(), span, matches_key });
                }
                Item::Open(..) => element.open = true,
            }
        }
        element
    }
}

/// Whether a pattern matches the ARN of the key: its account may be known, its id never is. IAM's `*` crosses
/// `:` and `/`.
fn matches_key(text: &Text, key: &KeyFacts) -> Option<bool> {
    if text.as_known().is_some_and(|written| is_arn_placeholder(&written)) {
        return None;
    }
    let owner = key.owner_account.as_ref().and_then(Text::as_known);
    let account = owner.as_deref().unwrap_or(ACCOUNT);
    let (mut surely, mut widest) = (String::new(), String::new());
    for piece in &text.pieces {
        let (here, wide) = match piece {
            Piece::Known { text, .. } => (text.as_str(), text.as_str()),
            Piece::Unknown { symbol, .. } => match symbol.kind {
                SymbolKind::OwnAccount => (account, owner.as_deref().unwrap_or("*")),
                SymbolKind::Partition => (PARTITION, "*"),
                SymbolKind::Region => (REGION, "*"),
                // Unknown: nothing matches surely.
                _ => ("\u{e008}", "*"),
            },
        };
        surely.push_str(here);
        widest.push_str(wide);
    }
    let arn = format!("arn:{PARTITION}:kms:{REGION}:{account}:key/{KEY_ID}");
    // `?` is one character, and how many stand in an unknown part is not known.
    if !surely.contains('?') && glob::matches(&surely, &arn, false) {
        return Some(true);
    }
    let account = owner.as_deref().map_or(Part::Some, Part::Is);
    let parts = [
        Part::Is("arn:"),
        Part::Some,
        Part::Is(":kms:"),
        Part::Some,
        Part::Is(":"),
        account,
        Part::Is(":key/"),
        Part::Some,
    ];
    if may_match(&widest, &parts) { None } else { Some(false) }
}

/// A part of a key's ARN.
#[derive(Clone, Copy)]
enum Part<'a> {
    /// These characters.
    Is(&'a str),
    /// One character or more, but no `:` and no `/`.
    Some,
}

/// A character of the ARN.
#[derive(Clone, Copy, PartialEq)]
enum Unit {
    Is(char),
    One,
    More,
}

/// Whether some text that consists of `parts` is matched by `pattern`: both are run side by side.
fn may_match(pattern: &str, parts: &[Part<'_>]) -> bool {
    let mut units = Vec::new();
    for part in parts {
        match part {
            Part::Is(text) => units.extend(text.chars().map(Unit::Is)),
            Part::Some => units.extend([Unit::One, Unit::More]),
        }
    }
    let free = |c: char| c != ':' && c != '/';
    // reached[i]: the pattern read so far matches some text of the first i units.
    let mut reached = vec![false; units.len() + 1];
    if let Some(start) = reached.first_mut() {
        *start = true;
    }
    for wanted in pattern.chars() {
        let mut next = vec![false; units.len() + 1];
        let mut carried = false;
        for (at, unit) in units.iter().map(Some).chain([None]).enumerate() {
            let here = reached.get(at).copied().unwrap_or_default() || (wanted == '*' && carried);
            // A `More` may be nothing at all, so what reaches it reaches what follows.
            let here = here
                || (at > 0 && units.get(at - 1) == Some(&Unit::More) && reached.get(at - 1) == Some(&true));
            if wanted == '*' {
                carried = here;
                set(&mut next, at, here);
                continue;
            }
            let Some(unit) = unit.filter(|_| here) else { continue };
            let fits = match unit {
                Unit::Is(c) => wanted == '?' || wanted == *c,
                Unit::One | Unit::More => wanted == '?' || free(wanted),
            };
            if fits {
                set(&mut next, if *unit == Unit::More { at } else { at + 1 }, true);
            }
        }
        reached = next;
    }
    let last = units.len();
    reached.get(last) == Some(&true)
        || (units.last() == Some(&Unit::More) && reached.get(last.saturating_sub(1)) == Some(&true))
}

fn set(row: &mut [bool], at: usize, value: bool) {
    if let Some(cell) = row.get_mut(at) {
        *cell |= value;
    }
}
