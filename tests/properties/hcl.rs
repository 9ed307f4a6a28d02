//! The HCL reader takes any bytes, and every range it gives out is a range of the text.

use std::sync::Arc;

use kmslint::source::{FileId, SourceFile};
use kmslint::syntax::hcl::{parse_file, parse_template};

use super::is_range;

pub fn holds(data: &[u8]) {
    let source = Arc::new(SourceFile::new("fuzz.tf", data.to_vec()));
    for tree in [parse_file(source.clone(), FileId(0)).0, parse_template(source.clone(), FileId(0)).0] {
        for error in &tree.errors {
            assert!(is_range(&source, error.span.start, error.span.end), "{error:?}");
        }
        for node in &tree.nodes {
            assert!(is_range(&source, node.range.start, node.range.end), "{node:?}");
        }
    }
}
