//! The second opinion: libyaml, on every YAML file of the test data, and on any folder that is named.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use libyaml_safer::{Event, EventData, MappingStyle, Parser, ScalarStyle, SequenceStyle};

use super::parse_file;
use crate::source::{FileId, SourceFile};
use crate::value::{Kind, Member, Piece, Value};

/// What libyaml reads: a node with its tag and its bytes.
#[derive(Clone, Debug)]
struct Node {
    tag: Option<String>,
    start: usize,
    /// Where it ends, where that is sure: libyaml has blocks end where the next one begins.
    end: Option<usize>,
    /// It is here by an alias or a merge key, so that its place is another one's.
    moved: bool,
    form: Form,
}

#[derive(Clone, Debug)]
enum Form {
    /// The string, and whether it has neither quotes nor tag.
    Scalar(String, bool),
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
}

/// The documents of a text; none where libyaml takes it for no YAML.
fn theirs(text: &str) -> Option<Vec<Node>> {
    let mut bytes = text.as_bytes();
    let mut parser = Parser::new();
    parser.set_input_string(&mut bytes);
    let mut anchors = HashMap::new();
    let mut documents = Vec::new();
    loop {
        let event = parser.parse().ok()?;
        match event.data {
            EventData::StreamEnd => return Some(documents),
            EventData::DocumentStart { .. } => {
                anchors.clear();
                let event = parser.parse().ok()?;
                documents.push(node(event, &mut parser, &mut anchors)?);
            }
            _ => {}
        }
    }
}

fn node(event: Event, parser: &mut Parser<&mut &[u8]>, anchors: &mut HashMap<String, Node>) -> Option<Node> {
    let start = usize::try_from(event.start_mark.index).ok()?;
    let mut end = usize::try_from(event.end_mark.index).ok();
    let own = |tag: Option<String>| tag.filter(|tag| !tag.starts_with("tag:yaml.org,2002:") && tag != "!");
    let (name, tag, form) = match event.data {
        EventData::Alias { anchor } => {
            let mut node = anchors.get(&anchor)?.clone();
            mark_moved(&mut node);
            return Some(node);
        }
        EventData::Scalar { anchor, tag, value, plain_implicit, style, .. } => {
            if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
                end = None;
            }
            let plain = style == ScalarStyle::Plain && plain_implicit && tag.is_none();
            (anchor, own(tag), Form::Scalar(value, plain))
        }
        EventData::SequenceStart { anchor, tag, style, .. } => {
            let mut items = Vec::new();
            loop {
                let event = parser.parse().ok()?;
                if event.data == EventData::SequenceEnd {
                    let at = usize::try_from(event.end_mark.index).ok();
                    end = at.filter(|_| style == SequenceStyle::Flow);
                    break;
                }
                items.push(node(event, parser, anchors)?);
            }
            (anchor, own(tag), Form::List(items))
        }
        EventData::MappingStart { anchor, tag, style, .. } => {
            let mut members = Vec::new();
            loop {
                let event = parser.parse().ok()?;
                if event.data == EventData::MappingEnd {
                    let at = usize::try_from(event.end_mark.index).ok();
                    end = at.filter(|_| style == MappingStyle::Flow);
                    break;
                }
                let key = node(event, parser, anchors)?;
                let event = parser.parse().ok()?;
                members.push((key, node(event, parser, anchors)?));
            }
            (anchor, own(tag), Form::Map(merged(members)))
        }
        _ => return None,
    };
    let node = Node { tag, start, end, moved: false, form };
    if let Some(name) = name {
        anchors.insert(name, node.clone());
    }
    Some(node)
}

fn mark_moved(node: &mut Node) {
    node.moved = true;
    match &mut node.form {
        Form::Scalar(..) => {}
        Form::List(items) => items.iter_mut().for_each(mark_moved),
        Form::Map(members) => members.iter_mut().for_each(|(key, value)| {
            mark_moved(key);
            mark_moved(value);
        }),
    }
}

/// The node, as many bytes further on.
fn moved_by(mut node: Node, skew: usize) -> Node {
    node.start += skew;
    node.end = node.end.map(|end| end + skew);
    let by = |node| moved_by(node, skew);
    node.form = match node.form {
        Form::List(items) => Form::List(items.into_iter().map(by).collect()),
        Form::Map(members) => {
            Form::Map(members.into_iter().map(|(key, value)| (by(key), by(value))).collect())
        }
        scalar => scalar,
    };
    node
}

