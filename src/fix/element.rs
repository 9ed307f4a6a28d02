//! Edits of the elements of a statement: names, lists, and a statement beside another one.

use super::Edit;
use super::editor::{Around, Editor, argument, line_end, offset, unquoted};
use crate::policy::{Policy, Statement};
use crate::source::Span;
use crate::value::Kind;

impl Editor<'_> {
    /// Another name for a member of an object. None where a member has that name.
    pub fn rename_member(&self, key: Span, name: &str) -> Option<Vec<Edit>> {
        let mut holders = Vec::new();
        self.root.walk(&mut |value| {
            if let Kind::Object(members) = &value.kind
                && let Some(member) = members.iter().find(|member| member.key_span == key)
            {
                let taken = members.iter().any(|member| member.key.to_string() == name);
                holders.push((member.key.as_known(), taken));
            }
        });
        let (old, taken) = holders.into_iter().next()?;
        let source = self.sources.text(key);
        let written = source.get(unquoted(&source)?)?;
        (!taken && written == old?).then(|| self.set_text(key, name))?
    }

    /// Another name for an element of a statement, such as `Action` for `NotAction`; where the element is an
    /// argument of a policy document, the argument of the same meaning.
    pub fn rename_element(&self, key: Span, old: &str, new: &str) -> Option<Vec<Edit>> {
        let source = self.sources.text(key);
        let written = source.get(unquoted(&source)?)?;
        if written == old {
            return self.rename_member(key, new);
        }
        (Some(written) == argument(old)).then(|| self.set_text(key, argument(new)?))?
    }

    /// A list with some of its items only. `items` are all of them; those that stay are in their order.
    pub fn keep_items(&self, items: &[Span], kept: &[Span]) -> Option<Vec<Edit>> {
        let items = self.in_one_list(items)?;
        let first = items.iter().position(|item| kept.contains(item))?;
        let mut edits = Vec::new();
        let mut last = *items.first()?;
        if first > 0 {
            edits.push(Span::new(last.file, last.start, items.get(first)?.start));
        }
        for (at, item) in items.iter().enumerate() {
            if at > first && !kept.contains(item) {
                edits.push(Span::new(item.file, last.end, item.end));
            }
            last = *item;
        }
        Some(edits.into_iter().map(|span| Edit { span, text: String::new() }).collect())
    }

    /// A list of strings without one of them. Not the only one.
    pub fn remove_text(&self, item: Span) -> Option<Vec<Edit>> {
        let mut lists = Vec::new();
        self.root.walk(&mut |value| {
            if let Kind::List(items) = &value.kind
                && items.iter().any(|other| other.span == item)
            {
                lists.push(items.iter().map(|item| item.span).collect::<Vec<_>>());
            }
        });
        let items = lists.first()?;
        let kept: Vec<Span> = items.iter().copied().filter(|other| *other != item).collect();
        self.keep_items(items, &kept)
    }

    /// Other strings in the place of all items of a list.
    pub fn set_items(&self, items: &[Span], texts: &[String]) -> Option<Vec<Edit>> {
        let items = self.in_one_list(items)?;
        let first = *items.first()?;
        let mut edits = match texts {
            [text] => self.set_text(first, text)?,
            texts => self.set_list(first, texts)?,
        };
        edits.extend(self.keep_items(&items, &[first])?);
        Some(edits)
    }

    /// A copy of a statement behind it, with edits made in the copy and others in the statement itself.
    pub fn split(&self, statement: Span, kept: Vec<Edit>, copied: Vec<Edit>) -> Option<Vec<Edit>> {
        let file = self.sources.file(statement.file);
        let mut text = self.sources.text(statement);
        let mut copied = copied;
        copied.sort();
        if !kept.iter().chain(&copied).all(|edit| statement.contains(edit.span)) {
            return None;
        }
        for edit in copied.iter().rev() {
            let (start, end) = (edit.span.start - statement.start, edit.span.end - statement.start);
            text.replace_range(start as usize..end as usize, &edit.text);
        }
        let between = if text.starts_with("statement") {
            let before = file.slice(0, statement.start);
            let line = before.rfind('\n').map_or(0, |at| at + 1);
            let indent = before.get(line..).filter(|start| start.trim().is_empty())?;
            let end = line_end(&file);
            format!("{end}{end}{indent}")
        } else {
            // Another item among those that a function chooses between would be another argument.
            let list = self.list_of(statement)?;
            let before = file.slice(0, statement.start.min(list.start)).trim_end();
            let inside = file.slice(list.start, statement.start);
            if ["!If", "Fn::If"].iter().any(|it| inside.contains(it) || before.ends_with(it)) {
                return None;
            }
            match self.list_around(&file, statement)? {
                Around::Flow(between) | Around::Dashes(between) => between,
                Around::Nothing => return None,
            }
        };
        let mut edits = kept;
        let span = Span::new(statement.file, statement.end, statement.end);
        edits.push(Edit { span, text: between + &text });
        Some(edits)
    }

    /// Another Sid for a copy of a statement: the same one with a word behind it. No edit where it has none; none
    /// where another statement has that Sid.
    pub fn another_sid(&self, policy: &Policy, statement: &Statement, word: &str) -> Option<Vec<Edit>> {
        let Some(sid) = &statement.sid else { return Some(Vec::new()) };
        let old = sid.text.as_known()?;
        let new = if old.contains(' ') { format!("{old} - {word}") } else { format!("{old}{word}") };
        let taken = |other: &Statement| {
            other.sid.as_ref().is_some_and(|it| it.text.as_known().is_none_or(|it| it == new))
        };
        (!policy.statements.iter().any(taken)).then(|| self.set_text(sid.span, &new))?
    }

    /// The items in the order of the text; none unless nothing but separators stands between them.
    fn in_one_list(&self, items: &[Span]) -> Option<Vec<Span>> {
        let mut sorted = items.to_vec();
        sorted.sort();
        let separate = |pair: &[Span]| {
            let [a, b] = pair else { return false };
            let between = Span::new(a.file, a.end, b.start);
            let text =
                if a.file == b.file && a.end < b.start { self.sources.text(between) } else { return false };
            text.contains([',', '-']) && text.chars().all(|c| c.is_whitespace() || c == ',' || c == '-')
        };
        let whole = |item: &Span| {
            let source = self.sources.text(*item);
            unquoted(&source).is_some() && offset(source.len()) == item.len()
        };
        (sorted.windows(2).all(separate) && sorted.iter().all(whole)).then_some(sorted)
    }
}
