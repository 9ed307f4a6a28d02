//! What the bytes of a file tell without its grammar: whether it can have to do with KMS, and which modules it calls.
//!
//! Most files of a repository have nothing to do with keys. One pass at the speed of memory tells them from the others;
//! when it cannot tell, the file counts as one of the others.

use std::sync::LazyLock;

use memchr::memmem::Finder;
use memchr::{memchr, memchr3_iter, memrchr};

/// What a file says of something; of a module, what its files and those of the modules it calls say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct About(u8);

impl About {
    /// A resource of KMS, or a word to kmslint.
    pub(super) const KEY: About = About(1);
    /// Actions of KMS, or such as are not named one by one, outside of keys; or a policy from another file.
    pub(super) const ACTIONS: About = About(2);
    /// A policy of IAM.
    pub(super) const IDENTITY: About = About(4);
    /// A module that says by its name that it makes a key, or that is not there.
    pub(super) const CALL: About = About(32);
    /// A module that is not called by its directory.
    pub(super) const DOWNLOAD: About = About(8);
    /// A module of which it cannot be told where it is.
    pub(super) const SOMEWHERE: About = About(16);

    /// Whether all of `other` is said.
    pub(super) fn has(self, other: About) -> bool {
        self.0 & other.0 == other.0
    }

    /// Adds what is said elsewhere; whether it is anything new.
    pub(super) fn add(&mut self, other: About) -> bool {
        let before = self.0;
        self.0 |= other.0;
        self.0 != before
    }

    /// Whether a key policy or a policy of IAM that concerns KMS can be in it.
    pub(super) fn matters(self) -> bool {
        self.has(About::KEY) || self.has(About::CALL) || self.has_identities()
    }

    /// Whether nothing of KMS or IAM can be in it, whatever it is given.
    pub(super) fn is_idle(self) -> bool {
        let says = [About::KEY, About::IDENTITY, About::CALL, About::DOWNLOAD, About::SOMEWHERE];
        !says.into_iter().any(|about| self.has(about))
    }

    /// Whether a policy of IAM that concerns KMS can be in it.
    pub(super) fn has_identities(self) -> bool {
        self.has(About::SOMEWHERE) || (self.has(About::ACTIONS) && self.has(About::IDENTITY))
    }
}

/// The words that are looked for in each file.
struct Words {
    /// What reads a policy from another file: `file`, `templatefile`.
    file: Finder<'static>,
    /// `NotAction` and `not_actions`.
    not_action: [Finder<'static>; 2],
    identity: Finder<'static>,
    source: Finder<'static>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| Words {
    file: Finder::new("file("),
    not_action: [Finder::new("otAction"), Finder::new("ot_action")],
    identity: Finder::new("aws_iam_"),
    source: Finder::new("source"),
});

/// What a file says, and the relative directories in it that may be those of modules.
pub(super) fn sketch(text: &[u8]) -> (About, Vec<&str>) {
    let words = &*WORDS;
    let mut about = About::default();
    // What may begin a pattern of actions is `*`, `?`, and a beginning of `kms`.
    let mut block = KeyBlock(0);
    for at in memchr3_iter(b'k', b'K', b'*', text) {
        let is_all = about.has(About::ACTIONS);
        match text.get(at) {
            Some(b'*') if !is_all && is_any_action(text, at) => _ = about.add(block.actions(text, at)),
            Some(b'*') => {}
            _ => match kms(text, at) {
                Some(About::KEY) => _ = about.add(About::KEY),
                Some(_) if !is_all => _ = about.add(block.actions(text, at)),
                _ => {}
            },
        }
    }
    for word in [&words.file].into_iter().chain(&words.not_action) {
        let mut block = KeyBlock(0);
        for at in word.find_iter(text) {
            about.add(block.actions(text, at));
        }
    }
    if words.identity.find(text).is_some() {
        about.add(About::IDENTITY);
    }
    let mut directories = Vec::new();
    for at in words.source.find_iter(text) {
        match source(text, at) {
            Source::None => {}
            Source::Directory(directory) => directories.push(directory),
            Source::Download => _ = about.add(About::DOWNLOAD),
            Source::Kms(directory) => {
                about.add(About::CALL);
                match directory {
                    Some(directory) => directories.push(directory),
                    None => _ = about.add(About::DOWNLOAD),
                }
            }
            Source::Somewhere => _ = about.add(About::SOMEWHERE),
        }
    }
    (about, directories)
}

