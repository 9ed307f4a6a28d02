//! Quoted strings, heredocs and template files.

use super::ast::{Expr, ExprId, ForDirective, Heredoc, IfDirective, Marker, Part, Range};
use super::cursor::{Failed, Parser, Read, offset};
use super::recovery::is_nearly;

/// What a template stands in, hence how it ends.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// `"…"`
    Quoted,
    /// A heredoc with this marker.
    Heredoc(Range),
    /// A file of its own.
    File,
}

/// Why a run of parts ended.
enum Stop {
    End,
    Else(Marker),
    EndIf(Marker),
    EndFor(Marker),
}

impl Parser {
    /// `"…"`. One that its line does not close is unknown to the end of the line.
    pub(super) fn quoted(&mut self) -> Read<ExprId> {
        let (start, depth, newlines) = (self.at, self.depth, self.newlines);
        self.at += 1;
        match self.whole(Form::Quoted, start) {
            Ok(parts) => {
                self.at += 1;
                Ok(self.add(Expr::Quoted(parts), start))
            }
            Err(Failed) if self.limited || !(self.at_newline() || self.at_end()) => Err(Failed),
            Err(Failed) => {
                (self.depth, self.newlines) = (depth, newlines);
                Ok(self.broken(start, self.at))
            }
        }
    }

    /// `<<MARKER … MARKER`
    pub(super) fn heredoc(&mut self) -> Read<ExprId> {
        let start = self.at;
        if self.peek(1) == b'<' {
            self.at += 2;
        } else {
            self.note("a heredoc begins with `<<`");
            self.at += 1;
        }
        let flush = self.byte() == b'-';
        self.at += usize::from(flush);
        let Some(marker) = self.identifier() else {
            return self.fail("expected the end marker's name after `<<`");
        };
        if !self.at_newline() {
            return self.fail("expected a new line after the heredoc's marker");
        }
        self.at += if self.byte() == b'\r' { 2 } else { 1 };
        let (body, depth, newlines) = (self.at, self.depth, self.newlines);
        match self.whole(Form::Heredoc(marker), start) {
            Ok(parts) => {
                let body = self.since(body);
                let (_, indentation) = self.line_of(self.at);
                self.at += indentation + (marker.end - marker.start) as usize;
                Ok(self.add(Expr::Heredoc(Heredoc { flush, marker, body, parts }), start))
            }
            Err(Failed) if self.limited => Err(Failed),
            Err(Failed) => {
                (self.depth, self.newlines) = (depth, newlines);
                Ok(self.broken_heredoc(start, marker, flush, body))
            }
        }
    }

    /// Whether a heredoc begins here that has lost one `<`: its end marker follows.
    pub(super) fn at_half_heredoc(&mut self) -> bool {
        let at = self.at;
        self.at += 1;
        self.at += usize::from(self.byte() == b'-');
        let name = self.identifier().filter(|_| self.at_newline());
        let marker = name.map(|name| self.text(name).to_owned());
        let found = marker.is_some_and(|marker| self.marker_line(self.at, |line| line == marker).is_some());
        self.at = at;
        found
    }

    /// A heredoc that its marker does not end, or with a directive that cannot be read. A line that is nearly the
    /// marker ends it, and its text is known; if there is none, it is unknown to the last brace.
    fn broken_heredoc(&mut self, start: usize, marker: Range, flush: bool, body: usize) -> ExprId {
        let name = self.text(marker).to_owned();
        let before = body.saturating_sub(1);
        if let Some((_, end)) = self.marker_line(before, |line| line == name) {
            self.at = end;
            return self.broken(start, end);
        }
        let is_word = |line: &str| line.chars().all(|c| c.is_alphanumeric() || c == '_');
        let nearly = |line: &str| {
            let rest = line.strip_prefix(name.as_str());
            let followed = rest.is_some_and(|rest| rest.starts_with([')', ']', '}', ',', ';', '.']));
            followed || (name.len() > 2 && is_word(line) && is_nearly(line, &name))
        };
        let Some((line, end)) = self.marker_line(before, nearly) else {
            let text = self.source.text().get(body..self.end).unwrap_or_default();
            self.at = text.rfind("\n}").map_or(self.end, |at| body + at);
            return self.broken(start, self.at);
        };
        let followed = self.source.slice(offset(line), offset(end)).starts_with(&name);
        self.at = line - self.line_of(line).1;
        let whole = std::mem::replace(&mut self.end, self.at);
        self.at = body;
        let errors = self.errors.len();
        let parts = self.whole(Form::File, body).unwrap_or_default();
        let body = Range { start: offset(body), end: offset(self.end) };
        self.end = whole;
        self.at = if followed { line + name.len() } else { end };
        if self.errors.len() > errors {
            return self.broken(start, self.at);
        }
        self.add(Expr::Heredoc(Heredoc { flush, marker, body, parts }), start)
    }

