//! Says of each file named on standard input whether kmslint's reader and hcl-edit take it; see compare-hcl.py.

#![allow(clippy::print_stdout, reason = "it is a program of its own")]

use std::io::{BufRead, stdin};
use std::sync::Arc;

use kmslint::source::{FileId, SourceFile};
use kmslint::syntax::hcl;

fn main() {
    for path in stdin().lock().lines().map_while(Result::ok) {
        let Ok(bytes) = std::fs::read(&path) else { continue };
        let is_text = std::str::from_utf8(&bytes).is_ok();
        let theirs =
            String::from_utf8(bytes.clone()).ok().map(|text| hcl_edit::parser::parse_body(&text).is_ok());
        let source = Arc::new(SourceFile::new(path.as_str(), bytes));
        let (tree, body) = hcl::parse_file(source.clone(), FileId(0));
        let outline = hcl::outline(&source, FileId(0));
        let blocks: usize = outline
            .blocks
            .iter()
            .map(|block| hcl::parse_block(source.clone(), FileId(0), block).0.errors.len())
            .sum();
        let first = tree.errors.first().map(|error| {
            let at = source.position(error.span.start);
            format!("{}:{} {}", at.line, at.column, error.message)
        });
        let verdict = serde_json::json!({
            "path": path,
            "text": is_text,
            "errors": tree.errors.len(),
            "first": first,
            // Read block by block, as a module is.
            "by_block": outline.errors.len() + blocks,
            // Attributes between blocks are no part of a module.
            "module": body.attributes.is_empty(),
            "hcl_edit": theirs,
        });
        println!("{verdict}");
    }
}
