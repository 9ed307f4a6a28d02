//! What is asked for: a group of actions that every statement treats alike, or an action that does not exist yet.
//!
//! Patterns such as `kms:De*` take in what AWS will add. The names that do not exist yet fall into finitely many
//! kinds, by which of the patterns take them; one name stands for each kind.

use std::borrow::Cow;

use super::budget::Budget;
use super::glob::{Glob, Token, lower};
use super::language::{Constraint, Found, shortest};
use crate::catalog::{ActionSet, action, condition_key, key_actions};
use crate::glob;
use crate::policy::{Policy, Statement};

/// Something that a request asks for.
#[derive(Clone, Debug)]
pub(super) enum Doing {
    /// Any of these actions.
    Known(ActionSet),
    /// An action that does not exist yet, with a name that stands for its kind.
    Future { name: String, pattern: String },
}

/// Kinds of names that are told apart.
const MOST_KINDS: usize = 32;

impl Doing {
    /// The actions whose condition keys its requests carry.
    pub(super) fn carrying(&self) -> ActionSet {
        match self {
            Doing::Known(actions) => *actions,
            Doing::Future { .. } => ActionSet::FUTURE,
        }
    }

    /// The actions of the catalogue.
    pub(super) fn known(&self) -> ActionSet {
        if let Doing::Known(actions) = self { *actions } else { ActionSet::EMPTY }
    }

    /// The pattern that takes an action that does not exist yet.
    pub(super) fn pattern(&self) -> Option<String> {
        if let Doing::Future { pattern, .. } = self { Some(pattern.clone()) } else { None }
    }

    /// The name of an action.
    pub(super) fn name(&self) -> &str {
        match self {
            Doing::Known(actions) => actions.names().next().unwrap_or("kms:*"),
            Doing::Future { name, .. } => name,
        }
    }

    /// Whether principals of other accounts can do it; of an action that does not exist yet that is not known.
    pub(super) fn works_across_accounts(&self) -> bool {
        match self {
            Doing::Known(actions) => ActionSet::CROSS_ACCOUNT.contains(*actions),
            Doing::Future { .. } => true,
        }
    }

    /// Whether a statement surely speaks of it.
    pub(super) fn is_of(&self, statement: &Statement) -> bool {
        match self {
            Doing::Known(actions) => statement.actions().0.contains(*actions),
            Doing::Future { name, .. } => statement.action.as_ref().is_some_and(|element| {
                let takes = |text: &str| glob::matches(text, name, true);
                let listed = element.patterns.iter().filter_map(|pattern| pattern.text.as_known());
                let taken = listed.into_iter().any(|text| takes(&text));
                let open = element.open || element.patterns.iter().any(|pattern| !pattern.text.is_known());
                !element.patterns.is_empty() && if element.negated { !taken && !open } else { taken }
            }),
        }
    }
}

/// Everything that some of the policies tells apart, and whether that is all.
pub(super) fn doings(policies: &[&Policy]) -> (Vec<Doing>, bool) {
    let mut groups = vec![ActionSet::KNOWN.difference(ActionSet::INEFFECTIVE)];
    let statements = || policies.iter().flat_map(|policy| &policy.statements);
    let mut cuts: Vec<ActionSet> = vec![ActionSet::CROSS_ACCOUNT];
    for statement in statements() {
        let (must, may) = statement.actions();
        cuts.extend([must, may]);
        let keys = statement.conditions.iter().filter_map(|condition| condition.key_folded.as_deref());
        cuts.extend(keys.filter_map(condition_key).filter(|key| key.closed).map(|key| key.applies_to));
    }
    cuts.sort();
    cuts.dedup();
    for cut in cuts {
        let split = |group: &ActionSet| [group.intersection(cut), group.difference(cut)];
        groups = groups.iter().flat_map(split).filter(|group| !group.is_empty()).collect();
    }
    let mut doings: Vec<Doing> = groups.into_iter().map(Doing::Known).collect();
    let (future, complete) = kinds(statements());
    doings.extend(future);
    (doings, complete)
}

/// One name for each kind of names that do not exist yet and some pattern takes, and one that none takes; and whether
/// that are all.
fn kinds<'s>(statements: impl Iterator<Item = &'s Statement>) -> (Vec<Doing>, bool) {
    let mut patterns: Vec<String> = statements
        .filter_map(|statement| statement.action.as_ref())
        .flat_map(|element| &element.patterns)
        .filter_map(|pattern| pattern.text.as_known().map(|text| text.to_lowercase()))
        .filter(|text| glob::has_wildcard(text))
        .collect();
    patterns.sort();
    patterns.dedup();
    let (names, complete) = match names_after_prefixes(&patterns) {
        Some(names) => (names, true),
        None => names_of_kinds(&patterns),
    };
    let doing = |name: String| {
        let of = patterns.iter().filter(|pattern| glob::matches(pattern, &name, true));
        let narrowest = of.max_by_key(|pattern| pattern.len());
        let pattern = narrowest.cloned().unwrap_or_else(|| "kms:*".to_owned());
        Doing::Future { name, pattern }
    };
    (names.into_iter().map(doing).collect(), complete)
}

