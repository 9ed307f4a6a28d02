//! The keys that a command is about: the policies in some files, with their places.

use std::collections::BTreeMap;
use std::io;

use super::complain;
use crate::access::Level;
use crate::carrier::{Document, KeyFacts, Role};
use crate::config::Config;
use crate::discover::{discover, discover_at};
use crate::policy::{Policy, Statement};
use crate::source::Sources;
use crate::value::{Kind, Piece, Symbol, SymbolKind, Text, Value};
use crate::{Input, Options};

/// A key, and its policy.
pub(super) struct Key {
    /// Its address, or the path of its policy; with what holds in the branch, where something was undecided.
    pub(super) name: String,
    pub(super) facts: KeyFacts,
    pub(super) policy: Policy,
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
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for input in inputs {
            let carried = match crate::carry(&self.sources, input, &Options::default()) {
                Ok(carried) => carried,
                Err(failure) => {
                    complain(&format!("`{}`: {}", failure.path, failure.message));
                    self.failed = true;
                    continue;
                }
            };
            for document in carried.documents.iter().filter(|document| document.role == Role::KeyPolicy) {
                let mut name = name(document, root);
                let count = seen.entry(name.clone()).or_default();
                *count += 1;
                if *count > 1 {
                    name = format!("{name} ({count})");
                }
                let facts = config.of_key(&document.key).into_owned();
                let mut value = document.value.clone();
                if let Some(owner) = owner {
                    settle(&mut value, owner);
                }
                self.keys.push(Key { name, policy: Policy::new(&value, &facts, document.role), facts });
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

/// What is left out of the names of keys: the one folder that they are below.
fn root(paths: &[String]) -> String {
    match paths {
        [path] => path.trim_start_matches("./").trim_end_matches('/').to_owned(),
        _ => String::new(),
    }
}

fn name(document: &Document, root: &str) -> String {
    let within = document.path.strip_prefix(root).unwrap_or(&document.path).trim_start_matches('/');
    let path = if within.is_empty() { &document.path } else { within };
    let name = document.address.as_deref().unwrap_or(path);
    match &document.branch {
        Some(branch) => format!("{name} if {branch}"),
        None => name.to_owned(),
    }
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

/// Puts the owner's account for the references to it, and the names of AWS's first partition for those to them.
fn settle(value: &mut Value, owner: &str) {
    match &mut value.kind {
        Kind::Text(text) => settle_text(text, owner),
        Kind::List(items) => items.iter_mut().for_each(|item| settle(item, owner)),
        Kind::Object(members) => {
            for member in members {
                settle_text(&mut member.key, owner);
                settle(&mut member.value, owner);
            }
        }
        Kind::Unknown(symbol) => {
            if let Some(text) = settled(symbol, owner) {
                value.kind = Value::text(text, value.span).kind;
            }
        }
        Kind::Encoded(inner) => settle(inner, owner),
        Kind::Null | Kind::Bool(_) | Kind::Number(_) => {}
    }
}

fn settle_text(text: &mut Text, owner: &str) {
    for piece in &mut text.pieces {
        if let Piece::Unknown { symbol, span } = piece
            && let Some(text) = settled(symbol, owner)
        {
            *piece = Piece::Known { text: text.to_owned(), map: crate::value::SpanMap::opaque(*span) };
        }
    }
}

fn settled<'o>(symbol: &Symbol, owner: &'o str) -> Option<&'o str> {
    match symbol.kind {
        SymbolKind::OwnAccount => Some(owner),
        SymbolKind::Partition => Some("aws"),
        SymbolKind::DnsSuffix => Some("amazonaws.com"),
        SymbolKind::Region | SymbolKind::Name | SymbolKind::Any => None,
    }
}
