//! Inventories: whatever a line holds, the others are linted, in order, and findings lie where they should.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use kmslint::Options;
use kmslint::engine::Registry;
use kmslint::inventory::{Inventory, LONGEST_LINE, Line, Totals};
use kmslint::source::Sources;
use serde_json::{Value, json};

const PUBLIC: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"kms:*","Resource":"*"},{"Effect":"Allow","Principal":"*","Action":"kms:Decrypt","Resource":"*"}]}"#;
const DEFAULT: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"kms:*","Resource":"*"}]}"#;

fn arn(key: usize) -> String {
    format!("arn:aws:kms:eu-west-1:111122223333:key/{key}")
}

fn key(number: usize, policy: &str) -> String {
    format!(r#"{{"key_arn":"{}","policy":{policy}}}"#, arn(number))
}

fn lint(number: u32, text: &[u8]) -> Option<Line> {
    let sources = Sources::in_memory([]);
    let options = Options::default();
    Inventory::new(Registry::embedded(), &sources, "keys.ndjson", &options).line(number, text)
}

/// `rule line:column text` of each finding.
fn said(line: &Line) -> Vec<String> {
    let said = |finding: &kmslint::finding::Finding| {
        let span = finding.primary.span;
        let at = line.sources.file(span.file).position(span.start);
        format!("{} {}:{} {}", finding.rule, at.line, at.column, line.sources.text(span))
    };
    line.findings.iter().map(said).collect()
}

/// Runs the program on standard input: the lines that it prints, and its exit code.
fn run(input: &[u8], arguments: &[&str]) -> (Vec<Value>, Option<i32>) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_kmslint"))
        .args(["--no-config", "--inventory", "-"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    (lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect(), output.status.code())
}

#[test]
fn an_object_and_a_string_are_one_policy() {
    let object = lint(7, key(1, PUBLIC).as_bytes()).unwrap();
    assert_eq!(said(&object), ["KMS201 7:235 \"*\""]);
    assert_eq!(object.account.as_deref(), Some("111122223333"));
    assert_eq!(object.findings[0].key, Some(arn(1)));
    let string = lint(7, key(1, &json!(PUBLIC).to_string()).as_bytes()).unwrap();
    assert_eq!(said(&string), ["KMS201 7:266 \\\"*\\\""]);
    assert_eq!(object.findings[0].fingerprint, string.findings[0].fingerprint);
}

#[test]
fn aws_answers_are_lines_too() {
    let line = json!({"Policy": PUBLIC, "PolicyName": "default"}).to_string();
    assert_eq!(lint(1, line.as_bytes()).unwrap().findings[0].rule, "KMS201");
}

#[test]
fn what_is_not_said_is_not_known() {
    let strict = |line: String| {
        let sources = Sources::in_memory([]);
        let mut options = Options::default();
        options.selection.select = vec!["KMS801".to_owned()];
        let found = Inventory::new(Registry::embedded(), &sources, "keys.ndjson", &options)
            .line(1, line.as_bytes())
            .unwrap();
        said(&found)
    };
    let facts = r#""usage":"ENCRYPT_DECRYPT","spec":"SYMMETRIC_DEFAULT","origin":"AWS_KMS","#;
    let line = |facts: &str| format!(r#"{{{facts}"key_arn":"{}","policy":{DEFAULT}}}"#, arn(1));
    assert_eq!(strict(line(&format!("{facts}\"rotation\":false,"))), ["KMS801 1:85 false"]);
    assert_eq!(strict(line(&format!("{facts}\"rotation\":true,"))), [""; 0]);
    assert_eq!(strict(line(facts)), [""; 0]);
    assert_eq!(strict(line("\"rotation\":false,")), [""; 0]);
}

#[test]
fn a_bad_line_is_one_finding() {
    for (line, expected) in [
        (r#"{"policy":"#, "KMS001 3:1 {"),
        (r#"{"policy":{}} {"policy":{}}"#, "KMS001 3:15 {"),
        ("[1]", "KMS001 3:1 ["),
        (r#"{"alias":"alias/x"}"#, "KMS001 3:1 {"),
        (r#"{"policy":3}"#, "KMS001 3:11 3"),
        (r#"{"policy":"[]"}"#, "KMS001 3:11 \"[]\""),
        (r#"{"policy":null}"#, "KMS901 3:11 null"),
        (r#"{"policy":{},"policy":{"Statement":[]}}"#, "KMS001 3:14 \"policy\""),
    ] {
        assert_eq!(said(&lint(3, line.as_bytes()).unwrap()), [expected], "{line}");
    }
    let line = format!(r#"{{"owner_account":111122223333,"policy":{DEFAULT}}}"#);
    assert_eq!(said(&lint(3, line.as_bytes()).unwrap()), ["KMS001 3:18 111122223333"]);
    let bytes = key(1, DEFAULT).replace("arn:aws:kms", "arn:\u{1}:kms").replace('\u{1}', "\u{7f}");
    let mut bytes = bytes.into_bytes();
    let at = bytes.iter().position(|byte| *byte == 0x7f).unwrap();
    bytes[at] = 0xff;
    assert_eq!(lint(3, &bytes).unwrap().findings[0].rule, "KMS001");
    let long = vec![b' '; LONGEST_LINE + 1];
    assert!(lint(3, &long).is_none());
    let long = vec![b'x'; LONGEST_LINE + 1];
    assert_eq!(said(&lint(3, &long).unwrap()), ["KMS001 3:1 "]);
}

#[test]
fn line_ends_empty_lines_and_a_byte_order_mark_do_not_matter() {
    let lines = [key(1, PUBLIC), String::new(), key(2, "{"), "  ".to_owned(), key(3, PUBLIC)];
    let (plain, code) = run(lines.join("\n").as_bytes(), &[]);
    let places: Vec<String> = plain.iter().map(|it| format!("{}", it["primary"]["start"]["line"])).collect();
    assert_eq!(places, ["1", "3", "5", "null"]);
    assert_eq!(code, Some(1));
    assert_eq!(plain[3]["summary"]["lines"], 3);
    assert_eq!(plain[3]["summary"]["by_rule"], json!({"KMS001": 1, "KMS201": 2}));
    assert_eq!(plain[3]["summary"]["by_account"]["111122223333"]["errors"], 2);
    let (windows, _) = run(format!("\u{feff}{}\r\n", lines.join("\r\n")).as_bytes(), &[]);
    assert_eq!(windows, plain);
}

#[test]
fn order_is_kept_and_a_long_line_is_read() {
    let mut text = String::new();
    for number in 1..=500 {
        let padding = "x".repeat(if number == 250 { 5 << 20 } else { number });
        let policy = if number % 3 == 0 { PUBLIC } else { DEFAULT };
        text.push_str(&format!(r#"{{"note":"{padding}","key_arn":"{}","policy":{policy}}}"#, arn(number)));
        text.push('\n');
    }
    let (lines, code) = run(text.as_bytes(), &["--fail-on", "never"]);
    assert_eq!(code, Some(0));
    let keys: Vec<String> = lines.iter().filter_map(|it| it["key"].as_str()).map(String::from).collect();
    assert_eq!(keys, (1..=500).filter(|number| number % 3 == 0).map(arn).collect::<Vec<_>>());
    assert_eq!(lines.last().unwrap()["summary"]["policies"], 500);
}

/// A reader that has seen enough ends the run; what is no terminal is told of no progress, however long it takes.
#[test]
fn a_closed_pipe_ends_the_run_in_silence() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_kmslint"))
        .args(["--no-config", "--inventory", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // Writes until nobody reads any more: an input without an end.
    let writer = std::thread::spawn(move || {
        let lines = format!("{}\n", key(1, PUBLIC)).repeat(64);
        while stdin.write_all(lines.as_bytes()).is_ok() {}
    });
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    output.read_line(&mut first).unwrap();
    drop(output);
    let ended = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert_eq!(serde_json::from_str::<Value>(&first).unwrap()["rule"], "KMS201");
    assert_eq!((ended.status.code(), String::from_utf8(ended.stderr).unwrap()), (Some(2), String::new()));
}

#[test]
fn a_policy_that_no_key_can_have_is_told() {
    let statement = r#"{"Effect":"Allow","Principal":"*","Action":"kms:Decrypt","Resource":"*"},"#;
    let policy = PUBLIC.replace(r#""Statement":["#, &format!("\"Statement\":[{}", statement.repeat(70_000)));
    assert!(policy.len() > 5_000_000);
    for policy in [policy.clone(), json!(policy).to_string()] {
        let text = format!("{}\n{}\n", key(1, &policy), key(2, DEFAULT));
        let (lines, code) = run(text.as_bytes(), &["--strict-unknown"]);
        let said: Vec<_> = lines.iter().map(|it| (&it["rule"], &it["key"])).collect();
        assert_eq!(said, [(&json!("KMS901"), &json!(arn(1))), (&Value::Null, &Value::Null)]);
        assert_eq!((code, &lines[1]["summary"]["lines"]), (Some(1), &json!(2)));
    }
}

#[test]
fn huge_numbers_are_numbers() {
    for number in ["1e999999", "-0.5e-999999", &"9".repeat(400)] {
        let condition = format!(
            r#""Resource":"*","Condition":{{"NumericLessThan":{{"kms:ScheduleKeyDeletionPendingWindowInDays":{number}}}}}"#
        );
        let policy = PUBLIC.replace(r#""Resource":"*""#, &condition);
        let line = format!(r#"{{"deletion_window":{number},"rotation_period":{number},"policy":{policy}}}"#);
        let found = lint(1, line.as_bytes()).unwrap();
        assert_eq!(found.summary.policies, 1, "{number}");
        assert!(found.findings.iter().all(|finding| finding.rule != "KMS001"), "{number}");
    }
}

#[test]
fn totals_of_parts_are_the_totals_of_the_whole() {
    let lines = [key(1, PUBLIC), key(2, DEFAULT), "?".to_owned()].map(|it| lint(1, it.as_bytes()).unwrap());
    let mut whole = Totals::default();
    let mut parts = Totals::default();
    for line in &lines {
        whole.add(line);
        let mut part = Totals::default();
        part.add(line);
        parts.merge(part);
    }
    assert_eq!(whole, parts);
}

/// A file with all kinds of line ends and a broken line, and a configuration that judges one key by its ARN.
#[test]
fn the_configuration_applies() {
    let output = Command::new(env!("CARGO_BIN_EXE_kmslint"))
        .args(["--inventory", "keys.ndjson"])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/inventory"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    let lines = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let said =
        |it: &Value| format!("{} {} {}", it["rule"], it["primary"]["path"], it["primary"]["start"]["line"]);
    let found: Vec<String> = lines.iter().map(|it| said(it).replace('"', "")).collect();
    assert_eq!(
        found,
        ["KMS201 keys.ndjson 2", "KMS001 keys.ndjson 6", "KMS901 keys.ndjson 7", "null null null"]
    );
    let summary = &lines[3]["summary"];
    assert_eq!((&summary["lines"], &summary["suppressed"]), (&json!(6), &json!(1)));
    assert_eq!(summary["by_account"]["777788889999"]["not_analysed"], 1);
}

/// An edit of a line that some program wrote would be of use to nobody, and has no place in a file of its own.
#[test]
fn nothing_is_corrected_in_an_inventory() {
    let policy = PUBLIC.replace(r#""Version":"2012-10-17","#, "");
    assert_ne!(policy, PUBLIC);
    let found = lint(1, key(1, &policy).as_bytes()).unwrap();
    assert!(found.findings.iter().any(|finding| finding.rule == "KMS007"));
    assert!(found.findings.iter().all(|finding| finding.fix.is_none()));
}
