//! Bodies: attributes and blocks.

use super::ast::{Attribute, Block, Body, Range};
use super::cursor::{Failed, Parser, Read, offset};
use crate::syntax::SyntaxError;

/// What a name begins.
enum Begun {
    /// A block with these labels; what stands here is its inside.
    Block(Vec<Range>),
    /// An attribute; what stands here is its value.
    Attribute,
}

/// The block whose inside is read.
#[derive(Clone, Copy)]
struct Header {
    kind: Range,
    /// Offset after its `{`.
    brace: usize,
    /// Characters before it on its line.
    indentation: usize,
}

impl Parser {
    /// The inside of a file.
    pub(super) fn file_body(&mut self) -> Body {
        self.better(|parser| {
            let start = parser.at;
            parser.items(None, start)
        })
    }

    /// A block, its header first.
    pub(super) fn top_block(&mut self) -> Option<Block> {
        self.better(|parser| {
            let block = parser.item_block().ok();
            parser.skip(true);
            if parser.byte() == b'}' {
                parser.note("this brace closes nothing");
            } else if !parser.at_end() {
                parser.note("expected the end of the block");
            }
            block
        })
    }

    fn item_block(&mut self) -> Read<Block> {
        let start = self.at;
        let Some(kind) = self.identifier() else { return self.fail("expected a block") };
        match self.header(start) {
            Begun::Block(labels) => self.block(kind, labels, start),
            Begun::Attribute => Err(Failed),
        }
    }

    fn items(&mut self, header: Option<Header>, start: usize) -> Body {
        let mut body = Body::default();
        loop {
            self.skip(true);
            if self.at_end() || self.closes(header) {
                break;
            }
            if self.byte() == b'}' {
                self.note("this brace closes nothing");
                self.at += 1;
                continue;
            }
            let (depth, item, errors) = (self.depth, self.at, self.errors.len());
            if self.item(&mut body, header).is_err() {
                body.lost = true;
                self.errors.truncate(errors + 1);
                self.newlines = false;
                self.depth = depth;
                self.synchronize(item, header.map(|header| header.indentation));
            }
        }
        body.range = self.since(start);
        body
    }

    /// Whether the body of `header` ends here: at its brace or, where indentation decides, before a line that
    /// is indented no more than the header.
    fn closes(&self, header: Option<Header>) -> bool {
        let Some(header) = header else { return false };
        (self.byte() == b'}' && !self.is_deeper(header)) || self.dedents(header)
    }

    fn dedents(&self, header: Header) -> bool {
        if !self.by_indentation || !self.first_on_line(self.at) {
            return false;
        }
        let (_, indentation) = self.line_of(self.at);
        // A closing brace stands below its header; anything else stands deeper.
        if self.byte() == b'}' { indentation < header.indentation } else { indentation <= header.indentation }
    }

    /// Whether indentation decides and says that a brace here is one of what stands in the block.
    fn is_deeper(&self, header: Header) -> bool {
        self.by_indentation && self.first_on_line(self.at) && self.line_of(self.at).1 > header.indentation
    }

    fn item(&mut self, body: &mut Body, header: Option<Header>) -> Read<()> {
        let (start, errors) = (self.at, self.errors.len());
        let Some(name) = self.identifier() else { return self.fail("expected an attribute or a block") };
        self.space();
        let is_attribute = self.byte() == b'=' && !self.starts_with("==");
        if is_attribute {
            self.at += 1;
        } else if let Begun::Block(labels) = self.header(start) {
            let block = self.block(name, labels, start)?;
            body.blocks.push(block);
            return self.line_end();
        }
        let attribute = self.attribute(name, start, errors, header);
        self.note_duplicate(body, &attribute);
        body.attributes.push(attribute);
        Ok(())
    }

    /// An attribute after its `=`, and the end of its line. Of its mistakes the first is told; `errors` is how many
    /// there were before. A value with more than one, or with one that leaves it open, is an `Expr::Error`.
    fn attribute(&mut self, name: Range, start: usize, errors: usize, header: Option<Header>) -> Attribute {
        let depth = self.depth;
        self.space();
        let from = self.at;
        let read = self.expression().and_then(|value| {
            let end = self.at;
            self.line_end().map(|()| (value, end))
        });
        let (value, end) = match read {
            Ok((value, end)) if self.errors.len() <= errors + 1 => (value, end),
            Ok((_, end)) => (self.broken(from, end), end),
            Err(Failed) => {
                self.newlines = false;
                self.depth = depth;
                self.synchronize(start, header.map(|header| header.indentation));
                (self.broken(from, self.at), self.at)
            }
        };
        self.errors.truncate(errors + 1);
        let range = Range { start: offset(start), end: offset(end.max(from)) };
        Attribute { name, value, range }
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

    /// A block after its `{`.
    fn block(&mut self, kind: Range, labels: Vec<Range>, start: usize) -> Read<Block> {
        let brace = self.at;
        self.enter()?;
        let (_, indentation) = self.line_of(start);
        let header = Header { kind, brace, indentation };
        self.skip(false);
        let body = if self.at_newline() || self.at_comment() || self.at_end() {
            self.items(Some(header), brace)
        } else {
            self.one_line(brace)?
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
        let mut body = Body { range: self.since(start), ..Body::default() };
        if self.byte() != b'}' {
            let item = self.at;
            let Some(name) = self.identifier() else { return self.fail("expected an attribute") };
            self.space();
            if self.byte() != b'=' {
                return self.fail("a block on one line can hold only one attribute");
            }
            self.at += 1;
            self.space();
            let value = self.expression()?;
            body.attributes.push(Attribute { name, value, range: self.since(item) });
            self.space();
            if self.byte() != b'}' {
                return self.fail("a block on one line ends after its only attribute");
            }
        }
        body.range = self.since(start);
        Ok(body)
    }

    /// What follows a name that no `=` follows: the labels of a block and its `{`, which is taken. Where they cannot
    /// be read, what the line and the next one look like decides.
    fn header(&mut self, start: usize) -> Begun {
        self.space();
        let (after, errors) = (self.at, self.errors.len());
        if let Ok(labels) = self.labels() {
            return Begun::Block(labels);
        }
        self.errors.truncate(errors + 1);
        self.at = after;
        match self.loose_labels(start) {
            Some(labels) => Begun::Block(labels),
            None => Begun::Attribute,
        }
    }

    fn labels(&mut self) -> Read<Vec<Range>> {
        let mut labels = Vec::new();
        loop {
            self.space();
            match self.byte() {
                b'{' => {
                    self.at += 1;
                    return Ok(labels);
                }
                b'"' => labels.push(self.label()?),
                _ => match self.identifier() {
                    Some(label) => labels.push(label),
                    None => return self.fail("expected `=` and a value, or `{` and a block"),
                },
            }
        }
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
        if self.limited {
            return;
        }
        self.lacks_bracket = true;
        let name = self.text(header.kind).to_owned();
        let span = self.span(header.kind.start as usize, header.brace);
        let error = SyntaxError::broken(span, format!("block `{name}` is never closed"));
        self.errors.push(error.help("add the closing brace `}`"));
    }
}
