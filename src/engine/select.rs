//! Which rules run.

use crate::config::Profile;
use crate::engine::registry::Registry;
use crate::engine::rule::Rule;

/// The groups of rules: the hundreds of their ids, by the names they are selected with.
pub const GROUPS: [(&str, &str); 10] = [
    ("grammar", "KMS0"),
    ("principals", "KMS1"),
    ("exposure", "KMS2"),
    ("broad-actions", "KMS3"),
    ("duties", "KMS4"),
    ("grants", "KMS5"),
    ("conditions", "KMS6"),
    ("manageability", "KMS7"),
    ("resources", "KMS8"),
    ("hygiene", "KMS9"),
];

/// Rules by id (`KMS201`), by group (`KMS2` or `exposure`), or by name (`public-key-policy`).
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Only these; none means all.
    pub select: Vec<String>,
    /// Not these, even where they are selected.
    pub ignore: Vec<String>,
}

impl Selection {
    /// Whether a rule runs. A profile decides where the user selects nothing or a group; a rule that is selected by
    /// its own id or name runs in every profile.
    pub fn takes(&self, rule: &Rule, profile: Profile) -> bool {
        let of_profile = || rule.profiles.is_empty() || rule.profiles.contains(&profile);
        let selects = |word: &String| names(word, rule) || (names_group(word, rule) && of_profile());
        let selected = if self.select.is_empty() { of_profile() } else { self.select.iter().any(selects) };
        selected && !self.ignore.iter().any(|word| means(word, rule))
    }

    /// The first word that names no rule.
    pub fn unknown<'s>(&'s self, rules: &Registry) -> Option<&'s str> {
        let words = self.select.iter().chain(&self.ignore).map(String::as_str);
        words.into_iter().find(|word| !rules.names(word))
    }
}

/// Whether a word names a rule, by itself or with its group.
pub(super) fn means(word: &str, rule: &Rule) -> bool {
    names(word, rule) || names_group(word, rule)
}

/// By id or name.
fn names(word: &str, rule: &Rule) -> bool {
    rule.name == word || rule.id.eq_ignore_ascii_case(word)
}

/// By the beginning of the id, three characters or more, or by the name of the group.
fn names_group(word: &str, rule: &Rule) -> bool {
    let group = GROUPS.iter().find(|(name, _)| *name == word);
    let start = group.map_or(word, |(_, start)| start);
    start.len() >= 3 && rule.id.get(..start.len()).is_some_and(|id| id.eq_ignore_ascii_case(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(select: &[&str], ignore: &[&str]) -> Vec<&'static str> {
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect();
        let selection = Selection { select: words(select), ignore: words(ignore) };
        let rules = Registry::embedded().rules().iter();
        let ids = rules.filter(|rule| selection.takes(rule, Profile::Default)).map(|rule| &*rule.id);
        ids.filter(|id| ["KMS004", "KMS303"].contains(id)).collect()
    }

    #[test]
    fn takes_ids_their_beginnings_and_names() {
        assert_eq!(taken(&[], &[]), ["KMS004", "KMS303"]);
        assert_eq!(taken(&["kms3"], &[]), ["KMS303"]);
        assert_eq!(taken(&["KMS"], &["not-action-in-allow"]), ["KMS004"]);
        assert_eq!(taken(&["K"], &[]), [""; 0]);
        assert_eq!(taken(&["broad-actions"], &[]), ["KMS303"]);
        assert_eq!(taken(&[], &["grammar"]), ["KMS303"]);
    }

    #[test]
    fn tells_a_word_that_names_nothing() {
        let selection = Selection { select: vec!["KMS303".into()], ignore: vec!["no-such-rule".into()] };
        assert_eq!(selection.unknown(Registry::embedded()), Some("no-such-rule"));
    }
}
