//! What a template's literals say: escapes decoded, indentation and `~` stripped, every character mapped.

use super::ast::{Expr, ExprId, Part, Range, Tree};
use super::cursor::offset;
use crate::value::SpanMap;

/// A part of a template as an evaluator wants it.
#[derive(Clone, Debug, PartialEq)]
pub enum DecodedPart {
    /// Known characters.
    Literal {
        /// The characters.
        text: String,
        /// Where each was written.
        map: SpanMap,
    },
    /// `${expression}`
    Interpolation {
        /// The expression.
        expr: ExprId,
        /// From `${` to `}`.
        range: Range,
    },
    /// `%{if condition} … %{else} … %{endif}`
    If {
        /// The condition.
        condition: ExprId,
        /// `%{if condition}`
        range: Range,
        /// The parts where it holds.
        then: Vec<DecodedPart>,
        /// The parts where it does not.
        otherwise: Vec<DecodedPart>,
    },
    /// `%{for k, v in collection} … %{endfor}`
    For {
        /// The first of two names.
        key_name: Option<Range>,
        /// The only or second name.
        value_name: Range,
        /// What is iterated.
        collection: ExprId,
        /// `%{for …}`
        range: Range,
        /// The parts of one round.
        body: Vec<DecodedPart>,
    },
}

/// The parts of a quoted string or a heredoc; of any other expression, none.
pub fn template_parts(tree: &Tree, template: ExprId) -> Vec<DecodedPart> {
    match tree.expr(template) {
        Expr::Quoted(parts) => decode_parts(tree, parts, true, false),
        Expr::Template(parts) => decode_parts(tree, parts, false, false),
        Expr::Heredoc(heredoc) => decode_parts(tree, &heredoc.parts, false, heredoc.flush),
        _ => Vec::new(),
    }
}

/// The parts of a template file.
pub fn template_file_parts(tree: &Tree, parts: &[Part]) -> Vec<DecodedPart> {
    decode_parts(tree, parts, false, false)
}

/// The characters of a quoted label or literal between its quotes, decoded.
pub fn decode_quoted(tree: &Tree, range: Range) -> (String, SpanMap) {
    decode(tree, range, true)
}

fn decode_parts(tree: &Tree, parts: &[Part], quoted: bool, flush: bool) -> Vec<DecodedPart> {
    let mut lines = Vec::new();
    flatten(tree, parts, quoted, &mut lines);
    strip_markers(tree, &mut lines);
    if flush {
        strip_indentation(tree, &mut lines);
    }
    let mut lines = lines.into_iter();
    build(tree, parts, quoted, &mut lines)
}

/// A token of the template as HashiCorp's scanner cuts it: a literal never goes on past a line.
enum Token {
    Literal(Range),
    /// A sequence, with its `~` at the beginning and at the end.
    Sequence(bool, bool),
}

fn flatten(tree: &Tree, parts: &[Part], quoted: bool, out: &mut Vec<Token>) {
    for part in parts {
        match part {
            Part::Literal(range) if quoted => out.push(Token::Literal(*range)),
            Part::Literal(range) => out.extend(lines(tree, *range).map(Token::Literal)),
            Part::Interpolation { strip, .. } => out.push(Token::Sequence(strip.0, strip.1)),
            Part::If(directive) => {
                out.push(Token::Sequence(directive.open.strip.0, directive.open.strip.1));
                flatten(tree, &directive.then, quoted, out);
                if let Some(middle) = directive.middle {
                    out.push(Token::Sequence(middle.strip.0, middle.strip.1));
                    flatten(tree, &directive.otherwise, quoted, out);
                }
                out.push(Token::Sequence(directive.close.strip.0, directive.close.strip.1));
            }
            Part::For(directive) => {
                out.push(Token::Sequence(directive.open.strip.0, directive.open.strip.1));
                flatten(tree, &directive.body, quoted, out);
                out.push(Token::Sequence(directive.close.strip.0, directive.close.strip.1));
            }
        }
    }
}

/// The lines of a literal, each with its newline.
fn lines(tree: &Tree, range: Range) -> impl Iterator<Item = Range> + use<> {
    let text = tree.text(range);
    let mut start = range.start;
    let lengths: Vec<u32> = text.split_inclusive('\n').map(|line| offset(line.len())).collect();
    lengths.into_iter().map(move |length| {
        let line = Range { start, end: start + length };
        start += length;
        line
    })
}

/// `~` takes the white space off the literal next to it, which is at most one line.
fn strip_markers(tree: &Tree, tokens: &mut [Token]) {
    for at in 0..tokens.len() {
        let Some(Token::Sequence(left, right)) = tokens.get(at) else { continue };
        let (left, right) = (*left, *right);
        if left && let Some(Token::Literal(range)) = at.checked_sub(1).and_then(|at| tokens.get_mut(at)) {
            range.end = range.start + offset(tree.text(*range).trim_end().len());
        }
        if right && let Some(Token::Literal(range)) = tokens.get_mut(at + 1) {
            range.start = range.end - offset(tree.text(*range).trim_start().len());
        }
    }
}

