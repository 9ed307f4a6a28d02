//! Comments that suppress: `# kmslint: ignore[RULE, …] until=2027-01-31 reason`.
//!
//! A comment after code is about the construct that begins on its line, and one on a line of its own about the
//! construct that begins on the next line with code: a line, a statement, a block, a resource. Where it ends is
//! decided by brackets, and in YAML by indentation.

use super::Date;
use crate::source::{FileId, SourceFile, Span};

/// A comment that is meant to suppress.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Comment {
    /// From `kmslint:` to its end.
    pub(crate) span: Span,
    /// The construct that it is about.
    pub(crate) about: Span,
    /// The words in brackets.
    pub(crate) rules: Vec<String>,
    /// The last day on which it holds.
    pub(crate) until: Option<Date>,
    /// Why.
    pub(crate) reason: Option<String>,
    /// Why it is none, and what would be one.
    pub(crate) problem: Option<(String, &'static str)>,
}

const MARK: &str = "kmslint:";
const FORM: &str = "write `kmslint: ignore[KMS201] until=2027-01-31 reason`";

/// How a language writes comments.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Language {
    Hcl,
    Json,
    Yaml,
}

/// The comments of a file that are meant to suppress, in source order.
pub(crate) fn comments(file: &SourceFile, id: FileId) -> Vec<Comment> {
    if memchr::memmem::find(file.text().as_bytes(), MARK.as_bytes()).is_none() {
        return Vec::new();
    }
    let path = file.path().to_ascii_lowercase();
    let language = if path.ends_with(".json") {
        Language::Json
    } else if path.ends_with(".yaml") || path.ends_with(".yml") {
        Language::Yaml
    } else {
        Language::Hcl
    };
    let lines = scan(file.text(), language);
    let mut comments = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        for (start, end) in &line.comments {
            let text = file.text().get(*start..*end).unwrap_or_default();
            let body = text.trim_start_matches(['#', '/', '*']).trim_start();
            if !body.starts_with(MARK) {
                continue;
            }
            let body = body.trim_end_matches(['*', '/']).trim_end();
            let from = start + (text.len() - text.trim_start_matches(['#', '/', '*']).trim_start().len());
            let target = match line.has_code {
                true => Some(at),
                false => (at + 1..lines.len()).find(|at| lines.get(*at).is_some_and(|line| line.has_code)),
            };
            let about = target.map_or((from, from), |target| construct(&lines, target, language));
            let span = |(start, end): (usize, usize)| Span::new(id, offset(start), offset(end));
            comments.push(read(body, span((from, from + body.len())), span(about)));
        }
    }
    comments
}

fn read(body: &str, span: Span, about: Span) -> Comment {
    let mut comment = Comment { span, about, rules: Vec::new(), until: None, reason: None, problem: None };
    let rest = body.strip_prefix(MARK).unwrap_or_default().trim_start();
    let listed = rest.strip_prefix("ignore").map(str::trim_start).and_then(|rest| rest.strip_prefix('['));
    let Some((rules, rest)) = listed.and_then(|rest| rest.split_once(']')) else {
        comment.problem = Some(("this is no suppression".to_owned(), FORM));
        return comment;
    };
    let words = rules.split(',').map(str::trim).filter(|word| !word.is_empty());
    comment.rules = words.map(str::to_owned).collect();
    if comment.rules.is_empty() {
        comment.problem = Some(("this suppression names no rule".to_owned(), FORM));
    }
    let mut rest = rest.trim();
    if let Some(dated) = rest.strip_prefix("until=") {
        let (day, reason) = dated.split_once(char::is_whitespace).unwrap_or((dated, ""));
        comment.until = Date::parse(day);
        if comment.until.is_none() {
            comment.problem = Some((format!("`{day}` is not a day"), "write it as `until=2027-01-31`"));
        }
        rest = reason.trim();
    }
    comment.reason = (!rest.is_empty()).then(|| rest.to_owned());
    comment
}

/// A line, as far as constructs and comments go. Offsets are bytes of the file.
#[derive(Debug, Default)]
struct Line {
    start: usize,
    end: usize,
    has_code: bool,
    /// Blanks before the first character.
    indent: usize,
    comments: Vec<(usize, usize)>,
    /// Brackets that are open after the line, over those before it.
    depth: i64,
    /// The line is the inside of a heredoc, or its end marker.
    inside: bool,
}

fn scan(text: &str, language: Language) -> Vec<Line> {
    let mut lines = Vec::new();
    let (mut start, mut block, mut marker) = (0, false, None::<String>);
    for whole in text.split_inclusive('\n') {
        let text = whole.trim_end_matches(['\n', '\r']);
        let mut line = Line { start, end: start + text.len(), ..Line::default() };
        line.indent = text.len() - text.trim_start().len();
        start += whole.len();
        if let Some(end) = &marker {
            line.inside = true;
            line.has_code = true;
            if text.trim() == end {
                marker = None;
            }
        } else {
            read_line(text, language, &mut line, &mut block, &mut marker);
        }
        lines.push(line);
    }
    lines
}

