//! Tokens to the tree. An explicit stack, and a guess for each thing that does not belong.

use super::Buffer;
use super::DEEPEST;
use super::document::{Form, Record};
use super::errors::{Errors, offset};
use super::scan::{Kind, Scanner, Token, Wanted};
use crate::syntax::SyntaxErrorKind;

/// What to go by where brackets do not match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guide {
    /// The brackets alone.
    Brackets,
    /// The indentation too: a line further left than the bracket's own line ends what it opened.
    Indentation,
}

/// What a reading comes to.
pub(super) struct Outcome<'a> {
    pub(super) tree: Vec<Record>,
    pub(super) errors: Errors<'a>,
    /// Brackets did not match.
    pub(super) unbalanced: bool,
}

/// What may come next in a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// The first item or key, or the end.
    First,
    /// An item or a key, after a comma.
    Next,
    /// A colon, after a key.
    Colon,
    /// A value, after a colon.
    Value,
    /// A comma or the end, after an item or a member.
    After,
}

/// An open container.
pub(super) struct Frame {
    /// Index of its record.
    pub(super) record: usize,
    pub(super) object: bool,
    pub(super) state: State,
    /// Blanks before its line, and where that begins.
    pub(super) indent: usize,
    pub(super) line: usize,
    pub(super) opened: Opened,
    /// Index of the record of the last item, or of the last member's value; 0 where there is none yet.
    pub(super) last: usize,
}

/// How a container was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opened {
    /// By its bracket.
    Well,
    /// By the other bracket, which was reported: either bracket closes it.
    Wrongly,
    /// By no bracket, which was reported: it may end without one too.
    Silently,
}

pub(super) struct Parser<'a> {
    pub(super) scanner: Scanner<'a>,
    pub(super) tree: Vec<Record>,
    /// The first frame is the text itself, a list without brackets.
    pub(super) stack: Vec<Frame>,
    pub(super) guide: Guide,
    pub(super) unbalanced: bool,
    /// Where the last token but comments ended.
    pub(super) last_end: usize,
    /// The last comma.
    pub(super) comma: usize,
    /// The last token, or the one before the last comma, is a hole: commas here may come from it.
    pub(super) hole: bool,
    /// The member or item that was read last is broken: what follows it has the same cause.
    pub(super) broken: bool,
    /// Blanks before the line of the last key.
    key_indent: usize,
    /// Something behind the value was reported: what follows has the same cause.
    pub(super) tail: bool,
    done: bool,
}

/// Reads a buffer in one pass.
pub(super) fn run<'a>(buffer: &'a Buffer<'a>, guide: Guide) -> Outcome<'a> {
    let around = Record { form: Form::List, coded: false, tail: 0, start: 0, end: 0, after: 0 };
    let frame = Frame {
        record: 0,
        object: false,
        state: State::First,
        indent: 0,
        line: 0,
        opened: Opened::Silently,
        last: 0,
    };
    let mut parser = Parser {
        scanner: Scanner::new(buffer),
        tree: vec![around],
        stack: vec![frame],
        guide,
        unbalanced: false,
        last_end: 0,
        comma: 0,
        hole: false,
        broken: false,
        key_indent: 0,
        tail: false,
        done: false,
    };
    if parser.is_readable() {
        while !parser.done {
            parser.step();
        }
    }
    parser.finish();
    Outcome { tree: parser.tree, errors: parser.scanner.errors, unbalanced: parser.unbalanced }
}

