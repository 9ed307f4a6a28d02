//! What a mistake costs.

use super::parse;
use crate::syntax::hcl::ast::{Body, Tree};

/// The blocks and attributes, as `kind.label.attribute`.
fn paths(tree: &Tree, body: &Body) -> Vec<String> {
    let mut paths: Vec<String> =
        body.attributes.iter().map(|attribute| tree.text(attribute.name).to_owned()).collect();
    for block in &body.blocks {
        let mut name = vec![tree.text(block.kind)];
        name.extend(block.labels.iter().map(|label| tree.text(*label)));
        let name = name.join(".");
        paths.push(name.clone());
        paths.extend(self::paths(tree, &block.body).into_iter().map(|path| format!("{name}.{path}")));
    }
    paths
}

#[test]
fn a_block_that_is_never_closed_costs_only_its_brace() {
    let (tree, body) = parse(include_str!("../../../../testdata/seed-broken/kms/main.tf"));
    let (whole, whole_body) = parse(include_str!("../../../../testdata/seed/kms/main.tf"));
    let [error] = tree.errors.as_slice() else { panic!("{:#?}", tree.errors) };
    assert_eq!(tree.text_of(error.span), "tags {");
    assert_eq!(paths(&tree, &body), paths(&whole, &whole_body));
}

#[test]
fn a_broken_line_costs_that_line() {
    let text = "resource \"a\" \"b\" {\n  x = 1 +\n  y = 2\n}\nresource \"c\" \"d\" {\n  z = 3\n}\n";
    let (tree, body) = parse(text);
    assert_eq!(tree.errors.len(), 1, "{:#?}", tree.errors);
    let found = paths(&tree, &body);
    for path in ["resource.a.b", "resource.c.d.z"] {
        assert!(found.iter().any(|known| known == path), "{path} in {found:?}");
    }
}

#[test]
fn duplicates_are_kept() {
    let (tree, body) = parse("a = { x = 1, x = 2 }\nb {\n  c = 1\n}\nb {\n  c = 2\n}\n");
    assert_eq!(paths(&tree, &body), ["a", "b", "b.c", "b", "b.c"]);
    assert_eq!(tree.errors, []);
}

#[test]
fn an_error_stands_at_its_cause() {
    let cases = [
        ("a = \"x\n", "\"x"),
        ("a = <<EOT\nx\n", "<<EOT"),
        ("a = [1, 2\nb = 3\n", "b"),
        ("a = 1 2\n", "2"),
        ("a = 'x'\n", "'"),
        ("a {\n  b = 1\n", "a {"),
    ];
    for (text, cause) in cases {
        let (tree, _) = parse(text);
        let error = tree.errors.first().unwrap_or_else(|| panic!("no error in {text:?}"));
        assert!(tree.text_of(error.span).starts_with(cause), "{text:?}: {error:?}");
    }
}
