//! YAML of the plainest kind, told by its lines: what is sound without being read.

/// A block of which the items are lines further right, at this column.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    Mapping(usize),
    Sequence(usize),
}

impl Block {
    fn column(self) -> usize {
        let (Block::Mapping(column) | Block::Sequence(column)) = self;
        column
    }
}

/// What the next line may be the value of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Awaited {
    /// Of the text itself.
    Text,
    Nothing,
    /// Of the key or the dash at this column.
    At(usize),
    /// The same behind a tag, where a sequence has to be indented.
    Tagged(usize),
}

/// Whether a text is nothing but block mappings, block sequences and words on one line each: sound for certain, and
/// without anchors and aliases. `false` may be said of any other YAML.
pub(crate) fn is_plain(text: &str) -> bool {
    let mut lines = Lines { open: Vec::new(), awaited: Awaited::Text, literal: None };
    text.split('\n').all(|line| lines.take(line).is_some())
}

struct Lines {
    open: Vec<Block>,
    awaited: Awaited,
    /// The column of the key of a literal (`|`), and that of its text once it is known.
    literal: Option<(usize, Option<usize>)>,
}

impl Lines {
    /// Takes the next line; none where it is not of the plainest kind.
    fn take(&mut self, line: &str) -> Option<()> {
        line.bytes().all(|byte| matches!(byte, b' '..=b'~')).then_some(())?;
        let column = line.bytes().take_while(|byte| *byte == b' ').count();
        let rest = line.get(column..)?.trim_ascii_end();
        if let Some((key, text)) = self.literal {
            if line.is_empty() {
                return Some(());
            }
            if column > key {
                self.literal = Some((key, Some(text.unwrap_or(column))));
                return (!rest.is_empty() && text.is_none_or(|text| text <= column)).then_some(());
            }
            self.literal = None;
        }
        if rest.is_empty() || rest.starts_with('#') {
            return Some(());
        }
        self.node(column, rest)
    }

    /// Takes a dash and what follows it, or a key and its value.
    fn node(&mut self, mut column: usize, mut rest: &str) -> Option<()> {
        let mut is_item = false;
        while let Some(item) = rest.strip_prefix("- ") {
            self.enter(Block::Sequence(column))?;
            self.awaited = Awaited::At(column);
            is_item = true;
            let inner = item.trim_ascii_start();
            column += rest.len() - inner.len();
            rest = inner;
        }
        let Some((key, value)) = entry(rest) else {
            if is_tag(rest) {
                return is_item.then_some(());
            }
            self.awaited = Awaited::Nothing;
            return (is_item && is_word(rest)).then_some(());
        };
        is_key(key).then_some(())?;
        self.enter(Block::Mapping(column))?;
        self.awaited = match value {
            "" => Awaited::At(column),
            "|" => {
                self.literal = Some((column, None));
                Awaited::Nothing
            }
            tag if is_tag(tag) => Awaited::Tagged(column),
            word => {
                is_word(word).then_some(())?;
                Awaited::Nothing
            }
        };
        Some(())
    }

    /// Goes on with an open block, or opens one where a value is awaited.
    fn enter(&mut self, block: Block) -> Option<()> {
        let column = block.column();
        while self.open.last().is_some_and(|open| open.column() > column) {
            self.open.pop();
        }
        // A sequence may stand no further right than its key.
        if block == Block::Mapping(column) && self.open.last() == Some(&Block::Sequence(column)) {
            self.open.pop();
        }
        let is_value = match self.open.last() {
            None => self.awaited == Awaited::Text,
            Some(open) if *open == block => return Some(()),
            Some(open) if open.column() == column => self.awaited == Awaited::At(column),
            Some(open) => {
                self.awaited == Awaited::At(open.column()) || self.awaited == Awaited::Tagged(open.column())
            }
        };
        is_value.then(|| self.open.push(block))
    }
}

/// `key: value`, `key:`
fn entry(line: &str) -> Option<(&str, &str)> {
    let at = line.as_bytes().windows(2).position(|pair| pair == b": ");
    match at.and_then(|at| Some((line.get(..at)?, line.get(at + 2..)?))) {
        Some((key, value)) => Some((key, value.trim_ascii_start())),
        None => Some((line.strip_suffix(':')?, "")),
    }
}