    /// A whole file as a template.
    pub(super) fn template_file(&mut self) -> Vec<Part> {
        self.whole(Form::File, self.at).unwrap_or_default()
    }

    /// The template that fills a range; none where it cannot be read.
    pub(super) fn template_range(&mut self, range: Range) -> Option<Vec<Part>> {
        let (end, depth) = (self.end, self.depth);
        (self.at, self.end) = (range.start as usize, range.end as usize);
        let parts = self.whole(Form::File, self.at).ok();
        (self.end, self.depth) = (end, depth);
        parts
    }

    /// The parts up to the end of the template, which is not taken.
    fn whole(&mut self, form: Form, start: usize) -> Read<Vec<Part>> {
        self.enter()?;
        let (parts, stop) = self.parts(form, start)?;
        self.leave();
        match stop {
            Stop::End => Ok(parts),
            Stop::Else(marker) | Stop::EndIf(marker) | Stop::EndFor(marker) => {
                let text = self.text(marker.range).to_owned();
                self.fail_at(
                    marker.range.start as usize,
                    marker.range.end as usize,
                    format!("`{text}` closes no directive"),
                )
            }
        }
    }

    fn parts(&mut self, form: Form, start: usize) -> Read<(Vec<Part>, Stop)> {
        let mut parts = Vec::new();
        let mut literal = self.at;
        loop {
            if self.template_ends(form, start)? {
                self.push_literal(&mut parts, literal);
                return Ok((parts, Stop::End));
            }
            match (self.byte(), self.peek(1), self.peek(2)) {
                (b'$', b'$', b'{') | (b'%', b'%', b'{') => self.at += 3,
                (b'$', b'{', _) => {
                    self.push_literal(&mut parts, literal);
                    parts.push(self.interpolation()?);
                    literal = self.at;
                }
                (b'%', b'{', _) => {
                    self.push_literal(&mut parts, literal);
                    match self.directive(form)? {
                        Directive::Part(part) => parts.push(part),
                        Directive::Stop(stop) => return Ok((parts, stop)),
                    }
                    literal = self.at;
                }
                (b'\\', escape, _) if form == Form::Quoted => self.escape(escape),
                // The next line may be the end marker's.
                (b'\n', ..) => self.at += 1,
                _ => {
                    // On to the next byte that can mean something; inside a character none does.
                    let rest = self.rest().as_bytes();
                    let skip =
                        rest.iter().skip(1).position(|b| matches!(b, b'"' | b'\\' | b'$' | b'%' | b'\n'));
                    self.at += 1 + skip.unwrap_or(rest.len().saturating_sub(1));
                }
            }
        }
    }

    fn push_literal(&self, parts: &mut Vec<Part>, start: usize) {
        if start < self.at {
            parts.push(Part::Literal(self.since(start)));
        }
    }

    fn template_ends(&mut self, form: Form, start: usize) -> Read<bool> {
        match form {
            Form::File => Ok(self.at_end()),
            Form::Quoted if self.byte() == b'"' => Ok(true),
            Form::Quoted if self.at_end() || self.byte() == b'\n' => {
                let line = self.source.text().get(start..self.at).unwrap_or_default().trim_end();
                let end = start + line.len();
                self.fail_at(start, end, "a quoted string must end on the line it begins on")
            }
            Form::Quoted => Ok(false),
            Form::Heredoc(marker) if self.at_end() => {
                let name = self.text(marker).to_owned();
                let span = (start, marker.end as usize);
                self.fail_at(
                    span.0,
                    span.1,
                    format!("the heredoc is never closed by a line with `{name}` alone"),
                )
            }
            Form::Heredoc(marker) => Ok(self.at_marker(marker)),
        }
    }

    /// Whether this is the beginning of a line that holds the marker and nothing else but blanks.
    fn at_marker(&self, marker: Range) -> bool {
        let at_line_start = self.at > 0 && self.source.text().as_bytes().get(self.at - 1) == Some(&b'\n');
        if !at_line_start {
            return false;
        }
        let rest = self.rest();
        let Some(length) = memchr::memchr(b'\n', rest.as_bytes()) else { return false };
        rest.get(..length).is_some_and(|line| line.trim() == self.text(marker))
    }

    fn escape(&mut self, escape: u8) {
        let digits = match escape {
            b'n' | b'r' | b't' | b'"' | b'\\' => 0,
            b'u' => 4,
            b'U' => 8,
            _ => {
                let next = self.rest().chars().nth(1).filter(|next| *next != '\n').map_or(0, char::len_utf8);
                let end = self.at + 1 + next;
                let message = "this escape does not exist: `\\` is written `\\\\`";
                let _: Read<()> = self.fail_at(self.at, end, message);
                self.at = end;
                return;
            }
        };
        let code = self.rest().as_bytes().get(2..2 + digits).unwrap_or_default();
        if code.len() < digits || !code.iter().all(u8::is_ascii_hexdigit) {
            let message = format!("expected {digits} hexadecimal digits");
            let _: Read<()> = self.fail_at(self.at, self.at + 2, message);
            self.at += 2;
            return;
        }
        self.at += 2 + digits;
    }

