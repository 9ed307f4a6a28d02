//! `format` and `formatlist`: verbs with flags, width and precision, as Terraform has them from Go.

use super::Arguments;
use crate::carrier::terraform::convert;
use crate::value::{Kind, Piece, SpanMap, Text, Value};

/// No text of a policy is padded to more.
const MAX_WIDTH: usize = 1_000;

/// `format(text, values…)`; none where a verb or a padded value is not known.
pub(super) fn format(arguments: &Arguments) -> Option<Value> {
    let rest: Vec<&Value> = arguments.values.iter().skip(1).collect();
    let format = convert::text(arguments.get(0)?)?;
    if let Some(known) = format.as_known() {
        return Some(Value::new(Kind::Text(format_text(&known, &rest, arguments)?), arguments.span));
    }
    // Without values a format is its own text, whatever was put into it.
    let plain = |piece: &Piece| !matches!(piece, Piece::Known { text, .. } if text.contains('%'));
    (rest.is_empty() && format.pieces.iter().all(plain))
        .then(|| Value::new(Kind::Text(format), arguments.span))
}

/// `formatlist(text, lists…)`
pub(super) fn format_list(arguments: &Arguments) -> Option<Value> {
    let format = arguments.known(0)?;
    let values = arguments.values.get(1..)?;
    if values.iter().any(|value| matches!(value.kind, Kind::Unknown(_))) && values.len() == 1 {
        return None;
    }
    let length = values.iter().filter_map(Value::as_list).map(<[Value]>::len).max().unwrap_or(1);
    let mut items = Vec::new();
    for at in 0..length {
        let row: Option<Vec<&Value>> = values
            .iter()
            .map(|value| match value.as_list() {
                Some(list) => list.get(at),
                None => Some(value),
            })
            .collect();
        items.push(Value::new(Kind::Text(format_text(&format, &row?, arguments)?), arguments.span));
    }
    Some(Value::new(Kind::List(items), arguments.span))
}

fn format_text(format: &str, values: &[&Value], arguments: &Arguments) -> Option<Text> {
    let mut text = Text::default();
    let known = |text: &str| Piece::Known { text: text.to_owned(), map: SpanMap::opaque(arguments.span) };
    let mut next = 0;
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        text.pieces.push(known(rest.get(..at)?));
        rest = rest.get(at + 1..)?;
        if let Some(after) = rest.strip_prefix('%') {
            text.pieces.push(known("%"));
            rest = after;
            continue;
        }
        let verb;
        (verb, rest) = Verb::read(rest, &mut next)?;
        let value = values.get(next)?;
        next += 1;
        text.pieces.extend(verb.format(value, &known)?);
    }
    text.pieces.push(known(rest));
    Some(text)
}

/// `%[1]-08.3f`, without its `%`.
#[derive(Default)]
struct Verb {
    left: bool,
    zeros: bool,
    plus: bool,
    space: bool,
    width: usize,
    precision: Option<usize>,
    letter: char,
}

impl Verb {
    /// The verb at the start of a text, and what follows it. An index changes which value is next.
    fn read<'t>(text: &'t str, next: &mut usize) -> Option<(Verb, &'t str)> {
        let mut verb = Verb::default();
        let mut rest = text;
        while let Some(flag) = rest.chars().next().filter(|flag| "-0+ ".contains(*flag)) {
            match flag {
                '-' => verb.left = true,
                '0' => verb.zeros = true,
                '+' => verb.plus = true,
                _ => verb.space = true,
            }
            rest = rest.get(1..)?;
        }
        (verb.width, rest) = number(rest);
        if let Some(after) = rest.strip_prefix('.') {
            let precision;
            (precision, rest) = number(after);
            verb.precision = Some(precision);
        }
        if let Some(index) = rest.strip_prefix('[') {
            let (number, after) = index.split_once(']')?;
            *next = number.parse::<usize>().ok()?.checked_sub(1)?;
            rest = after;
        }
        verb.letter = rest.chars().next()?;
        let known = verb.width <= MAX_WIDTH && verb.precision.is_none_or(|precision| precision <= 100);
        let rest = rest.get(verb.letter.len_utf8()..)?;
        known.then_some((verb, rest))
    }

    fn format(&self, value: &Value, known: &impl Fn(&str) -> Piece) -> Option<Vec<Piece>> {
        let text = match self.letter {
            's' | 'v' | 't' | 'q' => {
                let text = convert::text(value).filter(|_| self.letter != 'q');
                let text = text.unwrap_or_else(|| convert::json(value));
                if self.width == 0 && self.precision.is_none() {
                    return Some(text.pieces);
                }
                let text = text.as_known()?.into_owned();
                text.chars().take(self.precision.unwrap_or(usize::MAX)).collect()
            }
            // A whole number; what is not known of it stays as it is.
            'd' if self.is_plain() && matches!(value.kind, Kind::Unknown(_) | Kind::Text(_)) => {
                return Some(convert::text(value)?.pieces);
            }
            'd' => self.signed(convert::number_value(convert::number(value)?.trunc(), value.span))?,
            'f' => {
                let number = convert::number(value)?;
                let sign = if self.plus && number >= 0.0 { "+" } else { "" };
                format!("{sign}{number:.*}", self.precision.unwrap_or(6))
            }
            'x' | 'X' | 'o' | 'b' => {
                let number = convert::index(value)?;
                match self.letter {
                    'x' => format!("{number:x}"),
                    'X' => format!("{number:X}"),
                    'o' => format!("{number:o}"),
                    _ => format!("{number:b}"),
                }
            }
            _ => return None,
        };
        Some(Vec::from([known(&self.padded(text))]))
    }

    fn is_plain(&self) -> bool {
        self.width == 0 && !self.plus && !self.space
    }

    fn signed(&self, number: Value) -> Option<String> {
        let digits = convert::known(&number)?;
        let sign = match digits.starts_with('-') {
            true => "",
            false if self.plus => "+",
            false if self.space => " ",
            false => "",
        };
        Some(format!("{sign}{digits}"))
    }

    /// Filled to the width: with blanks, or with zeros behind the sign of a number.
    fn padded(&self, text: String) -> String {
        let missing = self.width.saturating_sub(text.chars().count());
        if self.left {
            return text + &" ".repeat(missing);
        }
        if !self.zeros {
            return " ".repeat(missing) + &text;
        }
        let is_number = !matches!(self.letter, 's' | 'v' | 't' | 'q');
        let sign =
            text.get(..1).filter(|sign| is_number && ["-", "+", " "].contains(sign)).unwrap_or_default();
        format!("{sign}{}{}", "0".repeat(missing), text.get(sign.len()..).unwrap_or_default())
    }
}

/// The digits at the start of a text as a number, 0 where there are none, and what follows.
fn number(text: &str) -> (usize, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    let number = if digits.is_empty() { 0 } else { digits.parse().unwrap_or(usize::MAX) };
    (number, rest)
}
