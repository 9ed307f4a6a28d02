//! What the fuzzers look for: the same properties as those that `cargo test` tries on the seeds.

#[path = "../../tests/properties/mod.rs"]
pub mod properties;
