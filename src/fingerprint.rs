//! What a finding is about, as a short text that stays when files move, lines shift and formatting changes, and
//! goes when the statement means something else.
//!
//! The rule, the key's address and the statements it rests on, normalised: order, case and notation that mean
//! nothing are left out. A finding about a policy as a whole takes all its statements; one about no policy at all
//! takes its message.

use std::fmt::Write as _;

use crate::finding::Finding;
use crate::policy::{Effect, Policy, PrincipalElement, Statement};
use crate::value::{Piece, SymbolKind, Text};

/// The fingerprint of a finding on some statements of a policy; none of them means all.
pub(crate) fn of_policy(finding: &Finding, policy: &Policy, statements: &[usize]) -> String {
    let meant = |it: &&Statement| statements.is_empty() || statements.contains(&it.index);
    let mut parts: Vec<String> = policy.statements.iter().filter(meant).map(statement).collect();
    parts.sort();
    let mut text = head(finding);
    for part in parts {
        let _ = writeln!(text, "{part}");
    }
    hash(&text)
}

/// The fingerprint of a finding on no policy.
pub(crate) fn of_text(finding: &Finding) -> String {
    hash(&format!("{}{}\n", head(finding), finding.message))
}

fn head(finding: &Finding) -> String {
    format!("{}\n{}\n", finding.rule, finding.key.as_deref().unwrap_or_default())
}

fn statement(statement: &Statement) -> String {
    let effect = match statement.effect {
        Effect::Allow => "allow",
        Effect::Deny => "deny",
        Effect::Unknown => "?",
    };
    let mut text = effect.to_owned();
    if let Some(element) = &statement.principal {
        let PrincipalElement { negated, open, .. } = element;
        list(&mut text, "principal", *negated, *open, element.entries.iter().map(|entry| plain(&entry.text)));
    }
    if let Some(element) = &statement.action {
        let patterns = element.patterns.iter().map(|pattern| plain(&pattern.text).to_lowercase());
        list(&mut text, "action", element.negated, element.open, patterns);
    }
    if let Some(element) = &statement.resource {
        let patterns = element.patterns.iter().map(|pattern| plain(&pattern.text));
        list(&mut text, "resource", element.negated, element.open, patterns);
    }
    let mut conditions: Vec<String> = statement
        .conditions
        .iter()
        .map(|condition| {
            let mut text = condition.operator.written.to_lowercase();
            let values = condition.values.iter().map(|value| plain(&value.text));
            let key = condition.key_folded.clone().unwrap_or_else(|| plain(&condition.key));
            list(&mut text, &key, false, condition.values_open, values);
            text
        })
        .collect();
    conditions.sort();
    for condition in conditions {
        let _ = write!(text, " if {condition}");
    }
    if statement.conditions_open {
        text.push_str(" if ?");
    }
    text
}

fn list(text: &mut String, name: &str, negated: bool, open: bool, items: impl Iterator<Item = String>) {
    let mut items: Vec<String> = items.collect();
    items.sort();
    items.dedup();
    let _ =
        write!(text, " {}{name} {items:?}{}", if negated { "not " } else { "" }, if open { "?" } else { "" });
}

/// A text in which what is known of AWS only is called the same whatever it was read from.
fn plain(text: &Text) -> String {
    let mut plain = String::new();
    for piece in &text.pieces {
        match piece {
            Piece::Known { text, .. } => plain.push_str(text),
            Piece::Unknown { symbol, .. } => {
                let _ = match symbol.kind {
                    SymbolKind::Name | SymbolKind::Any => write!(plain, "${{{}}}", symbol.reference),
                    kind => write!(plain, "${{{kind:?}}}"),
                };
            }
        }
    }
    plain
}

/// FNV-1a with 128 bits: stable for ever, and short. It is no defence against someone who looks for two policies
/// with one fingerprint; whoever can commit those can commit a baseline too.
fn hash(text: &str) -> String {
    const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let hash = text.bytes().fold(OFFSET, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME));
    format!("{hash:032x}")
}

#[cfg(test)]
mod tests {
    use super::hash;

    /// The test vectors of the FNV authors' page.
    #[test]
    fn it_is_fnv_1a() {
        assert_eq!(hash(""), "6c62272e07bb014262b821756295c58d");
        assert_eq!(hash("a"), "d228cb696f1a8caf78912b704e4a8964");
    }
}
