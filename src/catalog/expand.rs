//! From an action pattern to the actions it matches.

use super::actions::ActionSet;
use super::data;
use crate::glob;
use crate::value::{Piece, SymbolKind, Text};

/// The key-policy actions that a pattern such as `kms:Describe*` matches; names and prefix match whatever
/// their case. [`ActionSet::FUTURE`] is in it when the name has a wildcard: it matches what AWS will add.
pub fn expand(pattern: &str) -> ActionSet {
    let Some(name) = name_pattern(pattern) else { return ActionSet::EMPTY };
    let mut set = 0;
    let mut bit = 1;
    for action in data::KEY_ACTIONS {
        if glob::matches(name, action.short_name(), true) {
            set |= bit;
        }
        bit <<= 1;
    }
    let known = ActionSet(set);
    if glob::has_wildcard(name) { known.union(ActionSet::FUTURE) } else { known }
}

/// The actions that a pattern surely matches, and those it may match. They differ only where a piece is unknown.
pub fn expand_text(text: &Text) -> (ActionSet, ActionSet) {
    if let Some(pattern) = text.as_known() {
        if let Some(name) = service_wildcard(&pattern) {
            return (ActionSet::EMPTY, expand(&format!("kms:{name}")));
        }
        let set = expand(&pattern);
        return (set, set);
    }
    let mut widest = String::new();
    for piece in &text.pieces {
        match piece {
            Piece::Known { text, .. } => widest.push_str(text),
            // Whatever is in it: if it may hold a `:`, it may hold the whole pattern.
            Piece::Unknown { symbol, .. } if symbol.kind == SymbolKind::Any && !widest.contains(':') => {
                return (ActionSet::EMPTY, ActionSet::ALL);
            }
            Piece::Unknown { .. } => widest.push('*'),
        }
    }
    (ActionSet::EMPTY, expand(&widest))
}

/// The name in a pattern whose service is a wildcard such as `k*`, of which AWS does not say whether it counts.
pub fn service_wildcard(pattern: &str) -> Option<&str> {
    let (service, name) = pattern.split_once(':')?;
    let wild = glob::has_wildcard(service) && service != "*" && glob::matches(service, "kms", true);
    wild.then_some(name)
}

/// Whether a pattern matches every action that AWS will add: `*`, `kms:*`.
pub fn covers_future(pattern: &str) -> bool {
    name_pattern(pattern).is_some_and(|name| !name.is_empty() && name.chars().all(|c| c == '*'))
}

/// The part of a pattern that an action's name has to match; `None`: no KMS action can.
fn name_pattern(pattern: &str) -> Option<&str> {
    match pattern.split_once(':') {
        Some((service, name)) if service.eq_ignore_ascii_case("kms") || service == "*" => Some(name),
        Some(_) => None,
        None => (!pattern.is_empty() && pattern.chars().all(|c| c == '*')).then_some("*"),
    }
}
