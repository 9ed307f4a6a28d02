//! Judged findings: comments in each language, entries of the configuration, and what ends them.

use crate::config::{PUBLIC, Scratch, stdout};

const STATEMENTS: &str = r#"[
      { Sid = "Root", Effect = "Allow", Principal = { AWS = "arn:aws:iam::111122223333:root" }, Action = "kms:*", Resource = "*" },
      COMMENT
      { Sid = "Open", Effect = "Allow", Principal = "*", Action = "kms:Decrypt", Resource = "*" },
    ]"#;

fn hcl(comment: &str) -> String {
    let statements = STATEMENTS.replace("COMMENT", comment);
    format!(
        "resource \"aws_kms_key\" \"main\" {{\n  policy = jsonencode({{\n    Version = \"2012-10-17\"\n    Statement = {statements}\n  }})\n}}\n"
    )
}

/// What is said of public access and of suppressions.
fn said(scratch: &Scratch, arguments: &[&str]) -> Vec<String> {
    let mut all = vec!["--format", "concise", "--select", "KMS201,KMS910,KMS911,KMS913"];
    all.extend(arguments);
    let rule = |line: &str| line.split('[').nth(1)?.split(']').next().map(str::to_owned);
    stdout(&scratch.run(&all)).lines().filter_map(rule).collect()
}

#[test]
fn a_comment_in_each_language() {
    let scratch = Scratch::new("comments");
    scratch.write("hcl.tf", &hcl("# kmslint: ignore[KMS201] until=2999-01-01 signs public downloads"));
    scratch.write("resource/main.tf", &format!("// kmslint: ignore[public-key-policy]\n{}", hcl("")));
    scratch.write("heredoc/main.tf", &format!(
        "resource \"aws_kms_key\" \"main\" {{\n  /* kmslint: ignore[KMS2] */\n  policy = <<EOT\n{PUBLIC}EOT\n}}\n"
    ));
    scratch.write(
        "key.json",
        &PUBLIC.replace(
            "    { \"Sid\": \"Open\"",
            "    // kmslint: ignore[KMS201] reason\n    { \"Sid\": \"Open\"",
        ),
    );
    scratch.write("template.yaml", "Resources:\n  Key:\n    Type: AWS::KMS::Key\n    Properties:\n      KeyPolicy:\n        Version: '2012-10-17'\n        Statement:\n          - Sid: Root\n            Effect: Allow\n            Principal: { AWS: 'arn:aws:iam::111122223333:root' }\n            Action: 'kms:*'\n            Resource: '*'\n          # kmslint: ignore[KMS201] until=2999-01-01 reason\n          - Sid: Open\n            Effect: Allow\n            Principal: '*'\n            Action: 'kms:Decrypt'\n            Resource: '*'\n");
    assert_eq!(said(&scratch, &[]), [""; 0], "{}", stdout(&scratch.run(&["--format", "concise"])));
    assert_eq!(said(&scratch, &["--no-suppress"]), ["KMS201"; 5]);
    let text = stdout(&scratch.run(&["--select", "KMS201"]));
    assert!(text.contains("5 suppressed"), "{text}");
}

#[test]
fn what_ended_or_is_malformed_counts_as_absent_and_is_told() {
    for comment in [
        "# kmslint: ignore[KMS201] until=2020-01-31 it was so",
        "# kmslint: ignore[KMS201] until=2999-02-30 x",
        "# kmslint: ignore[public-key-polcy] x",
        "# kmslint: ignore KMS201",
    ] {
        let scratch = Scratch::new("absent");
        scratch.write("main.tf", &hcl(comment));
        assert_eq!(said(&scratch, &[]), ["KMS911", "KMS201"], "{comment}");
    }
}

#[test]
fn what_is_not_needed_is_told_if_its_rule_ran() {
    let scratch = Scratch::new("unused");
    scratch.write(
        "main.tf",
        &hcl("# kmslint: ignore[KMS702] x")
            .replace("\"*\", Action", "{ AWS = \"arn:aws:iam::111122223333:role/a\" }, Action"),
    );
    assert_eq!(said(&scratch, &[]), [""; 0]);
    let run = stdout(&scratch.run(&["--format", "concise"]));
    assert!(run.contains("KMS910"), "{run}");
}

#[test]
fn an_entry_of_the_configuration_by_path_and_sid_with_an_end_and_a_reason() {
    let entry = "[[ignore-finding]]\nrules = \"KMS201\"\npath = \"policies/*.json\"\nsid = \"Op*\"\n";
    for (more, expected) in [
        ("until = \"2999-01-01\"\n", &[][..]),
        ("until = \"2020-01-01\"\n", &["KMS911", "KMS201"]),
        ("key = \"aws_kms_key.other\"\n", &["KMS910", "KMS201"]),
    ] {
        let scratch = Scratch::new("entry");
        scratch.write("kmslint.toml", &format!("{entry}{more}"));
        scratch.write("policies/key.json", PUBLIC);
        assert_eq!(said(&scratch, &[]), expected, "{more}");
    }
    let scratch = Scratch::new("reason");
    scratch.write("kmslint.toml", &format!("require-reason = true\n{entry}"));
    scratch.write("policies/key.json", PUBLIC);
    assert_eq!(said(&scratch, &[]), ["KMS913", "KMS201"]);
    scratch.write("kmslint.toml", "require-reason = true\n");
    scratch.write(
        "policies/key.json",
        &PUBLIC.replace("    { \"Sid\": \"Open\"", "    // kmslint: ignore[KMS201]\n    { \"Sid\": \"Open\""),
    );
    assert_eq!(said(&scratch, &[]), ["KMS911", "KMS201"]);
}
