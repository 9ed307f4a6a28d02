//! Terraform's JSON syntax (`.tf.json`), read to the same tree as the native one.
//!
//! Every string is a template, and the template is what the string says after JSON's escapes. So the tree is read
//! from a copy of the file in which each string stands decoded, and its [`Tree`] knows the way back: a span is
//! always one of the file as it lies on disk.
//!
//! JSON does not say what is a block and what an argument. In a resource or data source the names of nested blocks
//! that can matter to a policy are blocks where they hold an object or a list of objects; all else is an argument.

use std::borrow::Cow;
use std::sync::Arc;

use super::ast::{Attribute, Block, Body, Expr, ExprId, ObjectItem, ObjectKey, Range, Tree};
use super::cursor::{Parser, offset};
use super::outline::OutlineBlock;
use super::template::whole_file;
use crate::source::{FileId, SourceFile, Span};
use crate::syntax::SyntaxError;
use crate::syntax::json::{Buffer, Form, Node, parse};
use crate::value::{Piece, SpanMap};

/// A top-level block of a JSON file.
#[derive(Debug)]
pub struct JsonBlock {
    /// The block type, such as `resource`.
    pub kind: String,
    /// The labels.
    pub labels: Vec<String>,
    /// Where it is.
    pub outline: OutlineBlock,
    /// The tree of its expressions.
    pub tree: Tree,
    /// The block.
    pub block: Block,
}

/// Nested blocks of resources and data sources that can matter to a policy.
const NESTED: [&str; 12] = [
    "statement",
    "principals",
    "not_principals",
    "condition",
    "dynamic",
    "content",
    "constraints",
    "inline_policy",
    "lifecycle",
    "timeouts",
    "provisioner",
    "connection",
];

/// Reads a file: its blocks, and what is wrong with it as JSON.
pub fn parse_json_syntax(source: &Arc<SourceFile>, file: FileId) -> (Vec<JsonBlock>, Vec<SyntaxError>) {
    let buffer = Buffer::from_source(source, file);
    let mut document = parse(&buffer);
    let errors = std::mem::take(&mut document.errors);
    let reader = Reader::new(source, file, document.nodes());
    let mut blocks = Vec::new();
    for body in document.root().into_iter().flat_map(one_or_many) {
        for (kind, value) in body.members() {
            let labels = match kind.known().as_deref() {
                Some("resource" | "data" | "ephemeral") => 2,
                Some("variable" | "output" | "module" | "provider") => 1,
                Some("locals" | "terraform") => 0,
                _ => continue,
            };
            reader.labelled(kind, &mut Vec::new(), value, labels, &mut blocks);
        }
    }
    (blocks, errors)
}

/// An object, or the objects of a list.
fn one_or_many(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    std::iter::once(node).chain(node.items()).filter(|node| node.form() == Form::Object)
}

struct Reader {
    /// The file with its strings decoded.
    decoded: Arc<SourceFile>,
    file: FileId,
    /// From offsets in `decoded` to the file's.
    map: Arc<SpanMap>,
}