    /// `${expression}`
    fn interpolation(&mut self) -> Read<Part> {
        let (start, left, outer) = self.open_sequence();
        let depth = self.depth;
        let expr = match self.expression() {
            Err(Failed) if !self.limited => {
                self.depth = depth;
                self.leave_sequence(start);
                self.broken(start, self.at)
            }
            read => read?,
        };
        let marker = self.close_sequence(start, left, outer)?;
        Ok(Part::Interpolation { expr, range: marker.range, strip: marker.strip })
    }

    /// After a mistake in the sequence at `start`: goes to its brace, or to where the line or the string ends.
    fn leave_sequence(&mut self, start: usize) {
        let rest = self.source.text().get(start..self.end).unwrap_or_default();
        let line = rest.split('\n').next().unwrap_or_default();
        let end = line.find('}').or_else(|| line.find('"')).unwrap_or(line.trim_end().len());
        self.at = start + end;
    }

    /// `${` or `%{`, its `~`, and the space after it. Inside, newlines are white space.
    fn open_sequence(&mut self) -> (usize, bool, bool) {
        let start = self.at;
        self.at += 2;
        let left = self.byte() == b'~';
        self.at += usize::from(left);
        let outer = std::mem::replace(&mut self.newlines, true);
        self.space();
        (start, left, outer)
    }

    /// The brace of a sequence, which may be missing.
    fn close_sequence(&mut self, start: usize, left: bool, outer: bool) -> Read<Marker> {
        let after = self.at;
        self.space();
        let right = self.byte() == b'~';
        self.at += usize::from(right);
        if self.byte() == b'}' {
            self.at += 1;
        } else {
            let _: Read<()> = if self.at_end() {
                self.fail_at(start, start + 2, "this sequence is never closed by `}`")
            } else {
                self.fail("expected `}`")
            };
            // It was forgotten after the expression.
            self.at = after;
        }
        self.newlines = outer;
        Ok(Marker { range: self.since(start), strip: (left, right) })
    }

    fn directive(&mut self, form: Form) -> Read<Directive> {
        let (start, left, outer) = self.open_sequence();
        let Some(word) = self.identifier() else {
            return self.fail("expected `if`, `for`, `else`, `endif` or `endfor`");
        };
        self.space();
        match self.text(word) {
            "if" => {
                let condition = self.expression()?;
                let open = self.close_sequence(start, left, outer)?;
                self.if_directive(form, open, condition).map(Directive::Part)
            }
            "for" => {
                let (key_name, value_name) = self.for_names()?;
                let collection = self.expression()?;
                let open = self.close_sequence(start, left, outer)?;
                self.enter()?;
                let (body, stop) = self.parts(form, start)?;
                self.leave();
                let Stop::EndFor(close) = stop else { return self.unclosed_directive(open, "endfor") };
                let directive = ForDirective { open, key_name, value_name, collection, body, close };
                Ok(Directive::Part(Part::For(Box::new(directive))))
            }
            "else" => Ok(Directive::Stop(Stop::Else(self.close_sequence(start, left, outer)?))),
            "endif" => Ok(Directive::Stop(Stop::EndIf(self.close_sequence(start, left, outer)?))),
            "endfor" => Ok(Directive::Stop(Stop::EndFor(self.close_sequence(start, left, outer)?))),
            _ => {
                let (from, to) = (word.start as usize, word.end as usize);
                self.fail_at(from, to, "expected `if`, `for`, `else`, `endif` or `endfor`")
            }
        }
    }

    fn if_directive(&mut self, form: Form, open: Marker, condition: ExprId) -> Read<Part> {
        self.enter()?;
        let start = open.range.start as usize;
        let (then, mut stop) = self.parts(form, start)?;
        let (mut middle, mut otherwise) = (None, Vec::new());
        if let Stop::Else(marker) = stop {
            middle = Some(marker);
            (otherwise, stop) = self.parts(form, start)?;
        }
        self.leave();
        let Stop::EndIf(close) = stop else { return self.unclosed_directive(open, "endif") };
        Ok(Part::If(Box::new(IfDirective { open, condition, then, middle, otherwise, close })))
    }

    fn unclosed_directive<T>(&mut self, open: Marker, word: &str) -> Read<T> {
        let (start, end) = (open.range.start as usize, open.range.end as usize);
        self.fail_at(start, end, format!("this directive is never closed by `%{{{word}}}`"))
    }
}

enum Directive {
    Part(Part),
    Stop(Stop),
}

/// The range of a whole file.
pub(super) fn whole_file(length: usize) -> Range {
    Range { start: 0, end: offset(length) }
}
