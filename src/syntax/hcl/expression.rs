//! Expressions.

use super::ast::{BinaryOperator, Expr, ExprId, For, ObjectItem, ObjectKey, Range, UnaryOperator};
use super::cursor::{Parser, Read};

impl Parser {
    /// `condition ? then : otherwise`, or what binds closer.
    pub(super) fn expression(&mut self) -> Read<ExprId> {
        self.enter()?;
        let start = self.at;
        let condition = self.binary(0)?;
        let after = self.at;
        self.space();
        if self.byte() != b'?' {
            self.at = after;
            self.leave();
            return Ok(condition);
        }
        self.at += 1;
        self.space();
        let then = self.expression()?;
        self.space();
        if self.byte() != b':' {
            return self.fail("expected `:` and the other value of the conditional");
        }
        self.at += 1;
        self.space();
        let otherwise = self.expression()?;
        self.leave();
        Ok(self.add(Expr::Conditional { condition, then, otherwise }, start))
    }

    /// Operators that bind closer than `least`; equal ones group from the left.
    fn binary(&mut self, least: u8) -> Read<ExprId> {
        let start = self.at;
        let mut left = self.unary()?;
        loop {
            let after = self.at;
            self.space();
            let Some((operator, binds, length)) = self.operator() else {
                self.at = after;
                return Ok(left);
            };
            if binds <= least {
                self.at = after;
                return Ok(left);
            }
            self.at += length;
            self.space();
            let right = self.binary(binds)?;
            left = self.add(Expr::Binary { operator, left, right }, start);
        }
    }

    /// The operator here, how close it binds, and its length in bytes.
    fn operator(&self) -> Option<(BinaryOperator, u8, usize)> {
        use BinaryOperator as Op;
        Some(match (self.byte(), self.peek(1)) {
            (b'|', b'|') => (Op::Or, 1, 2),
            (b'&', b'&') => (Op::And, 2, 2),
            (b'=', b'=') => (Op::Equal, 3, 2),
            (b'!', b'=') => (Op::NotEqual, 3, 2),
            (b'<', b'=') => (Op::LessEqual, 4, 2),
            (b'>', b'=') => (Op::GreaterEqual, 4, 2),
            (b'<', _) => (Op::Less, 4, 1),
            (b'>', _) => (Op::Greater, 4, 1),
            (b'+', _) => (Op::Add, 5, 1),
            (b'-', _) => (Op::Subtract, 5, 1),
            (b'*', _) => (Op::Multiply, 6, 1),
            (b'/', b'/' | b'*') => return None,
            (b'/', _) => (Op::Divide, 6, 1),
            (b'%', _) => (Op::Modulo, 6, 1),
            _ => return None,
        })
    }

    fn unary(&mut self) -> Read<ExprId> {
        let mut signs = Vec::new();
        loop {
            match self.byte() {
                b'!' if self.peek(1) != b'=' => signs.push((self.at, UnaryOperator::Not)),
                b'-' => signs.push((self.at, UnaryOperator::Negate)),
                _ => break,
            }
            self.at += 1;
            self.space();
        }
        let mut operand = self.postfix()?;
        for (start, operator) in signs.into_iter().rev() {
            operand = self.add(Expr::Unary { operator, operand }, start);
        }
        Ok(operand)
    }

    fn postfix(&mut self) -> Read<ExprId> {
        let start = self.at;
        let term = self.term()?;
        self.traversal(term, start, Taken::All)
    }

    /// `.name`, `[key]`, `.*` and `[*]` after `base`.
    fn traversal(&mut self, mut base: ExprId, start: usize, taken: Taken) -> Read<ExprId> {
        loop {
            let after = self.at;
            self.space();
            match self.byte() {
                b'.' if self.peek(1) != b'.' => base = self.dot(base, start, taken)?,
                b'[' if taken == Taken::All => base = self.bracket(base, start)?,
                _ => {
                    self.at = after;
                    return Ok(base);
                }
            }
        }
    }

