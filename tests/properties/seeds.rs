//! Where the fuzzers begin, and what `cargo test` tries: the inputs of the tests, and the examples of the rules.

use std::fs;
use std::path::{Path, PathBuf};

use kmslint::engine::Registry;

use super::access::pairs;

/// Longer inputs slow a fuzzer down more than they teach it.
const MOST_BYTES: u64 = 4096;

/// Pairs of policies to compare.
const PAIRS: u64 = 200;

/// What did not hold once: `testdata/fuzz/TARGET-….bin`.
pub fn found(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/fuzz");
    let of_target = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.split('-').next() == Some(target)
    };
    files(&folder).iter().filter(|path| of_target(path)).map(|path| fs::read(path).unwrap()).collect()
}

/// The seeds of a target.
pub fn of(target: &str) -> Vec<Vec<u8>> {
    let texts = texts();
    let of = |languages: &[&str]| -> Vec<&[u8]> {
        let wanted = texts.iter().filter(|(language, _)| languages.contains(language));
        wanted.map(|(_, text)| text.as_slice()).collect()
    };
    let after = |head: &[u8], texts: Vec<&[u8]>| -> Vec<Vec<u8>> {
        texts.into_iter().map(|text| [head, text].concat()).collect()
    };
    let every = |head: fn(u8) -> Vec<u8>| {
        let kinds = [(0, "json"), (1, "yaml"), (2, "hcl")];
        kinds.into_iter().flat_map(|(kind, language)| after(&head(kind), of(&[language]))).collect()
    };
    match target {
        "access" => {
            after(b"", of(&["json"])).into_iter().chain(pairs(PAIRS).map(String::into_bytes)).collect()
        }
        "evaluator" => {
            let mut seeds = after(b"\x01", of(&["hcl"]));
            seeds.extend(after(b"\x02", of(&["hcl"])));
            // The right side of each argument, as far as its line goes.
            for (_, text) in texts.iter().filter(|(language, _)| *language == "hcl") {
                let text = String::from_utf8_lossy(text);
                let sides = text.lines().filter_map(|line| line.split_once(" = "));
                seeds.extend(sides.map(|(_, side)| [b"\0", side.as_bytes()].concat()));
            }
            seeds
        }
        "fix" | "policy" | "json" => after(b"", of(&["json"])),
        "hcl" => after(b"", of(&["hcl", "template"])),
        "yaml" => after(b"", of(&["yaml", "json"])),
        "template" => {
            let kinds = (0..5).flat_map(|kind| after(&[kind], of(&["template", "json"])));
            kinds.chain(after(b"\x02", of(&["template"]))).collect()
        }
        "sarif" => every(|kind| [&[kind, 6][..], b"a<b&c\n"].concat()),
        _ => every(|kind| vec![kind]),
    }
}

/// All texts by their languages, in an order of their own.
fn texts() -> Vec<(&'static str, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = Vec::new();
    for path in files(&root.join("testdata")) {
        let name = path.to_string_lossy();
        let language = match name.rsplit('.').next().unwrap() {
            "json" if !name.contains("schema") && !name.contains("rendered") => "json",
            "yaml" | "yml" => "yaml",
            "tf" | "hcl" => "hcl",
            "tftpl" | "tpl" => "template",
            _ => continue,
        };
        if fs::metadata(&path).unwrap().len() <= MOST_BYTES {
            texts.push((language, fs::read(&path).unwrap()));
        }
    }
    for rule in Registry::embedded().rules() {
        for example in rule.examples() {
            let languages = ["json", "yaml", "hcl"];
            if let Some(language) = languages.into_iter().find(|it| *it == example.language) {
                texts.push((language, example.text.as_bytes().to_vec()));
            }
        }
    }
    texts
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries.into_iter().flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}
