use super::*;
use crate::suppress::{By, Suppressed};
use crate::{Failure, Input, Options, Report, lint};

/// A policy whose every string wants to be something else, in a file whose name does too.
const HOSTILE: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "<script>alert(1)</script>",
      "Effect": "Allow",
      "Principal": { "AWS": [
        "\"><img src=x onerror=alert(1)>",
        "`](javascript:alert(1))|@everyone",
        "a\n::error file=x::y\r\n%0A",
        "\u001b]8;;http://h\u0007x\u001b[31m\u202egnp",
        "é 🗝️ </pre></textarea>]]>"
      ] },
      "Action": "kms:*",
      "Resource": "*"
    },
    { "Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*" }
  ]
}
"#;
const PATH: &str = "a b/<i>&\"'é,:%\n::error::|`.json";

fn hostile() -> (Report, Sources) {
    let sources = Sources::in_memory([(PATH, HOSTILE)]);
    let input = Input::Json { path: PATH.to_owned(), explicit: true };
    let mut report = lint(&sources, &[input], &Options { matrix: true, ..Options::default() });
    assert!(report.findings.len() >= 6, "{:?}", report.findings);
    assert_eq!(report.keys.len(), 1);
    report.failures.push(Failure { path: PATH.to_owned(), message: "<b>\u{1b}[31m\n::error::".to_owned() });
    let finding = report.findings.pop().unwrap();
    let reason = Some("<b>because</b>\n::warning::".to_owned());
    report.suppressed.push(Suppressed {
        finding,
        by: By::Comment(crate::source::Span::at(crate::source::FileId(0), 0)),
        reason,
    });
    (report, sources)
}

fn render(format: Format) -> String {
    let (report, sources) = hostile();
    format.render(&Shown {
        report: &report,
        sources: &sources,
        rules: Registry::embedded(),
        style: Style::default(),
    })
}

#[test]
fn no_format_lets_a_control_character_or_a_direction_mark_through() {
    for (name, format) in Format::NAMES {
        let text = render(format);
        let acts = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
        let found = text.chars().find(|c| acts(*c) && !(*c == '\t' && format == Format::Html));
        assert_eq!(found, None, "{name}");
    }
}

#[test]
fn a_rule_leads_to_its_page_on_terminals_that_open_links_and_nothing_else_changes() {
    let (report, sources) = hostile();
    let shown = |style| {
        Format::Text.render(&Shown { report: &report, sources: &sources, rules: Registry::embedded(), style })
    };
    let (plain, linked) = (shown(Style::default()), shown(Style { links: true, ..Style::default() }));
    assert_ne!(plain, linked);
    let mut without = String::new();
    for (at, piece) in linked.split("\u{1b}]8;;").enumerate() {
        let (page, rest) = if at == 0 { ("", piece) } else { piece.split_once("\u{1b}\\").unwrap() };
        assert!(page.is_empty() || page.starts_with("https://docs.aws.amazon.com/"), "{page}");
        without.push_str(rest);
    }
    assert_eq!(without, plain);
}

#[test]
fn markup_is_well_formed_and_holds_nothing_of_the_users() {
    for format in [Format::Junit, Format::Checkstyle, Format::Html] {
        let text = render(format);
        let mut open: Vec<&str> = Vec::new();
        // The style and the script are ours, and hold no `<` but in comparisons.
        let body = text.split("<script>\n").next().unwrap();
        for tag in body.split('<').skip(1) {
            let tag = tag.split('>').next().unwrap();
            let name = tag.trim_start_matches('/').split([' ', '\n', '/']).next().unwrap();
            assert!(!["i", "img", "b", "textarea"].contains(&name), "{format:?} {tag}");
            let attributes: String = tag.split('"').step_by(2).collect();
            assert!(!attributes.contains("onerror"), "{tag}");
            match tag {
                tag if tag.starts_with(['?', '!']) || tag.ends_with('/') => {}
                _ if ["meta", "input"].contains(&name) => {}
                tag if tag.starts_with('/') => assert_eq!(open.pop(), Some(name), "{format:?}"),
                _ => open.push(name),
            }
        }
        let left: &[&str] = if format == Format::Html { &["html", "body"] } else { &[] };
        assert_eq!(open, left, "{format:?}");
    }
}

#[test]
fn the_page_loads_nothing() {
    let page = render(Format::Html);
    assert!(page.contains("default-src 'none'"));
    for word in ["src=\"", "href=", "url(", "@import", "fetch("] {
        assert!(!page.contains(word), "{word}");
    }
    assert_eq!(page.matches("<svg").count(), 1);
    assert!(page.contains("anyone of any other account"));
}

