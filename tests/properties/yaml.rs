//! The YAML reader takes any bytes, and every span it gives out is a range of the text.

use kmslint::source::{FileId, SourceFile};
use kmslint::syntax::yaml::parse_file;

use super::is_range;

pub fn holds(data: &[u8]) {
    let source = SourceFile::new("fuzz.yaml", data.to_vec());
    let (documents, errors) = parse_file(&source, FileId(0));
    for error in errors {
        assert!(is_range(&source, error.span.start, error.span.end), "{error:?}");
    }
    for document in documents {
        document.walk(&mut |value| assert!(is_range(&source, value.span.start, value.span.end), "{value:?}"));
    }
}
