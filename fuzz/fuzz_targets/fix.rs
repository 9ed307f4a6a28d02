//! Correcting any policy settles, leaves a text that reads as well as before, and corrects nothing twice.
#![no_main]

use kmslint::engine::Registry;
use kmslint::fix::{Safety, correct};
use kmslint::source::Sources;
use kmslint::{Input, Options};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let sources = Sources::in_memory([("fuzz.json", text)]);
    let inputs = [Input::Json { path: "fuzz.json".into(), explicit: true }];
    let once = correct(Registry::embedded(), &sources, &inputs, &Options::default(), Safety::Suggested);
    let twice = correct(Registry::embedded(), &once.sources, &inputs, &Options::default(), Safety::Suggested);
    assert_eq!(twice.made, 0, "{:?}", twice.changed);
});
