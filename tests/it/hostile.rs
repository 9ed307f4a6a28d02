//! Inputs made to hurt: each ends, says what it could not do, and says nothing of what it may not read.

use std::process::Output;

use crate::config::{PUBLIC, Scratch, stdout};

/// Runs and looks that the run ended by itself, in an exit code of ours.
fn run(scratch: &Scratch, arguments: &[&str]) -> Output {
    let output = scratch.run(arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0..=2)), "{:?} {said}", output.status);
    assert!(!said.contains("panicked"), "{said}");
    output
}

fn key(policy: &str) -> String {
    format!("resource \"aws_kms_key\" \"k\" {{\n  policy = {policy}\n}}\n")
}

#[test]
fn depth_is_bounded_in_every_notation() {
    let scratch = Scratch::new("hostile-depth");
    let deep = |open: &str, inner: &str, close: &str| open.repeat(50_000) + inner + &close.repeat(50_000);
    scratch.write("list/main.tf", &key(&deep("[", "", "]")));
    scratch.write("group/main.tf", &key(&deep("(", "1", ")")));
    scratch.write("not/main.tf", &key(&deep("!", "true", "")));
    scratch.write("sum/main.tf", &key(&deep("1 + ", "1", "")));
    scratch.write("template/main.tf", &key(&deep("\"${", "1", "}\"")));
    scratch.write("choice/main.tf", &key(&deep("true ? ", "1", " : 2")));
    scratch.write("index/main.tf", &key(&deep("", "a", "[0]")));
    scratch.write("blocks/main.tf", &(deep("a {\n", "", "}\n") + &key("\"{}\"")));
    scratch.write("json/key.json", &deep("[", "", "]"));
    scratch.write("escaped/key.json", &format!("{{ \"Policy\": \"{}\" }}", deep("[", "", "]")));
    scratch.write("yaml/key.yaml", &format!("Resources: {}", deep("[", "", "]")));
    for name in
        ["list", "group", "not", "sum", "template", "choice", "index", "blocks", "json", "escaped", "yaml"]
    {
        run(&scratch, &[name]);
    }
    // What is broken in one block leaves the others readable.
    assert!(stdout(&run(&scratch, &["list"])).contains("1 error"));
}

#[test]
fn width_is_bounded_in_every_notation() {
    let scratch = Scratch::new("hostile-width");
    let four = "[for a in range(1000): [for b in range(1000): [for c in range(1000): { Sid = a + b + c }]]]";
    scratch.write("for/main.tf", &key(&format!("jsonencode({{ Statement = flatten({four}) }})")));
    scratch.write("range/main.tf", &key("jsonencode({ Statement = [for i in range(1e9): { Sid = i }] })"));
    let dynamic = "data \"aws_iam_policy_document\" \"d\" {\n  dynamic \"statement\" {\n    for_each = range(1000)\n    \
                   content {\n      dynamic \"principals\" {\n        for_each = range(1000)\n        content {\n          \
                   type = \"AWS\"\n          identifiers = [\"*\"]\n        }\n      }\n    }\n  }\n}\n";
    scratch.write("dynamic/main.tf", &(dynamic.to_owned() + &key("data.aws_iam_policy_document.d.json")));
    scratch.write("count/main.tf", &key("\"{}\"").replace("policy", "count = 1e9\n  policy"));
    let choices: Vec<String> = (0..60).map(|at| format!("var.v[{at}] ? {{ Sid = {at} }} : null")).collect();
    scratch.write(
        "branches/main.tf",
        &(key(&format!("jsonencode({{ Statement = [{}] }})", choices.join(", ")))),
    );
    scratch
        .write("regex/main.tf", &key(&format!("regex(\"(a*)*(a*)*b{{500}}\", \"{}\")", "a".repeat(5_000))));
    let names: Vec<String> = (0..16_u8).map(|at| char::from(b'a' + at).to_string()).collect();
    let mut aliases = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for pair in names.windows(2) {
        let items = vec![format!("*{}", pair[0]); 9].join(", ");
        aliases += &format!("{0}: &{0} [{items}]\n", pair[1]);
    }
    aliases += "Resources:\n  K:\n    Type: AWS::KMS::Key\n    Properties:\n      KeyPolicy: *p\n";
    scratch.write("aliases/key.yaml", &aliases);
    scratch.write("merge/key.yaml", "a: &a\n  <<: *a\nResources: *a\n");
    let thousand = (0..1_000).map(|at| at.to_string()).collect::<Vec<_>>().join(", ");
    let each = format!(
        "Transform: AWS::LanguageExtensions\nResources:\n  Fn::ForEach::A:\n    - X\n    - [{thousand}]\n    \
         - Fn::ForEach::B${{X}}:\n        - Y\n        - [{thousand}]\n        - K${{X}}x${{Y}}:\n            \
         Type: AWS::KMS::Key\n"
    );
    scratch.write("each/key.yaml", &each);
    for name in ["for", "range", "dynamic", "count", "branches", "regex", "aliases", "merge", "each"] {
        run(&scratch, &[name]);
    }
    for name in ["for", "range", "aliases"] {
        assert!(stdout(&run(&scratch, &[name])).contains("KMS901"), "{name}");
    }
}

