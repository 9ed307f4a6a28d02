//! Tests.
use std::sync::Arc;

use super::*;
use crate::source::{FileId, SourceFile};

fn file(text: &str) -> (Tree, Body) {
    parse_file(Arc::new(SourceFile::new("t.tf", text.as_bytes().to_vec())), FileId(0))
}

#[test]
fn dir() {
    let Ok(d) = std::env::var("HCL_CASES") else { return };
    let verdicts = std::fs::read_to_string(format!("{d}/VERDICTS.txt")).unwrap();
    let mut bad = 0;
    for line in verdicts.lines() {
        let mut w = line.split_whitespace();
        let (v, p) = (w.next().unwrap(), w.next().unwrap());
        let name = p.rsplit('/').next().unwrap();
        let Ok(bytes) = std::fs::read(format!("{d}/{name}")) else { continue };
        let (tree, _) = parse_file(Arc::new(SourceFile::new(name, bytes)), FileId(0));
        if tree.errors.is_empty() != (v == "OK") {
            bad += 1;
            println!("DIFF {name}: go {v}; ours {:?}", tree.errors.first());
        }
    }
    println!("{bad} differ");
}

#[test]
fn broken() {
    let (tree, body) = file(include_str!("../../../testdata/seed-broken/kms/main.tf"));
    println!("{:#?}", tree.errors);
    for b in &body.blocks {
        println!("{} {:?}", tree.text(b.kind), b.labels.iter().map(|l| tree.text(*l)).collect::<Vec<_>>());
        for a in &b.body.attributes {
            println!("  {}", tree.text(a.name));
        }
        for x in &b.body.blocks {
            println!("  blk {}", tree.text(x.kind));
        }
    }
}
