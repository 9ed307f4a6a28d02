//! Edits of the conditions of a statement, one atom at a time: what shares its operator stays as it is.

use super::editor::{Editor, into_block, whole_lines};
use super::style::{Notation, Style, end_of};
use super::{Edit, New};
use crate::policy::{Condition, Statement};
use crate::source::Span;
use crate::value::{Member, Value};

/// Where an atom is written.
struct Place<'a> {
    /// The value of `Condition`.
    condition: &'a Value,
    /// The operator and what it is applied to.
    block: &'a Member,
    /// The key and its values.
    atom: &'a Member,
    /// How the operators are written.
    notation: Notation,
}

impl Place<'_> {
    /// Whether the operator is applied to nothing else.
    fn is_alone(&self) -> bool {
        self.block.value.as_object().is_some_and(|atoms| atoms.len() == 1)
    }
}

impl Editor<'_> {
    /// One more atom in the condition of a statement.
    pub fn add_condition(
        &self,
        statement: Span,
        operator: &str,
        key: &str,
        value: &str,
    ) -> Option<Vec<Edit>> {
        let node = self.object(statement)?;
        let file = self.sources.file(statement.file);
        let condition = node.get("Condition");
        let block = condition.and_then(|condition| condition.get(operator));
        // To values that are there a new one would be an alternative.
        if block.is_some_and(|block| has_key(block, key)) {
            return None;
        }
        if Style::of(&file, node)?.notation == Notation::HclBlock {
            let lines = [
                "condition {".to_owned(),
                format!("  test     = \"{operator}\""),
                format!("  variable = \"{key}\""),
                format!("  values   = [\"{value}\"]"),
                "}".to_owned(),
            ];
            return into_block(&file, statement, &lines);
        }
        let atom = New::Object(Vec::from([(key.to_owned(), New::Text(value.to_owned()))]));
        let Some(condition) = condition else {
            let operators = New::Object(Vec::from([(operator.to_owned(), atom)]));
            return self.add_member(statement, "Condition", &operators);
        };
        match block {
            Some(block) => self.add_member(block.span, key, &New::Text(value.to_owned())),
            None => self.add_member(condition.span, operator, &atom),
        }
    }

    /// Another operator for an atom. What shares the old operator keeps it.
    pub fn set_operator(&self, statement: &Statement, atom: &Condition, operator: &str) -> Option<Vec<Edit>> {
        let place = self.place(statement, atom)?;
        let other = place.condition.get(operator);
        if other.is_some_and(|block| has_key(block, &place.atom.key.to_string())) {
            return None;
        }
        if place.is_alone() && (other.is_none() || place.notation == Notation::HclBlock) {
            return self.set_text(place.block.key_span, operator);
        }
        if place.notation == Notation::HclBlock {
            return None;
        }
        let block = &place.block.value;
        let end = end_of(place.atom, block)?;
        let written = self.sources.text(Span::new(block.span.file, place.atom.key_span.start, end));
        // Lines of a block of YAML have their meaning by where they begin.
        if place.notation == Notation::YamlBlock && written.contains('\n') {
            return None;
        }
        let mut edits = match place.is_alone() {
            true => self.remove_member(place.condition.span, place.block.key_span)?,
            false => self.remove_member(block.span, place.atom.key_span)?,
        };
        edits.extend(match other {
            Some(other) => self.append(other, |_| written.clone())?,
            None => self.append(place.condition, |style| style.member_as_written(operator, &written))?,
        });
        Some(edits)
    }

    /// A statement without one of its atoms.
    pub fn remove_condition(&self, statement: &Statement, atom: &Condition) -> Option<Vec<Edit>> {
        let place = self.place(statement, atom)?;
        let operators = place.condition.as_object()?.len();
        if place.notation == Notation::HclBlock {
            let alone = place.is_alone() && place.block.value.span.contains(place.atom.key_span);
            let span = whole_lines(&self.sources.file(statement.span.file), place.block.value.span);
            return alone.then(|| Vec::from([Edit { span, text: String::new() }]));
        }
        match (place.is_alone(), operators) {
            (false, _) => self.remove_member(place.block.value.span, place.atom.key_span),
            (true, 1) => {
                let members = self.object(statement.span)?.as_object()?;
                let whole = members.iter().find(|member| member.value.span == place.condition.span)?;
                self.remove_member(statement.span, whole.key_span)
            }
            (true, _) => self.remove_member(place.condition.span, place.block.key_span),
        }
    }

    fn place(&self, statement: &Statement, atom: &Condition) -> Option<Place<'_>> {
        let condition = self.object(statement.span)?.get("Condition")?;
        let found = condition.as_object()?.iter().find_map(|block| {
            let mut atoms = block.value.as_object()?.iter();
            Some((block, atoms.find(|member| member.key_span == atom.key_span)?))
        });
        let (block, atom) = found?;
        let file = self.sources.file(condition.span.file);
        let notation = Style::of(&file, condition)?.notation;
        // Blocks of a document have an operator each, and the first one stands for those of its name.
        let own = notation != Notation::HclBlock || block.value.span.contains(atom.key_span);
        own.then_some(Place { condition, block, atom, notation })
    }

    /// A member more, written as `member` says.
    fn append(&self, object: &Value, member: impl Fn(&Style) -> String) -> Option<Vec<Edit>> {
        let style = Style::of(&self.sources.file(object.span.file), object)?;
        let last = super::style::members(object)?.last().copied()?;
        let at = end_of(last, object)?;
        let text = format!("{}{}", style.between, member(&style));
        Some(Vec::from([Edit { span: Span::new(object.span.file, at, at), text }]))
    }
}

fn has_key(block: &Value, key: &str) -> bool {
    let is_key = |member: &Member| member.key.as_known().is_none_or(|it| it.eq_ignore_ascii_case(key));
    block.as_object().is_none_or(|members| members.iter().any(is_key))
}
