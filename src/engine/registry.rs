//! The rules of the program and those of its user.

use std::borrow::Cow;
use std::sync::OnceLock;

use crate::engine::prepared::Prepared;
use crate::engine::rule::Rule;
use crate::source::FileId;

include!(concat!(env!("OUT_DIR"), "/rules.rs"));

/// Rules, ordered by id.
#[derive(Clone, Debug)]
pub struct Registry {
    rules: Vec<Rule>,
}

impl Registry {
    /// The rules that kmslint comes with, read at first use.
    pub fn embedded() -> &'static Registry {
        static RULES: OnceLock<Registry> = OnceLock::new();
        RULES.get_or_init(|| Registry::new((0..documents().len()).filter_map(read).collect()))
    }

    /// These rules and no others.
    pub fn new(mut rules: Vec<Rule>) -> Registry {
        rules.sort_by(|a, b| a.id.cmp(&b.id));
        Registry { rules }
    }

    /// All rules, ordered by id.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule of an id or a name.
    pub fn find(&self, word: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id.eq_ignore_ascii_case(word) || rule.name == word)
    }

    /// Whether a word names rules: by id, by group, or by name.
    pub fn names(&self, word: &str) -> bool {
        self.rules.iter().any(|rule| super::select::means(word, rule))
    }

    /// The rules that a word names: by id, by group, or by name.
    pub fn of<'r>(&'r self, word: &'r str) -> impl Iterator<Item = &'r Rule> {
        self.rules.iter().filter(move |rule| super::select::means(word, rule))
    }

    /// Whether a word names the rule of this id.
    pub fn means(&self, word: &str, id: &str) -> bool {
        self.of(word).any(|rule| rule.id == id)
    }

    /// The id or name that was probably meant.
    pub fn nearest(&self, word: &str) -> Option<&str> {
        let words = self.rules.iter().flat_map(|rule| [&*rule.id, &*rule.name]);
        crate::catalog::nearest(word, words)
    }
}

/// Path and text of each rule document that kmslint comes with, ordered by path.
pub fn documents() -> &'static [(&'static str, &'static str)] {
    EMBEDDED
}

/// The names of the native checks, sorted.
pub fn check_names() -> impl Iterator<Item = &'static str> {
    crate::checks::names()
}

/// A rule that kmslint comes with, by id or name; reads no other.
pub fn embedded_rule(word: &str) -> Option<Rule> {
    let at = documents().iter().position(|(path, _)| {
        let stem = path.strip_prefix("rules/").and_then(|path| path.strip_suffix(".md")).unwrap_or(path);
        stem.split_once('-').is_some_and(|(id, name)| id.eq_ignore_ascii_case(word) || name == word)
    })?;
    read(at)
}

/// `None` for a document with mistakes; `tests/rules.rs` fails on it.
fn read(at: usize) -> Option<Rule> {
    let (path, text) = documents().get(at)?;
    let prepared = PREPARED.get(at)?.as_ref().and_then(|block| block.rule(path, text));
    prepared.or_else(|| Rule::parse(path, *text, FileId(u32::MAX)).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_embedded_document_is_a_rule() {
        assert_eq!(Registry::embedded().rules().len(), documents().len());
        assert!(!documents().is_empty());
    }

    #[test]
    fn prepared_blocks_are_what_the_reader_reads() {
        for (block, (path, text)) in PREPARED.iter().zip(documents()) {
            let read = Rule::parse(path, *text, FileId(0)).unwrap();
            match block.as_ref().and_then(|block| block.rule(path, text)) {
                Some(rule) => assert_eq!(format!("{rule:?}"), format!("{read:?}"), "{path}"),
                None => assert!(!matches!(read.kind, crate::engine::Kind::Check(_)), "{path}"),
            }
        }
        assert_eq!(PREPARED.len(), documents().len());
    }

    #[test]
    fn finds_by_id_and_by_name() {
        assert_eq!(embedded_rule("kms303").map(|rule| rule.name).as_deref(), Some("not-action-in-allow"));
        assert_eq!(embedded_rule("not-action-in-allow").map(|rule| rule.id).as_deref(), Some("KMS303"));
        assert!(embedded_rule("KMS30").is_none());
        assert_eq!(Registry::embedded().nearest("not-action-in-alow"), Some("not-action-in-allow"));
    }
}