    fn dot(&mut self, object: ExprId, start: usize, taken: Taken) -> Read<ExprId> {
        self.at += 1;
        self.space();
        if self.byte() == b'*' {
            if taken == Taken::Attributes {
                return self.fail("a splat cannot follow the legacy splat `.*`");
            }
            self.at += 1;
            return self.splat(object, start, true);
        }
        if self.byte().is_ascii_digit() {
            let number = self.at;
            while self.byte().is_ascii_digit() {
                self.at += 1;
            }
            if self.byte() == b'.' && self.peek(1).is_ascii_digit() {
                return self.fail("two legacy indexes cannot follow each other: write `[0][1]`");
            }
            let range = self.since(number);
            let key = self.add(Expr::Number(range), number);
            return Ok(self.add(Expr::Index { object, key }, start));
        }
        match self.identifier() {
            Some(name) => Ok(self.add(Expr::Attribute { object, name }, start)),
            None => self.fail("expected an attribute name after `.`"),
        }
    }

    fn bracket(&mut self, object: ExprId, start: usize) -> Read<ExprId> {
        let open = self.at;
        self.at += 1;
        let outer = std::mem::replace(&mut self.newlines, true);
        self.space();
        if self.byte() == b'*' {
            self.at += 1;
            self.close(open, b']')?;
            self.newlines = outer;
            return self.splat(object, start, false);
        }
        let key = self.expression()?;
        self.close(open, b']')?;
        self.newlines = outer;
        Ok(self.add(Expr::Index { object, key }, start))
    }

    fn splat(&mut self, source: ExprId, start: usize, legacy: bool) -> Read<ExprId> {
        self.enter()?;
        let item_at = self.at;
        let item = self.add(Expr::SplatItem, item_at);
        let taken = if legacy { Taken::Attributes } else { Taken::All };
        let each = self.traversal(item, item_at, taken)?;
        self.leave();
        Ok(self.add(Expr::Splat { source, each, legacy }, start))
    }

    fn term(&mut self) -> Read<ExprId> {
        let start = self.at;
        match self.byte() {
            b'"' => self.quoted(),
            b'[' => self.list(),
            b'{' => self.object(),
            b'(' => {
                self.at += 1;
                let outer = std::mem::replace(&mut self.newlines, true);
                self.space();
                let inner = self.expression()?;
                self.close(start, b')')?;
                self.newlines = outer;
                Ok(self.add(Expr::Paren(inner), start))
            }
            b'0'..=b'9' => Ok(self.number()),
            b'<' if self.peek(1) == b'<' || self.at_half_heredoc() => self.heredoc(),
            b'\'' => self.fail("single quotes are not valid: strings are written in double quotes"),
            _ => match self.identifier() {
                Some(name) => self.name(name, start),
                None => self.fail("expected a value"),
            },
        }
    }

    fn number(&mut self) -> ExprId {
        let start = self.at;
        let digits = |parser: &mut Self| {
            while parser.byte().is_ascii_digit() {
                parser.at += 1;
            }
        };
        digits(self);
        if self.byte() == b'.' && self.peek(1).is_ascii_digit() {
            self.at += 1;
            digits(self);
        }
        let signed = usize::from(matches!(self.peek(1), b'+' | b'-'));
        if matches!(self.byte(), b'e' | b'E') && self.peek(1 + signed).is_ascii_digit() {
            self.at += 1 + signed;
            digits(self);
        }
        let range = self.since(start);
        self.add(Expr::Number(range), start)
    }

    /// A variable, a keyword, or a call.
    fn name(&mut self, mut name: Range, start: usize) -> Read<ExprId> {
        let after = self.at;
        self.space();
        while self.starts_with("::") {
            self.at += 2;
            self.space();
            let Some(part) = self.identifier() else {
                return self.fail("expected a function name after `::`");
            };
            name.end = part.end;
            self.space();
            if self.byte() != b'(' && !self.starts_with("::") {
                return self.fail("expected the arguments of a function");
            }
        }
        if self.byte() == b'(' {
            return self.call(name, start);
        }
        self.at = after;
        let expr = match self.text(name) {
            "true" => Expr::Bool(true),
            "false" => Expr::Bool(false),
            "null" => Expr::Null,
            _ => Expr::Variable(name),
        };
        Ok(self.add(expr, start))
    }

    fn call(&mut self, name: Range, start: usize) -> Read<ExprId> {
        let open = self.at;
        self.at += 1;
        let outer = std::mem::replace(&mut self.newlines, true);
        let mut arguments = Vec::new();
        let mut expand = false;
        while self.begins_item(open, b')')? {
            let argument = self.expression()?;
            arguments.push(argument);
            let after = self.at;
            self.space();
            if self.starts_with("...") {
                self.at += 3;
                expand = true;
                self.space();
                self.at += usize::from(self.byte() == b',');
                self.close(open, b')')?;
                break;
            }
            self.at = after;
            if !self.separates(open, b')', argument)? {
                break;
            }
        }
        self.newlines = outer;
        Ok(self.add(Expr::Call { name, arguments, expand }, start))
    }

