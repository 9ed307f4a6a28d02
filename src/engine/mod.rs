//! Runs the rules: reads the documents of `rules/`, matches, selects, and lets the strongest finding stand
//! for the weaker ones.

mod branches;
mod context;
mod engines;
mod explain;
mod like;
mod markdown;
mod pattern;
mod peer;
mod prepared;
mod registry;
mod resource;
mod rule;
mod run;
mod select;
mod subsume;
mod trail;
mod tri;
mod undecided;

pub use branches::Branches;
pub use context::{Check, Context, Draft, Findings, InputContext, RunContext, mistakes};
pub use engines::Engines;
pub use explain::{explain, json, peers, peers_json, readme, table};
pub use markdown::{Example, Expect, Fence, Section};
pub use pattern::Pattern;
pub use peer::{Peer, mapping, tools};
pub use registry::{Registry, check_names, documents, embedded_rule};
pub use resource::ResourcePattern;
pub use rule::{FixKind, HEADINGS, Kind, Rule, SCHEMA, Status, Word, Words};
pub use run::Engine;
pub use select::{GROUPS, Selection};
pub use tri::Tri;
pub use undecided::{Hinge, Undecided};
