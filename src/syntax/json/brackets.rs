//! Closing brackets, those that are missing, and what stands behind the last one.

use super::document::Form;
use super::errors::offset;
use super::parse::{Frame, Guide, Opened, Parser, State};
use super::scan::{Kind, Token};

impl Parser<'_> {
    /// Takes `}` (`object`) or `]`.
    pub(super) fn close(&mut self, token: &Token, object: bool) {
        let Some(frame) = self.stack.last() else { return };
        if self.stack.len() == 1 {
            return self.stray(token);
        }
        if self.guide == Guide::Indentation && frame.opened == Opened::Well && is_stray(frame, token) {
            return self.stray(token);
        }
        match frame.opened {
            _ if frame.object == object => return self.end_frame(token.end),
            Opened::Well => {}
            Opened::Wrongly => return self.end_frame(token.end),
            Opened::Silently if !self.closes_below(object) => return self.end_frame(token.end),
            Opened::Silently => {
                self.end_frame(token.start);
                return self.close(token, object);
            }
        }
        if !object
            && self.closes_missing_list(token)
            && let Some(last) = self.last_text()
        {
            return self.wrap(last, Form::List, "a `[` is missing before this value");
        }
        self.unbalanced = true;
        let below = self.stack.len().checked_sub(2).and_then(|below| self.stack.get(below));
        let below = below.filter(|_| self.stack.len() > 2).map(|below| below.object);
        if !self.scanner.errors.is_full() && self.closes_below(object) && !self.fits_here(token) {
            // The innermost brackets were never closed: this one closes another.
            self.drop_frames(token, |frame| frame.object != object);
            self.end_frame(token.end);
            return;
        }
        if !object && self.followed_by(true) == Some(true) && below != Some(true) {
            // Keys go on behind a `]`: the object does not end here.
            return self.stray(token);
        }
        let (opened, closed) = if object { ("[", "}") } else { ("{", "]") };
        let message = format!("`{closed}` does not close a `{opened}`");
        self.scanner.errors.broken(token.start, token.end, &message, "");
        if let Some(record) = self.stack.last().and_then(|frame| self.tree.get(frame.record)) {
            let (start, end) = (record.start as usize, record.start as usize + 1);
            self.scanner.errors.relate(start, end, "opened here");
        }
        self.end_frame(token.end);
    }

    /// Goes by the indentation: a line that begins no further right than the line of the innermost
    /// bracket, and does not close it, shows that the bracket was never closed.
    pub(super) fn outdent(&mut self, token: &Token) {
        if !token.first_on_line || token.kind == Kind::End {
            return;
        }
        let closes = |frame: &Frame| match token.kind {
            Kind::Close(object) => {
                frame.indent < token.indent || (frame.indent == token.indent && frame.object == object)
            }
            Kind::Comma => frame.indent <= token.indent,
            _ => frame.indent < token.indent,
        };
        let Some(top) = self.stack.last().filter(|_| self.stack.len() > 1) else { return };
        if top.line != token.line && !closes(top) && self.stack.iter().skip(1).any(closes) {
            self.drop_frames(token, |frame| !closes(frame));
        }
    }

    /// Ends the innermost frames while `open` holds; they were never closed, which is one mistake.
    fn drop_frames(&mut self, token: &Token, open: impl Fn(&Frame) -> bool) {
        self.unbalanced = true;
        let mut reported = false;
        while self.stack.len() > 1 && self.stack.last().is_some_and(&open) {
            let Some(frame) = self.stack.last() else { return };
            let state = frame.state;
            let start = self.tree.get(frame.record).map_or(0, |record| record.start as usize);
            let bracket = if frame.object { '{' } else { '[' };
            match (frame.opened, reported) {
                (Opened::Wrongly | Opened::Silently, _) => {}
                (Opened::Well, true) => self.scanner.errors.relate(start, start + 1, "nor is this one"),
                (Opened::Well, false) => {
                    let closing = if frame.object { "}" } else { "]" };
                    let message = format!("`{bracket}` is never closed");
                    let help = format!("add a `{closing}`");
                    self.scanner.errors.broken(start, start + 1, &message, &help);
                    self.scanner.errors.relate(token.start, token.end, "the bracket is missing before this");
                    reported = true;
                }
            }
            self.fill_in();
            self.pop(self.last_end);
            // A comma that was read as part of the frame was meant to stand behind it.
            self.set(if state == State::Next { State::Next } else { State::After });
            self.broken = true;
        }
    }

    /// Ends the innermost frame at `end`.
    fn end_frame(&mut self, end: usize) {
        match self.state() {
            State::Next if !self.hole && self.is_well_opened() => {
                let comma = self.comma;
                let message = "a comma stands after the last item";
                self.scanner.errors.tolerated(comma, comma + 1, message, "remove it");
            }
            State::Colon | State::Value => self.leave_out_value(),
            _ => {}
        }
        self.pop(end);
    }

    /// Ends the innermost frame, whose bracket is missing, before the comma that was read last.
    pub(super) fn end_silently(&mut self) {
        let next = self.state();
        self.pop(self.last_end);
        self.set(next);
    }

    fn pop(&mut self, end: usize) {
        let after = offset(self.tree.len());
        let Some(frame) = self.stack.pop() else { return };
        if let Some(record) = self.tree.get_mut(frame.record) {
            record.end = offset(end);
            record.after = after;
        }
    }

    /// Gives the last key a value, so that keys and values stay in turn.
    fn fill_in(&mut self) {
        if matches!(self.state(), State::Colon | State::Value) {
            self.push_nothing(self.last_end);
        }
    }

    fn is_well_opened(&self) -> bool {
        self.stack.last().is_some_and(|frame| frame.opened == Opened::Well)
    }

    /// `"Action": "kms:*"` and, on a line of its own further in than the object, a `]`.
    fn closes_missing_list(&self, token: &Token) -> bool {
        let inside =
            self.stack.last().is_some_and(|frame| token.first_on_line && token.indent > frame.indent);
        inside && self.state() == State::After
    }

    /// Whether a frame below the innermost one is closed by this bracket.
    fn closes_below(&self, object: bool) -> bool {
        self.stack.iter().skip(1).rev().skip(1).any(|frame| frame.object == object)
    }

    /// Whether the wrong bracket stands where the right one would: what follows fits the frame below.
    fn fits_here(&self, token: &Token) -> bool {
        let Some([.., below, top]) = self.stack.get(1..) else { return false };
        if token.first_on_line && token.line != top.line {
            return token.indent == top.indent && below.indent != top.indent;
        }
        self.followed_by(below.object).unwrap_or(false)
    }

    /// Whether what follows goes on in a container of this kind; none where nothing tells.
    fn followed_by(&self, object: bool) -> Option<bool> {
        match self.scanner.look()? {
            b',' => {
                // Behind the comma comes a key exactly if it is an object.
                let rest = self.scanner.bytes.get(self.scanner.at..).unwrap_or_default();
                let rest = rest.trim_ascii_start().get(1..).unwrap_or_default();
                let rest = rest.get(..200.min(rest.len())).unwrap_or_default().trim_ascii_start();
                let Some(text) = rest.strip_prefix(b"\"") else { return Some(!object) };
                let behind =
                    memchr::memchr(b'"', text).and_then(|end| text.get(end + 1..)).unwrap_or_default();
                Some(object == behind.trim_ascii_start().starts_with(b":"))
            }
            b'}' => Some(object),
            b']' => Some(!object),
            _ => None,
        }
    }

    /// A closing bracket that closes nothing.
    fn stray(&mut self, token: &Token) {
        self.unbalanced = true;
        let written = self.scanner.buffer.text().get(token.start..token.end).unwrap_or_default();
        let message = format!("`{written}` closes nothing");
        self.scanner.errors.broken(token.start, token.end, &message, "remove it");
        if self.stack.len() == 1 && self.state() != State::First {
            self.end_at_tail();
        }
    }

    /// The end of the text: what is open was never closed.
    pub(super) fn finish(&mut self) {
        let end = self.scanner.bytes.len();
        let open = self.stack.iter().skip(1).rev().filter(|frame| frame.opened == Opened::Well);
        let open: Vec<(usize, bool)> = open.map(|frame| (frame.record, frame.object)).collect();
        if let (Some((record, object)), false) = (open.first(), self.scanner.truncated) {
            self.unbalanced = true;
            let at = |record: usize| self.tree.get(record).map_or(0, |record| record.start as usize);
            let (bracket, closing) = if *object { ("{", "}") } else { ("[", "]") };
            let start = at(*record);
            let message = format!("`{bracket}` is never closed");
            self.scanner.errors.broken(start, start + 1, &message, &format!("add a `{closing}`"));
            for (record, _) in open.iter().skip(1).take(3) {
                let start = at(*record);
                self.scanner.errors.relate(start, start + 1, "nor is this one");
            }
            self.scanner.errors.relate(end, end, "the text ends here");
        }
        self.end_tail();
        if self.tree.len() == 1 && self.scanner.errors.count() == 0 {
            self.scanner.errors.broken(0, end, "the text is empty", "");
        }
        while !self.stack.is_empty() {
            self.fill_in();
            self.pop(end);
        }
    }
}

/// By the indentation, `}` in the middle of a line does not close a bracket further left.
fn is_stray(frame: &Frame, token: &Token) -> bool {
    !token.first_on_line && frame.line != token.line && frame.indent < token.indent
}
