//! The YAML reader takes any bytes, and every span it gives out is a range of the text.
#![no_main]

use kmslint::source::{FileId, SourceFile};
use kmslint::syntax::yaml::parse_file;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let source = SourceFile::new("fuzz.yaml", data.to_vec());
    let on_boundaries = |start: u32, end: u32| source.text().get(start as usize..end as usize).is_some();
    let (documents, errors) = parse_file(&source, FileId(0));
    for error in errors {
        assert!(on_boundaries(error.span.start, error.span.end), "{error:?}");
    }
    for document in documents {
        document.walk(&mut |value| assert!(on_boundaries(value.span.start, value.span.end), "{value:?}"));
    }
});
