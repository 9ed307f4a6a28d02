//! Linting any bytes ends, says the same twice, and points only at characters of the text. The first byte says
//! what the rest is read as.
#![no_main]

use kmslint::engine::Registry;
use kmslint::report::{Shown, Style, concise, json, text};
use kmslint::source::Sources;
use kmslint::{Input, Options, Report, lint};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((kind, data)) = data.split_first() else { return };
    let (sources, report) = run(*kind, data);
    for finding in &report.findings {
        for label in std::iter::once(&finding.primary).chain(&finding.related) {
            let file = sources.file(label.span.file);
            assert!(file.text().get(label.span.start as usize..label.span.end as usize).is_some(), "{finding:?}");
        }
    }
    let shown = concise(&report, &sources);
    let style = Style::default();
    let text = text(&Shown { report: &report, sources: &sources, rules: Registry::embedded(), style });
    assert!(!text.contains('\u{1b}'), "an escape sequence reaches the terminal");
    let (again, second) = run(*kind, data);
    assert_eq!(json(&report, &sources), json(&second, &again));
    assert_eq!(shown, concise(&second, &again));
});

fn run(kind: u8, data: &[u8]) -> (Sources, Report) {
    let (path, input) = match kind % 3 {
        0 => ("fuzz.json", Input::Json { path: "fuzz.json".into(), explicit: true }),
        1 => ("fuzz.yaml", Input::Yaml { path: "fuzz.yaml".into(), explicit: true }),
        _ => ("fuzz.tf", Input::Terraform { directories: vec![String::new()], files: Vec::new(), explicit: false }),
    };
    let sources = Sources::in_memory([]);
    if kind % 3 == 2 {
        // A directory is listed, so the file must lie in it.
        let text = String::from_utf8_lossy(data);
        let sources = Sources::in_memory([(path, text.as_ref())]);
        let report = lint(&sources, &[input], &Options::default());
        return (sources, report);
    }
    sources.add(path, data.to_vec());
    let report = lint(&sources, &[input], &Options::default());
    (sources, report)
}