/// Reads a line outside of heredocs. `block`: a comment is open at its start, or at its end. `marker`: the end of
/// a heredoc that the line begins.
fn read_line(text: &str, language: Language, line: &mut Line, block: &mut bool, marker: &mut Option<String>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut quote = None;
    if *block {
        let Some(end) = text.find("*/") else { return };
        *block = false;
        at = end + 2;
    }
    while let Some(byte) = bytes.get(at).copied() {
        let next = bytes.get(at + 1).copied();
        let blank = at == 0 || bytes.get(at - 1).is_some_and(u8::is_ascii_whitespace);
        match (quote, byte) {
            (Some(_), b'\\') if language != Language::Yaml || quote == Some(b'"') => at += 1,
            (Some(open), byte) if open == byte => quote = None,
            (Some(_), _) => {}
            (None, b'#') if language != Language::Yaml || blank => {
                line.comments.push((line.start + at, line.end));
                return;
            }
            (None, b'/') if language != Language::Yaml && next == Some(b'/') => {
                line.comments.push((line.start + at, line.end));
                return;
            }
            (None, b'/') if language != Language::Yaml && next == Some(b'*') => {
                let end = text.get(at + 2..).and_then(|rest| rest.find("*/")).map(|end| at + 2 + end + 2);
                line.comments.push((line.start + at, end.map_or(line.end, |end| line.start + end)));
                let Some(end) = end else {
                    *block = true;
                    return;
                };
                at = end;
                continue;
            }
            (None, b'<') if language == Language::Hcl && next == Some(b'<') => {
                let name = text.get(at + 2..).unwrap_or_default().trim_start_matches('-').trim_end();
                let named = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
                if named && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-')) {
                    *marker = Some(name.to_owned());
                    line.has_code = true;
                    return;
                }
            }
            (None, b'"') => quote = Some(b'"'),
            (None, b'\'') if language == Language::Yaml && (blank || !line.has_code) => quote = Some(b'\''),
            (None, b'{' | b'[' | b'(') => line.depth += 1,
            (None, b'}' | b']' | b')') => line.depth -= 1,
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            line.has_code = true;
        }
        at += 1;
    }
}

/// The construct that begins on a line, from the line's start.
fn construct(lines: &[Line], first: usize, language: Language) -> (usize, usize) {
    let Some(begin) = lines.get(first) else { return (0, 0) };
    let rest = || lines.iter().skip(first + 1);
    let mut end = begin.end;
    if language == Language::Yaml {
        for line in rest().take_while(|line| !line.has_code || line.indent > begin.indent) {
            if line.has_code {
                end = line.end;
            }
        }
    }
    let mut depth = begin.depth;
    for line in rest() {
        if depth <= 0 && !line.inside {
            break;
        }
        depth += line.depth;
        end = end.max(line.end);
    }
    (begin.start, end)
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The construct, the rules and what is wrong of each comment.
    fn found(path: &str, text: &str) -> Vec<(String, Vec<String>, bool)> {
        let file = SourceFile::new(path, text.as_bytes().to_vec());
        let comments = comments(&file, FileId(0)).into_iter();
        let told = |it: Comment| {
            assert!(file.slice(it.span.start, it.span.end).starts_with(MARK));
            (file.slice(it.about.start, it.about.end).to_owned(), it.rules, it.problem.is_some())
        };
        comments.map(told).collect()
    }

    fn about(path: &str, text: &str) -> Vec<String> {
        found(path, text).into_iter().map(|(about, ..)| about).collect()
    }

    #[test]
    fn it_is_about_the_construct_that_begins_on_the_line() {
        let text = "# kmslint: ignore[KMS2]\n# more\n\nresource \"a\" \"b\" {\n  x = [ # kmslint: ignore[KMS2] y\n    1,\n  ]\n\
                    y = 2 // kmslint: ignore[KMS2]\n}\nz = 1\n";
        let expected = [
            "resource \"a\" \"b\" {\n  x = [ # kmslint: ignore[KMS2] y\n    1,\n  ]\ny = 2 // kmslint: ignore[KMS2]\n}",
            "  x = [ # kmslint: ignore[KMS2] y\n    1,\n  ]",
            "y = 2 // kmslint: ignore[KMS2]",
        ];
        assert_eq!(about("a.tf", text), expected);
    }

    #[test]
    fn a_heredoc_belongs_to_its_line_and_holds_no_comments() {
        let text = "/* kmslint: ignore[KMS2] */\npolicy = <<EOT\n{ # kmslint: ignore[KMS3]\n}\nEOT\nz = 1\n";
        assert_eq!(about("a.tf", text), ["policy = <<EOT\n{ # kmslint: ignore[KMS3]\n}\nEOT"]);
    }

    #[test]
    fn a_string_is_no_comment() {
        assert!(found("a.tf", "x = \"# kmslint: ignore[KMS2]\"\n").is_empty());
        assert!(found("a.json", "{\"a\": \"\\\"// kmslint: ignore[KMS2]\"}\n").is_empty());
        assert!(found("a.yaml", "a: 'x # kmslint: ignore[KMS2]'\nb: x#kmslint: ignore[KMS2]\n").is_empty());
    }

    #[test]
    fn yaml_goes_by_indentation() {
        let text =
            "Key:\n  # kmslint: ignore[KMS2]\n  - Sid: a\n    Action: b\n\n    Resource: c\n  - Sid: b\n";
        assert_eq!(about("a.yaml", text), ["  - Sid: a\n    Action: b\n\n    Resource: c"]);
    }

    #[test]
    fn what_is_not_understood_is_told() {
        for (text, bad) in [
            ("ignore[KMS201] until=2027-01-31 because", false),
            ("ignore [KMS201, public-key-policy]", false),
            ("ignore KMS201", true),
            ("ignore[]", true),
            ("ignore[KMS201] until=2027-02-30", true),
            ("ignore[KMS201] until=", true),
            ("disable", true),
        ] {
            let found = found("a.tf", &format!("# kmslint: {text}\nx = 1\n"));
            assert_eq!(found[0].2, bad, "{text}");
        }
    }
}
