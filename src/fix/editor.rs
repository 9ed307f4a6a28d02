//! Makes edits that look as if the author had written them: each copies the style of its neighbours.

use super::Edit;
use super::style::{Notation, Style, column, end_of, members};
use crate::carrier::{Document, Given, Resource};
use crate::source::{SourceFile, Sources, Span};
use crate::value::{Kind, Value};

/// Makes the edits of a correction. Each method returns none where the text does not allow it, as where the node
/// is not written in one piece.
pub struct Editor<'a> {
    pub(super) sources: &'a Sources,
    pub(super) root: &'a Value,
    /// The members of its objects are written under the names that they have.
    named_alike: bool,
}

/// A value to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum New {
    /// A string. Plain characters, as in actions, keys and ARNs.
    Text(String),
    /// `true`, `false` or a number.
    Literal(String),
    /// A list of strings.
    List(Vec<String>),
    /// An object.
    Object(Vec<(String, New)>),
}

impl<'a> Editor<'a> {
    /// Edits the text that a policy was read from.
    pub fn of_policy(sources: &'a Sources, document: &'a Document) -> Self {
        Editor { sources, root: &document.value, named_alike: document.given != Given::Module }
    }

    /// Edits the text that a key, grant or alias was read from.
    pub fn of_resource(sources: &'a Sources, resource: &'a Resource) -> Self {
        Editor { sources, root: &resource.attributes, named_alike: true }
    }

    /// An argument of a resource that is not there, under its names in Terraform and in CloudFormation.
    pub fn add_argument(&self, terraform: &str, cloudformation: &str, literal: &str) -> Option<Vec<Edit>> {
        let file = self.sources.file(self.root.span.file);
        let style = Style::of(&file, self.root)?;
        if style.notation == Notation::HclBlock {
            return into_block(&file, self.root.span, &[format!("{terraform} = {literal}")]);
        }
        self.add_member(self.root.span, cloudformation, &New::Literal(literal.to_owned()))
    }

    /// Other characters in a string, quotes kept: a value, or a key of an object.
    pub fn set_text(&self, at: Span, text: &str) -> Option<Vec<Edit>> {
        let source = self.sources.text(at);
        let inner = unquoted(&source)?;
        let start = at.start + offset(inner.start);
        let span = Span::new(at.file, start, at.start + offset(inner.end));
        let bare = inner == (0..source.len());
        let replacement = if bare && !is_plain(text) { format!("\"{text}\"") } else { text.to_owned() };
        Some(Vec::from([Edit { span, text: replacement }]))
    }

    /// Other characters for a value that is no string, such as `true`.
    pub fn set_literal(&self, at: Span, literal: &str) -> Option<Vec<Edit>> {
        let source = self.sources.text(at);
        let simple = !source.is_empty() && !source.contains(['{', '[', '(', '.', '$', '\n']);
        simple.then(|| Vec::from([Edit { span: at, text: literal.to_owned() }]))
    }

    /// Several strings in the place of one. A string that is not in a list becomes a list.
    pub fn set_list(&self, at: Span, texts: &[String]) -> Option<Vec<Edit>> {
        let file = self.sources.file(at.file);
        let source = file.slice(at.start, at.end).to_owned();
        let inner = unquoted(&source)?;
        let (open, close) = (source.get(..inner.start)?, source.get(inner.end..)?);
        let quoted: Vec<String> = texts.iter().map(|text| format!("{open}{text}{close}")).collect();
        let text = match self.list_around(&file, at)? {
            Around::Flow(between) => quoted.join(&between),
            Around::Dashes(between) => {
                let plain = open.is_empty();
                let item = |text: &String| {
                    if plain && !is_plain(text) { format!("\"{text}\"") } else { text.clone() }
                };
                quoted.iter().map(item).collect::<Vec<_>>().join(&between)
            }
            Around::Nothing if open.is_empty() => return None,
            Around::Nothing => format!("[{}]", quoted.join(", ")),
        };
        Some(Vec::from([Edit { span: at, text }]))
    }

    /// A member more in an object. In a block of a policy document it is the argument of the same meaning.
    pub fn add_member(&self, object: Span, key: &str, value: &New) -> Option<Vec<Edit>> {
        let node = self.object(object)?;
        let file = self.sources.file(object.file);
        let style = Style::of(&file, node)?;
        if style.notation == Notation::HclBlock {
            let list = match value {
                New::Text(text) => New::List(Vec::from([text.clone()])),
                other => other.clone(),
            };
            return into_block(&file, object, &[format!("{} = {}", argument(key)?, style.value(&list))]);
        }
        if !self.named_alike {
            return None;
        }
        let at = end_of(members(node)?.last()?, node)?;
        let text = format!("{}{}", style.between, style.member(key, value));
        Some(Vec::from([Edit { span: Span::new(object.file, at, at), text }]))
    }

