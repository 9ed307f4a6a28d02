//! The second opinion: hcl-edit, on every file of the test data that it can read.

use hcl_edit::Span as _;
use hcl_edit::structure::{BlockLabel, Structure};

use super::{fixtures, parse_bytes};
use crate::syntax::hcl::ast::{Body, Tree};

/// One line for each attribute and block: where it is, what it is called, the span of its value.
fn ours(tree: &Tree, body: &Body, path: &str, lines: &mut Vec<String>) {
    for attribute in &body.attributes {
        let value = tree.range(attribute.value);
        let (name, text) = (tree.text(attribute.name), shape(tree.text(value)));
        lines.push(format!("{path}{name} {}: {} {text}", attribute.name.start, value.start));
    }
    for block in &body.blocks {
        let labels: Vec<&str> = block.labels.iter().map(|label| tree.text(*label)).collect();
        let path = format!("{path}{} {} {}.", tree.text(block.kind), block.kind.start, labels.join(" "));
        lines.push(path.clone());
        ours(tree, &block.body, &path, lines);
    }
}

fn theirs(text: &str, body: &hcl_edit::structure::Body, path: &str, lines: &mut Vec<String>) {
    for structure in body {
        match structure {
            Structure::Attribute(attribute) => {
                let (name, value) = (attribute.key.span().unwrap(), attribute.value.span().unwrap());
                let shown = shape(text.get(value.clone()).unwrap());
                let key = text.get(name.clone()).unwrap();
                lines.push(format!("{path}{key} {}: {} {shown}", name.start, value.start));
            }
            Structure::Block(block) => {
                let label = |label: &BlockLabel| match label {
                    BlockLabel::Ident(name) => name.to_string(),
                    BlockLabel::String(name) => name.to_string(),
                };
                let labels: Vec<String> = block.labels.iter().map(label).collect();
                let at = block.ident.span().unwrap();
                let kind = text.get(at.clone()).unwrap();
                let path = format!("{path}{kind} {} {}.", at.start, labels.join(" "));
                lines.push(path.clone());
                theirs(text, &block.body, &path, lines);
            }
        }
    }
}

/// The characters of a value. Of a heredoc hcl-edit counts another end than the marker's.
fn shape(text: &str) -> &str {
    if text.starts_with("<<") { text.lines().next().unwrap() } else { text }
}

#[test]
fn attributes_blocks_and_spans_are_those_of_hcl_edit() {
    let mut compared = 0;
    for (path, bytes) in fixtures() {
        let Ok(text) = String::from_utf8(bytes.clone()) else { continue };
        let Ok(body) = hcl_edit::parser::parse_body(&text) else { continue };
        let (tree, own) = parse_bytes(&bytes);
        assert_eq!(tree.errors, [], "{}", path.display());
        let (mut left, mut right) = (Vec::new(), Vec::new());
        ours(&tree, &own, "", &mut left);
        theirs(&text, &body, "", &mut right);
        left.sort();
        right.sort();
        assert_eq!(left, right, "{}", path.display());
        compared += left.len();
    }
    assert!(compared > 1500, "only {compared} lines compared");
}