/// The names where every pattern is a prefix and a `*`, as nearly all are: one goes on after each prefix, where no other
/// prefix goes on.
fn names_after_prefixes(patterns: &[String]) -> Option<Vec<String>> {
    let prefixes: Option<Vec<&str>> = patterns.iter().map(|pattern| pattern.strip_suffix('*')).collect();
    let prefixes = prefixes.filter(|all| !all.iter().any(|prefix| glob::has_wildcard(prefix)))?;
    let within = prefixes.iter().copied().filter(|prefix| prefix.starts_with("kms:"));
    let mut names: Vec<String> = Vec::new();
    for prefix in std::iter::once("kms:").chain(within) {
        let goes_on =
            |name: &str| prefixes.iter().any(|other| other.len() > prefix.len() && other.starts_with(name));
        let next = ["n", "x", "q", "j", "z"].into_iter().find(|next| !goes_on(&format!("{prefix}{next}")))?;
        let name = format!("{prefix}{next}{}", if next == "n" { "ewaction" } else { "" });
        if action(&name).is_some() {
            return None;
        }
        names.push(name);
    }
    let taken = |name: &str| -> Vec<bool> {
        patterns.iter().map(|pattern| glob::matches(pattern, name, true)).collect()
    };
    let mut kinds: Vec<Vec<bool>> = Vec::new();
    names.retain(|name| {
        let kind = taken(name);
        let is_new = !kinds.contains(&kind);
        kinds.push(kind);
        is_new
    });
    Some(names)
}

/// The names of any patterns. Kinds are refined pattern by pattern.
fn names_of_kinds(patterns: &[String]) -> (Vec<String>, bool) {
    let mut taken: Vec<(String, Glob)> = vec![("kms:?*".to_owned(), folded("kms:?*"))];
    taken.extend(patterns.iter().map(|pattern| (pattern.clone(), folded(pattern))));
    let existing: Vec<Glob> = key_actions().iter().map(|action| folded(action.name)).collect();
    let mut budget = Budget::new();
    let mut complete = true;
    let mut known: Vec<(Vec<bool>, String)> = vec![(vec![true], "kms:AnActionToCome".to_owned())];
    for at in 1..taken.len() {
        let mut next = Vec::new();
        for (kind, _) in known {
            for side in [true, false] {
                let longer: Vec<bool> = kind.iter().copied().chain([side]).collect();
                let within = taken.get(..=at).unwrap_or_default();
                match name(within, &longer, &existing, &mut budget) {
                    Found::Word(_) if next.len() >= MOST_KINDS => complete = false,
                    Found::Word(name) => next.push((longer, name)),
                    Found::Nothing => {}
                    Found::Capped => complete = false,
                }
            }
        }
        known = next;
    }
    (known.into_iter().map(|(_, name)| name).collect(), complete)
}

fn name(patterns: &[(String, Glob)], kind: &[bool], existing: &[Glob], budget: &mut Budget) -> Found {
    // What starts like an action that exists is hard to read as one that does not.
    let candidates =
        patterns.iter().zip(kind).filter(|(_, wanted)| **wanted).map(|((_, glob), _)| glob.instances());
    for [short, long] in candidates {
        for name in [format!("{short}newaction"), short, long] {
            let takes = |(pattern, _): &(String, Glob)| glob::matches(pattern, &name, true);
            let fits = patterns.iter().zip(kind).all(|(pattern, wanted)| takes(pattern) == *wanted);
            if fits && action(&name).is_none() {
                return Found::Word(name);
            }
        }
    }
    let mut constraints: Vec<Constraint<'_>> = Vec::new();
    for ((_, glob), wanted) in patterns.iter().zip(kind) {
        constraints.push(Constraint { globs: vec![Cow::Borrowed(glob)], wanted: *wanted, loosely: false });
    }
    match shortest(&constraints, budget) {
        Found::Word(word) if action(&word).is_some() => {}
        found => return found,
    }
    constraints.push(Constraint {
        globs: existing.iter().map(Cow::Borrowed).collect(),
        wanted: false,
        loosely: false,
    });
    shortest(&constraints, budget)
}

fn folded(pattern: &str) -> Glob {
    Glob::default().then(pattern.chars().map(|c| match c {
        '*' => Token::Many { colon: true },
        '?' => Token::One { colon: true },
        c => Token::Fold(lower(c)),
    }))
}
