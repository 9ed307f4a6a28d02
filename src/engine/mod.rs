//! Runs the rules: reads the documents of `rules/`, matches, selects, and lets the strongest finding stand
//! for the weaker ones.

mod context;
mod front;
mod markdown;
mod pattern;
mod rule;
mod tri;

pub use context::{Check, Context, Draft, Findings, InputContext};
pub use markdown::{Example, Expect, Section};
pub use pattern::Pattern;
pub use rule::{FixKind, Kind, Rule, Status};
pub use tri::Tri;