#[test]
fn each_annotation_is_one_line() {
    let text = render(Format::Github);
    let (report, _) = hostile();
    assert_eq!(text.lines().count(), report.findings.len() + report.failures.len());
    for line in text.lines() {
        let (head, _) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
        let (command, properties) = head.split_once(' ').unwrap();
        assert!(["error", "warning", "notice"].contains(&command));
        assert!(properties.split(',').all(|property| property.split_once('=').is_some()), "{line}");
    }
}

#[test]
fn each_row_of_the_markdown_table_has_its_cells() {
    for row in render(Format::Markdown).lines().filter(|line| line.starts_with('|')) {
        assert_eq!(row.matches('|').count(), 5, "{row}");
        assert!(!row.contains("<script") && !row.contains("](") && !row.contains('@'), "{row}");
    }
}

fn validate(schema: &str, text: &str) -> serde_json::Value {
    // A stray bracket in a pattern of the official schema, which is no regular expression.
    let schema = schema.replace("^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$", "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$");
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let value: serde_json::Value = serde_json::from_str(text).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    value
}

#[test]
fn sarif_is_what_its_standard_says() {
    let log = validate(include_str!("../../testdata/sarif/sarif-schema-2.1.0.json"), &render(Format::Sarif));
    let (report, sources) = hostile();
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), report.findings.len() + 1);
    let mut fingerprints = std::collections::BTreeSet::new();
    for (result, finding) in results.iter().zip(&report.findings) {
        let at = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(log["runs"][0]["tool"]["driver"]["rules"][at]["id"], result["ruleId"]);
        assert!(fingerprints.insert(result["partialFingerprints"]["kmslint/v1"].as_str().unwrap()));
        // The region, cut out of the source again by lines and code points.
        let place = &result["locations"][0]["physicalLocation"];
        let number = |key: &str| usize::try_from(place["region"][key].as_u64().unwrap()).unwrap();
        let lines: Vec<&str> = HOSTILE.split_inclusive('\n').collect();
        let offset = |line: usize, column: usize| {
            let before: usize = lines[..line - 1].iter().map(|line| line.len()).sum();
            before + lines[line - 1].chars().take(column - 1).map(char::len_utf8).sum::<usize>()
        };
        let start = offset(number("startLine"), number("startColumn"));
        let end = offset(number("endLine"), number("endColumn"));
        assert_eq!(HOSTILE.get(start..end).unwrap(), sources.text(finding.primary.span));
        assert_eq!(
            place["artifactLocation"]["uri"],
            "a%20b/%3Ci%3E%26%22%27%C3%A9%2C%3A%25%0A%3A%3Aerror%3A%3A%7C%60.json"
        );
    }
    let suppressed = results.last().unwrap();
    assert_eq!(suppressed["suppressions"][0]["kind"], "inSource");
    assert_eq!(log["runs"][0]["invocations"][0]["executionSuccessful"], false);
}

#[test]
fn sarif_without_findings_is_valid_too() {
    let (report, sources) = (Report::default(), Sources::in_memory([]));
    let shown =
        Shown { report: &report, sources: &sources, rules: Registry::embedded(), style: Style::default() };
    validate(include_str!("../../testdata/sarif/sarif-schema-2.1.0.json"), &Format::Sarif.render(&shown));
    validate(SCHEMA, &Format::Json.render(&shown));
    assert!(Format::Junit.render(&shown).contains("name=\"no findings\""));
}

#[test]
fn json_is_what_its_schema_says() {
    let document = validate(SCHEMA, &render(Format::Json));
    let text = render(Format::Ndjson);
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (last, findings) = lines.split_last().unwrap();
    assert_eq!(document["findings"].as_array().unwrap(), findings);
    assert_eq!(document["summary"], last["summary"]);
}

#[test]
fn gitlab_has_what_it_asks_for() {
    let value: serde_json::Value = serde_json::from_str(&render(Format::Gitlab)).unwrap();
    let mut fingerprints = std::collections::BTreeSet::new();
    for entry in value.as_array().unwrap() {
        assert!(fingerprints.insert(entry["fingerprint"].as_str().unwrap()));
        assert!(
            ["info", "minor", "major", "critical", "blocker"].contains(&entry["severity"].as_str().unwrap())
        );
        assert_eq!(entry["location"]["path"], PATH);
        assert!(entry["location"]["lines"]["begin"].as_u64() >= Some(1));
    }
}
