//! A baseline holds what a finding is about, not where it stands.

use crate::config::{PUBLIC, Scratch, stdout};

const OPEN: &str =
    r#"{ "Sid": "Open", "Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*" }"#;

#[test]
fn what_was_accepted_stays_accepted_when_files_move_and_lines_shift_and_until_it_changes() {
    let scratch = Scratch::new("baseline");
    scratch.write("key.json", PUBLIC);
    assert_eq!(scratch.run(&["key.json", "--write-baseline", "base"]).status.code(), Some(0));
    let text = scratch.read("base");
    assert!(text.contains(" 1 KMS201 - Open\n"), "{text}");
    let run = scratch.run(&["key.json", "--baseline", "base"]);
    assert_eq!(run.status.code(), Some(0), "{}", stdout(&run));
    // Moved, reformatted, and its members in another order.
    let moved = r#"{ "Effect": "Allow", "Resource": ["*"], "Sid": "Open",

        "Action": ["kms:Decrypt"], "Principal": { "AWS": "*" } }"#;
    scratch.write("moved/other.json", &format!("\n\n{}", PUBLIC.replace(OPEN, moved)));
    let run = scratch.run(&["moved", "--baseline", "base"]);
    assert_eq!(run.status.code(), Some(0), "{}", stdout(&run));
    // It means something else now: reported, and the old entry is told.
    scratch.write("moved/other.json", &PUBLIC.replace("kms:Decrypt", "kms:Encrypt"));
    let run = scratch.run(&["moved", "--baseline", "base"]);
    assert_eq!(run.status.code(), Some(1));
    assert!(
        String::from_utf8_lossy(&run.stderr)
            .contains("the baseline holds `KMS201 - Open`, which is found no more")
    );
    let run = scratch.run(&["moved", "--baseline", "base", "--format", "json"]);
    assert!(stdout(&run).contains("\"stale_baseline\": [\n    \"KMS201 - Open\"\n  ]"), "{}", stdout(&run));
}

#[test]
fn one_more_of_the_same_is_new() {
    let scratch = Scratch::new("more");
    scratch.write("a.json", PUBLIC);
    scratch.run(&[".", "--write-baseline", "base"]);
    scratch.write("b.json", PUBLIC);
    let run = scratch.run(&[".", "--baseline", "base", "--format", "concise", "--select", "KMS201"]);
    assert_eq!(run.status.code(), Some(1));
    assert_eq!(stdout(&run).lines().count(), 1);
    assert!(stdout(&run).starts_with("b.json:5:"));
}

#[test]
fn a_baseline_that_cannot_be_read_fails() {
    let scratch = Scratch::new("broken-baseline");
    scratch.write("key.json", PUBLIC);
    scratch.write("base", "nonsense\n");
    assert_eq!(scratch.run(&["key.json", "--baseline", "base"]).status.code(), Some(2));
    assert_eq!(scratch.run(&["key.json", "--baseline", "none"]).status.code(), Some(2));
}

#[test]
fn quiet_statistics_nothing_found_and_the_version() {
    let scratch = Scratch::new("terminal");
    scratch.write("key.json", PUBLIC);
    scratch.write("empty/main.tf", "variable \"x\" {}\n");
    let counted = stdout(&scratch.run(&["key.json", "--statistics", "--quiet", "--select", "KMS201"]));
    assert_eq!(counted, "     1  error    KMS201 public-key-policy\n");
    assert_eq!(stdout(&scratch.run(&["empty", "--quiet"])), "");
    assert!(stdout(&scratch.run(&["empty"])).starts_with("no key policies in 1 file; looked for "));
    assert!(stdout(&scratch.run(&["--version"])).contains("(AWS as of 20"));
}
