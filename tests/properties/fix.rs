//! Correcting any policy settles, leaves a text that reads as well as before, and corrects nothing twice.

use kmslint::Options;
use kmslint::engine::Registry;
use kmslint::fix::{Safety, correct};

use super::alone;

pub fn holds(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (sources, inputs) = alone("fuzz.json", text.as_bytes());
    let once = correct(Registry::embedded(), &sources, &inputs, &Options::default(), Safety::Suggested);
    let twice = correct(Registry::embedded(), &once.sources, &inputs, &Options::default(), Safety::Suggested);
    assert_eq!(twice.made, 0, "{:?}", twice.changed);
}