impl Reader {
    fn new<'d>(source: &SourceFile, file: FileId, nodes: impl Iterator<Item = Node<'d>>) -> Self {
        let text = source.text();
        let mut decoded = String::with_capacity(text.len());
        let mut points = vec![(0, 0)];
        let mut done = 0_u32;
        for node in nodes.filter(|node| node.form() == Form::Text) {
            if !matches!(node.known(), Some(Cow::Owned(_))) {
                continue;
            }
            let span = node.span();
            decoded.push_str(source.slice(done, span.start + 1));
            for piece in node.text().unwrap_or_default().pieces {
                let Piece::Known { text, map } = piece else { continue };
                let start = offset(decoded.len());
                points.extend(map.points.iter().map(|(out, source)| (start + out, *source)));
                decoded.push_str(&text);
            }
            done = span.end - 1;
            points.push((offset(decoded.len()), done));
        }
        decoded.push_str(source.slice(done, offset(text.len())));
        points.dedup();
        let map = SpanMap { file, points, start: 0, end: offset(text.len()) };
        let decoded = SourceFile::new(source.path(), decoded.into_bytes());
        Reader { decoded: Arc::new(decoded), file, map: Arc::new(map) }
    }

    /// The blocks below a block type: `labels` levels of names, each an object or a list of objects.
    fn labelled<'d>(
        &self,
        kind: Node<'d>,
        names: &mut Vec<Node<'d>>,
        value: Node<'d>,
        labels: usize,
        blocks: &mut Vec<JsonBlock>,
    ) {
        for object in one_or_many(value) {
            let Some(deeper) = labels.checked_sub(1) else {
                blocks.extend(self.block(kind, names, object));
                continue;
            };
            for (name, inner) in object.members() {
                names.push(name);
                self.labelled(kind, names, inner, deeper, blocks);
                names.pop();
            }
        }
    }

    fn block(&self, kind: Node<'_>, names: &[Node<'_>], object: Node<'_>) -> Option<JsonBlock> {
        let name = kind.known()?.into_owned();
        let labels: Vec<String> = names.iter().filter_map(|n| n.known()).map(Cow::into_owned).collect();
        let mut parser = Parser::new(self.decoded.clone(), self.file, whole_file(self.decoded.text().len()));
        let has_blocks = matches!(name.as_str(), "resource" | "data");
        let body = self.body(&mut parser, object, has_blocks);
        let ranges: Vec<Range> = names.iter().map(|name| self.content(*name)).collect();
        // The file's bytes, where the innermost name and the body stand.
        let head = names.last().map_or(self.range(kind), |name| self.range(*name));
        let range = Range { start: head.start, end: self.range(object).end };
        let block = Block { kind: self.content(kind), labels: ranges.clone(), body, range };
        let outline = OutlineBlock { kind: self.content(kind), labels: ranges, range, closed: true };
        let mut tree = parser.finish();
        tree.map = Some(self.map.clone());
        for error in &mut tree.errors {
            error.span = self.map.source(error.span.start, error.span.end);
            for label in &mut error.related {
                label.span = self.map.source(label.span.start, label.span.end);
            }
        }
        Some(JsonBlock { kind: name, labels, outline, tree, block })
    }

    fn body(&self, parser: &mut Parser, object: Node<'_>, has_blocks: bool) -> Body {
        let mut body = Body { range: self.range(object), ..Body::default() };
        for (key, value) in object.members() {
            let name = key.known().unwrap_or_default();
            let (key_range, end) = (self.content(key), self.range(value).end);
            let is_block = has_blocks && NESTED.contains(&&*name) && one_or_many(value).next().is_some();
            if name == "//" {
                continue;
            } else if !is_block {
                let value = self.expression(parser, value);
                let range = Range { start: self.range(key).start, end };
                body.attributes.push(Attribute { name: key_range, value, range });
            } else if name == "dynamic" {
                for (label, inner) in one_or_many(value).flat_map(Node::members) {
                    let label = self.content(label);
                    body.blocks.extend(self.nested(parser, key_range, vec![label], inner));
                }
            } else {
                body.blocks.extend(self.nested(parser, key_range, Vec::new(), value));
            }
        }
        body
    }

    fn nested(&self, parser: &mut Parser, kind: Range, labels: Vec<Range>, value: Node<'_>) -> Vec<Block> {
        if parser.enter().is_err() {
            return Vec::new();
        }
        let block = |object| {
            let body = self.body(parser, object, true);
            Block { kind, labels: labels.clone(), body, range: self.range(object) }
        };
        let blocks = one_or_many(value).map(block).collect();
        parser.leave();
        blocks
    }

    fn expression(&self, parser: &mut Parser, node: Node<'_>) -> ExprId {
        let range = self.range(node);
        let (start, end) = (range.start as usize, range.end as usize);
        let number = || Expr::Number(range);
        let expr = match node.form() {
            _ if parser.enter().is_err() => Expr::Error,
            Form::Null => Expr::Null,
            Form::True => Expr::Bool(true),
            Form::False => Expr::Bool(false),
            Form::Number => number(),
            Form::Text => {
                let content = self.content(node);
                parser.template_range(content).map_or(Expr::Error, Expr::Template)
            }
            Form::List => Expr::List(node.items().map(|item| self.expression(parser, item)).collect()),
            Form::Object => {
                let items = node.members().map(|(key, value)| ObjectItem {
                    key: ObjectKey::Expr(self.expression(parser, key)),
                    key_range: self.range(key),
                    value: self.expression(parser, value),
                });
                Expr::Object(items.collect())
            }
            Form::Word | Form::Hole | Form::Unreadable => Expr::Error,
        };
        parser.leave();
        (parser.at, parser.newlines) = (end, false);
        parser.add(expr, start)
    }

    /// A node's range in the decoded text.
    fn range(&self, node: Node<'_>) -> Range {
        let span = node.span();
        Range { start: inverse(&self.map, span.start), end: inverse(&self.map, span.end) }
    }

    /// The range of a string between its quotes.
    fn content(&self, node: Node<'_>) -> Range {
        let range = self.range(node);
        let text = self.decoded.slice(range.start, range.end);
        let quoted = text.len() > 1 && text.starts_with('"') && text.ends_with('"');
        let quote = u32::from(quoted);
        Range { start: range.start + quote, end: range.end - quote }
    }
}

