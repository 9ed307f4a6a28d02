//! What the configuration names besides settings: rules of the user's own, values of variables, expectations.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use kmslint::engine::{Registry, Rule, SCHEMA, documents};
use kmslint::example::lint;
use kmslint::source::FileId;

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
    assert!(text.contains("team/rules/ACME001-sid-missing.md:5:12]"), "{text}");

    scratch.write(
        "team/rules/ACME001-sid-missing.md",
        &RULE.replace("ACME001 sid-missing", "KMS201 sid-missing"),
    );
    assert!(told(&scratch, &[]).1.contains("there is a rule `KMS201 public-key-policy` already"));
}

#[test]
fn one_set_of_rules_may_be_named_by_several_paths() {
    let scratch = Scratch::new("own-twice");
    scratch.write("a/key.json", PUBLIC);
    scratch.write("b/key.json", PUBLIC);
    scratch.write("team/ACME001-sid-missing.md", RULE);
    scratch.write("more/ACME002-other.md", &RULE.replace("ACME001 sid-missing", "ACME002 other"));
    scratch.write("kmslint.toml", "rules = [\"team\", \"more\"]\nselect = [\"ACME\"]\n");
    let (code, text) = told(&scratch, &["--format", "concise", "a", "b"]);
    assert_eq!((code, text.matches("ACME002").count()), (Some(1), 4), "{text}");
}

/// Each mistake is shown at the characters that make it, all of them at once.
#[test]
fn mistakes_in_a_rule_are_shown_where_they_are() {
    let mistakes = [
        ("summary = \"a", "sumary = \"a", ":4:1]", "did you mean `summary`?"),
        ("\"error\"", "\"eror\"", ":5:12]", "did you mean `error`?"),
        ("at = \"statement\"", "sid-like = \"/(/\"", ":14:12]", "is not a regular expression"),
        ("at = \"statement\"", "account = \"4444\"", ":14:11]", "`4444` is no account id"),
        ("at = \"statement\"", "action = \"kms:Decrpt\"", ":14:10]", "matches no action"),
        ("at = \"statement\"", "principal = \"roles\"", ":14:13]", "did you mean `role`?"),
        ("allows something", "{who} is allowed", ":15:11]", "`{who}` is no placeholder"),
        ("# ACME001 sid-missing", "# ACME1 sid-missing", ":1:1]", "`ACME1` is not an id"),
        ("# ACME001", "# KMS999", ":1:1]", "ids that begin with `KMS`"),
        ("sid-missing", "public-key-policy", ":1:1]", "there is a rule `KMS201 public-key-policy` already"),
        ("[match]", "[match", ":12:7]", ""),
        ("[match]", "check = \"none\"\n[match]", ":12:9]", "there is no check `none`"),
    ];
    let scratch = Scratch::new("own-mistakes");
    for (found, written, place, told_of) in mistakes {
        let rule = RULE.replacen(found, written, 1);
        assert_ne!(rule, RULE);
        scratch.write("team/rule.md", &rule);
        let (code, text) = told(&scratch, &["rules", "--test", "team"]);
        assert_eq!(code, Some(1), "{text}");
        assert!(
            text.contains(&format!("team/rule.md{place}")) && text.contains(told_of),
            "{written}: {text}"
        );
        if found != "at = \"statement\"" {
            assert_eq!(told(&scratch, &["--rules", "team"]).0, Some(2), "{written}");
        }
    }
    let headings = "there is no heading `## What it does`, `## Why is this bad?`, `## How to fix it`, \
                    `## What is not reported`, `## Examples`";
    scratch.write("team/rule.md", RULE);
    let text = told(&scratch, &["rules", "--test", "team"]).1.replace("\n  │", "");
    for mistake in [headings, "there is no `bad` example", "there is no `good` example"] {
        assert!(text.contains(mistake), "{text}");
    }
    let (code, text) = told(&scratch, &["rules", "--test", "nowhere"]);
    assert_eq!(code, Some(2), "{text}");
}

