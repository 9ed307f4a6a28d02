//! End-to-end tests, in one binary.

mod cli;
mod docs;
mod spans;
