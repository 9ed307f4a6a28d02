//! Bodies: attributes and blocks, and where to go on after an error.

use super::ast::{Attribute, Block, Body, Range};
use super::cursor::{Parser, Read, offset};
use crate::syntax::{SyntaxError, SyntaxErrorKind};

/// The block whose inside is read.
#[derive(Clone, Copy)]
struct Header {
    kind: Range,
    /// Offset of its `{`.
    brace: usize,
    /// Characters before it on its line.
    indentation: usize,
}

impl Parser {
    /// The inside of a file.
    pub(super) fn file_body(&mut self) -> Body {
        let start = self.at;
        self.items(None, start)
    }

    /// A block, its header first. Braces alone decide where blocks end; if they do not work out, the block is
    /// read again and indentation decides, so that one missing brace costs nothing else.
    pub(super) fn top_block(&mut self) -> Option<Block> {
        let (at, nodes, errors) = (self.at, self.nodes.len(), self.errors.len());
        let block = self.item_block();
        if !self.by_indentation && self.lacks_a_brace() {
            self.at = at;
            self.nodes.truncate(nodes);
            self.errors.truncate(errors);
            (self.depth, self.newlines, self.by_indentation) = (0, false, true);
            return self.item_block().ok();
        }
        block.ok()
    }

    fn item_block(&mut self) -> Read<Block> {
        let start = self.at;
        match self.identifier() {
            Some(kind) => self.block(kind, start),
            None => self.fail("expected a block"),
        }
    }

    pub(super) fn lacks_a_brace(&self) -> bool {
        self.errors.iter().any(|error| error.message.ends_with(NEVER_CLOSED))
    }

    fn items(&mut self, header: Option<Header>, start: usize) -> Body {
        let mut body = Body { attributes: Vec::new(), blocks: Vec::new(), range: Range { start: 0, end: 0 } };
        loop {
            self.skip(true);
            if self.at_end() || self.closes(header) {
                break;
            }
            if self.byte() == b'}' {
                if self.fail::<()>("this brace closes nothing").is_err() {
                    self.at += 1;
                }
                continue;
            }
            let depth = self.depth;
            let read = self.item(&mut body);
            if read.is_err() {
                self.newlines = false;
                self.depth = depth;
                self.synchronize();
            }
        }
        body.range = self.since(start);
        body
    }

    /// Whether the body of `header` ends here: at its brace or, where indentation decides, before a line that
    /// is indented no more than the header.
    fn closes(&self, header: Option<Header>) -> bool {
        let Some(header) = header else { return false };
        self.byte() == b'}' || self.dedents(header)
    }

    fn dedents(&self, header: Header) -> bool {
        if !self.by_indentation || !self.first_on_line(self.at) {
            return false;
        }
        let (_, indentation) = self.line_of(self.at);
        // A closing brace stands below its header; anything else stands deeper.
        if self.byte() == b'}' { indentation < header.indentation } else { indentation <= header.indentation }
    }

    fn item(&mut self, body: &mut Body) -> Read<()> {
        let start = self.at;
        let Some(name) = self.identifier() else { return self.fail("expected an attribute or a block") };
        self.space();
        if self.byte() != b'=' || self.starts_with("==") {
            let block = self.block(name, start)?;
            body.blocks.push(block);
        } else {
            let attribute = self.attribute(name, start)?;
            self.note_duplicate(body, &attribute);
            body.attributes.push(attribute);
        }
        self.line_end()
    }

    fn attribute(&mut self, name: Range, start: usize) -> Read<Attribute> {
        self.at += 1;
        self.space();
        let value = self.expression()?;
        Ok(Attribute { name, value, range: self.since(start) })
    }

    fn note_duplicate(&mut self, body: &Body, attribute: &Attribute) {
        let name = self.text(attribute.name).to_owned();
        let Some(first) = body.attributes.iter().find(|first| self.text(first.name) == name) else { return };
        let at = self.span(attribute.name.start as usize, attribute.name.end as usize);
        let before = self.span(first.name.start as usize, first.name.end as usize);
        let error = SyntaxError::broken(at, format!("`{name}` is set twice"));
        self.errors.push(error.related(before, "set here first"));
    }