#[test]
fn an_example_that_does_not_do_what_it_says_is_shown() {
    let sections: String = ["What it does", "Why is this bad?", "How to fix it", "What is not reported"]
        .iter()
        .map(|heading| format!("\n## {heading}\n\nSo.\n"))
        .collect();
    let document = |bad: &str, good: &str| {
        format!("{RULE}{sections}\n## Examples\n\n```json bad\n{bad}```\n\n```json good\n{good}```\n")
    };
    let deny = PUBLIC.replace("Allow", "Deny");
    let scratch = Scratch::new("own-examples");
    let test = |text: &str| {
        scratch.write("team/rule.md", text);
        told(&scratch, &["rules", "--test", "team"])
    };
    let right = document(PUBLIC, &deny);
    assert_eq!(test(&right), (Some(0), "1 rule, 2 examples: all do what they say\n".to_owned()));
    let (code, text) = test(&document(&deny, PUBLIC));
    assert_eq!(code, Some(1));
    assert!(text.contains("a bad example is not reported") && text.contains("team/rule.md:36:1]"), "{text}");
    assert!(text.contains("a good example is reported") && text.contains("team/rule.md:46:1]"), "{text}");
    assert!(text.contains("\n    error[ACME001]: this statement allows something\n"), "{text}");
    let wrong = right.replace("```json good", "```diagnostics\nnothing\n```\n\n```json good");
    let (code, text) = test(&wrong);
    assert!(code == Some(1) && text.contains("the diagnostics block is not what is reported"), "{text}");
    let (code, text) = test(&right.replace("```json good", "```ini good"));
    assert!(code == Some(1) && text.contains("no example is written in `ini`"), "{text}");
}

fn schema() -> jsonschema::Validator {
    jsonschema::draft202012::new(&serde_json::from_str(SCHEMA).unwrap()).unwrap()
}

/// The text of the rule block.
fn block(document: &str) -> &str {
    document.split_once("```toml rule\n").unwrap().1.split_once("```\n").unwrap().0
}

#[test]
fn the_schema_takes_the_rules_that_kmslint_comes_with() {
    let schema = schema();
    for (path, text) in documents() {
        let rule: serde_json::Value = toml::from_str(block(text)).unwrap();
        let errors: Vec<String> = schema.iter_errors(&rule).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{path}: {errors:?}");
        // What may be left out of a rule of one's own.
        for key in ["confidence", "since", "status", "fix", "references"] {
            assert!(rule.get(key).is_some(), "{path} has no `{key}`");
        }
        let pages: Vec<String> = serde_json::from_value(rule["references"].clone()).unwrap();
        let of_aws = |page: &String| page.starts_with("https://docs.aws.amazon.com/");
        assert!(!pages.is_empty() && pages.iter().all(of_aws), "{path}: {pages:?}");
    }
}

