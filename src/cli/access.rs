//! `kmslint access FILE…`: who holds what of each key.

use std::io;

use clap::Args;
use serde::Serialize;

use super::keys::{Cited, Keys, account, called, cited};
use super::{Exit, complain, print};
use crate::access::{Access, COLUMNS, Hold, Level, Ownership, Verdict};
use crate::catalog::{ActionSet, Class, action, nearest_action};
use crate::report::{in_markdown, visible};

/// The arguments of `kmslint access`.
#[derive(Debug, Args)]
pub(super) struct Show {
    /// Files and directories; `-` is standard input, none is the current directory
    paths: Vec<String>,
    /// List the principals that can do this, instead of the table
    #[arg(long, value_name = "ACTION")]
    who_can: Option<String>,
    /// The account that owns the keys
    #[arg(long, value_name = "ID", value_parser = account)]
    owner_account: Option<String>,
    /// Name the facts about requests that the answers rest on
    #[arg(long)]
    explain: bool,
    /// How to print: text, json or markdown
    #[arg(long, default_value = "text", value_parser = ["text", "json", "markdown"])]
    format: String,
}

#[derive(Serialize)]
struct Report {
    schema: u32,
    keys: Vec<KeyTable>,
}

/// Who holds what of one key.
#[derive(Serialize)]
struct KeyTable {
    key: String,
    principals: Vec<Row>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    axioms: Vec<Cited>,
}

#[derive(Serialize)]
struct Row {
    principal: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    holds: Vec<Cell>,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    example: Option<String>,
}

#[derive(Serialize)]
struct Cell {
    what: &'static str,
    how: &'static str,
    actions: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    conditions: Vec<String>,
}

impl Show {
    /// Runs the command.
    ///
    /// # Errors
    /// What the system says of standard output.
    pub(super) fn run(&self) -> io::Result<Exit> {
        let wanted = match &self.who_can {
            None => None,
            Some(name) => match action(name) {
                Some(action) => Some(action),
                None => {
                    let meant = nearest_action(name)
                        .filter(|meant| !meant.contains('*'))
                        .map(|meant| format!("; `{meant}` is"));
                    let meant = meant.unwrap_or_default();
                    complain(&format!("`{name}` is no action of KMS{meant}"));
                    return Ok(Exit::Failed);
                }
            },
        };
        let keys = Keys::below(&self.paths, self.owner_account.as_deref());
        let tables = keys.keys.iter().map(|key| {
            let access = Access::new(&key.policy, &key.facts);
            let principals = match wanted {
                Some(action) => who_can(&access, action.set()),
                None => table(&access),
            };
            let axioms = if self.explain { cited(access.axioms()) } else { Vec::new() };
            KeyTable { key: key.name.clone(), principals, axioms }
        });
        let report = Report { schema: 1, keys: tables.collect() };
        if self.format == "json" {
            print(&(serde_json::to_string_pretty(&report)? + "\n"))?;
        } else {
            let text: Vec<String> =
                report.keys.iter().map(|key| lines(key, self.format == "markdown")).collect();
            print(&text.join("\n"))?;
        }
        Ok(if keys.failed { Exit::Failed } else { Exit::Clean })
    }
}

fn table(access: &Access<'_>) -> Vec<Row> {
    let rows = access.matrix().into_iter().map(|row| {
        let holds = row.cells.iter().zip(&COLUMNS).map(|(cell, (_, what))| Cell {
            what,
            how: hold(cell.hold),
            actions: cell.actions.names().collect(),
            conditions: cell.conditions.clone(),
        });
        Row { principal: row.principal, holds: holds.collect(), level: None, example: None }
    });
    rows.collect()
}

