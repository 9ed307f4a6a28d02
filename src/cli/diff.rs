//! `kmslint diff OLD NEW`: what access a change of key policies gives and takes.

use std::collections::BTreeMap;
use std::io;

use clap::Args;
use serde::Serialize;

use super::keys::{Cited, Key, Keys, account, called, cited};
use super::{Exit, complain, print};
use crate::access::{
    Access, ClassKind, Comparison, Difference, Relation, UNNAMED_SERVICE, compare, compare_without_axioms,
};
use crate::carrier::{KeyFacts, Role, default_policy};
use crate::catalog::condition_key_called;
use crate::policy::Policy;
use crate::report::visible;
use crate::source::{FileId, Span};
use crate::value::{Kind, SpanMap, Symbol, SymbolKind, Text, Value};

/// The arguments of `kmslint diff`.
#[derive(Debug, Args)]
pub(super) struct Diff {
    /// The old and the new files or directories; with `--base` the new ones alone
    #[arg(value_names = ["OLD", "NEW"], num_args = 0..)]
    paths: Vec<String>,
    /// Compare the work tree with this commit of its git repository
    #[arg(long, value_name = "GIT-REF")]
    base: Option<String>,
    /// The account that owns the keys
    #[arg(long, value_name = "ID", value_parser = account)]
    owner_account: Option<String>,
    /// What makes the exit code 1
    #[arg(long, value_name = "WHAT", default_value = "gained", value_parser = ["gained", "lost", "any", "never"])]
    fail_on: String,
    /// How to print the differences: text or json
    #[arg(long, default_value = "text", value_parser = ["text", "json"])]
    format: String,
    /// Name the facts about requests that the answers rest on
    #[arg(long)]
    explain: bool,
    /// Take nothing to be true of requests: what is gained may then be gained by no real request, but that nothing is
    /// gained rests on the policies alone
    #[arg(long, conflicts_with = "explain")]
    no_axioms: bool,
}

#[derive(Serialize)]
struct Report {
    schema: u32,
    keys: Vec<KeyReport>,
}

/// What changed for one key.
#[derive(Serialize)]
struct KeyReport {
    key: String,
    relation: &'static str,
    gained: Vec<Change>,
    lost: Vec<Change>,
    protection_removed: Vec<Change>,
    protection_added: Vec<Change>,
    not_proven: Vec<Doubt>,
    axioms: Vec<Cited>,
}

#[derive(Serialize)]
struct Change {
    principal: String,
    actions: Vec<&'static str>,
    future_actions: Option<String>,
    before: &'static str,
    after: &'static str,
    statement: Place,
    witness: Request,
}

#[derive(Serialize)]
struct Doubt {
    statement: Place,
    of: &'static str,
    reason: &'static str,
}

#[derive(Serialize)]
struct Place {
    index: usize,
    sid: Option<String>,
    path: String,
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct Request {
    principal: String,
    action: String,
    context: BTreeMap<String, Vec<String>>,
}

impl Diff {
    /// Runs the command.
    ///
    /// # Errors
    /// What the system says of standard output.
    pub(super) fn run(&self) -> io::Result<Exit> {
        let owner = self.owner_account.as_deref();
        let (old, new) = match (self.paths.as_slice(), &self.base) {
            (paths, Some(base)) => match Keys::at(base, paths, owner) {
                Ok(old) => (old, Keys::below(paths, owner)),
                Err(error) => {
                    complain(&format!("cannot read `{base}`: {error}"));
                    return Ok(Exit::Failed);
                }
            },
            ([old, new], None) => {
                (Keys::below(std::slice::from_ref(old), owner), Keys::below(std::slice::from_ref(new), owner))
            }
            _ => {
                complain("give OLD and NEW, or `--base` with the paths to compare");
                return Ok(Exit::Failed);
            }
        };
        let report = Report {
            schema: 1,
            keys: reports(&old, &new, if self.no_axioms { compare_without_axioms } else { compare }),
        };
        if self.format == "json" {
            print(&(serde_json::to_string_pretty(&report)? + "\n"))?;
        } else {
            print(&self.text(&report))?;
        }
        let some = |of: fn(&KeyReport) -> bool| report.keys.iter().any(of);
        let gained = |key: &KeyReport| !key.gained.is_empty() || !key.not_proven.is_empty();
        let lost = |key: &KeyReport| !key.lost.is_empty() || !key.not_proven.is_empty();
        let fails = match self.fail_on.as_str() {
            "gained" => some(gained),
            "lost" => some(lost),
            "any" => some(|key| key.relation != "equal"),
            _ => false,
        };
        Ok(match () {
            () if old.failed || new.failed => Exit::Failed,
            () if fails => Exit::Findings,
            () => Exit::Clean,
        })
    }

