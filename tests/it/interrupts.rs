//! What cannot be written is said by the exit code, and leaves the files as they were. Signals that come while a file is
//! written take chance: scripts/check-interrupts.sh.

use std::process::{Output, Stdio};

use crate::config::{PUBLIC, Scratch};

/// A policy that `--fix` corrects: a member without a meaning.
fn correctable() -> String {
    PUBLIC.replace("2012-10-17", "2008-10-17").replace("\"Root\"", "\"Root ${x}\"")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The names of all files, to see that none is left over.
fn names(scratch: &Scratch) -> Vec<String> {
    let entries = std::fs::read_dir(scratch.path("")).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Makes a file one that may not be written, or may.
fn set_read_only(scratch: &Scratch, name: &str, is: bool) {
    let mut permissions = std::fs::metadata(scratch.path(name)).unwrap().permissions();
    permissions.set_readonly(is);
    std::fs::set_permissions(scratch.path(name), permissions).unwrap();
}

#[test]
fn a_file_that_is_read_only_is_left_and_the_others_are_corrected() {
    let scratch = Scratch::new("interrupts-read-only");
    let before = correctable();
    for name in ["a.json", "b.json", "c.json"] {
        scratch.write(name, &before);
    }
    scratch.write("out.sarif", "old");
    set_read_only(&scratch, "b.json", true);
    set_read_only(&scratch, "out.sarif", true);
    let run = scratch.run(&["--no-config", "--fix", "--output", "sarif=out.sarif"]);
    assert_eq!(run.status.code(), Some(2), "{}", said(&run));
    assert!(said(&run).contains("`b.json`: cannot write it: it is read-only"), "{}", said(&run));
    assert!(said(&run).contains("2 files corrected, 1 left as they were"), "{}", said(&run));
    assert_eq!(scratch.read("b.json"), before);
    assert!(scratch.read("a.json") != before && scratch.read("c.json") != before);
    let run = scratch.run(&["--no-config", "--output", "sarif=out.sarif"]);
    assert_eq!((run.status.code(), scratch.read("out.sarif").as_str()), (Some(2), "old"));
    assert_eq!(names(&scratch), ["a.json", "b.json", "c.json", "out.sarif"]);
    // For the folder to be removed on every system.
    set_read_only(&scratch, "b.json", false);
    set_read_only(&scratch, "out.sarif", false);
}

#[test]
fn a_reader_that_has_seen_enough_changes_neither_the_files_nor_the_exit_code() {
    let scratch = Scratch::new("interrupts-pipe");
    scratch.write("key.json", PUBLIC);
    let arguments = ["--no-config", "--format", "html", "--output", "sarif=out.sarif", "key.json"];
    let mut child =
        scratch.command(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let run = child.wait_with_output().unwrap();
    assert_eq!((run.status.code(), said(&run)), (Some(1), String::new()));
    let written: serde_json::Value = serde_json::from_str(&scratch.read("out.sarif")).unwrap();
    assert!(!written["runs"][0]["results"].as_array().unwrap().is_empty());
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_a_failure() {
    let scratch = Scratch::new("interrupts-full");
    scratch.write("key.json", PUBLIC);
    let run = scratch.run(&["--no-config", "--output", "sarif=/dev/full", "key.json"]);
    assert_eq!(run.status.code(), Some(2));
    assert!(said(&run).contains("`/dev/full`: cannot write it"), "{}", said(&run));
    let full = || std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let commands: [&[&str]; 4] = [
        &["--no-config", "key.json"],
        &["--no-config", "--inventory", "key.json"],
        &["show", "key.json"],
        &["rules"],
    ];
    for arguments in commands {
        let run = scratch.command(arguments).stdout(full()).output().unwrap();
        assert_eq!(run.status.code(), Some(2), "{arguments:?}");
        assert!(said(&run).contains("cannot write the report"), "{arguments:?} {}", said(&run));
    }
}

/// A limit on the size of files stands for a disk that fills up in the middle of one.
#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_written_whole_is_not_there() {
    let scratch = Scratch::new("interrupts-limit");
    let before = correctable() + &" ".repeat(4096);
    scratch.write("key.json", &before);
    scratch.write("old.html", "old");
    let limited = |arguments: &str| {
        let line = format!("ulimit -f 1; exec {} --no-config {arguments}", env!("CARGO_BIN_EXE_kmslint"));
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", &line]).current_dir(scratch.path("")).output().unwrap()
    };
    for arguments in [
        "--fix key.json",
        "-q -o html=new.html key.json",
        "-q -o html=old.html key.json",
        "--write-baseline new key.json",
    ] {
        let run = limited(arguments);
        let is_small = arguments.contains("baseline");
        assert_eq!(run.status.code(), Some(if is_small { 0 } else { 2 }), "{arguments}: {}", said(&run));
        assert!(is_small || said(&run).contains("cannot write it"), "{arguments}: {}", said(&run));
    }
    assert_eq!((scratch.read("key.json"), scratch.read("old.html").as_str()), (before, "old"));
    assert_eq!(names(&scratch), ["key.json", "new", "old.html"]);
}