impl Parser<'_> {
    /// Reports bytes that are not UTF-8. A text in UTF-16 is not worth reading.
    fn is_readable(&mut self) -> bool {
        let invalid = self.scanner.buffer.invalid;
        let is_nul = |at: usize| self.scanner.bytes.get(at) == Some(&0);
        if invalid.starts_with(&[0, 1]) && (is_nul(2) || is_nul(3)) {
            let help = "save it as UTF-8 without a byte order mark";
            self.scanner.errors.broken(0, 2, "the text is UTF-16, not UTF-8", help);
            return false;
        }
        for run in invalid.chunk_by(|a, b| a + 1 == *b) {
            let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
            let (start, end) = (*first as usize, *last as usize + 1);
            let bytes = if run.len() == 1 { "this byte is" } else { "these bytes are" };
            self.scanner.errors.broken(start, end, &format!("{bytes} not UTF-8"), "save the text as UTF-8");
        }
        true
    }

    fn step(&mut self) {
        let (object, state) =
            self.stack.last().map_or((false, State::First), |frame| (frame.object, frame.state));
        let key = object && matches!(state, State::First | State::Next | State::After);
        let token = self.scanner.next(if key { Wanted::Key } else { Wanted::Value });
        if self.guide == Guide::Indentation {
            self.outdent(&token);
        }
        self.take(&token);
        self.last_end = token.end;
    }

    fn take(&mut self, token: &Token) {
        match token.kind {
            Kind::End => self.done = true,
            Kind::Close(object) => {
                self.close(token, object);
                self.hole = false;
            }
            Kind::Comma => self.take_comma(token),
            Kind::Colon => self.take_colon(token),
            _ => {
                self.take_value(token);
                self.hole = token.kind == Kind::Hole;
                let unclosed = token.kind == Kind::Text && token.tail == 0;
                self.broken = unclosed || matches!(token.kind, Kind::Word | Kind::Unreadable);
            }
        }
    }

    fn take_comma(&mut self, token: &Token) {
        self.comma = token.start;
        match self.state() {
            State::After => {
                self.broken = false;
                self.set(State::Next);
            }
            State::First | State::Next => {
                let next_is_hole = self.scanner.look() == Some(super::buffer::HOLE);
                if !self.hole && !next_is_hole && !self.broken {
                    self.scanner.errors.broken(token.start, token.end, "a comma too many", "remove it");
                    self.broken = true;
                }
                self.set(State::Next);
            }
            State::Colon | State::Value => {
                self.leave_out_value();
                self.set(State::Next);
            }
        }
    }

    fn take_colon(&mut self, token: &Token) {
        match self.state() {
            State::Colon => self.set(State::Value),
            State::After if !self.is_object() && self.last_text().is_some() => self.open_missing_brace(),
            State::First | State::Next if self.is_object() => {
                self.scanner.errors.broken(token.start, token.end, "a key is missing before the `:`", "");
                self.push_nothing(token.start);
                self.set(State::Value);
            }
            _ if self.hole => {}
            _ => self.scanner.errors.broken(token.start, token.end, "a `:` does not belong here", ""),
        }
    }

    /// Takes anything that is, or begins, a key or a value.
    fn take_value(&mut self, token: &Token) {
        if self.stack.len() == 1 && self.state() != State::First && self.take_tail(token) {
            return self.stop();
        }
        if self.ends_missing_list(token) {
            self.end_silently();
        }
        if !self.is_object() {
            if self.state() == State::After && self.stack.len() > 1 && !self.hole && token.kind != Kind::Hole
            {
                self.report_missing_comma();
            }
            self.push(token, State::After);
            return;
        }
        match self.state() {
            State::First | State::Next => self.take_key(token),
            State::After => {
                let hole = self.hole || token.kind == Kind::Hole;
                if !hole && self.scanner.look() != Some(b':') && !matches!(token.kind, Kind::Open(_)) {
                    // Not a key: a second value, or what is left of a broken one.
                    self.scanner.errors.retract(token.start);
                    if !self.broken {
                        let message = "a second value stands after the first";
                        self.scanner.errors.broken(token.start, token.end, message, "");
                    }
                    return;
                }
                if !hole && !matches!(token.kind, Kind::Open(_)) {
                    self.report_missing_comma();
                }
                self.take_key(token);
            }
            State::Colon if token.kind == Kind::Hole || self.hole => self.push(token, State::After),
            State::Colon => self.take_after_key(token),
            State::Value => {
                if token.kind == Kind::Text && self.scanner.look() == Some(b':') {
                    // Two keys in a row: if the second stands further in, a `{` is missing, and if not, a value.
                    if token.first_on_line && token.indent <= self.key_indent {
                        self.leave_out_value();
                        self.take_key(token);
                    } else {
                        self.push(token, State::After);
                        self.open_missing_brace();
                        self.set(State::Colon);
                    }
                    return;
                }
                self.push(token, State::After);
            }
        }
    }

    /// A key, and no colon behind it but a value, or what looks like one.
    fn take_after_key(&mut self, token: &Token) {
        let written = self.scanner.bytes.get(token.start..token.end);
        if matches!(written, Some(b"=" | b"=>")) {
            self.scanner.errors.retract(token.start);
            let message = "`=` stands where a `:` is due";
            self.scanner.errors.broken(token.start, token.end, message, "");
            self.set(State::Value);
        } else if token.kind == Kind::Text && self.scanner.look() == Some(b':') {
            self.leave_out_value();
            self.take_key(token);
        } else {
            let end = self.last_end;
            self.scanner.errors.broken(end, end, "a `:` is missing after the key", "");
            self.push(token, State::After);
        }
    }

    fn take_key(&mut self, token: &Token) {
        match token.kind {
            Kind::Hole => {
                self.push(token, State::Colon);
                if self.scanner.look() != Some(b':') {
                    // It stands for members: an unknown key and an unknown value.
                    self.push(token, State::After);
                }
            }
            Kind::Open(_) if self.state() == State::Next && self.follows_container() => {
                self.open_missing_list();
                self.push(token, State::After);
            }
            Kind::Open(object) => {
                let list = object && self.state() == State::First;
                let bracket = if object { "`{`" } else { "`[`" };
                if let Some(frame) = self.stack.last_mut().filter(|_| list) {
                    // `{ {…}, {…} }`: a list in the wrong brackets.
                    (frame.object, frame.opened) = (false, Opened::Wrongly);
                    let (record, help) = (frame.record, "use `[` and `]` around a list");
                    if let Some(record) = self.tree.get_mut(record) {
                        record.form = Form::List;
                        let (start, end) = (record.start as usize, record.end as usize);
                        self.scanner.errors.broken(start, end, "`{` holds a list", help);
                    }
                    self.push(token, State::After);
                } else {
                    let message = format!("{bracket} stands where a key is due");
                    self.scanner.errors.broken(token.start, token.end, &message, "");
                    self.push_nothing(token.start);
                    self.push(token, State::After);
                }
            }
            Kind::Text if self.state() == State::Next && self.begins_missing_list() => {
                self.open_missing_list();
                self.push(token, State::After);
            }
            _ => self.push(token, State::Colon),
        }
    }

    /// Adds a record for the token, and a frame if it opens one.
    pub(super) fn push(&mut self, token: &Token, state: State) {
        self.set(state);
        let form = match token.kind {
            Kind::Open(true) => Form::Object,
            Kind::Open(false) => Form::List,
            Kind::Text => Form::Text,
            Kind::Number => Form::Number,
            Kind::True => Form::True,
            Kind::False => Form::False,
            Kind::Null => Form::Null,
            Kind::Word => Form::Word,
            Kind::Hole => Form::Hole,
            _ => Form::Unreadable,
        };
        let index = self.tree.len();
        let (start, end, after) = (offset(token.start), offset(token.end), offset(index + 1));
        self.tree.push(Record { form, coded: token.coded, tail: token.tail, start, end, after });
        match (state, self.stack.last_mut()) {
            (State::Colon, _) => self.key_indent = self.scanner.indent,
            (_, Some(frame)) => frame.last = index,
            _ => {}
        }
        let Kind::Open(object) = token.kind else { return };
        self.open(index, object, State::First, Opened::Well);
    }

    /// Puts a frame on the stack, unless it is too high already.
    pub(super) fn open(&mut self, record: usize, object: bool, state: State, opened: Opened) {
        if self.stack.len() > DEEPEST {
            let start = self.tree.get(record).map_or(0, |record| record.start as usize);
            let message = format!("more than {DEEPEST} lists and objects in each other");
            let help = "the rest of the text was not read";
            self.scanner.errors.add(start, start + 1, &message, help, SyntaxErrorKind::Limit);
            self.done = true;
            self.scanner.truncated = true;
            return;
        }
        let (indent, line) = (self.scanner.indent, self.scanner.line);
        self.stack.push(Frame { record, object, state, indent, line, opened, last: 0 });
    }

    /// Adds an empty record where a key or a value is missing.
    pub(super) fn push_nothing(&mut self, at: usize) {
        let (at, after) = (offset(at), offset(self.tree.len() + 1));
        self.tree.push(Record { form: Form::Unreadable, coded: false, tail: 0, start: at, end: at, after });
    }

    /// A key has no value: reports it at the key.
    pub(super) fn leave_out_value(&mut self) {
        let key = self.tree.last().copied();
        if let Some(key) = key
            && !self.hole
        {
            let (start, end) = (key.start as usize, key.end as usize);
            self.scanner.errors.broken(start, end, "the key has no value", "");
        }
        self.push_nothing(self.last_end);
        self.set(State::After);
    }

    fn report_missing_comma(&mut self) {
        let end = self.last_end;
        if !self.broken {
            self.scanner.errors.broken(end, end, "a comma is missing", "add a `,`");
        }
    }

    pub(super) fn state(&self) -> State {
        self.stack.last().map_or(State::First, |frame| frame.state)
    }

    pub(super) fn set(&mut self, state: State) {
        if let Some(frame) = self.stack.last_mut() {
            frame.state = state;
        }
    }

    fn is_object(&self) -> bool {
        self.stack.last().is_some_and(|frame| frame.object)
    }

    /// The index of the last value of the innermost container; none where it has none yet.
    pub(super) fn last_value(&self) -> Option<usize> {
        self.stack.last().map(|frame| frame.last).filter(|last| *last > 0)
    }

    /// Its index where it is a string.
    pub(super) fn last_text(&self) -> Option<usize> {
        let is_text = |last: &usize| self.tree.get(*last).is_some_and(|record| record.form == Form::Text);
        self.last_value().filter(is_text)
    }

    pub(super) fn stop(&mut self) {
        self.done = true;
    }
}
