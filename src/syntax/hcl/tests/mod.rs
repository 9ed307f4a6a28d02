mod differential;
mod recovery;
mod robust;
mod verdicts;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::ast::{Body, Tree};
use super::parse_file;
use crate::source::{FileId, SourceFile};

fn parse(text: &str) -> (Tree, Body) {
    parse_bytes(text.as_bytes())
}

fn parse_bytes(bytes: &[u8]) -> (Tree, Body) {
    parse_file(Arc::new(SourceFile::new("test.tf", bytes.to_vec())), FileId(0))
}

/// Every Terraform file of the test data.
fn fixtures() -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "tf") {
                let bytes = std::fs::read(&path).unwrap();
                found.push((path, bytes));
            }
        }
    }
    found.sort();
    assert!(found.len() > 200, "only {} files", found.len());
    found
}
