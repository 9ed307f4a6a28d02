//! kmslint: a linter and static analyzer for AWS KMS key policies.
pub mod access;
pub mod carrier;
pub mod catalog;
mod checks;
pub mod engine;
pub mod finding;
pub mod glob;
pub mod policy;
pub mod source;
pub mod syntax;
pub mod value;
