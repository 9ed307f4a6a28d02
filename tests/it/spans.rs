//! Every finding points at exactly the characters it names, whatever the file is made of.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The JSON report of the real program.
fn report(path: &Path) -> serde_json::Value {
    let run = Command::new(env!("CARGO_BIN_EXE_kmslint"))
        .args(["--format", "json"])
        .arg(path)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(run.status.code().is_some_and(|code| code <= 2), "{}: {run:?}", path.display());
    serde_json::from_slice(&run.stdout).unwrap_or_else(|error| panic!("{}: {error}: {run:?}", path.display()))
}

fn files(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
    found.sort();
}

/// Checks one place of the report against the bytes of its file; returns whether its text is not ASCII.
fn check(place: &serde_json::Value) -> bool {
    let path = place["path"].as_str().unwrap();
    let bytes = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    let offset = |end: &str| usize::try_from(place[end]["offset"].as_u64().unwrap()).unwrap();
    let (start, end) = (offset("start"), offset("end"));
    let text = place["text"].as_str().unwrap();
    // Bytes that are not UTF-8 are shown as `?`, one for one.
    let source = String::from_utf8(bytes.clone()).unwrap_or_else(|_| {
        let byte = |c: &[u8]| String::from_utf8(c.to_vec()).unwrap_or_else(|_| "?".repeat(c.len()));
        bytes.utf8_chunks().map(|chunk| chunk.valid().to_owned() + &byte(chunk.invalid())).collect()
    });
    assert_eq!(source.get(start..end), Some(text), "{place}");
    let before = source.get(..start).unwrap();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
    assert_eq!(place["start"]["line"], line, "{place}");
    assert_eq!(place["start"]["column"], column, "{place}");
    !text.is_ascii()
}

#[test]
fn the_text_of_every_place_is_the_source_between_its_offsets() {
    let mut paths = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata"), &mut paths);
    let mut places = 0;
    for path in &paths {
        let report = report(path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap());
        for finding in report["findings"].as_array().unwrap() {
            let related = finding["related"].as_array().unwrap();
            for place in std::iter::once(&finding["primary"]).chain(related) {
                check(place);
                places += 1;
            }
        }
    }
    assert!(places > 50, "only {places} places in {} files", paths.len());
}

/// The public statement of each odd file is found, at the `"*"` that makes it public.
#[test]
fn byte_order_marks_line_ends_tabs_and_escapes_hide_nothing() {
    let directory = Path::new("testdata/odd");
    let mut paths = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(directory), &mut paths);
    assert!(paths.len() > 10);
    for path in paths {
        let name = path.file_name().unwrap();
        let report = report(&directory.join(name));
        let public: Vec<&str> = report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|finding| finding["name"] == "public-key-policy")
            .map(|finding| finding["primary"]["text"].as_str().unwrap())
            .collect();
        assert!(!public.is_empty(), "{}: nothing public in {report:#}", name.display());
        for text in public {
            assert_eq!(text.trim_matches(['"', '\\']), "*", "{}", name.display());
        }
    }
}
