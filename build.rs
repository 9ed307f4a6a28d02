//! Embeds the rule documents of `rules/` and finds the native checks of `src/checks/`, so that a new rule
//! is a new file and nothing else.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=src/checks");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("rules.rs"), rules(&root.join("rules"))?)?;
    fs::write(out.join("checks.rs"), checks(&root.join("src/checks"))?)
}

/// `EMBEDDED`: name and text of each `KMS…-….md`, sorted by name.
fn rules(folder: &Path) -> io::Result<String> {
    let mut code = String::from("pub(super) static EMBEDDED: &[(&str, &str)] = &[\n");
    for (stem, path) in files(folder, "md")?.iter().filter(|(stem, _)| stem.starts_with("KMS")) {
        let _ = writeln!(code, "    ({:?}, include_str!({path:?})),", format!("rules/{stem}.md"));
    }
    code.push_str("];\n");
    Ok(code)
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