#[test]
fn what_refers_to_itself_ends() {
    let scratch = Scratch::new("hostile-circle");
    scratch.write(
        "local/main.tf",
        &("locals {\n  a = local.b\n  b = local.a\n}\n".to_owned() + &key("local.a")),
    );
    scratch.write("template/t.tpl", "${templatefile(\"t.tpl\", {})}");
    scratch.write("template/main.tf", &key("templatefile(\"t.tpl\", {})"));
    scratch
        .write("module/main.tf", &("module \"self\" {\n  source = \"./\"\n}\n".to_owned() + &key("\"{}\"")));
    for name in ["local", "template"] {
        let said = stdout(&run(&scratch, &[name]));
        assert!(said.contains("KMS901"), "{name}: {said}");
    }
    assert!(stdout(&run(&scratch, &["module"])).contains("KMS005"));
}

#[test]
fn patterns_that_blow_up_are_given_up_and_said() {
    let scratch = Scratch::new("hostile-patterns");
    let statement = |at: usize| {
        format!(
            r#"{{ "Effect": "{}", "Principal": {{ "AWS": "*" }}, "Action": "kms:*e*e*e*{at}", "Resource": "*",
                 "Condition": {{ "StringLike": {{ "aws:PrincipalArn": ["{}{at}", "{}?"] }} }} }}"#,
            if at.is_multiple_of(2) { "Allow" } else { "Deny" },
            "*a".repeat(40),
            "a*?".repeat(30)
        )
    };
    let statements: Vec<String> = (0..30).map(statement).collect();
    scratch.write(
        "key.json",
        &format!(r#"{{ "Version": "2012-10-17", "Statement": [{}] }}"#, statements.join(",\n")),
    );
    run(&scratch, &["key.json"]);
    run(&scratch, &["access", "key.json"]);
}

#[test]
fn many_findings_are_many_lines() {
    let scratch = Scratch::new("hostile-many");
    let open = r#"{ "Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*" }"#;
    let policy =
        format!("{{ \"Version\": \"2012-10-17\", \"Statement\": [{}] }}", vec![open; 1_000].join(",\n"));
    scratch.write("key.json", &policy);
    let said = stdout(&run(&scratch, &["key.json", "--select", "KMS201", "--format", "concise"]));
    assert_eq!(said.lines().filter(|line| line.contains("KMS201")).count(), 1_000);
}

