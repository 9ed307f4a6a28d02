//! The HCL tree: flat nodes that point into the source and copy nothing from it.

use std::sync::Arc;

use crate::source::{FileId, SourceFile, Span};
use crate::syntax::SyntaxError;
use crate::value::SpanMap;

/// A parsed piece of HCL: a whole file, a block, a template or an expression.
#[derive(Debug)]
pub struct Tree {
    /// The file's id.
    pub file: FileId,
    /// The file's text; of a JSON file, with its strings decoded.
    pub source: Arc<SourceFile>,
    /// Of a JSON file, the way from `source` back to the file.
    pub map: Option<Arc<SpanMap>>,
    /// All expressions; children come before their parents.
    pub nodes: Vec<Node>,
    /// What was wrong, in source order.
    pub errors: Vec<SyntaxError>,
}

/// An expression of a [`Tree`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ExprId(pub u32);

/// A range of bytes of the source: a name, a literal, a number.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Range {
    /// Byte offset of the first byte.
    pub start: u32,
    /// Byte offset after the last byte.
    pub end: u32,
}

/// An expression and where it stands.
#[derive(Clone, PartialEq, Debug)]
pub struct Node {
    /// What it is.
    pub expr: Expr,
    /// Its bytes, quotes and brackets included; a heredoc from `<<` to the end of its end marker.
    pub range: Range,
}

/// The forms of an expression.
#[derive(Clone, PartialEq, Debug)]
pub enum Expr {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number as written; a leading `-` is a [`Expr::Unary`].
    Number(Range),
    /// `"…"` with its parts. An empty string has none.
    Quoted(Vec<Part>),
    /// A string of the JSON syntax, whose escapes JSON has decoded: a template like any other.
    Template(Vec<Part>),
    /// `<<EOT … EOT`
    Heredoc(Heredoc),
    /// A name that begins a traversal, such as `var` in `var.a`.
    Variable(Range),
    /// `object.name`
    Attribute {
        /// What it is taken from.
        object: ExprId,
        /// The name.
        name: Range,
    },
    /// `object[key]`, and the legacy `object.0` whose key is a [`Expr::Number`].
    Index {
        /// What it is taken from.
        object: ExprId,
        /// The key.
        key: ExprId,
    },
    /// `source[*]…` and the legacy `source.*…`
    Splat {
        /// The collection.
        source: ExprId,
        /// What is taken from each item: a traversal that begins at a [`Expr::SplatItem`].
        each: ExprId,
        /// Written `.*`: takes in attributes only, a following index applies to the result.
        legacy: bool,
    },
    /// The item inside [`Expr::Splat`].
    SplatItem,
    /// `name(arguments…)`; a provider function's name keeps its `::`.
    Call {
        /// The name as written.
        name: Range,
        /// The arguments.
        arguments: Vec<ExprId>,
        /// The last argument is followed by `...`.
        expand: bool,
    },
    /// `[a, b]`
    List(Vec<ExprId>),
    /// `{ a = b }`; duplicates kept (Terraform takes the last).
    Object(Vec<ObjectItem>),
    /// `[for k, v in collection : value if condition]` and `{for … : key => value... if …}`
    For(Box<For>),
    /// `condition ? then : otherwise`
    Conditional {
        /// The condition.
        condition: ExprId,
        /// The value where it holds.
        then: ExprId,
        /// The value where it does not.
        otherwise: ExprId,
    },
    /// `left op right`
    Binary {
        /// The operator.
        operator: BinaryOperator,
        /// The left operand.
        left: ExprId,
        /// The right operand.
        right: ExprId,
    },
    /// `!a`, `-a`
    Unary {
        /// The operator.
        operator: UnaryOperator,
        /// The operand.
        operand: ExprId,
    },
    /// `(a)`
    Paren(ExprId),
    /// Text that could not be read.
    Error,
}

/// An item of an object expression.
#[derive(Clone, PartialEq, Debug)]
pub struct ObjectItem {
    /// The key.
    pub key: ObjectKey,
    /// The key's bytes, quotes or parentheses included.
    pub key_range: Range,
    /// The value.
    pub value: ExprId,
}

/// The key of an [`ObjectItem`].
#[derive(Clone, PartialEq, Debug)]
pub enum ObjectKey {
    /// A bare name: literal text, never a variable.
    Name(Range),
    /// Anything else: a template, `(expression)`, a number.
    Expr(ExprId),
}

/// A `for` expression.
#[derive(Clone, PartialEq, Debug)]
pub struct For {
    /// The first of two names.
    pub key_name: Option<Range>,
    /// The only or second name.
    pub value_name: Range,
    /// What is iterated.
    pub collection: ExprId,
    /// The key of an object `for`; none in a list `for`.
    pub key: Option<ExprId>,
    /// The value.
    pub value: ExprId,
    /// `...` after the value: values of equal keys are grouped.
    pub group: bool,
    /// `if condition`
    pub condition: Option<ExprId>,
}

