//! HCL 2 and the 0.11 style, with spans on everything and recovery by block and line.
//!
//! The grammar is that of HashiCorp's own parser, whose verdicts on odd inputs are recorded in the tests.

pub mod ast;
mod body;
mod cursor;
mod decode;
mod expression;
mod json_syntax;
mod outline;
mod recovery;
mod template;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use ast::{Block, Body, ExprId, Part, Range, Tree};
use cursor::Parser;
pub use decode::{DecodedPart, decode_quoted, template_file_parts, template_parts};
pub use json_syntax::{JsonBlock, parse_json_syntax};
pub use outline::{Outline, OutlineBlock, outline};
use template::whole_file;

use crate::source::{FileId, SourceFile};
use crate::value::{Piece, SpanMap, Text};

/// Reads a file: attributes and blocks.
pub fn parse_file(source: Arc<SourceFile>, file: FileId) -> (Tree, Body) {
    let range = whole_file(source.text().len());
    let mut parser = Parser::new(source, file, range);
    let body = parser.file_body();
    (parser.finish(), body)
}

/// Reads one block of an [`Outline`]; none where its header cannot be read.
pub fn parse_block(source: Arc<SourceFile>, file: FileId, block: &OutlineBlock) -> (Tree, Option<Block>) {
    let mut parser = Parser::new(source, file, block.range);
    let block = parser.top_block();
    (parser.finish(), block)
}

/// Reads a whole file as a template, as `templatefile` does.
pub fn parse_template(source: Arc<SourceFile>, file: FileId) -> (Tree, Vec<Part>) {
    let range = whole_file(source.text().len());
    let mut parser = Parser::new(source, file, range);
    let parts = parser.template_file();
    (parser.finish(), parts)
}

/// Reads a known text as a template, as `data "template_file"` does; none where a piece of it is unknown or comes
/// from another file than the first.
pub fn parse_template_text(text: &Text) -> Option<(Tree, Vec<Part>)> {
    let mut whole = String::new();
    let mut joined: Option<SpanMap> = None;
    for piece in &text.pieces {
        let Piece::Known { text, map } = piece else { return None };
        let start = u32::try_from(whole.len()).ok()?;
        let points = map.points.iter().map(|(out, source)| (start + out, *source));
        match &mut joined {
            None => joined = Some(SpanMap { points: points.collect(), ..map.clone() }),
            Some(joined) if joined.file == map.file => {
                joined.points.extend(points);
                joined.start = joined.start.min(map.start);
                joined.end = joined.end.max(map.end);
            }
            Some(_) => return None,
        }
        whole.push_str(text);
    }
    let map = joined?;
    let length = whole.len();
    let source = Arc::new(SourceFile::new("", whole.into_bytes()));
    let mut parser = Parser::new(source, map.file, whole_file(length));
    let parts = parser.template_file();
    let mut tree = parser.finish();
    for error in &mut tree.errors {
        error.span = map.source(error.span.start, error.span.end);
    }
    tree.map = Some(Arc::new(map));
    Some((tree, parts))
}

/// Reads an expression that fills a range.
pub fn parse_expression(source: Arc<SourceFile>, file: FileId, range: Range) -> (Tree, Option<ExprId>) {
    let mut parser = Parser::new(source, file, range);
    parser.newlines = true;
    parser.space();
    let mut expression = parser.expression().ok();
    parser.space();
    if expression.is_some()
        && !parser.at_end()
        && parser.fail::<()>("expected the end of the expression").is_err()
    {
        expression = None;
    }
    (parser.finish(), expression)
}
