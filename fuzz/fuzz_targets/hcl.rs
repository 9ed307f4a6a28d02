//! The HCL reader takes any bytes, and every range it gives out is a range of the text.
#![no_main]

use std::sync::Arc;

use kmslint::source::{FileId, SourceFile};
use kmslint::syntax::hcl::{parse_file, parse_template};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let source = Arc::new(SourceFile::new("fuzz.tf", data.to_vec()));
    for tree in [parse_file(source.clone(), FileId(0)).0, parse_template(source.clone(), FileId(0)).0] {
        let on_boundaries = |start: u32, end: u32| source.text().get(start as usize..end as usize).is_some();
        for error in &tree.errors {
            assert!(on_boundaries(error.span.start, error.span.end), "{error:?}");
        }
        for node in &tree.nodes {
            assert!(on_boundaries(node.range.start, node.range.end), "{node:?}");
        }
    }
});