/// The members with those that `<<` names behind them, as https://yaml.org/type/merge.html has it.
fn merged(members: Vec<(Node, Node)>) -> Vec<(Node, Node)> {
    let name = |key: &Node| match &key.form {
        Form::Scalar(text, _) => text.clone(),
        _ => String::new(),
    };
    let (merges, mut own): (Vec<_>, Vec<_>) = members
        .into_iter()
        .partition(|(key, value)| name(key) == "<<" && !matches!(value.form, Form::Scalar(..)));
    for (_, source) in merges {
        let sources = match source.form {
            Form::List(items) => items,
            form => vec![Node { form, ..source }],
        };
        for source in sources {
            let Form::Map(members) = source.form else { continue };
            for (mut key, mut value) in members {
                if !own.iter().any(|(known, _)| name(known) == name(&key)) {
                    mark_moved(&mut key);
                    mark_moved(&mut value);
                    own.push((key, value));
                }
            }
        }
    }
    own
}

/// What differs between a value and what libyaml reads in its place.
fn differ(value: &Value, node: &Node, text: &str) -> Result<(), String> {
    let here = |what: &str| {
        let line = text.get(..node.start).unwrap_or_default().matches('\n').count() + 1;
        let (start, end) = (value.span.start, value.span.end);
        Err(format!("line {line}: {what}: {start}..{end} {value:?} is not {node:?}"))
    };
    let mut value = value;
    if let Some(tag) = &node.tag {
        let Some([Member { key, value: inner, .. }]) = value.as_object() else { return here("a tag") };
        if key.as_known().as_deref() != Some(tag) {
            return here("a tag");
        }
        value = inner;
    }
    // Of a node with properties libyaml says where these begin, of a block scalar where its `|` is.
    let is_elsewhere = |at: usize| text.get(at..).is_some_and(|rest| rest.starts_with(['&', '!', '|', '>']));
    let (start, end) = (value.span.start as usize, value.span.end as usize);
    let is_empty = matches!(&node.form, Form::Scalar(text, true) if text.is_empty());
    if !node.moved && !is_empty {
        if !is_elsewhere(node.start) && start != node.start {
            return here("the start");
        }
        // A pair in a list without braces ends for libyaml behind what follows it.
        let is_pair = matches!(node.form, Form::Map(_))
            && text.get(node.start..).is_some_and(|rest| !rest.starts_with(['{', '&', '!']));
        if node.end.is_some_and(|expected| expected != end && !is_pair) {
            return here("the end");
        }
    }
    match (&value.kind, &node.form) {
        (Kind::List(items), Form::List(nodes)) if items.len() == nodes.len() => {
            items.iter().zip(nodes).try_for_each(|(item, node)| differ(item, node, text))
        }
        (Kind::Object(members), Form::Map(nodes)) if members.len() == nodes.len() => {
            for (member, (key, inner)) in members.iter().zip(nodes) {
                if let (Form::Scalar(name, plain), Some(known)) = (&key.form, member.key.as_known()) {
                    let same = match if *plain { meaning(name) } else { "text" } {
                        "null" => known.is_empty(),
                        "bool" => matches!(&*known, "true" | "false"),
                        _ => *name == *known,
                    };
                    if !same {
                        return here(&format!("the key `{name}`"));
                    }
                }
                if !key.moved && !is_elsewhere(key.start) && member.key_span.start as usize != key.start {
                    return here(&format!("the place of a key, {}", member.key_span.start));
                }
                differ(&member.value, inner, text)?;
            }
            Ok(())
        }
        (kind, Form::Scalar(decoded, plain)) => {
            let expected = if *plain { meaning(decoded) } else { "text" };
            let (found, same) = match kind {
                Kind::Null => ("null", true),
                Kind::Bool(_) => ("bool", true),
                Kind::Number(number) => ("number", number == decoded),
                Kind::Text(found) => ("text", found.as_known().as_deref() == Some(decoded)),
                _ => ("nothing", false),
            };
            if found != expected || !same {
                return here(&format!("{expected}, not {found}"));
            }
            if let Kind::Text(found) = kind {
                return places(found, text).map_or_else(|what| here(&what), Ok);
            }
            Ok(())
        }
        _ => here("the form"),
    }
}

