//! What the configuration names besides settings: rules of the user's own, values of variables, expectations.

use crate::config::{PUBLIC, Scratch, stdout};

const RULE: &str = r#"# ACME001 sid-missing

```toml rule
summary = "a statement has no name"
severity = "error"
confidence = "high"
since = "0.1.0"
status = "stable"
fix = "none"
references = ["https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html"]

[match]
effect = "Allow"
at = "statement"
message = "this statement allows something"
```
"#;

fn told(scratch: &Scratch, arguments: &[&str]) -> (Option<i32>, String) {
    let output = scratch.run(arguments);
    (output.status.code(), stdout(&output) + &String::from_utf8_lossy(&output.stderr))
}

#[test]
fn rules_of_the_configuration_run() {
    let scratch = Scratch::new("own");
    scratch.write("key.json", PUBLIC);
    scratch.write("team/rules/ACME001-sid-missing.md", RULE);
    scratch.write("kmslint.toml", "rules = [\"team/rules\"]\nselect = [\"ACME001\"]\n");
    let (code, text) = told(&scratch, &["--format", "concise"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("[ACME001]") && !text.contains("KMS201"), "{text}");

    let (code, text) = told(&scratch, &["--no-config", "--select", "ACME001"]);
    assert_eq!(
        (code, text.as_str()),
        (Some(2), "kmslint: no rule is called `ACME001`; `kmslint rules` lists them\n")
    );
    let given = ["--no-config", "--rules", "team/rules/ACME001-sid-missing.md", "--select", "ACME001"];
    assert_eq!(told(&scratch, &given).0, Some(1));

    scratch.write(
        "team/rules/ACME001-sid-missing.md",
        &RULE.replace("severity = \"error\"", "severity = \"loud\""),
    );
    let (code, text) = told(&scratch, &[]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("team/rules/ACME001-sid-missing.md:5:12: "), "{text}");

    scratch.write(
        "team/rules/ACME001-sid-missing.md",
        &RULE.replace("ACME001 sid-missing", "KMS201 sid-missing"),
    );
    assert!(told(&scratch, &[]).1.contains("there is a rule `KMS201 public-key-policy` already"));
}

#[test]
fn values_of_the_configuration_fill_variables() {
    let scratch = Scratch::new("values");
    let policy = PUBLIC.replace("\"Principal\": \"*\"", "\"Principal\": { \"AWS\": \"${var.who}\" }");
    scratch.write(
        "main.tf",
        &format!(
            "variable \"who\" {{}}\nresource \"aws_kms_key\" \"main\" {{\n  policy = <<EOT\n{policy}EOT\n}}\n"
        ),
    );
    scratch.write("env/prod.tfvars", "who = \"*\"\n");
    let select = ["--select", "KMS201"];
    assert_eq!(told(&scratch, &select).0, Some(0));
    scratch.write("kmslint.toml", "var-files = [\"env/prod.tfvars\"]\n");
    assert_eq!(told(&scratch, &select).0, Some(1));
    // The command line goes before the configuration.
    assert_eq!(
        told(&scratch, &["--select", "KMS201", "--var", "who=arn:aws:iam::111122223333:root"]).0,
        Some(0)
    );
    scratch.write("kmslint.toml", "var-files = [\"env/missing.tfvars\"]\n");
    assert!(told(&scratch, &[]).1.contains("`env/missing.tfvars`: cannot read it"));
}

#[test]
fn an_expectation_of_no_key_is_told() {
    let scratch = Scratch::new("unmet");
    scratch.write(
        "live/main.tf",
        &format!("resource \"aws_kms_key\" \"main\" {{\n  policy = <<EOT\n{PUBLIC}EOT\n}}\n"),
    );
    let expect = "[[expect]]\nkey = \"aws_kms_key.mian\"\nprincipal = \"*\"\naction = [\"kms:PutKeyPolicy\"]\nnever = true\n";
    scratch.write("kmslint.toml", expect);
    let (code, text) = told(&scratch, &["--select", "KMS9", "--format", "concise"]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("about no key that was found: none is called `aws_kms_key.mian`"), "{text}");
    // A part of the tree knows nothing of the rest.
    assert_eq!(told(&scratch, &["--select", "KMS9", "live"]).0, Some(0));
    scratch.write("kmslint.toml", &expect.replace("mian", "main"));
    assert_eq!(told(&scratch, &["--select", "KMS9"]).0, Some(0));
}

#[test]
fn completions_and_the_manual_name_every_command() {
    let scratch = Scratch::new("shell");
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let (code, text) = told(&scratch, &["completions", shell]);
        assert_eq!(code, Some(0));
        assert!(text.contains("changed-since") && text.contains("explain"), "{shell}");
    }
    let (code, text) = told(&scratch, &["man"]);
    assert_eq!(code, Some(0));
    assert!(text.starts_with(".ie") && text.contains("\\-\\-changed\\-since"), "{text}");
}