    /// A member more before all others of an object.
    pub fn add_first_member(&self, object: Span, key: &str, value: &New) -> Option<Vec<Edit>> {
        let node = self.object(object)?;
        let style = Style::of(&self.sources.file(object.file), node)?;
        if style.notation == Notation::HclBlock || !self.named_alike {
            return None;
        }
        let at = members(node)?.first()?.key_span.start;
        let text = format!("{}{}", style.member(key, value), style.between);
        Some(Vec::from([Edit { span: Span::new(object.file, at, at), text }]))
    }

    /// A member less in an object, by the span of its key.
    pub fn remove_member(&self, object: Span, key: Span) -> Option<Vec<Edit>> {
        let node = self.object(object)?;
        let file = self.sources.file(object.file);
        if Style::of(&file, node)?.notation == Notation::HclBlock {
            return None;
        }
        let spans: Option<Vec<Span>> = members(node)?
            .iter()
            .map(|member| Some(Span::new(object.file, member.key_span.start, end_of(member, node)?)))
            .collect();
        let spans = spans?;
        let at = spans.iter().position(|span| span.start == key.start)?;
        self.remove(&spans, at)
    }

    /// An item less in a list. Not the only one.
    pub fn remove_item(&self, at: Span) -> Option<Vec<Edit>> {
        let mut found = None;
        self.root.walk(&mut |value| {
            if let Kind::List(items) = &value.kind
                && items.iter().any(|item| item.span == at)
            {
                let mut spans: Vec<Span> = items.iter().map(|item| item.span).collect();
                spans.sort();
                spans.dedup();
                if spans.len() == items.len() && spans.iter().all(|span| value.span.contains(*span)) {
                    found = spans.iter().position(|span| *span == at).map(|at| (spans, at));
                }
            }
        });
        let (spans, at) = found?;
        let source = self.sources.text(*spans.get(at)?);
        // A block of a policy document goes with its line.
        if source.starts_with("statement") {
            let span = *spans.get(at)?;
            return Some(Vec::from([Edit {
                span: whole_lines(&self.sources.file(span.file), span),
                text: String::new(),
            }]));
        }
        self.remove(&spans, at)
    }

    /// Takes one of several neighbours out, with what stands between it and the next one.
    fn remove(&self, spans: &[Span], at: usize) -> Option<Vec<Edit>> {
        let this = *spans.get(at)?;
        let span = match (spans.get(at + 1), at.checked_sub(1).and_then(|before| spans.get(before))) {
            (_, Some(previous)) => Span::new(this.file, previous.end, this.end),
            (Some(next), None) => Span::new(this.file, this.start, next.start),
            (None, None) => return None,
        };
        (span.start < span.end).then(|| Vec::from([Edit { span, text: String::new() }]))
    }

    /// The object that was written at a span.
    pub(super) fn object(&self, at: Span) -> Option<&'a Value> {
        let mut found = None;
        self.root.walk(&mut |value| {
            if found.is_none() && value.span == at && value.as_object().is_some() {
                found = Some(value);
            }
        });
        found
    }

    /// What an item stands in, and what stands between two items of it. None where something else stands around
    /// it, such as a function that chooses between values.
    pub(super) fn list_around(&self, file: &SourceFile, at: Span) -> Option<Around> {
        let Some(list) = self.list_of(at) else { return self.value_alone(file, at) };
        let before = file.slice(0, at.start);
        let line = before.rfind('\n').map_or(0, |at| at + 1);
        let start = before.get(line..)?;
        let end = line_end(file);
        if list.file != at.file || !list.contains(at) {
            return None;
        }
        // The dash may have a line of its own.
        let dash = before.trim_end();
        let above = dash.rfind('\n').map_or(0, |at| at + 1);
        let first = column(file, list.start);
        let is_dash = |text: &str| text.trim() == "-" && text.find('-') == Some(first);
        if is_dash(start) {
            return Some(Around::Dashes(format!("{end}{start}")));
        }
        if start.trim().is_empty() && above < line && dash.get(above..).is_some_and(is_dash) {
            return Some(Around::Dashes(format!("{end}{}", before.get(above..)?)));
        }
        let inside = file.slice(list.start, at.start);
        let opened = i32::from(file.slice(list.start, list.end).starts_with('['));
        let follows = inside.is_empty() || inside.trim_end().ends_with(['[', ',']);
        let ends = file.text().get(at.end as usize..).is_some_and(ends_item);
        (follows && ends && depth(inside) == opened).then(|| {
            let own_line = start.trim().is_empty();
            Around::Flow(if own_line { format!(",{end}{start}") } else { ", ".to_owned() })
        })
    }

    /// The list that has an item.
    pub(super) fn list_of(&self, at: Span) -> Option<Span> {
        let mut found = None;
        self.root.walk(&mut |value| {
            let has = |items: &[Value]| items.iter().any(|item| item.span == at);
            if found.is_none() && value.as_list().is_some_and(has) {
                found = Some(value.span);
            }
        });
        found
    }

    /// A value directly behind its key, or the only one of a list there.
    fn value_alone(&self, file: &SourceFile, at: Span) -> Option<Around> {
        let mut keys = Vec::new();
        self.root.walk(&mut |value| {
            let members = value.as_object().unwrap_or_default().iter();
            keys.extend(members.filter(|it| it.value.span == at).map(|it| it.key_span));
        });
        let key = keys.into_iter().find(|key| key.file == at.file && key.end <= at.start)?;
        let between: String = file.slice(key.end, at.start).split_whitespace().collect();
        match between.as_str() {
            ":" | "=" => Some(Around::Nothing),
            "=[" | ":[" if file.text().get(at.end as usize..).is_some_and(ends_item) => {
                Some(Around::Flow(", ".to_owned()))
            }
            _ => None,
        }
    }
}

