//! `kmslint can`, `access` and `diff` on folders, repositories and configurations.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// A folder of its own with some files.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, files: &[(&str, &str)]) -> Folder {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        // No configuration further up is meant.
        let folder = Folder(path);
        files.iter().for_each(|(name, text)| folder.write(name, text));
        folder
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn kmslint(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_kmslint"))
            .args(arguments)
            .current_dir(&self.0)
            .env("NO_COLOR", "1")
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        (output.status.code(), text(&output.stdout) + &text(&output.stderr))
    }

    /// Runs git as nobody in particular; none where there is no git.
    fn git(&self, arguments: &[&str]) -> Option<Output> {
        let run = Command::new("git")
            .args(["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"])
            .args(arguments)
            .current_dir(&self.0)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_DIR", self.0.join(".git"))
            .env("GIT_WORK_TREE", &self.0)
            .output();
        run.ok().inspect(|output| assert!(output.status.success(), "{output:?}"))
    }

    /// Whether all files are in a commit now.
    fn commit(&self) -> bool {
        self.git(&["init", "--quiet"]).is_some()
            && self.git(&["add", "--all"]).is_some()
            && self.git(&["commit", "--quiet", "--message", "state"]).is_some()
    }
}

/// A Terraform key with these statements beside the account's own.
fn key(statements: &str) -> String {
    format!(
        r#"
resource "aws_kms_key" "main" {{
  policy = jsonencode({{
    Version = "2012-10-17"
    Statement = [
      {{
        Effect    = "Allow"
        Principal = {{ AWS = "arn:aws:iam::111122223333:root" }}
        Action    = "kms:*"
        Resource  = "*"
      }},
      {statements}
    ]
  }})
}}
"#
    )
}

fn use_by(principal: &str, actions: &str) -> String {
    format!(
        r#"{{
        Effect    = "Allow"
        Principal = {{ AWS = "{principal}" }}
        Action    = {actions}
        Resource  = "*"
      }},"#
    )
}

const APP: &str = "arn:aws:iam::111122223333:role/App";
const STRANGER: &str = "arn:aws:iam::444455556666:role/App";

