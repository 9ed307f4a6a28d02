use super::*;
use crate::Options;
use crate::engine::Registry;
use crate::source::Sources;
use crate::suppress::Date;

/// What applies to a path among some files.
fn at(files: &[(&str, &str)], path: &str) -> Arc<Config> {
    let sources = Sources::in_memory(files.iter().copied());
    let options = Options::default();
    options.settings.at(&sources, path, &options)
}

#[test]
fn the_nearest_file_upwards_counts_and_no_other() {
    let files = [
        ("kmslint.toml", "profile = \"strict\"\nowner-account = \"111122223333\""),
        ("a/kmslint.toml", "profile = \"security-hub\""),
    ];
    assert_eq!(at(&files, "main.tf").profile, Profile::Strict);
    assert_eq!(at(&files, "b/c/main.tf").profile, Profile::Strict);
    let inner = at(&files, "a/b/c/main.tf");
    assert_eq!((inner.profile, inner.owner_account.as_deref()), (Profile::SecurityHub, None));
    assert_eq!(at(&[], "main.tf").profile, Profile::Default);
}

#[test]
fn it_is_found_above_the_current_folder() {
    let files = [("../../kmslint.toml", "fail-on = \"error\"")];
    assert_eq!(at(&files, "kms/main.tf").fail_on, Some(FailOn::Severity(Severity::Error)));
    assert_eq!(at(&files, "../main.tf").fail_on, Some(FailOn::Severity(Severity::Error)));
}

#[test]
fn paths_add_to_the_top_and_later_ones_win() {
    let files = [(
        "x/kmslint.toml",
        r#"
        ignore = ["KMS9"]
        trusted-accounts = ["444455556666"]
        severity = { KMS201 = "warning" }
        [[path]]
        glob = "old/**"
        ignore = ["KMS4"]
        trusted-accounts = []
        severity = { KMS201 = "info" }
        [[path]]
        glob = ["*.json"]
        profile = "strict"
        "#,
    )];
    let old = at(&files, "x/old/main.tf");
    assert_eq!(old.selection.ignore, ["KMS9", "KMS4"]);
    assert!(old.trusted_accounts.is_empty());
    assert_eq!(old.severity("KMS201", "").map(|it| it.severity), Some(Severity::Info));
    assert_eq!(old.profile, Profile::Default);
    let json = at(&files, "x/new/p.json");
    assert_eq!((json.profile, json.selection.ignore.len()), (Profile::Strict, 1));
    assert_eq!(json.severity("KMS201", "").map(|it| it.severity), Some(Severity::Warning));
}

#[test]
fn the_command_line_goes_before_the_file() {
    let sources = Sources::in_memory([(
        "kmslint.toml",
        "select = [\"KMS2\"]\nignore = [\"KMS203\"]\nfail-on = \"info\"",
    )]);
    let mut options = Options::default();
    options.selection.select.push("KMS3".to_owned());
    options.selection.ignore.push("KMS301".to_owned());
    options.config.fail_on = Some(FailOn::Never);
    let config = options.settings.at(&sources, "main.tf", &options);
    assert_eq!(config.selection.select, ["KMS3"]);
    assert_eq!(config.selection.ignore, ["KMS203", "KMS301"]);
    assert_eq!(config.fail_on, Some(FailOn::Never));
    assert_eq!(config.origins.get("select"), Some(&Origin::CommandLine));
}

#[test]
fn what_is_wrong_is_told_and_the_rest_counts() {
    let text = "profile = \"strict\"\nowner-account = \"1\"\nunknown = 1\n[[ignore-finding]]\nrules = []\nuntil = \"soon\"\n";
    let config = at(&[("kmslint.toml", text)], "main.tf");
    assert_eq!(config.profile, Profile::Strict);
    assert_eq!(config.owner_account, None);
    let file = config.file.as_ref().unwrap();
    let told: Vec<&str> = file.errors.iter().map(|error| error.message.as_str()).collect();
    assert_eq!(
        told,
        [
            "`1` is not an account id",
            "the configuration has no key `unknown`",
            "an `ignore-finding` names no `rules`",
            "`soon` is not a day",
        ]
    );
    assert!(file.ignores[0].invalid && file.ignores[0].until.is_none());
}

/// The commented lines of the template are settings too: uncommented, they are right.
#[test]
fn the_template_says_nothing_wrong() {
    let read = |text: &str| {
        let config = at(&[("kmslint.toml", text)], "main.tf");
        let file = config.file.clone().unwrap();
        let words = file.words.iter().all(|(word, _)| Registry::embedded().names(word));
        assert!(file.errors.is_empty() && words, "{:?} {:?}", file.errors, file.words);
        file
    };
    read(TEMPLATE);
    let is_setting = |line: &&str| line.contains(" = ") || line.starts_with('[') || line.is_empty();
    let lines = TEMPLATE.lines().map(|line| line.strip_prefix("# ").unwrap_or(line.trim_start_matches('#')));
    let text: String = lines.filter(is_setting).map(|line| format!("{line}\n")).collect();
    let file = read(&text);
    assert_eq!((file.expectations.len(), file.ignores.len()), (2, 1));
    assert_eq!(file.ignores[0].until, Date::parse("2027-01-31"));
    assert!(schema().is_valid(&toml::from_str::<serde_json::Value>(&text).unwrap()));
}

fn schema() -> jsonschema::Validator {
    jsonschema::draft202012::new(&serde_json::from_str(SCHEMA).unwrap()).unwrap()
}

/// The schema and the reader agree on what is right.
#[test]
fn the_schema_is_the_reader_written_down() {
    for text in [
        "profile = \"strict\"",
        "profile = \"lax\"",
        "fail-on = \"error\"",
        "fail-on = 1",
        "owner-account = \"111122223333\"",
        "owner-account = \"11112222333\"",
        "owner-account = 111122223333",
        "trusted-organizations = [\"o-a1b2c3d4e5\"]",
        "trusted-organizations = [\"o-A1\"]",
        "minimum-deletion-window = 7",
        "minimum-deletion-window = 31",
        "require-reason = \"yes\"",
        "nothing = 1",
        "[severity]\nKMS201 = \"info\"",
        "[severity]\nKMS201 = \"note\"",
        "[severity]\nKMS201 = { level = \"info\", reason = \"r\" }",
        "[severity]\nKMS201 = { reason = \"r\" }",
        "[[path]]\nglob = \"a\"\nprofile = \"strict\"",
        "[[path]]\nprofile = \"strict\"",
        "[[ignore-finding]]\nrules = \"KMS201\"",
        "[[ignore-finding]]\nsid = \"a\"",
        "[[ignore-finding]]\nrules = \"KMS201\"\nuntil = \"2027-1-1\"",
        "[[expect]]\nprincipal = \"*\"\naction = \"kms:*\"\nnever = true",
        "[[expect]]\nprincipal = \"*\"\naction = \"kms:*\"\nnever = false",
        "[[expect]]\nprincipal = \"*\"\naction = \"kms:*\"",
        "[[expect]]\nprincipal = \"*\"\naction = \"kms:*\"\nlevel = \"direct\"\nnever = true",
        "[[expect]]\naction = \"kms:*\"\nlevel = \"direct\"",
    ] {
        let errors = at(&[("kmslint.toml", text)], "main.tf").file.as_ref().unwrap().errors.clone();
        let value: serde_json::Value = toml::from_str(text).unwrap();
        assert_eq!(schema().is_valid(&value), errors.is_empty(), "{text}: {errors:?}");
    }
}
