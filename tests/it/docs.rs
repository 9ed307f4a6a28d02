//! The documents name only what exists.

use std::fs;
use std::path::Path;

/// Words in backticks that look like paths of this repository, and code blocks' paths.
fn paths(text: &str) -> Vec<&str> {
    const ROOTS: [&str; 9] =
        ["src/", "rules/", "tests/", "testdata/", "scripts/", "fuzz/", "docs/", ".ci/", "benches/"];
    text.split(|c: char| c.is_whitespace() || "`()|,;".contains(c))
        // Output names places, `path:line:column`.
        .map(|word| word.split(':').next().unwrap_or_default().trim_end_matches('.'))
        .filter(|word| ROOTS.iter().any(|root| word.starts_with(root)))
        // `rules/KMSnnn-your-rule.md` and the like are patterns, not files.
        .filter(|word| !word.contains("nnn") && !word.contains("your_rule") && !word.contains('*'))
        .collect()
}

#[test]
fn every_path_in_the_documents_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut seen = 0;
    for document in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"] {
        let text = fs::read_to_string(root.join(document)).unwrap();
        for path in paths(&text) {
            seen += 1;
            assert!(root.join(path).exists(), "{document} names `{path}`, which does not exist");
        }
    }
    assert!(seen > 20, "only {seen} paths were recognised");
}

#[test]
fn no_source_file_holds_too_much() {
    let mut long = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut |path| {
        let text = fs::read_to_string(path).unwrap();
        let code = text.lines().take_while(|line| *line != "#[cfg(test)]").count();
        let is_data = path.ends_with("catalog/data.rs");
        if code > 500 && !is_data && !path.ends_with("tests.rs") {
            long.push(format!("{}: {code} lines", path.display()));
        }
    });
    assert!(long.is_empty(), "split these files:\n{}", long.join("\n"));
}

fn walk(directory: &Path, visit: &mut dyn FnMut(&Path)) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, visit);
        } else {
            visit(&path);
        }
    }
}

/// Each row of the page on limits names a file and the characters in it that set the limit.
#[test]
fn the_page_on_limits_says_what_the_source_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/limits.md")).unwrap();
    let rows: Vec<&str> = page.lines().filter(|line| line.contains("| `src/")).collect();
    assert!(rows.len() > 25, "{}", rows.len());
    for row in rows {
        let code: Vec<&str> = row.rsplit('|').nth(1).unwrap().split('`').skip(1).step_by(2).collect();
        let [path, setting] = code.as_slice() else { panic!("{row}") };
        assert!(fs::read_to_string(root.join(path)).unwrap().contains(setting), "{row}");
    }
}