    /// After an attribute or a block: the line must end. It has, where a block was closed by indentation.
    fn line_end(&mut self) -> Read<()> {
        if self.by_indentation && self.first_on_line(self.at) {
            return Ok(());
        }
        self.skip(false);
        if self.at_end() || self.at_newline() || self.at_comment() {
            return Ok(());
        }
        self.fail("expected a new line")
    }

    /// A block after its type.
    fn block(&mut self, kind: Range, start: usize) -> Read<Block> {
        let mut labels = Vec::new();
        loop {
            self.space();
            match self.byte() {
                b'{' => break,
                b'"' => labels.push(self.label()?),
                _ => match self.identifier() {
                    Some(label) => labels.push(label),
                    None => return self.fail("expected `=` and a value, or `{` and a block"),
                },
            }
        }
        let brace = self.at;
        self.at += 1;
        self.enter()?;
        let (_, indentation) = self.line_of(start);
        let header = Header { kind, brace, indentation };
        self.skip(false);
        let body = if self.at_newline() || self.at_comment() || self.at_end() {
            self.items(Some(header), brace + 1)
        } else {
            self.one_line(brace + 1)?
        };
        self.leave();
        if self.byte() == b'}' && !self.dedents(header) {
            self.at += 1;
        } else {
            self.never_closed(header);
        }
        Ok(Block { kind, labels, body, range: self.since(start) })
    }

    /// `{ }` or `{ name = value }`, after the brace.
    fn one_line(&mut self, start: usize) -> Read<Body> {
        let mut body = Body { attributes: Vec::new(), blocks: Vec::new(), range: self.since(start) };
        if self.byte() != b'}' {
            let item = self.at;
            let Some(name) = self.identifier() else { return self.fail("expected an attribute") };
            self.space();
            if self.byte() != b'=' {
                return self.fail("a block on one line can hold only one attribute");
            }
            body.attributes.push(self.attribute(name, item)?);
            self.space();
            if self.byte() != b'}' {
                return self.fail("a block on one line ends after its only attribute");
            }
        }
        body.range = self.since(start);
        Ok(body)
    }

    /// A quoted label: no templates. Its range is without the quotes.
    fn label(&mut self) -> Read<Range> {
        let start = self.at + 1;
        let node = self.quoted()?;
        let end = self.at - 1;
        let plain = matches!(self.nodes.get(node.0 as usize).map(|node| &node.expr),
            Some(super::ast::Expr::Quoted(parts)) if parts.iter().all(|p| matches!(p, super::ast::Part::Literal(_))));
        if !plain {
            return self.fail_at(start, end, "a label cannot hold a template");
        }
        Ok(Range { start: offset(start), end: offset(end) })
    }

    fn never_closed(&mut self, header: Header) {
        // After a limit the end of the text says nothing.
        if self.errors.iter().any(|error| error.kind == SyntaxErrorKind::Limit) {
            return;
        }
        let name = self.text(header.kind).to_owned();
        let span = self.span(header.kind.start as usize, header.brace + 1);
        let error = SyntaxError::broken(span, format!("block `{name}` {NEVER_CLOSED}"));
        self.errors.push(error.help("add the closing brace `}`"));
    }

    /// Goes to the next line that looks like an item or ends the block.
    fn synchronize(&mut self) {
        loop {
            self.skip_to_line_end();
            if self.at_end() {
                return;
            }
            self.at += if self.byte() == b'\r' { 2 } else { 1 };
            let line = self.at;
            self.skip(false);
            if self.byte() == b'}' || self.looks_like_item() {
                self.at = line;
                return;
            }
        }
    }

    /// A name, then `=`, `{` or a label.
    fn looks_like_item(&mut self) -> bool {
        let at = self.at;
        let named = self.identifier().is_some();
        self.skip(false);
        let next = self.byte();
        self.at = at;
        named && matches!(next, b'=' | b'{' | b'"')
    }
}

const NEVER_CLOSED: &str = "is never closed";