/// The schema and the reader agree on what is right.
#[test]
fn the_schema_of_a_rule_is_the_reader_written_down() {
    let schema = schema();
    let start = "summary = \"s\"\nseverity = \"info\"\n";
    let matching = |text: &str| format!("{start}[match]\nmessage = \"m\"\n{text}");
    let about = |text: &str| format!("{start}[resource]\nmessage = \"m\"\n{text}");
    let mut cases = vec![
        matching(""),
        start.to_owned(),
        "severity = \"info\"\n[match]\nmessage = \"m\"".to_owned(),
        "summary = \"s\"\n[match]\nmessage = \"m\"".to_owned(),
        format!("{start}[match]\n"),
        format!("{start}check = \"syntax-error\""),
        format!("{start}check = \"syntax-error\"\n[match]\nmessage = \"m\""),
        format!("{start}check = \"syntax-error\"\n[params]\na = [1, true]\nb = \"c\""),
        format!("other = 1\n{}", matching("")),
        about(""),
        about("kind = []"),
        about("kind = \"keys\""),
        about("kind = \"key\"\n[[resource.argument]]\nname = \"a\""),
        about("kind = \"key\"\n[[resource.argument]]\nname = \"a\"\nabsent = false"),
        about("kind = \"key\"\n[[resource.argument]]\nlike = \"a\""),
        about("kind = [\"key\", \"alias\"]\n[[resource.argument]]\nname = \"a\"\nlike = [\"a\", \"b\"]"),
        about("kind = \"key\"\n[resource.argument]\nname = \"tags.a\"\nunlike = \"?*\""),
        format!("also-known-as = \"checkov:CKV_AWS_7\"\n{}", matching("")),
        format!("also-known-as = [\"CKV_AWS_7\"]\n{}", matching("")),
    ];
    for key in ["since", "subsumes", "references"] {
        cases.push(format!("{key} = \"a\"\n{}", matching("")));
        cases.push(format!("{key} = 1\n{}", matching("")));
    }
    for text in [
        "missing = true",
        "missing = 1",
        "account = \"111122223333\"",
        "account = [\"111122223333\", \"1\"]",
        "principal-like = []",
        "principal-unlike = \"a*\"",
        "sid-like = [\"/a/\", \"b?\"]",
        "sid-unlike = 1",
        "not-principal = true",
        "not-action = \"yes\"",
        "action = [\"kms:Decrypt\"]",
        "label = \"l\"\nhelp = \"h\"",
        "[match.condition]\nkey = \"a:b\"",
        "[[match.condition]]\nkey = \"a:b\"\noperator = [\"StringEquals\"]\nvalue = \"v\"\nabsent = true",
        "[[match.condition]]\nvalue = \"v\"",
        "[[match.condition]]\nkey = \"a:b\"\nother = 1",
    ] {
        cases.push(matching(text));
    }
    // Every word that either of them knows.
    let words: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("severity", &["error", "warning", "info", "note"][..]),
        ("confidence", &["high", "medium", "low", "none"]),
        ("status", &["preview", "stable", "deprecated", "old"]),
        ("fix", &["none", "safe", "suggest", "unsafe"]),
        ("applies-to", &["key-policy", "fragment", "identity-policy", "trust-policy"]),
        ("profiles", &["default", "strict", "security-hub", "control-tower", "lax"]),
    ]);
    for (key, words) in words {
        for word in words {
            let text = matching("").replacen("severity = \"info\"\n", "", usize::from(key == "severity"));
            cases.push(format!("{key} = \"{word}\"\n{text}"));
        }
    }
    let kinds =
        ["any", "account", "user", "role", "session", "federated-user", "service", "unique-id", "invalid"];
    for word in kinds.iter().chain(&["group"]) {
        cases.push(matching(&format!("principal = \"{word}\"")));
    }
    for word in ["principal", "action", "resource", "condition", "statement", "effect"] {
        cases.push(matching(&format!("at = \"{word}\"")));
    }
    for word in ["Allow", "Deny", "allow"] {
        cases.push(matching(&format!("effect = \"{word}\"")));
    }
    for word in ["key", "external-key", "replica-key", "replica-external-key", "alias", "grant", "ciphertext"]
    {
        cases.push(about(&format!("kind = \"{word}\"")));
    }
    for text in cases {
        let document = format!("# ACME001 a-rule\n\n```toml rule\n{text}\n```\n");
        let errors = Rule::parse("rule.md", document, FileId(0)).err().unwrap_or_default();
        let value: serde_json::Value = toml::from_str(&text).unwrap();
        assert_eq!(schema.is_valid(&value), errors.is_empty(), "{text}: {errors:?}");
    }
}

fn contributing() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("CONTRIBUTING.md")).unwrap()
}

