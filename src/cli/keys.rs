//! The keys that a command is about: the policies in some files, with their places.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;

use super::complain;
use crate::access::{Axioms, Level, owner};
use crate::carrier::{Document, KeyFacts, Role};
use crate::config::Config;
use crate::discover::{discover, discover_at};
use crate::policy::{Policy, Statement};
use crate::source::Sources;
use crate::value::{Symbol, SymbolKind};
use crate::{Input, Options};

/// A key, and its policy.
pub(super) struct Key {
    /// Its address, or the path of its policy; with what holds in the branch, where something was undecided.
    pub(super) name: String,
    pub(super) facts: KeyFacts,
    pub(super) policy: Policy,
}

impl Key {
    /// The account that owns it: what is said of it, or else what its policy shows.
    pub(super) fn owner(&self) -> Option<String> {
        let owner = self.facts.owner_account.clone().or_else(|| owner(&self.policy));
        owner.and_then(|owner| owner.as_known().map(|owner| owner.into_owned()))
    }
}

/// The keys of some files.
pub(super) struct Keys {
    pub(super) sources: Sources,
    pub(super) keys: Vec<Key>,
    /// Something could not be read.
    pub(super) failed: bool,
}

impl Keys {
    /// The keys below `paths`; where none is given, below the current directory.
    pub(super) fn below(paths: &[String], owner: Option<&str>) -> Keys {
        let found = discover(paths);
        for problem in &found.problems {
            complain(&format!("`{}`: cannot read it: {}", problem.path, problem.error));
        }
        let mut keys = Keys { sources: found.sources, keys: Vec::new(), failed: !found.problems.is_empty() };
        keys.read(&found.inputs, owner, &root(paths));
        keys
    }

    /// The keys below `paths` as they are in a commit of the git repository around.
    ///
    /// # Errors
    /// Why git could not be asked.
    pub(super) fn at(reference: &str, paths: &[String], owner: Option<&str>) -> io::Result<Keys> {
        let found = discover_at(reference, paths)?;
        let mut keys = Keys { sources: found.sources, keys: Vec::new(), failed: false };
        keys.read(&found.inputs, owner, &root(paths));
        Ok(keys)
    }

    fn read(&mut self, inputs: &[Input], owner: Option<&str>, root: &str) {
        let config = Config { owner_account: owner.map(str::to_owned), ..Config::default() };
        let options = Options { config, ..Options::default() };
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for input in inputs {
            let carried = match crate::carry(&self.sources, input, &options) {
                Ok(carried) => carried,
                Err(failure) => {
                    complain(&format!("`{}`: {}", failure.path, failure.message));
                    self.failed = true;
                    continue;
                }
            };
            if carried.is_lost() || carried.unrelated && input.named().next().is_some() {
                let why = carried.errors.first().map_or("it holds no policy", |error| error.message.as_str());
                complain(&format!("`{}`: no policy could be read from it: {why}", input.path()));
                self.failed = true;
            }
            let of_key = |document: &&Document| document.role == Role::KeyPolicy;
            let mut documents: Vec<&Document> = carried.documents.iter().filter(of_key).collect();
            if documents.is_empty() && matches!(input, Input::Json { explicit: true, .. }) {
                // Who asks about the keys of one file says that its policies are those of keys.
                documents = carried.documents.iter().filter(|it| it.role == Role::Other).collect();
            }
            for document in documents {
                let config = options.settings.at(&self.sources, &document.path, &options);
                let facts = config.of_key(&document.key).into_owned();
                let value = facts.settled(&document.value).resolved(&named_by_aws);
                let policy = Policy::new(&value, &facts, Role::KeyPolicy);
                if document.role == Role::Other && policy.statements.iter().all(|it| it.principal.is_none()) {
                    continue;
                }
                let mut name = name(document, root);
                let count = seen.entry(name.clone()).or_default();
                *count += 1;
                if *count > 1 {
                    name = format!("{name} ({count})");
                }
                self.keys.push(Key { name, facts, policy });
            }
        }
    }

    /// Where a statement is, for people: `policy.json:3:5`.
    pub(super) fn place(&self, statement: &Statement) -> (String, u32, u32) {
        let file = self.sources.file(statement.span.file);
        let position = file.position(statement.span.start);
        (file.path().to_owned(), position.line, position.column)
    }
}

/// The folder that the names of the keys leave out: what both sides of a comparison have to call the same.
fn root(paths: &[String]) -> String {
    match paths {
        [path] => plain(path).to_owned(),
        _ => String::new(),
    }
}

/// A path without what does not change it.
fn plain(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    let path = path.strip_prefix("./").unwrap_or(path);
    if path == "." { "" } else { path }
}

/// The path of a policy, or the folder and the address of its key: equal addresses in two folders are two keys.
fn name(document: &Document, root: &str) -> String {
    let path = plain(&document.path);
    let within = path.strip_prefix(root).unwrap_or(path).trim_start_matches('/');
    let name = match (&document.address, within.rsplit_once('/')) {
        (Some(address), Some((folder, _))) => format!("{folder}/{address}"),
        (Some(address), None) => address.clone(),
        (None, _) if within.is_empty() => path.to_owned(),
        (None, _) => within.to_owned(),
    };
    match &document.branch {
        Some(branch) => format!("{name} if {branch}"),
        None => name,
    }
}

/// A fact that an answer rests on.
#[derive(Serialize)]
pub(super) struct Cited {
    pub(super) name: &'static str,
    pub(super) fact: String,
}

/// The facts that an answer rests on.
pub(super) fn cited(axioms: Axioms) -> Vec<Cited> {
    axioms.iter().map(|axiom| Cited { name: axiom.name(), fact: axiom.to_string() }).collect()
}

/// What a level is called in reports.
pub(super) fn called(level: Level) -> &'static str {
    match level {
        Level::Denied => "denied",
        Level::Nothing => "nothing",
        Level::Delegated => "delegated",
        Level::Direct => "direct",
    }
}

/// The names of AWS's first partition for the references to them.
fn named_by_aws(symbol: &Symbol) -> Option<String> {
    match symbol.kind {
        SymbolKind::Partition => Some("aws".to_owned()),
        SymbolKind::DnsSuffix => Some("amazonaws.com".to_owned()),
        SymbolKind::OwnAccount | SymbolKind::Region | SymbolKind::Name | SymbolKind::Any => None,
    }
}

/// Twelve digits.
pub(super) fn account(text: &str) -> Result<String, String> {
    let is_account = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_account { Ok(text.to_owned()) } else { Err("an account has 12 digits".to_owned()) }
}
