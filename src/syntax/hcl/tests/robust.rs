//! No bytes make the reader panic, take long, or give out a span that is none.

use super::{fixtures, parse, parse_bytes};
use crate::syntax::hcl::ast::{Body, Range, Tree};

/// Every range of a tree lies on character boundaries of the text, and blocks hold what is in them.
fn check(tree: &Tree, body: &Body) {
    let text = tree.source.text();
    let check = |range: Range| {
        assert!(text.get(range.start as usize..range.end as usize).is_some(), "{range:?} in {text:?}");
    };
    tree.nodes.iter().for_each(|node| check(node.range));
    tree.errors.iter().for_each(|error| check(Range { start: error.span.start, end: error.span.end }));
    let mut bodies = vec![body];
    while let Some(body) = bodies.pop() {
        for attribute in &body.attributes {
            check(attribute.range);
            assert!(
                attribute.range.start <= attribute.name.start && attribute.name.end <= attribute.range.end
            );
        }
        for block in &body.blocks {
            check(block.range);
            assert!(block.range.start <= block.body.range.start && block.body.range.end <= block.range.end);
            bodies.push(&block.body);
        }
    }
}

/// A small generator, so that a failure can be repeated: xorshift.
fn next(state: &mut u64) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    (*state >> 16) as usize
}

#[test]
fn mutated_fixtures_are_read_without_a_panic() {
    let spare = b"{}[]()\"${%<<EOT\n\\#/*=?:.,~ \t\r\0\xff\xc3";
    let mut state = 0x9e37_79b9_7f4a_7c15;
    for (_, bytes) in fixtures() {
        for _ in 0..30 {
            let mut bytes = bytes.clone();
            for _ in 0..=next(&mut state) % 4 {
                let at = next(&mut state) % (bytes.len() + 1);
                match next(&mut state) % 3 {
                    0 if at < bytes.len() => drop(bytes.remove(at)),
                    1 => bytes.insert(at, spare[next(&mut state) % spare.len()]),
                    _ => bytes.truncate(at.max(1)),
                }
            }
            let (tree, body) = parse_bytes(&bytes);
            check(&tree, &body);
        }
    }
}

#[test]
fn every_prefix_of_a_file_is_read() {
    let text = include_str!("../../../../testdata/seed/kms/main.tf");
    for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
        let (tree, body) = parse(text.get(..end).unwrap());
        check(&tree, &body);
    }
}

#[test]
fn a_hundred_thousand_levels_are_one_error() {
    const LEVELS: usize = 100_000;
    let brackets = format!("a = {}1{}\nb = 2\n", "[".repeat(LEVELS), "]".repeat(LEVELS));
    let blocks = format!("{}{}", "a {\n".repeat(LEVELS), "}\n".repeat(LEVELS));
    let templates = format!("a = {}1{}\n", "\"${".repeat(LEVELS), "}\"".repeat(LEVELS));
    let open = "a = ".to_owned() + &"(".repeat(LEVELS);
    let conditionals = format!("a = {}3\n", "true ? 1 : ".repeat(LEVELS));
    for text in [brackets, blocks, templates, open, conditionals] {
        let (tree, body) = parse(&text);
        assert!(!tree.errors.is_empty(), "{}", text.get(..20).unwrap());
        assert!(tree.errors.len() < 10, "{} errors of {}", tree.errors.len(), text.get(..20).unwrap());
        check(&tree, &body);
    }
}

#[test]
fn long_chains_are_read() {
    let chain = format!("a = b{}\n", ".c".repeat(100_000));
    let sum = format!("a = 1{}\n", " + 1".repeat(100_000));
    let nots = format!("a = {}true\n", "!".repeat(100_000));
    for text in [chain, sum, nots] {
        let (tree, _) = parse(&text);
        assert_eq!(tree.errors, []);
    }
}
