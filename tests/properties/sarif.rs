//! Every form of a report is what its readers take, whatever the file and its name say. The first byte says what the
//! file is read as, the second how long its name is.

use kmslint::engine::Registry;
use kmslint::report::{Format, Shown, Style};
use kmslint::source::Sources;
use kmslint::{Failure, Input, Options, Report, lint};
use serde_json::Value;

use super::{Case, alone, module};

pub fn holds(data: &[u8]) {
    let [kind, length, rest @ ..] = data else { return };
    let (name, text) = rest.split_at(usize::from(*length).min(rest.len()));
    let name = String::from_utf8_lossy(name).replace('/', "|");
    let ((sources, inputs), (again, same)) = (case(*kind, &name, text), case(*kind, &name, text));
    let (report, second) = (report(&sources, &inputs, &name), report(&again, &same, &name));
    for (_, format) in Format::NAMES {
        let shown = render(format, &sources, &report);
        assert!(shown == render(format, &again, &second), "{format:?} depends on more than the report");
        let acts = |c: char| {
            // The script of the page is indented by tabs.
            (c.is_control() && c != '\n' && !(c == '\t' && format == Format::Html))
                || ('\u{202a}'..='\u{202e}').contains(&c)
                || ('\u{2066}'..='\u{2069}').contains(&c)
        };
        assert!(!shown.contains(acts), "{format:?} lets a control character through");
        match format {
            Format::Json | Format::Sarif | Format::Gitlab => drop(parsed(&shown)),
            Format::Ndjson => shown.lines().for_each(|line| drop(parsed(line))),
            Format::Concise => assert_eq!(shown.lines().count(), report.findings.len()),
            Format::Github => annotations(&shown, report.findings.len() + report.failures.len()),
            Format::Junit | Format::Checkstyle => well_formed(&shown),
            Format::Html => page(&shown),
            Format::Markdown => table(&shown),
            Format::Text => {}
        }
    }
}

fn case(kind: u8, name: &str, text: &[u8]) -> Case {
    match kind % 3 {
        0 => alone(&format!("{name}.json"), text),
        1 => alone(&format!("{name}.yaml"), text),
        _ => {
            let text = String::from_utf8_lossy(text);
            (Sources::in_memory([(format!("{name}.tf").as_str(), text.as_ref())]), vec![module()])
        }
    }
}

fn report(sources: &Sources, inputs: &[Input], name: &str) -> Report {
    let mut report = lint(sources, inputs, &Options { matrix: true, ..Options::default() });
    report.failures.push(Failure { path: name.to_owned(), message: name.to_owned() });
    report
}

fn render(format: Format, sources: &Sources, report: &Report) -> String {
    format.render(&Shown { report, sources, rules: Registry::embedded(), style: Style::default() })
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// One command on each line, of which the properties are pairs.
fn annotations(text: &str, count: usize) {
    assert_eq!(text.lines().count(), count);
    for line in text.lines() {
        let (head, _) = line.strip_prefix("::").and_then(|line| line.split_once("::")).unwrap();
        let (command, properties) = head.split_once(' ').unwrap();
        assert!(["error", "warning", "notice"].contains(&command), "{line}");
        assert!(properties.split(',').all(|pair| pair.split_once('=').is_some()), "{line}");
    }
}

/// Tags are closed in order, and what stands in them is quoted.
fn well_formed(text: &str) {
    let mut open: Vec<&str> = Vec::new();
    for tag in text.split('<').skip(1) {
        let (tag, rest) = tag.split_once('>').unwrap_or_else(|| panic!("a tag does not end: {tag}"));
        entities(rest);
        if tag.starts_with('?') {
            continue;
        }
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap();
        assert!(name.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{tag}");
        assert!(tag.matches('"').count().is_multiple_of(2), "{tag}");
        entities(tag);
        match tag {
            tag if tag.ends_with('/') => {}
            tag if tag.starts_with('/') => assert_eq!(open.pop(), Some(name)),
            _ => open.push(name),
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

/// Every `&` begins a reference.
fn entities(text: &str) {
    for entity in text.split('&').skip(1) {
        let (name, _) = entity.split_once(';').unwrap_or_else(|| panic!("a bare `&`: {text}"));
        let numbered = name.strip_prefix('#').is_some_and(|number| !number.is_empty());
        assert!(numbered || ["amp", "lt", "gt", "quot", "apos"].contains(&name), "{name}");
    }
}

/// Nothing that the user wrote is a tag of its own.
fn page(text: &str) {
    const TAGS: &str = "!doctype article b body code figcaption figure g h1 h2 h3 head html input label line mark meta \
                        output p pre rect script span strong style svg table tbody td text th thead title tr";
    let body = text.split("<script>\n").next().unwrap();
    for tag in body.split('<').skip(1) {
        let name = tag.trim_start_matches('/').split([' ', '>', '\n', '/']).next().unwrap();
        assert!(TAGS.split(' ').any(|known| known == name), "{name}");
    }
    assert_eq!(text.matches("<script").count(), text.matches("</script>").count());
    assert!(text.matches("<script").count() <= 1);
}

/// Each row has the cells of its table.
fn table(text: &str) {
    let mut columns = None;
    for line in text.lines() {
        match (line.starts_with('|'), columns) {
            (true, Some(columns)) => assert_eq!(line.matches('|').count(), columns, "{line}"),
            (true, None) => columns = Some(line.matches('|').count()),
            (false, _) => columns = None,
        }
    }
}