/// What the word that begins at a `k` says, if it is KMS's: of a resource type, before an action, for itself. Its ARNs
/// and settings such as `kms_key_id` and `aws:kms` are everywhere, and make no policy.
fn kms(text: &[u8], at: usize) -> Option<About> {
    let word = text.get(at..at + 3).filter(|word| word.eq_ignore_ascii_case(b"kms"))?;
    let (before, after) = (text.get(..at)?, text.get(at + 3..)?);
    match after.first()? {
        b':' if !before.ends_with(b":") => Some(About::ACTIONS),
        b'"' | b'\'' if before.last().is_some_and(|quote| b"\"'".contains(quote)) => Some(About::ACTIONS),
        b'_' => {
            let head = before.strip_suffix(b"aws_")?;
            (!head.ends_with(b"data \"") && !head.ends_with(b"data.")).then_some(About::KEY)
        }
        b'l' if word == b"kms" && after.starts_with(b"lint:") => Some(About::KEY),
        _ => None,
    }
}

/// How far the block of a key is known to reach.
struct KeyBlock(usize);

impl KeyBlock {
    /// What actions at an offset are: those of the policy of a key, in whose block they stand, or others. Offsets
    /// ascend.
    fn actions(&mut self, text: &[u8], at: usize) -> About {
        const BLOCKS: [&[u8]; 6] = [b"resource", b"data", b"module", b"locals", b"variable", b"output"];
        let mut rest = text.get(..at).unwrap_or_default();
        let is_key = loop {
            let start = memrchr(b'\n', rest).map_or(0, |end| end + 1);
            let line = rest.get(start..).unwrap_or_default().trim_ascii_start();
            let after =
                BLOCKS.iter().find_map(|block| line.strip_prefix(*block)).map(<[u8]>::trim_ascii_start);
            if let Some(after) = after.filter(|after| matches!(after.first(), Some(b'"' | b'{'))) {
                break line.starts_with(b"resource") && after.starts_with(b"\"aws_kms_");
            }
            if start < self.0 {
                break true;
            }
            let Some(above) = start.checked_sub(1) else { break false };
            rest = rest.get(..above).unwrap_or_default();
        };
        if !is_key {
            return About::ACTIONS;
        }
        self.0 = at;
        About::KEY
    }
}

/// Items of a list that are looked at for the name of the element; a list of more counts as one of actions.
const MOST_ITEMS: usize = 100;

/// Elements of policies that hold patterns, and none of actions.
const NO_ACTIONS: [&[u8]; 8] = [
    b"resource",
    b"resources",
    b"notresource",
    b"not_resources",
    b"identifiers",
    b"aws",
    b"principal",
    b"principals",
];

/// Whether a `*` may stand for actions of KMS: it is the beginning of a string, or after one of `kms`, in a list or an
/// element that may hold actions.
fn is_any_action(text: &[u8], at: usize) -> bool {
    let mut before = text.get(..at).unwrap_or_default();
    while let Some((b'k' | b'K' | b'm' | b'M' | b's' | b'S' | b'?', rest)) = before.split_last() {
        before = rest;
    }
    let Some((b'"' | b'\'', mut before)) = before.split_last() else { return false };
    // Back to the name of the element, over the items before in its list.
    let mut items = 0;
    loop {
        let Some((last, rest)) = before.split_last() else { return true };
        match last {
            b' ' | b'\t' | b'\r' | b'\n' | b'[' | b',' | b'\\' => before = rest,
            b'"' => match memrchr(b'"', rest) {
                Some(start) if items < MOST_ITEMS => {
                    items += 1;
                    before = rest.get(..start).unwrap_or_default();
                }
                _ => return true,
            },
            b'=' | b':' => {
                before = rest;
                break;
            }
            _ => return true,
        }
    }
    let is_blank = |byte: &u8| b" \t\"\\".contains(byte);
    let end = before.iter().rposition(|byte| !is_blank(byte)).map_or(0, |last| last + 1);
    let name = before.get(..end).unwrap_or_default();
    let start = name.iter().rposition(|byte| !is_of_word(byte)).map_or(0, |last| last + 1);
    let name = name.get(start..).unwrap_or_default();
    !NO_ACTIONS.iter().any(|element| name.eq_ignore_ascii_case(element))
}

/// What `source = …` may mean.
enum Source<'t> {
    /// It is another word.
    None,
    Directory(&'t str),
    Download,
    /// One of which the name says that it makes a key; its directory, if that is told.
    Kms(Option<&'t str>),
    Somewhere,
}

/// What the word `source` at an offset means, if it is the argument of a call.
fn source(text: &[u8], at: usize) -> Source<'_> {
    let (before, after) = text.split_at_checked(at).unwrap_or_default();
    let after = after.get("source".len()..).unwrap_or_default();
    if before.last().is_some_and(|byte| is_of_word(byte) || *byte == b'.') {
        return Source::None;
    }
    let after = after.strip_prefix(b"\"").unwrap_or(after).trim_ascii_start();
    let Some((b'=' | b':', after)) = after.split_first() else { return Source::None };
    let after = after.trim_ascii_start();
    let Some((b'"', after)) = after.split_first() else {
        // `==` compares, and `source = {` is no call.
        let is_value = after.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'(');
        return if is_value { Source::Somewhere } else { Source::None };
    };
    let Some(end) = memchr(b'"', after) else { return Source::Somewhere };
    match std::str::from_utf8(after.get(..end).unwrap_or_default()) {
        Ok(source) if !source.contains("${") && !source.contains('\\') => {
            let is_kms = source.to_ascii_lowercase().contains("kms");
            match (source.starts_with("./") || source.starts_with("../"), is_kms) {
                (true, true) => Source::Kms(Some(source)),
                (true, false) => Source::Directory(source),
                (false, true) => Source::Kms(None),
                (false, false) => Source::Download,
            }
        }
        _ => Source::Somewhere,
    }
}

