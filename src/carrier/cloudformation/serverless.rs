//! Serverless services: the template that `resources` of a `serverless.yml` comes to.
//!
//! Serverless fills in `${self:…}`, `${file(…)}` and their like before CloudFormation sees the template. What stands
//! in the service, or in a file beside it, is put in here too; what an option, the environment or AWS would say is not
//! known, nor what a program returns. `#{AWS::AccountId}` is how a common plugin writes pseudo parameters.

use std::borrow::Cow;
use std::cell::RefCell;

use super::substitute::{cut, source};
use super::values;
use crate::carrier::Document;
use crate::source::{OUTSIDE, Sources, Span};
use crate::syntax::{json, yaml};
use crate::value::{Kind, Member, Piece, SpanMap, Symbol, SymbolKind, Text, Value};

/// How many variables may stand for each other.
const DEEPEST: usize = 20;

/// Sections of a template that the parts of `resources` have in common.
const SECTIONS: [&str; 6] = ["Parameters", "Mappings", "Conditions", "Resources", "Outputs", "Transform"];

/// What a service comes to.
pub(in crate::carrier) struct Made {
    /// Its template, if it makes anything.
    pub(in crate::carrier) template: Option<Value>,
    /// The programs beside it that make keys, which kmslint does not run: where they are named, and their names.
    programs: Vec<(Span, String)>,
}

impl Made {
    /// The policies that the programs make.
    pub(in crate::carrier) fn unread(&self, path: &str) -> impl Iterator<Item = Document> {
        let unread =
            |(span, program): &(Span, String)| super::unchecked(path, *span, program, super::PROGRAM);
        self.programs.iter().map(unread)
    }
}

/// What a service comes to; none where a value is no service, or makes nothing.
pub(in crate::carrier) fn made(sources: &Sources, path: &str, root: &Value) -> Option<Made> {
    root.get("provider").or_else(|| root.get("service"))?;
    let resources = root.get("resources")?;
    let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
    let service = Service { sources, directory, root, programs: RefCell::default() };
    let parts = match &resources.kind {
        Kind::List(items) => items.iter().map(|item| service.fill(item, DEEPEST)).collect(),
        _ => Vec::from([service.fill(resources, DEEPEST)]),
    };
    let mut sections: Vec<Member> = Vec::new();
    for member in parts.iter().filter_map(Value::as_object).flatten() {
        let Some(name) = member.key.as_known().filter(|name| SECTIONS.contains(&&**name)) else { continue };
        let known = sections.iter_mut().find(|known| known.key.as_known().as_deref() == Some(&*name));
        match (known.map(|known| &mut known.value.kind), &member.value.kind) {
            (Some(Kind::Object(members)), Kind::Object(more)) => members.extend(more.iter().cloned()),
            (Some(_), _) => {}
            (None, _) => sections.push(member.clone()),
        }
    }
    let template = Value::new(Kind::Object(sections), resources.span);
    let template = super::is_template(&template).then_some(template);
    let programs = service.programs.into_inner();
    (template.is_some() || !programs.is_empty()).then_some(Made { template, programs })
}

/// A service, and where it lies.
struct Service<'s> {
    sources: &'s Sources,
    directory: &'s str,
    root: &'s Value,
    /// See [`Made::programs`].
    programs: RefCell<Vec<(Span, String)>>,
}

