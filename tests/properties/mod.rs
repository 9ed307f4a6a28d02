//! What must hold of any bytes, one file for each stage. `cargo test` tries the seeds, `fuzz/` whatever else it finds;
//! both by the same functions, which panic where it does not hold.

#![allow(unreachable_pub, missing_docs, reason = "the fuzzers are a crate of their own")]

pub mod access;
pub mod evaluator;
pub mod fix;
pub mod hcl;
pub mod json;
pub mod lint;
pub mod policy;
pub mod relint;
pub mod sarif;
pub mod seeds;
pub mod template;
pub mod yaml;

use kmslint::engine::Registry;
use kmslint::report::{Shown, Style, json as as_json, policies_json, policies_text, text};
use kmslint::source::{SourceFile, Sources, Span};
use kmslint::{Input, Options, Report};

/// Whether something holds of these bytes: panics where it does not.
pub type Property = fn(&[u8]);

/// All of them, under the names of their fuzz targets.
pub const ALL: [(&str, Property); 11] = [
    ("access", access::holds),
    ("evaluator", evaluator::holds),
    ("fix", fix::holds),
    ("hcl", hcl::holds),
    ("json", json::holds),
    ("lint", lint::holds),
    ("policy", policy::holds),
    ("relint", relint::holds),
    ("sarif", sarif::holds),
    ("template", template::holds),
    ("yaml", yaml::holds),
];

/// A fresh set of files, and what of them is linted.
pub type Case = (Sources, Vec<Input>);

/// The Terraform module in the current directory.
pub fn module() -> Input {
    Input::Terraform { directories: vec![String::new()], files: Vec::new(), explicit: false }
}

/// One file, read as its first byte says: JSON, YAML or Terraform.
pub fn one_file(data: &[u8]) -> Option<Case> {
    let (kind, text) = data.split_first()?;
    Some(match kind % 3 {
        0 => alone("fuzz.json", text),
        1 => alone("fuzz.yaml", text),
        // A directory is listed, so the file must lie in it.
        _ => (Sources::in_memory([("fuzz.tf", String::from_utf8_lossy(text).as_ref())]), vec![module()]),
    })
}

/// A file of JSON or YAML that was named.
pub fn alone(path: &str, text: &[u8]) -> Case {
    let sources = Sources::in_memory([]);
    sources.add(path, text.to_vec());
    let path = path.to_owned();
    let input = match path.ends_with(".yaml") {
        true => Input::Yaml { path, explicit: true },
        false => Input::Json { path, explicit: true },
    };
    (sources, vec![input])
}

/// Whether a span is a range of its file, from one character to another.
pub fn is_whole(sources: &Sources, span: Span) -> bool {
    is_range(&sources.file(span.file), span.start, span.end)
}

/// Whether a range is one of a text, from one character to another.
pub fn is_range(source: &SourceFile, start: u32, end: u32) -> bool {
    source.text().get(start as usize..end as usize).is_some()
}

/// That linting a case says the same twice, points at characters that are there, and lets nothing through to the
/// terminal; and that what the policies come to is the same twice, too.
pub fn sound(case: impl Fn() -> Option<Case>) -> Option<(Sources, Report)> {
    let options = Options { matrix: true, ..Options::default() };
    let run = || {
        let (sources, inputs) = case()?;
        let report = kmslint::lint(&sources, &inputs, &options);
        let (policies, _) = kmslint::show(&sources, &inputs, &options);
        let told = as_json(&report, &sources) + &policies_json(&policies) + &policies_text(&policies);
        Some((sources, report, told))
    };
    let (sources, report, told) = run()?;
    for finding in &report.findings {
        for label in std::iter::once(&finding.primary).chain(&finding.related) {
            assert!(is_whole(&sources, label.span), "{finding:?}");
        }
        for edit in finding.fix.iter().flat_map(|fix| &fix.edits) {
            assert!(is_whole(&sources, edit.span), "{finding:?}");
        }
    }
    let style = Style::default();
    let shown = Shown { report: &report, sources: &sources, rules: Registry::embedded(), style };
    let acts = |c: char| c.is_control() && c != '\n';
    assert!(!text(&shown).contains(acts), "a control character reaches the terminal");
    assert!(!told.contains('\u{1b}'), "an escape sequence reaches the terminal");
    let (_, _, again) = run()?;
    assert!(told == again, "it depends on more than its input:\n{told}\n{again}");
    Some((sources, report))
}
