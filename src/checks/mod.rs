//! Native checks: one file each, found by `build.rs`. The file `silent_noop_statement.rs` is the check that a
//! rule document names with `check = "silent-noop-statement"`; it has a constant `CHECK` and no other
//! public item. Nothing is listed by hand.
//!
//! `cargo fmt` does not see these files; `rustfmt --check src/checks/*.rs` does.

include!(concat!(env!("OUT_DIR"), "/checks.rs"));

/// The check of a name.
pub(crate) fn find(name: &str) -> Option<crate::engine::Check> {
    let at = CHECKS.binary_search_by(|(known, _)| known.cmp(&name)).ok()?;
    CHECKS.get(at).map(|(_, check)| *check)
}

/// The names of all checks, sorted.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    CHECKS.iter().map(|(name, _)| *name)
}