/// The offset in the decoded text that a source offset outside of escapes comes from.
pub(super) fn inverse(map: &SpanMap, source: u32) -> u32 {
    let before = map.points.partition_point(|(_, at)| *at <= source);
    let point = before.checked_sub(1).and_then(|at| map.points.get(at));
    point.map_or(source, |(out, at)| out + (source - at))
}

/// A map into the decoded text, continued to the file.
pub(super) fn compose(inner: SpanMap, outer: &SpanMap) -> SpanMap {
    let whole: Span = outer.source(inner.start, inner.end);
    let mut points = Vec::new();
    for (at, (out, middle)) in inner.points.iter().enumerate() {
        points.push((*out, outer.source(*middle, *middle).start));
        let end = inner.points.get(at + 1).map_or(inner.end, |(_, middle)| *middle);
        let first = outer.points.partition_point(|(at, _)| *at <= *middle);
        let within = outer.points.iter().skip(first).take_while(|(at, _)| *at < end);
        points.extend(within.map(|(at, source)| (out + (at - middle), *source)));
    }
    points.dedup();
    SpanMap { file: outer.file, points, start: whole.start, end: whole.end }
}

#[cfg(test)]
mod tests {
    use crate::carrier::terraform::carry;
    use crate::carrier::{Carried, Given};
    use crate::source::Sources;

    fn carried(files: &[(&str, &str)]) -> (Carried, Sources) {
        let sources = Sources::in_memory(files.iter().copied());
        let carried = carry(&sources, &[String::new()]);
        (carried, sources)
    }

    /// The source characters of each string of each policy.
    fn strings(carried: &Carried, sources: &Sources) -> Vec<String> {
        let mut found = Vec::new();
        for document in &carried.documents {
            document.value.walk(&mut |value| {
                if value.as_text().is_some() {
                    found.push(sources.text(value.span));
                }
            });
        }
        found
    }

