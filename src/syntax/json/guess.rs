//! Opening brackets that are missing: what was read already is put into the container it was meant for.

use super::document::{Form, Record};
use super::parse::{Frame, Opened, Parser, State};
use super::scan::{Kind, Token};

impl Parser<'_> {
    /// `"Action": "a", "b", …`: a string that is no key follows a string.
    pub(super) fn begins_missing_list(&self) -> bool {
        matches!(self.scanner.look(), Some(b',' | b']')) && self.last_text().is_some()
    }

    /// `"Statement": {…}, {…}`: a container without a key follows a container.
    pub(super) fn follows_container(&self) -> bool {
        let last = self.last_value().and_then(|last| self.tree.get(last));
        !self.scanner.errors.is_full()
            && last.is_some_and(|last| matches!(last.form, Form::Object | Form::List))
    }

    /// A key ends the list whose `[` is missing.
    pub(super) fn ends_missing_list(&self, token: &Token) -> bool {
        let list = self.stack.get(1..).and_then(<[Frame]>::last);
        list.is_some_and(|frame| !frame.object && frame.opened == Opened::Silently)
            && token.kind == Kind::Text
            && self.scanner.look() == Some(b':')
    }

    /// The last value turns out to be the first of several: the `[` before it is missing.
    pub(super) fn open_missing_list(&mut self) {
        self.set(State::After);
        let Some(last) = self.last_value() else { return };
        self.wrap(last, Form::List, "a `[` is missing before this value");
        self.open(last, false, State::Next, Opened::Silently);
    }

    /// A string in a list turns out to be a key: the `{` before it is missing.
    pub(super) fn open_missing_brace(&mut self) {
        let Some(last) = self.last_text() else { return };
        self.wrap(last, Form::Object, "a `{` is missing before this key");
        self.open(last, true, State::Value, Opened::Silently);
    }

    /// Puts a container around the last complete record. Moves all that is in it, so it must be rare.
    pub(super) fn wrap(&mut self, index: usize, form: Form, message: &str) {
        let Some(inner) = self.tree.get(index).copied() else { return };
        let shown = if inner.after as usize > index + 1 { inner.start + 1 } else { inner.end };
        self.scanner.errors.broken(inner.start as usize, shown as usize, message, "");
        self.tree.insert(index, Record { form, coded: false, tail: 0, ..inner });
        self.tree.iter_mut().skip(index).for_each(|record| record.after += 1);
    }
}