/// The steps of "Add a rule in five minutes", as they are written.
#[test]
fn the_rule_of_five_minutes_does_what_contributing_says() {
    let text = contributing();
    let document = text.split_once("````markdown\n").unwrap().1.split_once("   ````\n").unwrap().0;
    let document: String =
        document.lines().map(|line| format!("{}\n", line.strip_prefix("   ").unwrap_or(line))).collect();
    let fenced = |opening: &str| {
        let (_, rest) = text.split_once(opening).unwrap();
        rest.split_once("   ```").unwrap().0.lines().map(str::trim_start).collect::<Vec<_>>()
    };
    let scratch = Scratch::new("five-minutes");
    scratch.write("team/ACME001-sandbox-account.md", &document);
    let [command, output] = fenced("   ```console\n").try_into().unwrap();
    let arguments: Vec<&str> = command.split_whitespace().skip(2).collect();
    assert_eq!(told(&scratch, &arguments), (Some(0), format!("{output}\n")));

    let policy = PUBLIC.replace("\"Principal\": \"*\"", "\"Principal\": { \"AWS\": \"444455556666\" }");
    scratch.write("live/key.json", &policy);
    scratch.write("sandbox/key.json", &policy);
    scratch.write("kmslint.toml", &fenced("   ```toml\n").join("\n"));
    let (code, text) = told(&scratch, &["--format", "concise"]);
    assert_eq!(code, Some(1), "{text}");
    let found: Vec<&str> = text.lines().filter(|line| line.contains("ACME001")).collect();
    let [found] = found.try_into().unwrap();
    assert!(
        found.starts_with("live/key.json:5:") && found.contains("`444455556666` is of the sandbox"),
        "{found}"
    );
    let (code, page) = told(&scratch, &["explain", "--rules", "team", "ACME001"]);
    assert!(code == Some(0) && page.contains("The sandbox is open to everyone"), "{page}");
    assert_eq!(told(&scratch, &["--no-config", "--rules", "team", "--select", "ACME", "sandbox"]).0, Some(1));
}

/// A statement with this name for these principals and actions, under this condition.
fn statement(sid: &str, effect: &str, principal: &str, action: &str, condition: &str) -> String {
    let condition =
        if condition.is_empty() { String::new() } else { format!(", \"Condition\": {condition}") };
    format!(
        "{{ \"Version\": \"2012-10-17\", \"Statement\": [\n\
         {{ \"Sid\": \"AdminRoot\", \"Effect\": \"Allow\", \"Principal\": {{ \"AWS\": \"111122223333\" }}, \"Action\": \"kms:*\", \"Resource\": \"*\" }},\n\
         {{ {sid}\"Effect\": \"{effect}\", \"Principal\": {{ \"AWS\": \"{principal}\" }}, \"Action\": \"{action}\", \"Resource\": \"*\"{condition} }}\n] }}\n"
    )
}

