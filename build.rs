//! Embeds the rule documents of `rules/`, with their rule blocks read, and finds the native checks of `src/checks/`, so
//! that a new rule is a new file and nothing else.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use toml::{Table, Value};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=src/checks");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("rules.rs"), rules(&root.join("rules"))?)?;
    fs::write(out.join("checks.rs"), checks(&root.join("src/checks"))?)
}

/// `EMBEDDED`: name and text of each `KMS…-….md`, sorted by name; `PREPARED`: the rule block of each, if it can be
/// written as data.
fn rules(folder: &Path) -> io::Result<String> {
    let mut documents = String::from("pub(super) static EMBEDDED: &[(&str, &str)] = &[\n");
    let mut blocks = String::from("static PREPARED: &[Option<Prepared>] = &[\n");
    for (stem, path) in files(folder, "md")?.iter().filter(|(stem, _)| stem.starts_with("KMS")) {
        let _ = writeln!(documents, "    ({:?}, include_str!({path:?})),", format!("rules/{stem}.md"));
        let block = prepared(&fs::read_to_string(path)?).unwrap_or_else(|| "None".to_owned());
        let _ = writeln!(blocks, "    {block},");
    }
    Ok(documents + "];\n" + &blocks + "];\n")
}

/// The title and the rule block of a document as Rust. None where the block holds more than words: the program's own
/// reader knows patterns and mistakes.
fn prepared(document: &str) -> Option<String> {
    let (id, name) = document.lines().next()?.strip_prefix("# ")?.trim().split_once(' ')?;
    let (_, block) = document.split_once("\n```toml rule\n")?;
    let mut table: Table = block.split_once("\n```")?.0.parse().ok()?;
    let params = match table.remove("params") {
        Some(Value::Table(params)) => params,
        Some(_) => return None,
        None => Table::new(),
    };
    let (members, params) = (members(&table)?, members(&params)?);
    let title = format!("id: Cow::Borrowed({id:?}), name: Cow::Borrowed({name:?})");
    Some(format!("Some(Prepared {{ {title}, members: {members}, params: {params} }})"))
}

/// Each key with its words, a scalar being a list of one.
fn members(table: &Table) -> Option<String> {
    let mut code = String::from("&[");
    for (key, value) in table {
        let words: Option<Vec<String>> = match value {
            Value::Array(items) => items.iter().map(word).collect(),
            value => word(value).map(|word| vec![word]),
        };
        let words: String = words?.iter().map(|word| format!("Cow::Borrowed({word:?}), ")).collect();
        let _ = write!(code, "({key:?}, &[{words}]), ");
    }
    Some(code + "]")
}

fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Boolean(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// A module for each file but `mod.rs`, and `CHECKS`: the check of each under its name, sorted by name.
fn checks(folder: &Path) -> io::Result<String> {
    let mut modules = String::new();
    let mut table = String::from("pub(crate) static CHECKS: &[(&str, crate::engine::Check)] = &[\n");
    for (stem, path) in files(folder, "rs")?.iter().filter(|(stem, _)| stem != "mod") {
        let _ = writeln!(modules, "#[path = {path:?}]\nmod {stem};");
        let _ = writeln!(table, "    ({:?}, {stem}::CHECK),", stem.replace('_', "-"));
    }
    table.push_str("];\n");
    Ok(modules + &table)
}

/// Stem and path of the files with an extension, sorted by stem.
fn files(folder: &Path, extension: &str) -> io::Result<Vec<(String, PathBuf)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|found| found == extension) {
            files.push((path.file_stem().unwrap_or_default().to_string_lossy().into_owned(), path));
        }
    }
    files.sort();
    Ok(files)
}