fn is_key(key: &str) -> bool {
    key.len() < 128
        && key.starts_with(|c: char| c.is_ascii_alphanumeric())
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-./:".contains(&byte))
}

/// `!Ref` and nothing else.
fn is_tag(word: &str) -> bool {
    let name = word.strip_prefix('!').unwrap_or_default();
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b':')
}

/// A scalar on one line, or a list of words in brackets; under a tag or not.
fn is_word(word: &str) -> bool {
    let word = match word.split_once(' ') {
        Some((tag, rest)) if is_tag(tag) => rest.trim_ascii_start(),
        _ => word,
    };
    let quoted = |quote: char, never: &[char]| {
        let inner = word.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
        inner.is_some_and(|inner| !inner.contains(never))
    };
    if let Some(items) = word.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-/".contains(&byte);
        let is_item =
            |item: &str| item.starts_with(|c: char| c.is_ascii_alphanumeric()) && item.bytes().all(is_name);
        return items.split(", ").all(is_item);
    }
    match word.as_bytes() {
        [b'\'', _, ..] => quoted('\'', &['\'']),
        [b'"', _, ..] => quoted('"', &['"', '\\']),
        [first, ..] if first.is_ascii_alphanumeric() || b"/._$".contains(first) => {
            !word.as_bytes().windows(2).any(|pair| pair == b": " || pair == b" #") && !word.ends_with(':')
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_plain;
    use crate::source::Sources;
    use crate::syntax::yaml::parse_file;

    /// Broken texts among them: only what is sound may count as plain.
    const TEXTS: [(&str, bool); 22] = [
        ("  A:\n    Type: AWS::S3::Bucket\n    Tags:\n      - Key: Team\n        Value: a\n", true),
        ("  A:\n    Tags:\n    - Key: Team\n      Value: a\n    B: 1\n", true),
        ("A:\n  B: !Sub 'a-${X}'\n  C: !If\n    - D\n    - !Ref E\n  F: !GetAtt [A, Arn]\n", true),
        ("A:\n\n  # a word\n  Code: |\n    def f():\n\n      pass # and more: of it\n  B: \"x y\"\n", true),
        ("- - a\n  - b\n- c: 1\n  d: 2\n", true),
        ("A:\n- !Ref\n- b\n", true),
        ("A:\nB: x\n", true),
        ("A: x\n  B: y\n", false),
        ("A:\n    B: 1\n  C: 2\n", false),
        ("A:\n    B:\n  C: 2\n", false),
        ("A: x\n  y\n", false),
        ("A: 'x\n", false),
        ("A: [a, [b]\n", false),
        ("A: {b: c}\n", false),
        ("A: b: c\n", false),
        ("A: &x b\nC: *x\n", false),
        ("A: - b\n", false),
        ("A:\n  - a\n   - b\n", false),
        ("A: !If\n- b\n", false),
        ("A:\n\t B: c\n", false),
        ("A: |\n    b\n  c: d\n", false),
        ("A: >\n  b\n", false),
    ];

    #[test]
    fn what_is_plain_is_sound() {
        for (text, plain) in TEXTS {
            assert_eq!(is_plain(text), plain, "{text}");
            let sources = Sources::in_memory([("a.yaml", text)]);
            let file = sources.load("a.yaml").unwrap();
            let (_, errors) = parse_file(&sources.file(file), file);
            assert!(!plain || errors.is_empty(), "{text}\n{errors:?}");
        }
    }

    /// Every arrangement of some lines: what is plain is sound in each.
    #[test]
    fn what_is_plain_is_sound_however_lines_are_arranged() {
        const LINES: [&str; 9] =
            ["A:", "  B:", "  B: x", "  - c", "- D: y", "    E:", "    - f", "  G: !If", "  H: |"];
        for at in 0..LINES.len().pow(4) {
            let pick = |place: u32| LINES.get(at / LINES.len().pow(place) % LINES.len()).unwrap();
            let text: String = (0..4).map(|place| format!("{}\n", pick(place))).collect();
            let sources = Sources::in_memory([("a.yaml", text.as_str())]);
            let file = sources.load("a.yaml").unwrap();
            if is_plain(&text) {
                let (_, errors) = parse_file(&sources.file(file), file);
                assert!(errors.is_empty(), "{text}\n{errors:?}");
            }
        }
    }
}
