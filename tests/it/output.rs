//! Several reports at once, each written whole.

use crate::config::{PUBLIC, Scratch, stdout};
use std::fs;

#[test]
fn several_formats_at_once_and_one_of_them_on_standard_output() {
    let scratch = Scratch::new("outputs");
    scratch.write("key.json", PUBLIC);
    let run = scratch.run(&[
        "--output",
        "sarif=out.sarif",
        "--output",
        "github",
        "-o",
        "html=out.html",
        "key.json",
    ]);
    assert_eq!(run.status.code(), Some(1));
    assert!(stdout(&run).starts_with("::error file=key.json,line=5,"), "{}", stdout(&run));
    assert!(scratch.read("out.sarif").contains("\"version\": \"2.1.0\""));
    assert!(scratch.read("out.html").starts_with("<!doctype html>"));
    // Text goes to standard output where nothing else does, and what `--format` names in any case.
    let run = scratch.run(&["-o", "junit=out.xml", "key.json"]);
    assert!(stdout(&run).contains("error[KMS201]"));
    let run = scratch.run(&["-o", "junit=out.xml", "--format", "concise", "key.json"]);
    assert!(stdout(&run).starts_with("key.json:5:"));
}

#[test]
fn a_report_that_cannot_be_written_fails_and_leaves_nothing_behind() {
    let scratch = Scratch::new("unwritten");
    scratch.write("key.json", PUBLIC);
    let run = scratch.run(&["-o", "sarif=missing/out.sarif", "key.json"]);
    assert_eq!(run.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&run.stderr).contains("`missing/out.sarif`: cannot write it"));
    assert_eq!(scratch.run(&["-o", "sarif=out.sarif", "key.json"]).status.code(), Some(1));
    let names: Vec<_> = fs::read_dir(scratch.path(""))
        .unwrap()
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(names.iter().all(|name| !name.ends_with(".tmp")), "{names:?}");
}

#[test]
fn an_unknown_format_is_told_the_known_ones() {
    let scratch = Scratch::new("formats");
    for arguments in [["--output", "srif=x"], ["--format", "srif"], ["--output", "sarif="]] {
        let run = scratch.run(&arguments);
        assert_eq!(run.status.code(), Some(2));
        assert!(run.stdout.is_empty());
    }
}
