//! End-to-end tests, in one binary.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod access;
mod analyzer;
mod baseline;
mod cdk;
mod change;
mod cli;
mod commands;
mod config;
mod coverage;
mod differential;
mod docs;
mod fix;
mod hostile;
mod interrupts;
mod inventory;
mod labels;
mod output;
mod own;
mod recovery;
mod spans;
mod suppress;