#[test]
fn a_work_tree_is_compared_with_a_commit() {
    let (decrypt, both) = (r#"["kms:Decrypt"]"#, r#"["kms:Decrypt", "kms:Encrypt"]"#);
    let folder = Folder::new(
        "diff-base",
        &[
            ("infra/a/main.tf", &key(&use_by(APP, both))),
            ("infra/b/main.tf", &key("")),
            (
                "infra/key.json",
                r#"{"Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"kms:*","Resource":"*"}]}"#,
            ),
        ],
    );
    if !folder.commit() {
        return;
    }
    // Equal names in two folders are two keys; reordered and reformatted they say the same.
    folder
        .write("infra/a/main.tf", &key(&use_by(APP, r#"["kms:Encrypt","kms:Decrypt"]"#)).replace("  ", " "));
    folder.write(
        "infra/key.json",
        "{\n \"Statement\": {\"Resource\": \"*\", \"Action\": [\"kms:*\"], \"Principal\": {\"AWS\": [\"arn:aws:iam::111122223333:root\"]}, \"Effect\": \"Allow\"}\n}",
    );
    let (code, text) = folder.kmslint(&["diff", "--base", "HEAD", "infra"]);
    assert_eq!(code, Some(0), "{text}");
    for name in ["a/aws_kms_key.main: equal", "b/aws_kms_key.main: equal", "key.json: equal"] {
        assert!(text.contains(name), "{text}");
    }
    assert_eq!(folder.kmslint(&["diff", "--base", "HEAD", "--fail-on", "any"]).0, Some(0));
    // Gained in one of them, lost in the other; the place is in the new text.
    folder.write("infra/a/main.tf", &key(&use_by(APP, decrypt)));
    folder.write("infra/b/main.tf", &format!("# one more line\n{}", key(&use_by(APP, decrypt))));
    let (code, text) = folder.kmslint(&["diff", "--base", "HEAD"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("infra/a/aws_kms_key.main: narrower"), "{text}");
    assert!(text.contains("infra/b/aws_kms_key.main: wider"), "{text}");
    assert!(text.contains("(delegated → direct), at infra/b/main.tf:13:7"), "{text}");
    assert_eq!(folder.kmslint(&["diff", "--base", "HEAD", "--fail-on", "never"]).0, Some(0));
    assert_eq!(folder.kmslint(&["diff", "--base", "HEAD", "infra/a"]).0, Some(0));
    assert_eq!(folder.kmslint(&["diff", "--base", "HEAD", "infra/a", "--fail-on", "lost"]).0, Some(1));
    for reference in ["no-such-branch", "--output=x"] {
        let (code, text) = folder.kmslint(&["diff", &format!("--base={reference}")]);
        assert!(code == Some(2) && text.contains("git does not know it"), "{code:?} {text}");
    }
}

/// A key that only one side has counts for what it gives beyond AWS's default policy.
#[test]
fn added_and_removed_keys_are_compared_with_the_default_policy() {
    let foreign = key(&use_by(STRANGER, r#"["kms:Decrypt"]"#));
    let folder = Folder::new(
        "diff-added",
        &[
            ("old/a/main.tf", &key("")),
            ("usual/a/main.tf", &key("")),
            ("usual/b/main.tf", &key("")),
            ("wide/a/main.tf", &key("")),
            ("wide/b/main.tf", &foreign),
        ],
    );
    let (code, text) = folder.kmslint(&["diff", "old", "usual"]);
    assert!(code == Some(0) && text.contains("b/aws_kms_key.main: added\n"), "{code:?} {text}");
    let (code, text) = folder.kmslint(&["diff", "old", "wide"]);
    assert!(
        code == Some(1) && text.contains("gained: `arn:aws:iam::444455556666:role/App`"),
        "{code:?} {text}"
    );
    let (code, text) = folder.kmslint(&["diff", "wide", "old"]);
    assert!(code == Some(0) && text.contains("b/aws_kms_key.main: removed\n  lost: "), "{code:?} {text}");
    assert_eq!(folder.kmslint(&["diff", "wide", "old", "--fail-on", "lost"]).0, Some(1));
}

#[test]
fn the_owner_of_the_configuration_is_the_account_of_terraform() {
    let text = key("").replace("111122223333", "${data.aws_caller_identity.me.account_id}")
        + "data \"aws_caller_identity\" \"me\" {}\n";
    let folder = Folder::new(
        "owner",
        &[
            ("kmslint.toml", "owner-account = \"111122223333\"\n"),
            ("main.tf", &text),
            ("written/main.tf", &key("")),
        ],
    );
    let (_, answer) = folder.kmslint(&["can", APP, "kms:Decrypt", "main.tf"]);
    assert!(answer.starts_with("delegated\n"), "{answer}");
    let (_, answer) = folder.kmslint(&["can", STRANGER, "kms:Decrypt", "main.tf"]);
    assert!(answer.starts_with("nothing\n"), "{answer}");
    let (_, answer) = folder.kmslint(&["access", "main.tf"]);
    assert!(answer.contains("root user of 111122223333"), "{answer}");
    let (code, answer) = folder.kmslint(&["diff", "main.tf", "written/main.tf", "--fail-on", "any"]);
    assert!(code == Some(0) && answer.contains(": equal"), "{code:?} {answer}");
}

/// Who asks about one file says what its policy is.
#[test]
fn a_named_policy_that_looks_like_one_of_an_organization_is_asked() {
    let text = r#"{"Statement":[{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-a"}}}]}"#;
    let folder = Folder::new("guardrail", &[("policy.json", text)]);
    let (_, answer) = folder.kmslint(&["can", APP, "kms:Decrypt", "policy.json"]);
    assert!(answer.starts_with("denied\n"), "{answer}");
    let with = ["can", APP, "kms:Decrypt", "policy.json", "--context", "aws:PrincipalOrgID=o-a"];
    assert!(folder.kmslint(&with).1.starts_with("nothing\n"));
    // Without principals it is no policy of a resource.
    folder.write("identity.json", r#"{"Statement":[{"Effect":"Allow","Action":"kms:*","Resource":"*"}]}"#);
    assert_eq!(folder.kmslint(&["can", APP, "kms:Decrypt", "identity.json"]).0, Some(2));
}

#[test]
fn access_tells_conditions_in_words_and_holds_no_markdown_of_a_policy() {
    let hostile = r#"{"Statement":[
        {"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"kms:*","Resource":"*"},
        {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/a_b@c_d"},"Action":"kms:Decrypt","Resource":"*",
         "Condition":{"StringLike":{"kms:ViaService":["s3.*","x|y</td>@everyone"]}}}]}"#;
    let folder = Folder::new("markdown", &[("key.json", hostile)]);
    let (_, text) = folder.kmslint(&["access", "key.json"]);
    assert!(text.contains("use only if `kms:ViaService` is like `s3.*` or `x|y</td>@everyone`"), "{text}");
    let (code, text) = folder.kmslint(&["access", "key.json", "--format", "markdown"]);
    assert_eq!(code, Some(0));
    let plain = text.replace("<code>", "").replace("</code>", "");
    assert!(!plain.contains(['<', '>', '[', ']', '@', '`']), "{plain}");
    let bars = |line: &&str| line.starts_with('|') && line.matches('|').count() != 7;
    assert_eq!(plain.lines().find(bars), None);
}

#[test]
fn a_request_is_answered_before_the_next_one_is_asked() {
    let policy = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/access/old.json");
    let mut kmslint = Command::new(env!("CARGO_BIN_EXE_kmslint"))
        .args(["can", "--requests", "-", policy])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut asking = kmslint.stdin.take().unwrap();
    let mut answers = BufReader::new(kmslint.stdout.take().unwrap()).lines();
    for (action, level) in [("kms:Decrypt", "delegated"), ("kms:ListKeys", "nothing")] {
        let principal = "arn:aws:iam::111122223333:role/App";
        writeln!(asking, r#"{{"principal":"{principal}","action":"{action}"}}"#).unwrap();
        asking.flush().unwrap();
        let answer = answers.next().unwrap().unwrap();
        assert!(answer.contains(&format!(r#""level":"{level}""#)), "{answer}");
    }
    drop(asking);
    assert!(kmslint.wait().unwrap().success());
}

#[test]
fn what_is_never_expected_in_a_context_is_looked_for_in_it_alone() {
    let policy = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"kms:*","Resource":"*"},
        {"Effect":"Deny","Principal":"*","Action":"kms:Decrypt","Resource":"*","Condition":
            {"StringNotEquals":{"kms:ViaService":"s3.eu-west-1.amazonaws.com"}}}]}"#;
    let expect = |context: &str| {
        format!(
            "[[expect]]\nprincipal = \"arn:aws:iam::111122223333:role/app\"\naction = \"kms:Decrypt\"\nnever = true\n{context}"
        )
    };
    let folder = Folder::new("never", &[("policy.json", policy), ("kmslint.toml", &expect(""))]);
    let select = ["--select", "KMS912", "policy.json"];
    let (code, text) = folder.kmslint(&select);
    assert!(code == Some(1) && text.contains("s3.eu-west-1.amazonaws.com"), "{text}");
    folder.write(
        "kmslint.toml",
        &expect("context = { \"kms:ViaService\" = \"ec2.eu-west-1.amazonaws.com\" }\n"),
    );
    let (code, text) = folder.kmslint(&select);
    assert_eq!(code, Some(0), "{text}");
    folder.write(
        "kmslint.toml",
        &expect("context = { \"kms:ViaService\" = \"s3.eu-west-1.amazonaws.com\" }\n"),
    );
    assert_eq!(folder.kmslint(&select).0, Some(1));
}

#[test]
fn what_is_never_expected_is_so_whichever_account_has_the_key() {
    let policy = r#"data "aws_caller_identity" "current" {}

resource "aws_kms_key" "orders" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root" }
        Action    = "kms:Describe*"
        Resource  = "*"
      },
      {
        Effect    = "Allow"
        Principal = "*"
        Action    = "kms:Encrypt"
        Resource  = "*"
        Condition = { StringNotEquals = { "kms:CallerAccount" = data.aws_caller_identity.current.account_id } }
      },
      {
        Effect    = "Deny"
        Principal = "*"
        Action    = "kms:ReEncrypt*"
        Resource  = "*"
      },
      {
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::777788889999:role/reader" }
        Action    = "kms:Sign"
        Resource  = "*"
      },
    ]
  })
}
"#;
    let folder = Folder::new("whose", &[("main.tf", policy)]);
    let select = ["--select", "KMS912", "main.tf"];
    let told = |name: &str, action: &str, owner: &str| {
        let expect = format!(
            "{owner}[[expect]]\nprincipal = \"arn:aws:iam::777788889999:role/{name}\"\naction = \"kms:{action}\"\nnever = true\n"
        );
        folder.write("kmslint.toml", &expect);
        folder.kmslint(&select)
    };
    // It decides for its own account what its roles may do.
    for (action, name) in [("DescribeKey", "any"), ("Encrypt", "reader")] {
        let (code, text) = told(name, action, "");
        let whether =
            format!("whether `arn:aws:iam::777788889999:role/{name}` may call `kms:{action}` is not decided");
        let text: String = text.replace("\n  │ ", " ");
        assert!(code == Some(0) && text.contains(&whether) && text.contains("`owner-account`"), "{text}");
    }
    assert!(told("any", "DescribeKey", "owner-account = \"111122223333\"\n").1.starts_with("no findings"));
    assert_eq!(told("any", "DescribeKey", "owner-account = \"777788889999\"\n").0, Some(1));
    // Whoever it is, this is denied, and that allowed.
    assert!(told("any", "ReEncryptFrom", "").1.starts_with("no findings"));
    assert_eq!(told("reader", "Sign", "").0, Some(1));
}

const OF_TWO_ACCOUNTS: &str = r#"{"Version":"2012-10-17","Statement":[
    {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"kms:*","Resource":"*"},
    {"Effect":"Allow","Principal":{"AWS":"444455556666"},"Action":["kms:Decrypt","kms:PutKeyPolicy"],"Resource":"*"},
    {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/App"},"Action":"kms:Decrypt","Resource":"*",
     "Condition":{"StringEquals":{"kms:ViaService":"s3.eu-west-1.amazonaws.com"}}},
    {"Effect":"Deny","Principal":"*","Action":"kms:ScheduleKeyDeletion","Resource":"*"}]}"#;

#[test]
fn what_cannot_be_read_is_no_key_that_was_removed() {
    let folder = Folder::new(
        "unreadable",
        &[("key.json", OF_TWO_ACCOUNTS), ("broken.json", "{ \"Version\": "), ("note.txt", "hello")],
    );
    for (arguments, path) in [
        (vec!["diff", "key.json", "broken.json"], "broken.json"),
        (vec!["diff", "broken.json", "key.json"], "broken.json"),
        (vec!["diff", "key.json", "note.txt"], "note.txt"),
        (vec!["access", "broken.json"], "broken.json"),
        (vec!["can", "arn:aws:iam::111122223333:root", "kms:Decrypt", "broken.json"], "broken.json"),
    ] {
        let (code, text) = folder.kmslint(&arguments);
        assert_eq!(code, Some(2), "{arguments:?}: {text}");
        assert!(text.contains(&format!("`{path}`: no policy could be read from it")), "{text}");
    }
}

#[test]
fn the_owner_is_the_one_that_the_policy_shows() {
    let folder = Folder::new("shown-owner", &[("key.json", OF_TWO_ACCOUNTS)]);
    let root = "arn:aws:iam::444455556666:root";
    let (_, text) = folder.kmslint(&["can", root, "kms:PutKeyPolicy", "key.json"]);
    assert!(text.starts_with("nothing\n") && text.contains("across accounts"), "{text}");
    let (_, text) = folder.kmslint(&["can", root, "kms:Decrypt", "key.json"]);
    assert!(text.starts_with("delegated\n") && text.contains("principal's own account"), "{text}");
    let owner = ["--owner-account", "444455556666"];
    let (_, text) = folder.kmslint(&["can", root, "kms:PutKeyPolicy", "key.json", owner[0], owner[1]]);
    assert!(text.starts_with("direct\n"), "{text}");
    let (_, text) = folder.kmslint(&["access", "key.json", "--who-can", "kms:Decrypt"]);
    let row = text.lines().find(|line| line.contains("root user of account `444455556666`")).unwrap();
    assert!(row.contains(" delegated "), "{text}");
    for command in [
        &["can", root, "kms:Decrypt", "key.json", "--owner-account", "4444"][..],
        &["access", "key.json", "--owner-account", "4444"],
        &["diff", "key.json", "key.json", "--owner-account", "4444"],
    ] {
        assert_eq!(folder.kmslint(command).0, Some(2), "{command:?}");
    }
}

#[test]
fn a_pattern_is_no_request() {
    let requests = [
        r#"{"principal":"arn:aws:iam::111122223333:role/*","action":"kms:Decrypt"}"#,
        r#"{"principal":"arn:aws:iam::111122223333:role/App","action":"kms:*"}"#,
        r#"{"principal":"arn:aws:iam::111122223333:role/App","action":"kms:Decrypt","owner_account":"4444"}"#,
        "[]",
        r#"{"principal":"arn:aws:iam::111122223333:role/App","action":"kms:Decrypt"}"#,
    ];
    let folder =
        Folder::new("patterns", &[("key.json", OF_TWO_ACCOUNTS), ("asked.ndjson", &requests.join("\n"))]);
    assert_eq!(folder.kmslint(&["can", "arn:aws:iam::111122223333:root", "kms:*", "key.json"]).0, Some(2));
    let (code, text) = folder.kmslint(&["can", "--requests", "asked.ndjson", "key.json"]);
    let answers: Vec<&str> = text.lines().filter(|line| line.starts_with('{')).collect();
    assert!(code == Some(2) && answers.len() == 5, "{text}");
    assert!(answers[..4].iter().all(|line| line.starts_with("{\"error\":")), "{text}");
    assert!(answers[0].contains("is a pattern") && answers[2].contains("12 digits"), "{text}");
    assert!(!answers[3].contains("Asked") && answers[4].contains("\"delegated\""), "{text}");
    let (code, text) = folder.kmslint(&["access", "key.json", "--who-can", "kms:Re*"]);
    assert_eq!((code, text.trim()), (Some(2), "kmslint: `kms:Re*` is no action of KMS"));
}

#[test]
fn a_difference_is_told_once_and_by_the_names_of_its_keys() {
    let open = OF_TWO_ACCOUNTS.replace("ScheduleKeyDeletion", "DisableKey").replace("s3.eu", "sqs.eu");
    let folder = Folder::new("told-once", &[("old.json", OF_TWO_ACCOUNTS), ("new.json", &open)]);
    let (_, text) = folder.kmslint(&["diff", "old.json", "new.json"]);
    let strangers = "protection removed: a principal of any other account: kms:ScheduleKeyDeletion";
    assert_eq!(text.matches(strangers).count(), 1, "{text}");
    assert!(text.contains("with kms:ViaService = sqs.eu-west-1.amazonaws.com"), "{text}");
}
