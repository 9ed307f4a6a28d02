//! What is asked for: a group of actions that every statement treats alike, or an action that does not exist yet.
//!
//! Patterns such as `kms:De*` take in what AWS will add. The names that do not exist yet fall into finitely many
//! kinds, by which of the patterns take them; one name stands for each kind.

use std::borrow::Cow;

use super::language::{Budget, Constraint, Found, Glob, Token, lower, shortest};
use crate::catalog::{ActionSet, condition_key, key_actions};
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

/// Everything that some of the policies tells apart.
pub(super) fn doings(policies: &[&Policy]) -> Vec<Doing> {
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
    doings.extend(kinds(statements()));
    doings
}

/// One name for each kind of names that do not exist yet and some pattern takes, and one that none takes.
fn kinds<'s>(statements: impl Iterator<Item = &'s Statement>) -> Vec<Doing> {
    let mut patterns: Vec<String> = statements
        .filter_map(|statement| statement.action.as_ref())
        .flat_map(|element| &element.patterns)
        .filter_map(|pattern| pattern.text.as_known().map(|text| text.to_lowercase()))
        .filter(|text| glob::has_wildcard(text))
        .collect();
    patterns.sort();
    patterns.dedup();
    let mut taken: Vec<Glob> = vec![folded("kms:?*")];
    taken.extend(patterns.iter().map(|pattern| folded(pattern)));
    let existing: Vec<Glob> = key_actions().iter().map(|action| folded(action.name)).collect();
    let mut kinds: Vec<(Vec<bool>, String)> = Vec::new();
    let mut budget = Budget::new();
    // Kinds are refined pattern by pattern; a name that still stands for its kind is kept.
    let mut known: Vec<Vec<bool>> = vec![vec![true]];
    for at in 1..taken.len() {
        let mut next = Vec::new();
        for kind in known {
            for side in [true, false] {
                let longer: Vec<bool> = kind.iter().copied().chain([side]).collect();
                if next.len() < MOST_KINDS
                    && let Some(name) =
                        name(taken.get(..=at).unwrap_or_default(), &longer, &existing, &mut budget)
                {
                    if at + 1 == taken.len() {
                        kinds.push((longer.clone(), name));
                    }
                    next.push(longer);
                }
            }
        }
        known = next;
    }
    if patterns.is_empty() {
        kinds.push((vec![true], "kms:AnActionToCome".to_owned()));
    }
    let doing = |(kind, name): (Vec<bool>, String)| {
        let of =
            kind.iter().skip(1).zip(&patterns).filter(|(is, _)| **is).map(|(_, pattern)| pattern.clone());
        let narrowest = of.max_by_key(String::len);
        Doing::Future { name, pattern: narrowest.unwrap_or_else(|| "kms:*".to_owned()) }
    };
    kinds.into_iter().map(doing).collect()
}

fn name(patterns: &[Glob], kind: &[bool], existing: &[Glob], budget: &mut Budget) -> Option<String> {
    let constraint = |(glob, wanted): (&'_ Glob, &bool)| (glob.clone(), *wanted);
    let mut constraints: Vec<Constraint<'_>> = Vec::new();
    for (glob, wanted) in patterns.iter().zip(kind).map(constraint) {
        constraints.push(Constraint { globs: vec![Cow::Owned(glob)], wanted, loosely: false });
    }
    // What starts like an action that exists is hard to read as one that does not.
    let candidates =
        patterns.iter().zip(kind).filter(|(_, wanted)| **wanted).map(|(glob, _)| glob.instances());
    let suffixes = ["", "newaction"];
    for [short, long] in candidates {
        for name in suffixes.iter().map(|suffix| format!("{short}{suffix}")).chain([long]) {
            let fits = patterns.iter().zip(kind).all(|(glob, wanted)| glob.matches(&name, false) == *wanted);
            if fits && !existing.iter().any(|action| action.matches(&name, false)) {
                return Some(name);
            }
        }
    }
    match shortest(&constraints, budget) {
        Found::Word(word) if existing.iter().any(|action| action.matches(&word, false)) => {}
        Found::Word(word) => return Some(word),
        Found::Nothing | Found::Capped => return None,
    }
    constraints.push(Constraint {
        globs: existing.iter().map(Cow::Borrowed).collect(),
        wanted: false,
        loosely: false,
    });
    match shortest(&constraints, budget) {
        Found::Word(word) => Some(word),
        Found::Nothing | Found::Capped => None,
    }
}

fn folded(pattern: &str) -> Glob {
    Glob::default().then(pattern.chars().map(|c| match c {
        '*' => Token::Many { colon: true },
        '?' => Token::One { colon: true },
        c => Token::Fold(lower(c)),
    }))
}