fn who_can(access: &Access<'_>, actions: ActionSet) -> Vec<Row> {
    let mut principals = Vec::new();
    for (at, class) in access.classes().iter().enumerate() {
        let actions = actions.intersection(access.effective(at));
        let answers = [Level::Direct, Level::Delegated].map(|level| (level, access.can(at, actions, level)));
        // IAM policies of its own account have to let it, too.
        let most = if class.ownership == Ownership::Foreign { Level::Delegated } else { Level::Direct };
        let yes = answers.iter().find_map(|(level, verdict)| match verdict {
            Verdict::Yes(witness) => Some((called(most.min(*level)), Some(witness.to_string()))),
            _ => None,
        });
        let unknown = answers.iter().any(|(_, verdict)| *verdict == Verdict::Unknown);
        if let Some((level, example)) = yes.or(unknown.then_some(("unknown", None))) {
            let principal = class.kind.to_string();
            principals.push(Row { principal, holds: Vec::new(), level: Some(level), example });
        }
    }
    principals
}

fn hold(hold: Hold) -> &'static str {
    match hold {
        Hold::None => "no",
        Hold::Unknown => "unknown",
        Hold::Delegated => "by IAM",
        Hold::Conditional => "conditional",
        Hold::Direct => "yes",
    }
}

/// A table for people; in Markdown, or in columns.
fn lines(key: &KeyTable, markdown: bool) -> String {
    let mut rows: Vec<Vec<String>> = Vec::new();
    // Markdown shows what cannot be seen by itself.
    let shown = |text: &str| if markdown { text.to_owned() } else { visible(text).to_string() };
    let listed = key.principals.iter().all(|row| row.holds.is_empty());
    if listed {
        rows.push(["principal", "level", "for example"].map(str::to_owned).to_vec());
    } else {
        let columns: [(Class, &str); 5] = COLUMNS;
        rows.push(
            ["principal"].into_iter().chain(columns.map(|(_, name)| name)).map(str::to_owned).collect(),
        );
    }
    for row in &key.principals {
        let mut cells = vec![shown(&row.principal)];
        if listed {
            cells.push(row.level.unwrap_or_default().to_owned());
            cells.push(shown(row.example.as_deref().unwrap_or_default()));
        } else {
            cells.extend(row.holds.iter().map(|cell| cell.how.to_owned()));
        }
        rows.push(cells);
    }
    if markdown {
        let mut text = format!("### {}\n\n", in_markdown(&key.key));
        for (at, row) in rows.iter().enumerate() {
            let cells: Vec<String> = row.iter().map(|cell| in_markdown(cell)).collect();
            text += &format!("| {} |\n", cells.join(" | "));
            if at == 0 {
                text += &format!("|{}\n", " --- |".repeat(row.len()));
            }
        }
        let conditions = conditions(key);
        if !conditions.is_empty() {
            text += "\n";
        }
        for line in conditions {
            text += &format!("- {}\n", in_markdown(&line));
        }
        for axiom in &key.axioms {
            text += &format!("- rests on {}: {}\n", axiom.name, in_markdown(&axiom.fact));
        }
        return text;
    }
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let mut text = format!("{}\n", visible(&key.key));
    for row in &rows {
        let cells: Vec<String> =
            row.iter().enumerate().map(|(at, cell)| format!("{cell:<width$}", width = width(at))).collect();
        text += &format!("  {}\n", cells.join("  ").trim_end());
    }
    for line in conditions(key) {
        text += &format!("  {}\n", visible(&line));
    }
    for axiom in &key.axioms {
        text += &format!("  rests on {}: {}\n", axiom.name, axiom.fact);
    }
    text
}

/// Who holds what only under conditions, one line for those that are the same.
fn conditions(key: &KeyTable) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for row in &key.principals {
        let mut known: Vec<(Vec<&str>, String)> = Vec::new();
        for cell in row.holds.iter().filter(|cell| !cell.conditions.is_empty()) {
            let asked = cell.conditions.join(", or if ");
            match known.iter_mut().find(|(_, other)| *other == asked) {
                Some((what, _)) => what.push(cell.what),
                None => known.push((vec![cell.what], asked)),
            }
        }
        let line = |(what, asked): (Vec<&str>, String)| {
            format!("`{}`: {} only if {asked}", row.principal, what.join(", "))
        };
        lines.extend(known.into_iter().map(line));
    }
    lines
}