impl Service<'_> {
    /// A value with its variables filled in, as far as they are known.
    fn fill(&self, value: &Value, depth: usize) -> Value {
        let Some(depth) = depth.checked_sub(1) else {
            return values::unknown("this", "its variables stand for each other", value.span);
        };
        let kind = match &value.kind {
            Kind::List(items) => Kind::List(items.iter().map(|item| self.fill(item, depth + 1)).collect()),
            Kind::Object(members) => {
                let fill = |member: &Member| Member {
                    key: member.key.clone(),
                    key_span: member.key_span,
                    value: self.fill(&member.value, depth + 1),
                };
                Kind::Object(members.iter().map(fill).collect())
            }
            Kind::Text(text) => {
                if let Some(name) = only(text) {
                    let found = self.variable(name, value.span, depth);
                    return Value { trail: value.trail.clone(), ..found }.used_at(value.span, "used here");
                }
                Kind::Text(self.fill_text(text, depth))
            }
            other => other.clone(),
        };
        Value { kind, ..value.clone() }
    }

    fn fill_text(&self, text: &Text, depth: usize) -> Text {
        let mut pieces = Vec::new();
        for piece in &text.pieces {
            let Piece::Known { text, map } = piece else {
                pieces.push(piece.clone());
                continue;
            };
            let mut done = 0;
            while let Some((start, end)) = next(text, done) {
                cut(text, map, done, start, &mut pieces);
                self.put(
                    text.get(start..end).unwrap_or_default(),
                    source(map, start, end),
                    depth,
                    &mut pieces,
                );
                done = end;
            }
            cut(text, map, done, text.len(), &mut pieces);
        }
        Text { pieces }
    }

    /// Puts what `${…}` or `#{…}` stands for behind the pieces of a string.
    fn put(&self, written: &str, span: Span, depth: usize, pieces: &mut Vec<Piece>) {
        let name = written.get(2..written.len() - 1).unwrap_or_default();
        let value = match written.starts_with('#') {
            true => pseudo(name, span),
            false => self.variable(name, span, depth),
        };
        match values::text(&value) {
            Some(text) => pieces.extend(text.pieces.into_iter().map(|piece| match piece {
                Piece::Unknown { symbol, .. } => Piece::Unknown { symbol, span },
                Piece::Known { text, .. } => Piece::Known { text, map: SpanMap::opaque(span) },
            })),
            None => pieces.push(Piece::Unknown { symbol: Symbol::any(name, "it is no string"), span }),
        }
    }

    /// What a variable stands for. A default behind a comma counts where the first part is not set.
    fn variable(&self, name: &str, span: Span, depth: usize) -> Value {
        let unknown = |reason: &str| values::unknown(name, reason, span);
        let (first, default) = first_of(name);
        let filled = self.fill_text(&Text::known(first, SpanMap::opaque(span)), depth);
        let Some(first) = filled.as_known() else {
            return unknown("its name depends on another variable");
        };
        if let Some(path) = first.strip_prefix("self:") {
            return match (self.root_at(path), default) {
                (Some(found), _) => self.fill(found, depth),
                (None, Some(default)) => self.default(default, span, depth),
                (None, None) => unknown("the service does not set it"),
            };
        }
        if let Some((file, path)) = first.strip_prefix("file(").and_then(|rest| rest.split_once(')')) {
            let file = self.beside(file);
            return match self.file(&file, path.trim_start_matches([':', '.']), span) {
                Some(found) => self.fill(&found, depth),
                None if self.sources.is_barred(&file) => unknown(OUTSIDE),
                None => unknown("the file cannot be read"),
            };
        }
        match &*first {
            "aws:accountId" => Value::new(Kind::Unknown(Symbol::of(SymbolKind::OwnAccount, &first)), span),
            "aws:region" => Value::new(Kind::Unknown(Symbol::of(SymbolKind::Region, &first)), span),
            _ if first.starts_with("opt:") => unknown("it is an option of the deployment"),
            _ if first.starts_with("env:") => unknown("it is a variable of the environment"),
            _ => unknown("Serverless fills this in"),
        }
    }

    /// `'text'`, or another variable.
    fn default(&self, written: &str, span: Span, depth: usize) -> Value {
        match written.strip_prefix(['\'', '"']).and_then(|rest| rest.strip_suffix(['\'', '"'])) {
            Some(text) => Value::text(text, span),
            None if depth > 0 => {
                let inner = written.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
                self.variable(inner.unwrap_or(written), span, depth - 1)
            }
            None => values::unknown(written, "its variables stand for each other", span),
        }
    }

    fn root_at(&self, path: &str) -> Option<&Value> {
        path.split('.').filter(|name| !name.is_empty()).try_fold(self.root, |value, name| value.get(name))
    }

    /// The path of a file that is named from the service's.
    fn beside(&self, name: &str) -> String {
        let name = name.trim().trim_matches(['\'', '"']).trim_start_matches("./");
        if self.directory.is_empty() { name.to_owned() } else { format!("{}/{name}", self.directory) }
    }

    /// What a file holds at a path. `span`: where it is named.
    fn file(&self, name: &str, path: &str, span: Span) -> Option<Value> {
        let file = self.sources.load(name).ok()?;
        let text = self.sources.file(file);
        let root = match name.rsplit('.').next()? {
            "json" => json::parse_file(&text, file).0,
            "yml" | "yaml" => yaml::parse_file(&text, file).0.into_iter().next(),
            _ => {
                if super::names_keys(&text) {
                    let name = name.strip_prefix(self.directory).unwrap_or(name).trim_start_matches('/');
                    self.programs.borrow_mut().push((span, name.to_owned()));
                }
                None
            }
        };
        let root = root?;
        let names = path.split('.').filter(|name| !name.is_empty());
        names.into_iter().try_fold(&root, |value, name| value.get(name)).cloned()
    }
}