/// Each of the other rules of CONTRIBUTING reports what it should, and leaves what it should.
#[test]
fn the_rules_of_contributing_do_what_it_says() {
    let text = contributing();
    let role = "arn:aws:iam::111122223333:role/orders";
    let pipeline = "arn:aws:iam::111122223333:role/pipeline";
    let plain = |principal: &str, action: &str| {
        statement("\"Sid\": \"TeamOrders\", ", "Allow", principal, action, "")
    };
    let under = |condition: &str, principal: &str| {
        statement("\"Sid\": \"TeamOrders\", ", "Allow", principal, "kms:Decrypt", condition)
    };
    let endpoint = "{ \"StringEquals\": { \"aws:SourceVpce\": \"vpce-0abc1234def567890\" } }";
    let organization =
        |operator: &str, value: &str| format!("{{ \"{operator}\": {{ \"aws:PrincipalOrgID\": {value} }} }}");
    let key =
        |tags: &str| format!("variable \"tags\" {{}}\nresource \"aws_kms_key\" \"main\" {{\n  {tags}\n}}\n");
    let alias = |name: &str| {
        format!(
            "variable \"name\" {{}}\nresource \"aws_kms_alias\" \"main\" {{\n  name = \"{name}\"\n  target_key_id = \"1\"\n}}\n"
        )
    };
    let template = |tags: &str| {
        format!("Resources:\n  Key:\n    Type: AWS::KMS::Key\n    Properties:\n      Description: x\n{tags}")
    };
    let ours = "\"o-a1b2c3d4e5\"";
    let cases: Vec<(&str, &str, Vec<String>, Vec<String>)> = vec![
        (
            "ACME002",
            "json",
            vec![
                statement("", "Allow", role, "kms:Decrypt", ""),
                statement("\"Sid\": \"orders\", ", "Allow", role, "kms:Decrypt", ""),
            ],
            vec![plain(role, "kms:Decrypt")],
        ),
        (
            "ACME003",
            "json",
            vec![
                plain(role, "kms:Decrypt"),
                plain(role, "kms:De*"),
                under(
                    "{ \"StringEqualsIfExists\": { \"aws:SourceVpce\": \"vpce-0abc1234def567890\" } }",
                    role,
                ),
                under(
                    "{ \"StringEquals\": { \"aws:SourceVpce\": [\"vpce-0abc1234def567890\", \"vpce-1\"] } }",
                    role,
                ),
            ],
            vec![under(endpoint, role), plain(role, "kms:Encrypt"), plain("111122223333", "kms:Decrypt")],
        ),
        (
            "ACME004",
            "json",
            vec![plain(role, "kms:ScheduleKeyDeletion"), plain(role, "kms:*")],
            vec![plain(pipeline, "kms:ScheduleKeyDeletion"), plain(role, "kms:Decrypt")],
        ),
        (
            "ACME005",
            "json",
            vec![
                plain("*", "kms:Decrypt"),
                under(&organization("StringEquals", "\"o-other12345\""), "*"),
                under(&organization("StringEquals", &format!("[{ours}, \"o-other12345\"]")), "*"),
                under(&organization("ForAllValues:StringEquals", ours), "*"),
            ],
            vec![under(&organization("StringEquals", ours), "*"), plain(role, "kms:Decrypt")],
        ),
        (
            "ACME006",
            "json",
            vec![plain(role, "kms:Decrypt"), statement("", "Deny", role, "kms:ScheduleKeyDeletion", "")],
            vec![statement(
                "",
                "Deny",
                "*",
                "kms:ScheduleKeyDeletion",
                "{ \"Bool\": { \"aws:MultiFactorAuthPresent\": \"false\" } }",
            )],
        ),
        (
            "ACME007",
            "hcl",
            vec![key(""), key("tags = { owner = \"orders\" }"), key("tags = { team = \"\" }")],
            vec![
                key("tags = { team = \"orders\" }"),
                key("tags = var.tags"),
                key("tags = merge(var.tags, { a = \"b\" })"),
            ],
        ),
        (
            "ACME007",
            "yaml",
            vec![template(""), template("      Tags: [{Key: owner, Value: orders}]\n")],
            vec![template("      Tags: [{Key: owner, Value: x}, {Key: team, Value: orders}]\n")],
        ),
        (
            "ACME008",
            "hcl",
            vec![alias("alias/orders"), alias("alias/Orders/main")],
            vec![alias("alias/orders/main"), alias("${var.name}")],
        ),
    ];
    for (id, language, bad, good) in cases {
        let (_, rest) = text.split_once(&format!("```toml rule {id} ")).unwrap();
        let (name, rest) = rest.split_once('\n').unwrap();
        let (block, _) = rest.split_once("```").unwrap();
        let document = format!("# {id} {name}\n\n```toml rule\n{block}```\n");
        let rule = Rule::parse("rule.md", document, FileId(0)).unwrap();
        let registry = Registry::new(vec![rule.clone()]);
        let found = |text: &str| lint(&registry, &rule, language, text).unwrap().0;
        for text in bad {
            assert_eq!(found(&text).len(), 1, "{id} should report {text}");
        }
        for text in good {
            assert!(found(&text).is_empty(), "{id} should not report {text}");
        }
    }
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
