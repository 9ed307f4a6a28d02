//! Findings that the user has judged: kept out of the report, with a reason and an end.

mod date;

pub use date::Date;