/// A pseudo parameter of CloudFormation.
fn pseudo(name: &str, span: Span) -> Value {
    let kind = match name {
        "AWS::AccountId" => SymbolKind::OwnAccount,
        "AWS::Partition" => SymbolKind::Partition,
        "AWS::Region" => SymbolKind::Region,
        "AWS::URLSuffix" => SymbolKind::DnsSuffix,
        _ => return values::unknown(name, "it is known only after deployment", span),
    };
    Value::new(Kind::Unknown(Symbol::of(kind, name)), span)
}

/// The first part of a variable, and what counts where that is not set: what stands behind the first comma.
fn first_of(name: &str) -> (&str, Option<&str>) {
    let mut depth = 0_usize;
    let is_end = |(_, byte): &(usize, u8)| {
        match byte {
            b'{' | b'(' => depth += 1,
            b'}' | b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        *byte == b',' && depth == 0
    };
    let end = name.bytes().enumerate().find(is_end).map_or(name.len(), |(at, _)| at);
    let default = name.get(end + 1..).map(str::trim);
    (name.get(..end).unwrap_or_default().trim(), default)
}

/// Sources of variables that no condition key of IAM begins with.
const SOURCES: [&str; 9] =
    ["self:", "opt:", "env:", "file(", "param:", "sls:", "cf:", "aws:accountId}", "aws:region}"];

/// A string in a template that is no service, such as a part of one, with the variables in it unknown.
pub(super) fn opened(text: &Text) -> Cow<'_, Text> {
    let is_ours =
        |text: &str| SOURCES.iter().any(|source| text.get(2..).unwrap_or_default().starts_with(source));
    let holds = |piece: &Piece| match piece {
        Piece::Known { text, .. } => {
            text.match_indices("${").any(|(at, _)| is_ours(text.get(at..).unwrap_or_default()))
        }
        Piece::Unknown { .. } => false,
    };
    if !text.pieces.iter().any(holds) {
        return Cow::Borrowed(text);
    }
    let mut pieces = Vec::new();
    for piece in &text.pieces {
        let Piece::Known { text, map } = piece else {
            pieces.push(piece.clone());
            continue;
        };
        let (mut done, mut from) = (0, 0);
        while let Some((start, end)) = next(text, from) {
            from = end;
            let written = text.get(start..end).unwrap_or_default();
            if is_ours(written) {
                cut(text, map, done, start, &mut pieces);
                let name = written.get(2..written.len() - 1).unwrap_or_default();
                let symbol = match name {
                    "aws:accountId" => Symbol::of(SymbolKind::OwnAccount, name),
                    "aws:region" => Symbol::of(SymbolKind::Region, name),
                    _ => Symbol::any(name, "Serverless fills this in"),
                };
                pieces.push(Piece::Unknown { symbol, span: source(map, start, end) });
                done = end;
            }
        }
        cut(text, map, done, text.len(), &mut pieces);
    }
    Cow::Owned(Text { pieces })
}

/// The variable that a string is nothing but.
fn only(text: &Text) -> Option<&str> {
    let [Piece::Known { text, .. }] = text.pieces.as_slice() else { return None };
    let whole = next(text, 0)? == (0, text.len()) && text.starts_with('$');
    whole.then(|| text.get(2..text.len() - 1)).flatten()
}

/// Start and end of the next variable. `${AWS::Region}` and `${Key.Arn}` are CloudFormation's: Serverless' have a
/// source in lower case before a colon or a parenthesis.
fn next(text: &str, from: usize) -> Option<(usize, usize)> {
    let mut from = from;
    loop {
        let brace = from + text.get(from..)?.find('{')?;
        from = brace + 1;
        let Some(start) = brace.checked_sub(1) else { continue };
        let Some(rest) = text.get(start..) else { continue };
        let inner = rest.get(2..).unwrap_or_default();
        let word = inner.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let is_source = word > 0
            && inner.starts_with(|c: char| c.is_ascii_lowercase())
            && inner.get(word..).is_some_and(|rest| rest.starts_with([':', '(']));
        let is_ours = rest.starts_with("${") && is_source || rest.starts_with("#{AWS::");
        if is_ours {
            return Some((start, start + closing(rest)?));
        }
    }
}

/// The length of a variable up to its closing brace, those within it included.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => continue,
        }
        if depth == 0 {
            return Some(at + 1);
        }
    }
    None
}
