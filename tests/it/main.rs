//! End-to-end tests, in one binary.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod access;
mod baseline;
mod cdk;
mod cli;
mod config;
mod coverage;
mod docs;
mod inventory;
mod labels;
mod output;
mod spans;
mod suppress;
