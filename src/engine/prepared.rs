//! The rule blocks of kmslint's own documents, which `build.rs` has read: nine of ten runs look at one small file, and
//! reading TOML took half of such a run.

use std::borrow::Cow;

use crate::config::Profile;
use crate::engine::peer::Peer;
use crate::engine::rule::{self, Kind, Rule, Word};

/// Keys with their words; a scalar is a list of one.
type Members = &'static [(&'static str, &'static [Word])];

/// Title and rule block of a document. A block with a pattern is none.
pub(super) struct Prepared {
    pub(super) id: Word,
    pub(super) name: Word,
    pub(super) members: Members,
    /// The settings of the check.
    pub(super) params: Members,
}

impl Prepared {
    /// The rule, as [`Rule::parse`] would read it. `None` if there is anything to say against the block, which is said
    /// there.
    pub(super) fn rule(&self, path: &'static str, document: &'static str) -> Option<Rule> {
        let mut rule = Rule {
            id: self.id.clone(),
            name: self.name.clone(),
            path: path.into(),
            params: self.params.iter().map(|(key, words)| ((*key).to_owned(), owned(words))).collect(),
            ..Rule::blank(document)
        };
        let (mut is_summed_up, mut is_rated, mut is_decided) = (false, false, false);
        for (key, words) in self.members {
            match (*key, *words) {
                ("summary", [text]) => (rule.summary, is_summed_up) = (text.clone(), true),
                ("severity", [word]) => (rule.severity, is_rated) = (choose(word, &rule::SEVERITIES)?, true),
                ("confidence", [word]) => rule.confidence = choose(word, &rule::CONFIDENCES)?,
                ("since", [text]) => rule.since = text.clone(),
                ("status", [word]) => rule.status = choose(word, &rule::STATUSES)?,
                ("fix", [word]) => rule.fix = choose(word, &rule::FIXES)?,
                ("check", [name]) => (rule.kind, is_decided) = (Kind::Check(name.clone()), true),
                ("references", words) => rule.references = Cow::Borrowed(words),
                ("subsumes", words) => rule.subsumes = Cow::Borrowed(words),
                ("also-known-as", words) if words.iter().all(|word| Peer::parse(word).is_some()) => {
                    rule.also_known_as = Cow::Borrowed(words);
                }
                ("applies-to", words @ [_, ..]) => rule.applies_to = chosen(words, &rule::ROLES)?,
                ("profiles", words) => rule.profiles = chosen(words, &Profile::NAMES)?,
                _ => return None,
            }
        }
        (is_summed_up && is_rated && is_decided).then_some(rule)
    }
}

fn owned(words: &[Word]) -> Vec<String> {
    words.iter().map(|word| word.to_string()).collect()
}

fn choose<T: Copy>(word: &str, words: &[(&str, T)]) -> Option<T> {
    words.iter().find(|(known, _)| *known == word).map(|(_, meant)| *meant)
}

fn chosen<T: Copy>(words: &[Word], known: &[(&str, T)]) -> Option<Vec<T>> {
    words.iter().map(|word| choose(word, known)).collect()
}
