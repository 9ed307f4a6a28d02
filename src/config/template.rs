//! What `kmslint init` writes.

/// A configuration that changes nothing, with every setting explained.
pub const TEMPLATE: &str = include_str!("template.toml");