/// Whether each word of a string is found where it is written: without escapes it stands there as it is.
fn places(found: &crate::value::Text, source: &str) -> Result<(), String> {
    let [Piece::Known { text, map }] = found.pieces.as_slice() else { return Ok(()) };
    let mut at = 0;
    for word in text.split_inclusive(|c: char| c.is_whitespace()) {
        let trimmed = word.trim_end();
        let small = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let span = map.source(small(at), small(at + trimmed.len()));
        let written = source.get(span.start as usize..span.end as usize).unwrap_or("outside");
        let escaped = written.contains(['\\', '\'']) || trimmed.contains('\'');
        if !trimmed.is_empty() && !escaped && written != trimmed {
            return Err(format!("the word `{trimmed}` at `{written}`"));
        }
        at += word.len();
    }
    Ok(())
}

/// What a word without quotes is by the types of YAML 1.1, as SnakeYAML has them.
fn meaning(word: &str) -> &'static str {
    let is = |pattern: &str| regex_lite::Regex::new(&format!("^(?:{pattern})$")).unwrap().is_match(word);
    let number = [
        r"[-+]?0b_*[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x_*[0-9a-fA-F_]+",
        r"[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+",
        r"[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?|[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+",
        r"\.[0-9][0-9_]*(?:[eE][-+]?[0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*",
        r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
        // A number in YAML 1.2, a string in YAML 1.1: the account id that loses its zero.
        r"0[0-9]+",
    ];
    match word {
        "" => "null",
        _ if is("~|null|Null|NULL") => "null",
        _ if is("yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF") => "bool",
        _ if number.iter().any(|pattern| is(pattern)) => "number",
        _ => "text",
    }
}

/// What is said of a file, if something differs.
fn compare(path: &Path) -> Option<Result<(), String>> {
    let mut text = String::from_utf8(std::fs::read(path).ok()?).ok()?;
    // This port of libyaml takes no block scalar whose last line has no end.
    if !text.ends_with('\n') {
        text.push('\n');
    }
    let source = SourceFile::new("t.yaml", text.clone().into_bytes());
    let (values, errors) = parse_file(&source, FileId(0));
    let Some(nodes) = std::panic::catch_unwind(|| theirs(&text)).ok().flatten() else {
        // Each knows mistakes that the other one lets pass; what is YAML for libyaml has to be YAML for us.
        return None;
    };
    // It does not count a byte order mark.
    let skew = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let nodes: Vec<Node> = nodes.into_iter().map(|node| moved_by(node, skew)).collect();
    let result = match errors.first() {
        Some(error) => Err(format!("{} at {}", error.message, error.span.start)),
        None if values.len() != nodes.len() => {
            Err(format!("{} documents, not {}", values.len(), nodes.len()))
        }
        None => values.iter().zip(&nodes).try_for_each(|(value, node)| differ(value, node, &text)),
    };
    Some(result)
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() && !path.is_symlink() {
            files(&path, found);
        } else if ["yaml", "yml", "template", "cfn"].iter().any(|it| path.extension() == Some(it.as_ref())) {
            found.push(path);
        }
    }
    found.sort();
}

/// The number of files that were compared.
fn compare_all(folder: &Path) -> usize {
    let (mut paths, mut differences, mut compared) = (Vec::new(), Vec::new(), 0);
    files(folder, &mut paths);
    for path in &paths {
        match compare(path) {
            Some(Err(what)) => {
                let what: String = what.chars().take(400).collect();
                differences.push(format!("{}: {what}", path.display()));
            }
            Some(Ok(())) => compared += 1,
            None => {}
        }
    }
    assert!(
        differences.is_empty(),
        "{compared} are the same; {}:\n{}",
        differences.len(),
        differences.join("\n")
    );
    compared
}

#[test]
fn the_test_data_is_what_libyaml_reads() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    assert!(compare_all(&folder) >= 20);
}

/// `KMSLINT_YAML=FOLDER cargo test --lib -- --ignored a_folder_is_what_libyaml_reads`
#[test]
#[ignore = "needs a folder of YAML, named by KMSLINT_YAML"]
fn a_folder_is_what_libyaml_reads() {
    let folder = std::env::var("KMSLINT_YAML").unwrap();
    println!("{} files are the same", compare_all(Path::new(&folder)));
}
