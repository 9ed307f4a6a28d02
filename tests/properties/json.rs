//! The JSON reader takes any bytes, and every span it gives out is a range of the text.

use kmslint::source::{FileId, SourceFile};
use kmslint::syntax::json::{Buffer, parse, parse_text};

use super::is_range;

pub fn holds(data: &[u8]) {
    let source = SourceFile::new("fuzz.json", data.to_vec());
    let buffer = Buffer::from_source(&source, FileId(0));
    let document = parse(&buffer);
    for error in &document.errors {
        assert!(is_range(&source, error.span.start, error.span.end), "{error:?}");
    }
    let Some(root) = document.root() else { return };
    let value = root.value();
    value.walk(&mut |value| {
        assert!(is_range(&source, value.span.start, value.span.end), "{value:?}");
        if let Some(text) = value.as_text() {
            let (_, errors) = parse_text(text);
            for error in errors {
                assert!(is_range(&source, error.span.start, error.span.end), "{error:?}");
            }
        }
    });
    // What serde_json takes is read without complaint.
    if serde_json::from_slice::<serde_json::Value>(data).is_ok() {
        assert!(document.errors.is_empty(), "{:?}", document.errors);
    }
}
