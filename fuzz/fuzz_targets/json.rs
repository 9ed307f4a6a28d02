#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kmslint_fuzz::properties::json::holds(data));
