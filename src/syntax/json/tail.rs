//! What stands behind the end of the value.

use super::document::Form;
use super::parse::{Parser, State};
use super::scan::{Kind, Token};

impl Parser<'_> {
    /// Takes a token behind the value. Says whether the reading ends here; if not, one more value follows.
    pub(super) fn take_tail(&mut self, token: &Token) -> bool {
        if self.hole || token.kind == Kind::Hole {
            return false;
        }
        let (start, end) = (token.start, self.scanner.bytes.trim_ascii_end().len());
        let first = self.tree.get(1).map(|record| record.form);
        // `"Version": …` without the brace around it is a key; `{…}, {…}` and `{…} {…}` are several values.
        let continues =
            matches!(token.kind, Kind::Open(_)) && matches!(first, Some(Form::Object | Form::List));
        if self.tail {
            return !continues;
        }
        self.tail = true;
        if continues {
            let help = "put several into a list: `[…, …]`";
            self.scanner.errors.broken(start, token.end, "a second value stands behind the first", help);
            return false;
        }
        self.scanner.errors.retract(start);
        if self.scanner.bytes.get(start..end) == Some(b"default") {
            let message = "`default` is the policy's name, which `--output text` prints behind the policy";
            let help = "remove it, or use `aws kms get-key-policy --query Policy --output text`";
            self.scanner.errors.tolerated(start, end, message, help);
        } else {
            let message = "text stands behind the end of the JSON value";
            self.scanner.errors.broken(start, end, message, "remove it");
        }
        true
    }

    /// After a bracket that closes nothing: more of them have the same cause.
    pub(super) fn end_at_tail(&mut self) {
        let rest = self.scanner.bytes.get(self.scanner.at..).unwrap_or_default();
        self.tail = true;
        if rest.iter().all(|byte| b"}], \t\r\n".contains(byte)) {
            self.stop();
        }
    }

    /// At the end of the text: a comma behind the value.
    pub(super) fn end_tail(&mut self) {
        let alone = self.stack.len() == 1 && self.state() == State::Next && self.tree.len() > 1;
        if alone && !self.tail && !self.hole {
            let comma = self.comma;
            self.scanner.errors.tolerated(comma, comma + 1, "a comma stands behind the value", "remove it");
        }
    }
}
