//! Corrections reach the files whole or not at all, and are the ones that the report shows.

use std::fmt::Write as _;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Instant;

use crate::config::{Scratch, stdout};

/// A condition that two keys share: in the Deny of one a pattern takes access away, in the Allow of the other it
/// brings it back.
const SHARED: &str = r#"locals {
  through_storage = { StringEquals = { "kms:ViaService" = "s3.*.amazonaws.com" } }
}

resource "aws_kms_key" "guarded" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Principal = { AWS = "arn:aws:iam::111122223333:role/orders" }
      Action    = "kms:Decrypt"
      Resource  = "*"
      Condition = local.through_storage
    }]
  })
}
"#;

const OTHER: &str = r#"
resource "aws_kms_key" "open" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::111122223333:role/orders" }
      Action    = "kms:Decrypt"
      Resource  = "*"
      Condition = local.through_storage
    }]
  })
}
"#;

#[test]
fn what_two_keys_share_is_corrected_if_it_is_safe_for_both() {
    let scratch = Scratch::new("fix-shared");
    scratch.write("main.tf", SHARED);
    scratch.run(&["--fix", "--select", "KMS605", "."]);
    assert_eq!(scratch.read("main.tf"), SHARED.replace("StringEquals", "StringLike"));
    scratch.write("main.tf", SHARED);
    scratch.write("other.tf", OTHER);
    let run = scratch.run(&["--fix", "--select", "KMS605", "."]);
    let said = String::from_utf8_lossy(&run.stderr).into_owned();
    assert!(said.contains("KMS605 left alone") && said.contains("it would give access"), "{said}");
    assert_eq!((scratch.read("main.tf"), scratch.read("other.tf")), (SHARED.to_owned(), OTHER.to_owned()));
}

#[test]
fn the_edits_of_the_report_are_those_that_are_made() {
    let scratch = Scratch::new("fix-report");
    scratch.write("main.tf", SHARED);
    let run = scratch.run(&["--select", "KMS605", "--format", "json", "."]);
    let report: serde_json::Value = serde_json::from_str(&stdout(&run)).unwrap();
    let fix = &report["findings"][0]["fix"];
    assert_eq!(fix["safety"], "safe");
    let mut text = SHARED.to_owned();
    for edit in fix["edits"].as_array().unwrap().iter().rev() {
        assert_eq!(edit["path"], "main.tf");
        let place = |name: &str| usize::try_from(edit[name].as_u64().unwrap()).unwrap();
        text.replace_range(place("start")..place("end"), edit["text"].as_str().unwrap());
    }
    scratch.run(&["--fix", "--select", "KMS605", "."]);
    assert_eq!(scratch.read("main.tf"), text);
}

#[test]
fn what_a_program_writes_is_reported_and_not_corrected() {
    let policy = r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"kms:*","Resource":"*"}]}"#;
    let values = serde_json::json!({ "policy": policy });
    let resource = serde_json::json!({ "address": "aws_kms_key.k", "mode": "managed", "type": "aws_kms_key",
        "name": "k", "values": values });
    let plan = serde_json::json!({ "planned_values": { "root_module": { "resources": [resource] } } });
    let state = serde_json::json!({ "terraform_version": "1.11.4", "resources": [{ "mode": "managed",
        "type": "aws_kms_key", "name": "k", "instances": [{ "attributes": values }] }] });
    let policy: serde_json::Value = serde_json::from_str(policy).unwrap();
    let key = |metadata: serde_json::Value| {
        serde_json::json!({ "Resources": { "K": { "Type": "AWS::KMS::Key", "Properties": { "KeyPolicy": policy },
            "Metadata": metadata } } })
    };
    let scratch = Scratch::new("fix-rendered");
    let by_hand = key(serde_json::json!({}));
    for (name, text, is_rendered) in [
        ("plan.json", &plan, true),
        ("state.json", &state, true),
        ("synthesized.json", &key(serde_json::json!({ "aws:cdk:path": "stack/K/Resource" })), true),
        ("template.json", &by_hand, false),
    ] {
        let text = text.to_string();
        scratch.write(name, &text);
        let run = scratch.run(&["--fix", "--select", "KMS007", name]);
        assert_eq!(scratch.read(name) == text, is_rendered, "{name}");
        assert_eq!(stdout(&run).contains("KMS007"), is_rendered, "{name}");
    }
}

#[test]
fn a_run_that_is_killed_leaves_the_old_text_or_the_new_one() {
    const ROUNDS: u32 = 12;
    let mut old = String::new();
    for at in 0..20 {
        let name = format!("\"k{at}\"");
        let _ = writeln!(
            old,
            "{}",
            SHARED.replace("\"guarded\"", &name).replace("through_storage", &format!("s{at}"))
        );
    }
    let scratch = Scratch::new("fix-killed");
    scratch.write("main.tf", &old);
    let begun = Instant::now();
    scratch.run(&["--fix", "--select", "KMS605", "."]);
    let (whole, new) = (begun.elapsed(), scratch.read("main.tf"));
    assert_eq!(new, old.replace("StringEquals", "StringLike"));
    for round in 0..ROUNDS {
        scratch.write("main.tf", &old);
        let mut command = scratch.command(&["--fix", "--select", "KMS605", "."]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // Most of them near the end, where it writes.
        sleep(whole / 2 + whole * round / (2 * ROUNDS));
        let _ = child.kill();
        child.wait().unwrap();
        let found = scratch.read("main.tf");
        assert!(found == old || found == new, "half a file after {round} rounds");
    }
}
