//! HCL 2 and the 0.11 style, with spans on everything and recovery by block and line.

pub mod ast;
