//! Which rules run.

use crate::config::Profile;
use crate::engine::registry::Registry;
use crate::engine::rule::Rule;

/// Rules by id (`KMS201`), by the beginning of an id (`KMS2`), or by name (`public-key-policy`).
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Only these; none means all.
    pub select: Vec<String>,
    /// Not these, even where they are selected.
    pub ignore: Vec<String>,
}

impl Selection {
    /// Whether a rule runs: selected by the user, or, if nothing is, by the profile.
    pub fn takes(&self, rule: &Rule, profile: Profile) -> bool {
        let named = |words: &[String]| words.iter().any(|word| names(word, rule));
        let of_profile = || rule.profiles.is_empty() || rule.profiles.contains(&profile);
        let selected = if self.select.is_empty() { of_profile() } else { named(&self.select) };
        selected && !named(&self.ignore)
    }

    /// The first word that names no rule.
    pub fn unknown<'s>(&'s self, rules: &Registry) -> Option<&'s str> {
        let words = self.select.iter().chain(&self.ignore);
        words.map(String::as_str).find(|word| !rules.rules().iter().any(|rule| names(word, rule)))
    }
}

fn names(word: &str, rule: &Rule) -> bool {
    let id = || rule.id.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    rule.name == word || (word.len() >= 3 && id())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(select: &[&str], ignore: &[&str]) -> Vec<&'static str> {
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect();
        let selection = Selection { select: words(select), ignore: words(ignore) };
        let rules = Registry::embedded().rules().iter();
        let ids = rules.filter(|rule| selection.takes(rule, Profile::Default)).map(|rule| rule.id.as_str());
        ids.filter(|id| ["KMS004", "KMS303"].contains(id)).collect()
    }

    #[test]
    fn takes_ids_their_beginnings_and_names() {
        assert_eq!(taken(&[], &[]), ["KMS004", "KMS303"]);
        assert_eq!(taken(&["kms3"], &[]), ["KMS303"]);
        assert_eq!(taken(&["KMS"], &["not-action-in-allow"]), ["KMS004"]);
        assert_eq!(taken(&["K"], &[]), [""; 0]);
    }

    #[test]
    fn tells_a_word_that_names_nothing() {
        let selection = Selection { select: vec!["KMS303".into()], ignore: vec!["no-such-rule".into()] };
        assert_eq!(selection.unknown(Registry::embedded()), Some("no-such-rule"));
    }
}
