//! `--changed-since` and `--hook`: what one change is answerable for.

use std::process::Command;

use crate::config::{PUBLIC, Scratch, stdout};

const CONCISE: [&str; 4] = ["--select", "KMS201,KMS910", "--format", "concise"];

/// Runs git in the scratch folder; `false` where there is no git.
fn git(scratch: &Scratch, arguments: &[&str]) -> bool {
    let settings =
        ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
    let mut command = Command::new("git");
    command
        .args(settings)
        .args(arguments)
        .current_dir(scratch.path(""))
        .env("GIT_CONFIG_GLOBAL", "/dev/null");
    for variable in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"] {
        command.env_remove(variable);
    }
    command.output().is_ok_and(|output| output.status.success())
}

fn commit(scratch: &Scratch) {
    assert!(git(scratch, &["add", "--all"]) && git(scratch, &["commit", "--quiet", "-m", "work"]));
}

fn lines(scratch: &Scratch, folder: &str, more: &[&str]) -> Vec<String> {
    let arguments: Vec<&str> = CONCISE.iter().chain(more).copied().collect();
    let output = scratch.run_in(folder, &arguments);
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let path = |line: &str| line.split(':').next().unwrap().to_owned();
    stdout(&output).lines().filter(|line| line.contains("[KMS")).map(path).collect()
}

fn key(name: &str) -> String {
    format!("resource \"aws_kms_key\" \"{name}\" {{\n  policy = <<EOT\n{PUBLIC}EOT\n}}\n")
}

#[test]
fn only_what_the_change_causes() {
    let scratch = Scratch::new("change");
    if !git(&scratch, &["init", "--quiet", "--initial-branch=main"]) {
        return;
    }
    scratch.write("old.tf", &key("old"));
    scratch.write("live/old.json", PUBLIC);
    commit(&scratch);
    let since = ["--changed-since", "main"];
    assert_eq!(lines(&scratch, "", &[]), ["live/old.json", "old.tf"]);
    assert_eq!(lines(&scratch, "", &since), [""; 0]);

    // Lines that move, another notation and another file are no change; a new policy is, and so is a copy.
    assert!(git(&scratch, &["switch", "--quiet", "-c", "work"]));
    scratch.write(
        "moved.tf",
        &format!(
            "# one\n# two\n{}",
            key("old").replace("\"Action\": \"kms:Decrypt\"", "\"Action\": [\"kms:Decrypt\"]")
        ),
    );
    std::fs::remove_file(scratch.path("old.tf")).unwrap();
    scratch.write("live/new.json", PUBLIC);
    scratch.write("new/main.tf", &key("new"));
    assert_eq!(lines(&scratch, "", &since), ["live/new.json", "new/main.tf"]);
    assert_eq!(lines(&scratch, "live", &since), ["new.json"]);
    assert_eq!(lines(&scratch, "live", &["../new", "--changed-since", "main"]), ["../new/main.tf"]);
    commit(&scratch);

    // What others correct meanwhile is not of this change: the last common commit counts.
    assert!(git(&scratch, &["switch", "--quiet", "main"]));
    scratch.write("live/old.json", "{}");
    commit(&scratch);
    assert!(git(&scratch, &["switch", "--quiet", "work"]));
    assert_eq!(lines(&scratch, "", &since), ["live/new.json", "new/main.tf"]);

    let output = scratch.run(&["--changed-since", "no-such-branch"]);
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("`no-such-branch`: git does not know it"), "{told}");
}

#[test]
fn a_hook_passes_files_that_may_hold_nothing() {
    let scratch = Scratch::new("hook");
    scratch.write("package.json", "{ \"name\": \"x\" }");
    scratch.write("values.yaml", "a: [1\n");
    scratch.write("empty.tfvars", "");
    scratch.write("main.tf", "locals {\n  a = 1\n}\n");
    let run = |files: &[&str]| {
        let mut arguments = vec!["--hook"];
        arguments.extend(files);
        scratch.run(&arguments)
    };
    let output = run(&["package.json", "values.yaml", "empty.tfvars", "main.tf"]);
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]), "{}", stdout(&output));
    assert_eq!(run(&[]).status.code(), Some(0));
}

#[test]
fn a_hook_reads_the_modules_around_a_file() {
    let scratch = Scratch::new("around");
    scratch.write("main.tf", "module \"key\" {\n  source = \"./key\"\n  who = \"*\"\n}\n");
    scratch.write("key/variables.tf", "variable \"who\" {}\n");
    let policy = PUBLIC.replace("\"Principal\": \"*\"", "\"Principal\": { \"AWS\": \"${var.who}\" }");
    scratch.write("key/main.tf", &key("main").replace(PUBLIC, &policy));
    scratch.write("other/main.tf", &key("other"));
    for passed in ["main.tf", "key/main.tf"] {
        assert_eq!(lines(&scratch, "", &["--hook", passed]).len(), 1, "{passed}");
    }
    assert_eq!(lines(&scratch, "", &["--hook", "key/variables.tf"]), [""; 0]);
    assert_eq!(lines(&scratch, "", &["--hook", "other/main.tf"]), ["other/main.tf"]);
}