/// The list that an item stands in, with what stands between two items.
pub(super) enum Around {
    /// `[a, b]`
    Flow(String),
    /// `- a`
    Dashes(String),
    Nothing,
}

/// How many brackets and braces are open at the end of a text, those in strings not counted.
fn depth(text: &str) -> i32 {
    let mut quoted = false;
    text.chars().fold(0, |depth, c| {
        quoted ^= c == '"';
        match c {
            '[' | '{' | '(' if !quoted => depth + 1,
            ']' | '}' | ')' if !quoted => depth - 1,
            _ => depth,
        }
    })
}

fn ends_item(rest: &str) -> bool {
    rest.trim_start().starts_with([',', ']'])
}

/// The range of a string without its quotes; none where there is more than a string.
pub(super) fn unquoted(source: &str) -> Option<std::ops::Range<usize>> {
    let run = source.len() - source.trim_start_matches('\\').len();
    match source.get(run..)?.chars().next()? {
        quote @ ('"' | '\'') => {
            let mark = source.get(..=run)?;
            let inner = source.strip_prefix(mark)?.strip_suffix(mark)?;
            let whole = !inner.contains(quote) && !inner.contains("${") && !inner.contains("%{");
            whole.then_some(run + 1..run + 1 + inner.len())
        }
        _ => is_plain(source).then_some(0..source.len()),
    }
}

/// Whether a text can stand without quotes as a key, or as a plain scalar of YAML.
fn is_plain(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-:/.*".contains(&byte))
        && !text.ends_with(':')
        && !is_word_of_yaml(text)
}

/// Whether YAML takes the text for something else than a string, when it has no quotes.
pub(super) fn is_word_of_yaml(text: &str) -> bool {
    const WORDS: [&str; 9] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// The argument of a policy document for an element of a statement.
pub(super) fn argument(element: &str) -> Option<&'static str> {
    Some(match element {
        "Action" => "actions",
        "NotAction" => "not_actions",
        "Resource" => "resources",
        "NotResource" => "not_resources",
        _ => return None,
    })
}

/// Lines before the closing brace of a block.
pub(super) fn into_block(file: &SourceFile, block: Span, lines: &[String]) -> Option<Vec<Edit>> {
    let source = file.slice(block.start, block.end);
    let close = source.rfind('}')?;
    let before = source.get(..close)?;
    // A block on one line has no place for more.
    let line = before.rfind('\n')?;
    let outer = before.get(line + 1..)?;
    if !outer.trim().is_empty() {
        return None;
    }
    let at = block.start + offset(line + 1);
    let text = lines.iter().map(|line| format!("{outer}  {line}{}", line_end(file))).collect();
    Some(Vec::from([Edit { span: Span::new(block.file, at, at), text }]))
}

/// The span with the rest of its lines, where nothing else stands on them.
pub(super) fn whole_lines(file: &SourceFile, span: Span) -> Span {
    let before = file.slice(0, span.start);
    let start = before.trim_end_matches([' ', '\t']).len();
    let rest = file.text().get(span.end as usize..).unwrap_or_default();
    let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\r']).len();
    match rest.get(blank..).is_some_and(|rest| rest.starts_with('\n')) {
        true => Span::new(span.file, offset(start), span.end + offset(blank + 1)),
        false => span,
    }
}

/// How lines end in a file.
pub(super) fn line_end(file: &SourceFile) -> &'static str {
    if file.text().contains("\r\n") { "\r\n" } else { "\n" }
}

pub(super) fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