    fn text(&self, report: &Report) -> String {
        let mut text = String::new();
        for key in &report.keys {
            text += &format!("{}: {}\n", visible(&key.key), key.relation);
            for (what, changes) in [
                ("gained", &key.gained),
                ("lost", &key.lost),
                ("protection removed", &key.protection_removed),
                ("protection added", &key.protection_added),
            ] {
                for change in changes {
                    text += &shown(what, change);
                }
            }
            for doubt in &key.not_proven {
                let place = &doubt.statement;
                text += &format!("  not proven: {}", doubt.reason);
                text += &format!(", at {}:{}:{}\n", visible(&place.path), place.line, place.column);
            }
            if self.explain {
                for axiom in &key.axioms {
                    text += &format!("  rests on {}: {}\n", axiom.name, axiom.fact);
                }
            }
        }
        if report.keys.is_empty() {
            text += "no key policy on either side\n";
        }
        text
    }
}

fn shown(what: &str, change: &Change) -> String {
    const MOST: usize = 4;
    let mut actions: Vec<String> = change.actions.iter().take(MOST).map(|name| (*name).to_owned()).collect();
    if change.actions.len() > MOST {
        actions.push(format!("{} more", change.actions.len() - MOST));
    }
    actions.extend(
        change.future_actions.iter().map(|pattern| format!("actions to come that `{pattern}` takes")),
    );
    let place = &change.statement;
    let told = |(key, values): (&String, &Vec<String>)| {
        format!("{} = {}", condition_key_called(key), values.join(", "))
    };
    let context: Vec<String> = change.witness.context.iter().map(told).collect();
    let with = if context.is_empty() { String::new() } else { format!(" with {}", context.join(" and ")) };
    format!(
        "  {what}: {}: {} ({} → {}), at {}:{}:{}\n    for example {} calls {}{}\n",
        visible(&change.principal),
        visible(&actions.join(", ")),
        change.before,
        change.after,
        visible(&place.path),
        place.line,
        place.column,
        visible(&change.witness.principal),
        visible(&change.witness.action),
        visible(&with),
    )
}

/// How two policies are compared.
type Compare = fn(&Policy, &Policy, &KeyFacts) -> Comparison;

/// The keys of both sides by name; two lone policies are compared whatever they are called.
fn reports(old: &Keys, new: &Keys, compare: Compare) -> Vec<KeyReport> {
    let lone = old.keys.len() == 1 && new.keys.len() == 1;
    let twin = |key: &Key| old.keys.iter().find(|before| lone || before.name == key.name);
    let mut reports: Vec<KeyReport> = Vec::new();
    for key in &new.keys {
        reports.push(match twin(key) {
            Some(before) => {
                let mut facts = key.facts.clone();
                facts.owner_account = facts.owner_account.or_else(|| before.facts.owner_account.clone());
                changed(key, before, &compare(&before.policy, &key.policy, &facts), old, new)
            }
            None => alone(key, "added", new, compare),
        });
    }
    let gone = old.keys.iter().filter(|before| !lone && !new.keys.iter().any(|key| key.name == before.name));
    reports.extend(gone.map(|before| alone(before, "removed", old, compare)));
    reports
}

/// A key that only one side has: what it gives beyond the policy that AWS gives a key without one.
fn alone(key: &Key, relation: &'static str, keys: &Keys, compare: Compare) -> KeyReport {
    let nowhere = Span::at(FileId(0), 0);
    let owner = Access::new(&key.policy, &key.facts).owner().cloned();
    let owner =
        owner.unwrap_or_else(|| Text::unknown(Symbol::of(SymbolKind::OwnAccount, "own account"), nowhere));
    let known = |text: &str| Text::known(text, SpanMap::opaque(nowhere)).pieces;
    let root = [known("arn:aws:iam::"), owner.pieces, known(":root")].concat();
    let root = Value::new(Kind::Text(Text { pieces: root }), nowhere);
    let default = Policy::new(&default_policy(root, nowhere), &key.facts, Role::KeyPolicy);
    let is_new = relation == "added";
    let (before, after) = if is_new { (&default, &key.policy) } else { (&key.policy, &default) };
    let comparison = compare(before, after, &key.facts);
    let more = if is_new { &comparison.gained } else { &comparison.lost };
    let at = |at: usize| place(keys, key, at);
    let doubts = comparison.not_proven.iter().filter(|doubt| doubt.new == is_new);
    KeyReport {
        key: key.name.clone(),
        relation,
        gained: more.iter().filter(|_| is_new).map(|it| change(it, at(it.statement))).collect(),
        lost: more.iter().filter(|_| !is_new).map(|it| change(it, at(it.statement))).collect(),
        protection_removed: Vec::new(),
        protection_added: Vec::new(),
        not_proven: doubts
            .map(|it| Doubt {
                statement: at(it.statement),
                of: if is_new { "new" } else { "old" },
                reason: it.reason,
            })
            .collect(),
        axioms: cited(comparison.axioms),
    }
}

fn place(keys: &Keys, key: &Key, at: usize) -> Place {
    let statement = key.policy.statements.get(at);
    let (path, line, column) = statement.map(|it| keys.place(it)).unwrap_or_default();
    let sid = statement.and_then(|it| it.sid.as_ref()).map(|sid| sid.text.to_string());
    Place { index: statement.map_or(at, |it| it.place), sid, path, line, column }
}

fn changed(key: &Key, before: &Key, comparison: &Comparison, old: &Keys, new: &Keys) -> KeyReport {
    let in_new = |difference: &Difference| change(difference, place(new, key, difference.statement));
    let in_old = |difference: &Difference| change(difference, place(old, before, difference.statement));
    KeyReport {
        key: key.name.clone(),
        relation: match comparison.relation() {
            Relation::Equal => "equal",
            Relation::Narrower => "narrower",
            Relation::Wider => "wider",
            Relation::Incomparable => "incomparable",
            Relation::NotProven => "not proven",
        },
        gained: comparison.gained.iter().map(in_new).collect(),
        lost: comparison.lost.iter().map(in_old).collect(),
        protection_removed: comparison.unprotected.iter().map(in_old).collect(),
        protection_added: comparison.protected.iter().map(in_new).collect(),
        not_proven: comparison
            .not_proven
            .iter()
            .map(|doubt| {
                let (keys, key, of) = if doubt.new { (new, key, "new") } else { (old, before, "old") };
                Doubt { statement: place(keys, key, doubt.statement), of, reason: doubt.reason }
            })
            .collect(),
        axioms: cited(comparison.axioms),
    }
}

fn change(difference: &Difference, statement: Place) -> Change {
    Change {
        principal: match &difference.principal {
            ClassKind::Service(name) if name.to_string() == UNNAMED_SERVICE => {
                "any other AWS service".to_owned()
            }
            principal => principal.to_string(),
        },
        actions: difference.actions.names().collect(),
        future_actions: difference.future.clone(),
        before: called(difference.before),
        after: called(difference.after),
        statement,
        witness: Request {
            principal: difference.witness.principal.clone(),
            action: difference.witness.action.clone(),
            context: difference.witness.context.iter().cloned().collect(),
        },
    }
}