/// What leads out of the work tree, and what is said of it where it is read.
#[test]
fn nothing_outside_of_the_work_tree_is_read_unless_it_is_allowed() {
    let scratch = Scratch::new("hostile-outside");
    scratch.write("secret.json", PUBLIC);
    scratch.write("kmslint.toml", "ignore = [\"KMS201\"]\n");
    scratch.write(
        "outside/main.tf",
        "output \"policy\" {\n  value = file(\"${path.module}/../secret.json\")\n}\n",
    );
    scratch.write("tree/.git/HEAD", "");
    let called = "module \"out\" {\n  source = \"../outside\"\n}\n".to_owned();
    let absolute = format!("file(\"{}\")", scratch.path("secret.json").display()).replace('\\', "/");
    let keys = [
        key("file(\"../secret.json\")"),
        key(&absolute),
        key("templatefile(\"${path.module}/../secret.json\", {})"),
        key("fileexists(\"../secret.json\") ? file(\"../secret.json\") : \"{}\""),
        key("file(\"${path.module}/../${one(fileset(\"..\", \"s*.json\"))}\")"),
        called + &key("module.out.policy"),
    ];
    for (at, text) in keys.iter().enumerate() {
        scratch.write("tree/main.tf", text);
        let said = stdout(&run(&scratch, &["tree"])).replace("\n  │", "");
        assert!(said.contains("KMS901") && !said.contains("KMS201"), "{at} {said}");
        assert!(said.contains("outside of the work tree of the given paths, and is not read"), "{at} {said}");
        assert!(said.contains("--allow-outside"), "{at} {said}");
        // A configuration outside is none of the tree's all the same.
        let said = stdout(&run(&scratch, &["--allow-outside", "tree"]));
        assert!(said.contains("KMS201") && !said.contains("not read"), "{at} {said}");
        let shown = stdout(&run(&scratch, &["show", "--allow-outside", "tree"]));
        assert!(shown.contains("\"AWS\": \"*\"") || shown.contains("\"Principal\": \"*\""), "{at} {shown}");
    }
    scratch.write("tree/main.tf", &key("sha256(filesha256(\"/etc/passwd\"))"));
    assert!(stdout(&run(&scratch, &["tree"])).contains("/etc/passwd"));
    let service = "service: s\nprovider: aws\nresources:\n  Resources:\n    K:\n      Type: AWS::KMS::Key\n      \
                   Properties:\n        KeyPolicy: ${file(../secret.json):}\n";
    scratch.write("tree/serverless.yml", service);
    let said = stdout(&run(&scratch, &["tree/serverless.yml"]));
    assert!(said.contains("and is not read") && !said.contains("KMS201"), "{said}");
    let said = stdout(&run(&scratch, &["--allow-outside", "tree/serverless.yml"]));
    assert!(said.contains("KMS201"), "{said}");
}

#[test]
fn bytes_that_are_no_text_and_names_that_are_none() {
    let scratch = Scratch::new("hostile-bytes");
    for (name, bytes) in
        [("nul.json", &b"\0\0\0"[..]), ("latin.tf", b"# \xe9\xff\n"), ("half.yaml", b"a: \xf0\x9f\n")]
    {
        std::fs::write(scratch.path(name), bytes).unwrap();
        run(&scratch, &[name]);
    }
    std::fs::write(scratch.path("cut.json"), &PUBLIC.as_bytes()[..200]).unwrap();
    assert_eq!(run(&scratch, &["cut.json"]).status.code(), Some(1));
}

#[cfg(unix)]
#[test]
fn links_in_a_circle_and_files_that_cannot_be_read() {
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let scratch = Scratch::new("hostile-links");
    scratch.write("a/main.tf", &key("\"{}\""));
    symlink("..", scratch.path("a/up")).unwrap();
    symlink("self", scratch.path("a/self")).unwrap();
    symlink("self.tf", scratch.path("a/self.tf")).unwrap();
    assert!(stdout(&run(&scratch, &["a"])).contains("KMS005"));
    assert_eq!(run(&scratch, &["a/self"]).status.code(), Some(2));
    let name = std::ffi::OsStr::from_bytes(b"not-\xff.json");
    std::fs::write(scratch.path("").join(name), PUBLIC).unwrap();
    let output = run(&scratch, &["."]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("its name is not UTF-8"));
    std::fs::remove_file(scratch.path("").join(name)).unwrap();
    scratch.write("b/key.json", PUBLIC);
    let path = scratch.path("b/key.json");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    // Who may read everything, as the root of a container, finds the policy instead.
    let expected = if std::fs::read(&path).is_ok() { 1 } else { 2 };
    assert_eq!(run(&scratch, &["b"]).status.code(), Some(expected));
}
