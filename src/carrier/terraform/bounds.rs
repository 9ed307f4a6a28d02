//! What one evaluation may cost. What would cost more is unknown, with a reason that says so: nothing is cut off.

use super::convert;
use crate::source::Span;
use crate::value::{Kind, Piece, Text, Value};

/// Expressions that one evaluation may take before it gives up, copies of large values counted by their size.
/// Real modules take some thousands.
pub(super) const MAX_STEPS: u32 = 400_000;

/// Nesting of expressions, references and calls.
pub(super) const MAX_DEPTH: u32 = 120;

/// The items that one collection may have.
pub(super) const MAX_ITEMS: usize = 10_000;

/// Bytes of one string. A key policy has 32 KB at most; a file that a policy takes a line from may be longer.
pub(super) const MAX_TEXT: usize = 4 << 20;

/// Pieces that one string may have.
pub(super) const MAX_PIECES: usize = 20_000;

/// The size of one value, as [`size`] measures it.
const MAX_SIZE: usize = 100_000;

/// Why a collection is not known.
pub(super) const TOO_MANY: &str = "it has too many items";
/// Why a policy is not looked into.
pub(super) const TOO_LARGE: &str = "it is larger than any policy that KMS takes";
/// Why a string is not known.
pub(super) const TOO_LONG: &str = "it is too long";

/// Bytes of a string that cost as much as a node.
const BYTES_OF_A_NODE: usize = 16;

/// How large a value is: nodes, pieces of strings, and what long strings count for.
pub(super) fn size(value: &Value) -> usize {
    let mut size = 0;
    value.walk(&mut |value| {
        let text = value.as_text();
        size += 1 + text.map_or(0, |text| text.pieces.len() + bytes(text) / BYTES_OF_A_NODE);
    });
    size
}

/// Whether a value is larger than any policy needs, such as lists that double at each step.
pub(super) fn is_huge(value: &Value) -> bool {
    size(value) > MAX_SIZE
}

/// Nodes of a policy that is looked into; in the 32 KiB that KMS takes, some thousands find room.
const MAX_POLICY: usize = 50_000;

/// Whether a value is larger than a policy can be.
pub(super) fn is_no_policy(value: &Value) -> bool {
    let mut nodes = 0;
    value.walk(&mut |_| nodes += 1);
    nodes > MAX_POLICY
}

/// Whether a string is longer than any policy needs.
pub(super) fn is_long(text: &Text) -> bool {
    text.pieces.len() > MAX_PIECES || bytes(text) > MAX_TEXT
}

fn bytes(text: &Text) -> usize {
    let known = |piece: &Piece| if let Piece::Known { text, .. } = piece { text.len() } else { 0 };
    text.pieces.iter().map(known).sum()
}

/// The value, unless it is a string that is too long.
pub(super) fn of_length(value: Value, reference: &str, span: Span) -> Value {
    match &value.kind {
        Kind::Text(text) if is_long(text) => convert::unknown(reference, TOO_LONG, span),
        _ => value,
    }
}