    #[test]
    fn strings_point_at_their_characters_through_both_kinds_of_escapes() {
        let text = r#"{"resource": {"aws_kms_key": {
  "é": [{"description": "a \"b\" é", "policy": "${jsonencode({\n  Statement = [{ Effect = \"Allow\", Action = \"kms:*\" }]\n})}"}],
  "quoted": {"policy": "{\"Statement\": [{\"Effect\": \"Deny\", \"Sid\": \"$${aws:x}\", \"Action\": [\"kms:Decrypt\"]}]}"}
}}}"#;
        let (carried, sources) = carried(&[("main.tf.json", text)]);
        assert!(carried.errors.is_empty(), "{:?}", carried.errors);
        assert_eq!(
            strings(&carried, &sources),
            [r#"\"Allow\""#, r#"\"kms:*\""#, r#"\"Deny\""#, r#"\"$${aws:x}\""#, r#"\"kms:Decrypt\""#,]
        );
        let given: Vec<Given> = carried.documents.iter().map(|document| document.given).collect();
        assert_eq!(given, [Given::Jsonencode, Given::Quoted]);
        let at: Vec<String> = carried.resources.iter().map(|r| sources.text(r.span)).collect();
        assert_eq!(at, ["\"é\"", "\"quoted\""]);
    }

    #[test]
    fn string_in_an_expression_keeps_its_own_escapes() {
        let text = r#"{"resource": {"aws_kms_key": {"k": {"policy": "${jsonencode({ Id = \"a\\\"b\", Version = \"c\" })}"}}}}"#;
        let (carried, sources) = carried(&[("main.tf.json", text)]);
        let policy = &carried.documents[0].value;
        assert_eq!(policy.get("Id").unwrap().as_text().unwrap().to_string(), "a\"b");
        assert_eq!(strings(&carried, &sources), [r#"\"a\\\"b\""#, r#"\"c\""#]);
    }

    #[test]
    fn blocks_and_dynamic_blocks_of_a_policy_document() {
        let text = r#"{
  "//": "made by a program",
  "locals": {"users": ["111122223333", "444455556666"]},
  "data": {"aws_iam_policy_document": {"d": {
    "dynamic": {"statement": {"for_each": "${local.users}", "iterator": "it", "content": {
      "actions": ["kms:Decrypt"],
      "principals": {"type": "AWS", "identifiers": ["${it.value}"]},
      "condition": [{"test": "Bool", "variable": "aws:SecureTransport", "values": ["true"]}]
    }}}
  }}},
  "resource": [{"aws_kms_key": {"k": {"policy": "${data.aws_iam_policy_document.d.json}"}}}]
}"#;
        let (carried, sources) = carried(&[("cdk.tf.json", text)]);
        let found = strings(&carried, &sources);
        for wanted in ["\"kms:Decrypt\"", "\"111122223333\"", "\"444455556666\"", "\"true\""] {
            assert!(found.contains(&wanted.to_owned()), "{wanted} in {found:?}");
        }
        assert_eq!(carried.documents[0].given, Given::Document);
    }

    #[test]
    fn broken_template_costs_one_argument_and_is_shown_where_it_is() {
        let text = r#"{"resource": {"aws_kms_key": {"k": {
  "description": "\"${var.}\"", "policy": "{\"Statement\": []}"
}}}}"#;
        let (carried, sources) = carried(&[("main.tofu.json", text)]);
        assert_eq!(carried.documents.len(), 1);
        let errors: Vec<String> = carried.errors.iter().map(|error| sources.text(error.span)).collect();
        assert_eq!(errors, ["}"]);
    }

    #[test]
    fn file_of_opentofu_stands_for_terraforms_of_the_same_name() {
        let key = |name: &str| format!("resource \"aws_kms_key\" \"{name}\" {{ policy = \"{{}}\" }}\n");
        let (a, b, c) = (key("tofu"), key("terraform"), key("both"));
        let (carried, _) = carried(&[("a.tofu", &a), ("a.tf", &b), ("c.tf", &c)]);
        let addresses: Vec<&str> = carried.documents.iter().filter_map(|d| d.address.as_deref()).collect();
        assert_eq!(addresses, ["aws_kms_key.tofu", "aws_kms_key.both"]);
    }
}