/// A heredoc.
#[derive(Clone, PartialEq, Debug)]
pub struct Heredoc {
    /// `<<-`: the smallest indentation of the lines is stripped from all.
    pub flush: bool,
    /// The marker's name.
    pub marker: Range,
    /// The body: from the first byte of its first line to the first byte of the end marker's line.
    pub body: Range,
    /// The parts of the body. Literals are raw: indentation not stripped, `\r\n` kept.
    pub parts: Vec<Part>,
}

/// A part of a template.
#[derive(Clone, PartialEq, Debug)]
pub enum Part {
    /// Raw source bytes: escapes (`\n`, `$${`, `%%{`; no backslash escapes in a heredoc) not decoded.
    Literal(Range),
    /// `${expression}`
    Interpolation {
        /// The expression.
        expr: ExprId,
        /// From `${` to `}`.
        range: Range,
        /// `~` at the beginning, at the end.
        strip: (bool, bool),
    },
    /// `%{if} … %{else} … %{endif}`
    If(Box<IfDirective>),
    /// `%{for} … %{endfor}`
    For(Box<ForDirective>),
}

/// A marker such as `%{ else ~}`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Marker {
    /// From `%{` to `}`.
    pub range: Range,
    /// `~` at the beginning, at the end.
    pub strip: (bool, bool),
}

/// `%{if condition} … %{else} … %{endif}`
#[derive(Clone, PartialEq, Debug)]
pub struct IfDirective {
    /// `%{if condition}`
    pub open: Marker,
    /// The condition.
    pub condition: ExprId,
    /// The parts where it holds.
    pub then: Vec<Part>,
    /// `%{else}`
    pub middle: Option<Marker>,
    /// The parts where it does not.
    pub otherwise: Vec<Part>,
    /// `%{endif}`
    pub close: Marker,
}

/// `%{for k, v in collection} … %{endfor}`
#[derive(Clone, PartialEq, Debug)]
pub struct ForDirective {
    /// `%{for …}`
    pub open: Marker,
    /// The first of two names.
    pub key_name: Option<Range>,
    /// The only or second name.
    pub value_name: Range,
    /// What is iterated.
    pub collection: ExprId,
    /// The parts of one round.
    pub body: Vec<Part>,
    /// `%{endfor}`
    pub close: Marker,
}

/// Binary operators.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BinaryOperator {
    /// `||`
    Or,
    /// `&&`
    And,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Modulo,
}

/// Unary operators.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnaryOperator {
    /// `!`
    Not,
    /// `-`
    Negate,
}

/// The inside of a file or of a block.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Body {
    /// `name = value` lines, in source order, duplicates kept.
    pub attributes: Vec<Attribute>,
    /// Blocks, in source order.
    pub blocks: Vec<Block>,
    /// The bytes between the braces, or of the file.
    pub range: Range,
    /// Something in it could be read neither as an attribute nor as a block.
    pub lost: bool,
}

/// `name = value`
#[derive(Clone, PartialEq, Debug)]
pub struct Attribute {
    /// The name.
    pub name: Range,
    /// The value.
    pub value: ExprId,
    /// From the name to the end of the value.
    pub range: Range,
}

/// `kind "label" { … }`
#[derive(Clone, PartialEq, Debug)]
pub struct Block {
    /// The block type.
    pub kind: Range,
    /// The labels: their bytes without quotes (escapes not decoded), quoted or bare.
    pub labels: Vec<Range>,
    /// The inside.
    pub body: Body,
    /// From the block type to the closing brace.
    pub range: Range,
}

impl Tree {
    /// The source characters of a range.
    pub fn text(&self, range: Range) -> &str {
        self.source.slice(range.start, range.end)
    }

    /// The source characters of a span of this tree's file.
    pub fn text_of(&self, span: Span) -> String {
        let at = |offset| self.map.as_ref().map_or(offset, |map| super::json_syntax::inverse(map, offset));
        self.source.slice(at(span.start), at(span.end)).to_owned()
    }

    /// A range of this tree's file as a span.
    pub fn span(&self, range: Range) -> Span {
        match &self.map {
            Some(map) => map.source(range.start, range.end),
            None => Span::new(self.file, range.start, range.end),
        }
    }

    /// An expression; of an id that is not of this tree, [`Expr::Error`].
    pub fn expr(&self, id: ExprId) -> &Expr {
        self.nodes.get(id.0 as usize).map_or(&Expr::Error, |node| &node.expr)
    }

    /// Where an expression stands.
    pub fn range(&self, id: ExprId) -> Range {
        self.nodes.get(id.0 as usize).map_or(Range { start: 0, end: 0 }, |node| node.range)
    }
}

impl Body {
    /// Whether something in it, or in a block of it, could not be read.
    pub fn is_lost(&self) -> bool {
        self.lost || self.blocks.iter().any(|block| block.body.is_lost())
    }

    /// The attribute of a name (the last one, if there are several).
    pub fn attribute(&self, tree: &Tree, name: &str) -> Option<&Attribute> {
        self.attributes.iter().rev().find(|attribute| tree.text(attribute.name) == name)
    }
}
