//! The JSON reader takes any bytes, and every span it gives out is a range of the text.
#![no_main]

use kmslint::source::{FileId, SourceFile};
use kmslint::syntax::json::{Buffer, parse, parse_text};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let source = SourceFile::new("fuzz.json", data.to_vec());
    let buffer = Buffer::from_source(&source, FileId(0));
    let document = parse(&buffer);
    let on_boundaries = |start: u32, end: u32| source.text().get(start as usize..end as usize).is_some();
    for error in &document.errors {
        assert!(on_boundaries(error.span.start, error.span.end));
    }
    let Some(root) = document.root() else { return };
    let value = root.value();
    value.walk(&mut |value| {
        assert!(on_boundaries(value.span.start, value.span.end));
        if let Some(text) = value.as_text() {
            let (_, errors) = parse_text(text);
            for error in errors {
                assert!(on_boundaries(error.span.start, error.span.end));
            }
        }
    });
    // What serde_json takes is read without complaint.
    if serde_json::from_slice::<serde_json::Value>(data).is_ok() {
        assert!(document.errors.is_empty());
    }
});