    fn list(&mut self) -> Read<ExprId> {
        let start = self.at;
        self.at += 1;
        let outer = std::mem::replace(&mut self.newlines, true);
        self.space();
        if self.at_word("for") {
            let list = self.for_expression(start, b']')?;
            self.newlines = outer;
            return Ok(list);
        }
        let mut items = Vec::new();
        while self.begins_item(start, b']')? {
            let item = self.expression()?;
            items.push(item);
            if !self.separates(start, b']', item)? {
                break;
            }
        }
        self.newlines = outer;
        Ok(self.add(Expr::List(items), start))
    }

    fn object(&mut self) -> Read<ExprId> {
        let start = self.at;
        self.at += 1;
        let outer = std::mem::replace(&mut self.newlines, true);
        self.space();
        if self.at_word("for") {
            let object = self.for_expression(start, b'}')?;
            self.newlines = outer;
            return Ok(object);
        }
        // Between the items of an object newlines separate.
        self.newlines = false;
        let mut items = Vec::new();
        while self.begins_item(start, b'}')? {
            let item = self.object_item()?;
            let value = item.value;
            items.push(item);
            if !self.separates(start, b'}', value)? {
                break;
            }
        }
        self.newlines = outer;
        Ok(self.add(Expr::Object(items), start))
    }

    fn object_item(&mut self) -> Read<ObjectItem> {
        let start = self.at;
        let key = self.expression()?;
        let key_range = self.since(start);
        let key = match self.nodes.get(key.0 as usize).map(|node| &node.expr) {
            Some(Expr::Variable(_) | Expr::Bool(_) | Expr::Null) => ObjectKey::Name(key_range),
            _ => ObjectKey::Expr(key),
        };
        self.space();
        if matches!(self.byte(), b'=' | b':') && !self.starts_with("==") {
            self.at += 1;
        } else if matches!(self.byte(), b'"' | b'[' | b'{' | b'<') {
            self.note("expected `=` and a value");
        } else {
            return self.fail("expected `=` and a value");
        }
        self.space();
        Ok(ObjectItem { key, key_range, value: self.expression()? })
    }

    /// After the opening bracket, at `for`. Newlines are white space throughout.
    fn for_expression(&mut self, start: usize, close: u8) -> Read<ExprId> {
        self.at += "for".len();
        self.space();
        let (key_name, value_name) = self.for_names()?;
        let collection = self.expression()?;
        self.space();
        if self.byte() != b':' {
            return self.fail("expected `:` after the collection of `for`");
        }
        self.at += 1;
        self.space();
        let first = self.expression()?;
        self.space();
        let (mut key, mut value, mut group) = (None, first, false);
        if close == b'}' {
            if !self.starts_with("=>") {
                return self.fail("expected `=>` between key and value of `for`");
            }
            self.at += 2;
            self.space();
            key = Some(first);
            value = self.expression()?;
            self.space();
            if self.starts_with("...") {
                self.at += 3;
                group = true;
                self.space();
            }
        }
        let mut condition = None;
        if self.at_word("if") {
            self.at += "if".len();
            self.space();
            condition = Some(self.expression()?);
        }
        self.close(start, close)?;
        let expression = For { key_name, value_name, collection, key, value, group, condition };
        Ok(self.add(Expr::For(Box::new(expression)), start))
    }

    /// `k, v in` of a `for`, the space after it too.
    pub(super) fn for_names(&mut self) -> Read<(Option<Range>, Range)> {
        let Some(first) = self.identifier() else { return self.fail("expected a name after `for`") };
        self.space();
        let mut names = (None, first);
        if self.byte() == b',' {
            self.at += 1;
            self.space();
            let Some(second) = self.identifier() else {
                return self.fail("expected a second name after `,`");
            };
            names = (Some(first), second);
            self.space();
        }
        if !self.at_word("in") {
            return self.fail("expected `in` and a collection");
        }
        self.at += "in".len();
        self.space();
        Ok(names)
    }
}

/// What a splat takes in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Taken {
    /// `[*]`, or no splat: all that follows.
    All,
    /// `.*`: attributes; an index applies to the result.
    Attributes,
}
