//! The commands that write files, on a folder of the test's own.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs, process};

/// A folder that is gone when the test ends.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new(name: &str) -> Self {
        let folder = env::temp_dir().join(format!("kmslint-{name}-{}", process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Scratch(folder)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.0.join(path)
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.run_in("", arguments)
    }

    pub(crate) fn run_in(&self, folder: impl AsRef<Path>, arguments: &[&str]) -> Output {
        self.command(arguments).current_dir(self.0.join(folder)).output().unwrap()
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kmslint"));
        command.args(arguments).current_dir(&self.0).env("NO_COLOR", "1");
        command
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) const PUBLIC: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    { "Sid": "Root", "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:root" }, "Action": "kms:*", "Resource": "*" },
    { "Sid": "Open", "Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*" }
  ]
}
"#;

#[test]
fn init_writes_a_configuration_that_changes_nothing_and_never_over_another() {
    let scratch = Scratch::new("init");
    scratch.write("key.json", PUBLIC);
    let before = stdout(&scratch.run(&["--format", "json"]));
    assert_eq!(scratch.run(&["init"]).status.code(), Some(0));
    assert_eq!(stdout(&scratch.run(&["--format", "json"])), before);
    scratch.write("kmslint.toml", "ignore = [\"KMS201\"]\n");
    assert_eq!(scratch.run(&["init"]).status.code(), Some(2));
    assert_eq!(scratch.read("kmslint.toml"), "ignore = [\"KMS201\"]\n");
}

#[test]
fn a_configuration_above_the_current_folder_counts_within_the_work_tree() {
    let scratch = Scratch::new("upwards");
    scratch.write("tree/.git/HEAD", "");
    scratch.write("tree/kmslint.toml", "[[path]]\nglob = \"a/b/key.json\"\nignore = [\"KMS201\"]\n");
    scratch.write("tree/a/b/key.json", PUBLIC);
    scratch.write("tree/a/b/other.json", PUBLIC);
    // Not of this work tree.
    scratch.write("kmslint.toml", "ignore = [\"KMS\"]\n");
    let concise = ["--format", "concise", "--select", "KMS201"];
    let found = stdout(&scratch.run_in("tree/a/b", &concise));
    assert!(found.contains("other.json:5") && !found.contains("key.json:5"), "{found}");
    assert_eq!(stdout(&scratch.run_in("tree/a", &concise)), found.replace("other.json", "b/other.json"));
    fs::remove_file(scratch.path("tree/kmslint.toml")).unwrap();
    assert!(stdout(&scratch.run_in("tree/a/b", &concise)).contains("key.json:5"));
}

#[test]
fn a_named_configuration_is_the_only_one() {
    let scratch = Scratch::new("named");
    scratch.write("key.json", PUBLIC);
    scratch.write("kmslint.toml", "ignore = [\"KMS\"]\n");
    scratch.write("ci.toml", "fail-on = \"never\"\n");
    assert_eq!(scratch.run(&[]).status.code(), Some(0));
    assert_eq!(scratch.run(&["--no-config"]).status.code(), Some(1));
    let named = scratch.run(&["--config", "ci.toml"]);
    assert!(stdout(&named).contains("KMS201"));
    assert_eq!(named.status.code(), Some(0));
    assert_eq!(scratch.run(&["--config", "none.toml"]).status.code(), Some(2));
}

#[test]
fn the_profile_of_control_tower_demands_a_deny_of_grants() {
    let scratch = Scratch::new("control-tower");
    let root = r#"{ "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:root" }, "Action": "kms:*", "Resource": "*" }"#;
    let deny = |condition: &str| {
        format!(
            r#"{{ "Effect": "Deny", "Principal": "*", "Action": "kms:CreateGrant", "Resource": "*", "Condition": {condition} }}"#
        )
    };
    let both = deny(
        r#"{ "BoolIfExists": { "kms:GrantIsForAWSResource": "false", "aws:PrincipalIsAWSService": "false" } }"#,
    );
    let one = deny(r#"{ "BoolIfExists": { "kms:GrantIsForAWSResource": "false" } }"#);
    let told = |profile: &str, statements: &[&str]| {
        let policy = format!(r#"{{ "Version": "2012-10-17", "Statement": [{}] }}"#, statements.join(",\n"));
        scratch.write("key.json", &policy);
        stdout(&scratch.run(&["--profile", profile, "--format", "concise", "key.json"])).contains("KMS501")
    };
    let roles = r#"{ "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:role/app" }, "Action": "kms:Decrypt", "Resource": "*" }"#;
    assert!(told("control-tower", &[root, roles]));
    assert!(told("control-tower", &[root, &one]));
    assert!(!told("control-tower", &[root, &both]));
    assert!(!told("default", &[root, roles]));
}