/// `<<-`: the smallest indentation of the lines is taken off each. Lines of white space alone do not count,
/// and a line that begins with a sequence has none.
fn strip_indentation(tree: &Tree, tokens: &mut [Token]) {
    let mut least = usize::MAX;
    let mut first = true;
    let mut indented = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let text = if let Token::Literal(range) = token { tree.text(*range) } else { "" };
        if std::mem::take(&mut first) {
            let trimmed = text.trim_start();
            if matches!(token, Token::Sequence(..)) {
                least = 0;
            } else if !(trimmed.is_empty() && text.ends_with('\n')) {
                let blank = text.get(..text.len() - trimmed.len()).unwrap_or_default();
                least = least.min(blank.chars().count());
                indented.push(at);
            }
        }
        first = text.ends_with('\n');
    }
    for at in indented {
        if let Some(Token::Literal(range)) = tokens.get_mut(at) {
            let text = tree.text(*range);
            let cut = text.char_indices().nth(least).map_or(text.len(), |(at, _)| at);
            range.start += offset(cut);
        }
    }
}

/// Puts the stripped literals back into the parts they came from.
fn build(
    tree: &Tree,
    parts: &[Part],
    quoted: bool,
    tokens: &mut impl Iterator<Item = Token>,
) -> Vec<DecodedPart> {
    let mut decoded = Vec::new();
    for part in parts {
        match part {
            Part::Literal(range) => {
                let count = if quoted { 1 } else { lines(tree, *range).count() };
                for token in tokens.by_ref().take(count) {
                    if let Token::Literal(range) = token
                        && range.start < range.end
                    {
                        let (text, map) = decode(tree, range, quoted);
                        decoded.push(DecodedPart::Literal { text, map });
                    }
                }
            }
            Part::Interpolation { expr, range, .. } => {
                tokens.next();
                decoded.push(DecodedPart::Interpolation { expr: *expr, range: *range });
            }
            Part::If(directive) => {
                tokens.next();
                let then = build(tree, &directive.then, quoted, tokens);
                let mut otherwise = Vec::new();
                if directive.middle.is_some() {
                    tokens.next();
                    otherwise = build(tree, &directive.otherwise, quoted, tokens);
                }
                tokens.next();
                let (condition, range) = (directive.condition, directive.open.range);
                decoded.push(DecodedPart::If { condition, range, then, otherwise });
            }
            Part::For(directive) => {
                tokens.next();
                let body = build(tree, &directive.body, quoted, tokens);
                tokens.next();
                decoded.push(DecodedPart::For {
                    key_name: directive.key_name,
                    value_name: directive.value_name,
                    collection: directive.collection,
                    range: directive.open.range,
                    body,
                });
            }
        }
    }
    decoded
}

/// Decodes `$${`, `%%{` and, in quotes, backslash escapes.
fn decode(tree: &Tree, range: Range, quoted: bool) -> (String, SpanMap) {
    let raw = tree.text(range);
    let mut text = String::with_capacity(raw.len());
    let mut points = vec![(0, range.start)];
    let mut rest = raw;
    while let Some(at) = rest.find(|c| matches!(c, '$' | '%') || (quoted && c == '\\')) {
        let (plain, special) = rest.split_at(at);
        text.push_str(plain);
        let (decoded, length) = sequence(special, quoted);
        let source = range.end - offset(special.len());
        if length > decoded.len() || length != decoded.len() {
            points.push((offset(text.len()), source));
            text.push_str(&decoded);
            points.push((offset(text.len()), source + offset(length)));
        } else {
            text.push_str(&decoded);
        }
        rest = special.get(length..).unwrap_or_default();
    }
    text.push_str(rest);
    points.dedup();
    let map = SpanMap { file: tree.file, points, start: range.start, end: range.end };
    let map = match &tree.map {
        Some(outer) => super::json_syntax::compose(map, outer),
        None => map,
    };
    (text, map)
}

/// What the escape at the beginning says, and its length in bytes.
fn sequence(text: &str, quoted: bool) -> (String, usize) {
    let mut chars = text.chars();
    let first = chars.next().unwrap_or_default();
    if first != '\\' || !quoted {
        let doubled = text.starts_with("$${") || text.starts_with("%%{");
        return if doubled { (format!("{first}{{"), 3) } else { (first.to_string(), first.len_utf8()) };
    }
    let escape = chars.next().unwrap_or('\\');
    let digits = match escape {
        'u' => 4,
        'U' => 8,
        _ => 0,
    };
    let decoded = match escape {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' | 'U' => text
            .get(2..2 + digits)
            .and_then(|code| u32::from_str_radix(code, 16).ok())
            .and_then(char::from_u32)
            .unwrap_or(char::REPLACEMENT_CHARACTER),
        other => other,
    };
    let length = (1 + escape.len_utf8() + digits).min(text.len());
    (decoded.to_string(), length)
}