fn is_of_word(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') || *byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::{About, sketch};

    fn about(text: &str) -> About {
        sketch(text.as_bytes()).0
    }

    #[test]
    fn words_of_kms_are_told_from_mentions() {
        for (text, expected) in [
            ("resource \"aws_kms_key\" \"k\" {}", Some(About::KEY)),
            ("resource aws_kms_key k {}", Some(About::KEY)),
            ("{\"resource\": {\"aws_kms_key\": {}}}", Some(About::KEY)),
            ("# kmslint: ignore[KMS2]", Some(About::KEY)),
            ("actions = [\"kms:Decrypt\"]", Some(About::ACTIONS)),
            ("actions = [\"KMS:Decrypt\"]", Some(About::ACTIONS)),
            ("join(\":\", [\"kms\", \"Decrypt\"])", Some(About::ACTIONS)),
            ("data \"aws_kms_alias\" \"k\" {}\nx = data.aws_kms_alias.k", None),
            ("sse_algorithm = \"aws:kms\"\nkms_key_id = var.kms", None),
            ("resources = [\"arn:aws:kms:us-east-1:111122223333:key/*\"]", None),
            ("k", None),
        ] {
            assert_eq!(about(text), expected.unwrap_or_default(), "{text}");
        }
    }

    #[test]
    fn patterns_of_actions_are_told_from_others() {
        for (text, any) in [
            ("Action = \"*\"", true),
            ("\"Action\": [\"s3:Get\",\n \"*\"]", true),
            ("policy = \"{\\\"Action\\\": \\\"*\\\"}\"", true),
            ("actions = [\"k*:Decrypt\"]", true),
            ("actions = [\"?ms*:Decrypt\"]", true),
            ("actions = var.x ? [\"*\"] : []", true),
            ("\"*\"", true),
            ("not_actions = [\"s3:x\"]", true),
            ("policy = file(\"x.json\")", true),
            ("Action = \"s3:*\"", false),
            ("Resource = \"*\"", false),
            ("\"Resource\" : [\"arn:aws:s3:::a\", \"*\"]", false),
            ("policy = \"{\\\"Resource\\\": \\\"*\\\"}\"", false),
            ("resources = [\n  \"*\",\n]", false),
            ("identifiers = [\"*\"]", false),
        ] {
            assert_eq!(about(text).has(About::ACTIONS), any, "{text}");
        }
    }

    #[test]
    fn actions_in_the_block_of_a_key_are_those_of_its_policy() {
        let key = "resource \"aws_kms_key\" \"k\" {\n  policy = <<EOT\n{\"Action\": \"kms:*\"}\nEOT\n}\n";
        assert_eq!(about(key), About::KEY);
        let other = "  locals {\n    actions = [\"kms:*\"]\n  }\n";
        assert!(about(&format!("{key}{other}")).has(About::ACTIONS));
        assert!(about(&format!("{other}{key}")).has(About::ACTIONS));
        assert!(about(&format!("{key}output \"p\" {{\n  value = file(\"p\")\n}}")).has(About::ACTIONS));
    }

    #[test]
    fn calls_of_modules_are_found() {
        let calls = |text: &'static str| sketch(text.as_bytes()).1;
        assert_eq!(calls("module \"a\" {\n  source = \"../a\"\n}"), ["../a"]);
        assert_eq!(calls("source = \"../kms\""), ["../kms"]);
        assert_eq!(calls("{\"module\": {\"a\": {\"source\": \"./a\"}}}"), ["./a"]);
        assert!(calls("resource \"./a\" {}\nevent_source = \"./a\"\nsource_arn = \"./a\"").is_empty());
        assert!(about("source = \"hashicorp/consul/aws\"").has(About::DOWNLOAD));
        let kms = about("source = \"terraform-aws-modules/kms/aws\"");
        assert!(kms.has(About::CALL) && kms.has(About::DOWNLOAD));
        assert!(about("source = \"${path.module}/../a\"").has(About::SOMEWHERE));
        assert!(about("source = var.a").has(About::SOMEWHERE));
        assert_eq!(about("source == \"./a\"\nsource = \"./a\""), About::default());
    }
}
