//! What the bytes of a file tell without its grammar: whether it can have to do with KMS, and which modules it calls.
//!
//! Most files of a repository have nothing to do with keys. One pass at the speed of memory tells them from the others;
//! when it cannot tell, the file counts as one of the others.

use memchr::{memchr_iter, memchr3_iter, memmem};

/// What a file says of something; of a module, what its files and those of the modules it calls say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct About(u8);

impl About {
    /// A resource, an action or a module of KMS, or a word to kmslint.
    pub(super) const KMS: About = About(1);
    /// Actions that are not named one by one, or a policy from another file.
    pub(super) const ANY_ACTION: About = About(2);
    /// A policy of IAM.
    pub(super) const IDENTITY: About = About(4);
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
        self.has(About::KMS)
            || self.has(About::SOMEWHERE)
            || (self.has(About::ANY_ACTION) && self.has(About::IDENTITY))
    }
}

/// What a file says, and the relative directories in it that may be those of modules.
pub(super) fn sketch(text: &[u8]) -> (About, Vec<&str>) {
    let mut about = About::default();
    // What may begin a pattern of actions is `*`, `?`, and a beginning of `kms`.
    for at in memchr3_iter(b'k', b'K', b'*', text) {
        if text.get(at) != Some(&b'*') {
            if names_kms(text, at) {
                about.add(About::KMS);
                break;
            }
        } else if !about.has(About::ANY_ACTION) && is_any_action(text, at) {
            about.add(About::ANY_ACTION);
        }
    }
    let any_action = ["file(", "ot_action", "otAction", "otaction"];
    if any_action.iter().any(|word| memmem::find(text, word.as_bytes()).is_some()) {
        about.add(About::ANY_ACTION);
    }
    if memmem::find(text, b"aws_iam_").is_some() {
        about.add(About::IDENTITY);
    }
    let mut directories = Vec::new();
    for at in memmem::find_iter(text, "source") {
        match source(text, at) {
            Source::None => {}
            Source::Directory(directory) => directories.push(directory),
            Source::Download => drop(about.add(About::DOWNLOAD)),
            Source::Kms => drop(about.add(About::KMS)),
            Source::Somewhere => drop(about.add(About::SOMEWHERE)),
        }
    }
    (about, directories)
}

/// Whether the word that begins at a `k` is KMS's: of a resource type, before an action, for itself. Its ARNs and
/// settings such as `kms_key_id` and `aws:kms` are everywhere, and make no policy.
fn names_kms(text: &[u8], at: usize) -> bool {
    let Some(word) = text.get(at..at + 3).filter(|word| word.eq_ignore_ascii_case(b"kms")) else {
        return false;
    };
    let (before, after) = (text.get(..at).unwrap_or_default(), text.get(at + 3..).unwrap_or_default());
    match after.first() {
        Some(b':') => !before.ends_with(b":"),
        Some(b'_') if before.ends_with(b"aws_") => {
            let head = before.strip_suffix(b"aws_").unwrap_or_default();
            !(head.ends_with(b"data \"") || head.ends_with(b"data."))
        }
        Some(b'l') => word == b"kms" && after.starts_with(b"lint:"),
        Some(b'"' | b'\'') => before.last().is_some_and(|quote| b"\"'".contains(quote)),
        _ => false,
    }
}

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
    loop {
        let Some((last, rest)) = before.split_last() else { return true };
        match last {
            b' ' | b'\t' | b'\r' | b'\n' | b'[' | b',' | b'\\' => before = rest,
            b'"' => match memchr::memrchr(b'"', rest) {
                Some(start) => before = rest.get(..start).unwrap_or_default(),
                None => return true,
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
    Kms,
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
    let Some(end) = memchr_iter(b'"', after).next() else { return Source::Somewhere };
    match std::str::from_utf8(after.get(..end).unwrap_or_default()) {
        Ok(source) if source.to_ascii_lowercase().contains("kms") => Source::Kms,
        Ok(source) if !source.contains("${") && !source.contains('\\') => {
            match source.starts_with("./") || source.starts_with("../") {
                true => Source::Directory(source),
                false => Source::Download,
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

    #[test]
    fn words_of_kms_are_told_from_mentions() {
        for (text, names) in [
            ("resource \"aws_kms_key\" \"k\" {}", true),
            ("resource aws_kms_key k {}", true),
            ("actions = [\"kms:Decrypt\"]", true),
            ("actions = [\"KMS:Decrypt\"]", true),
            ("join(\":\", [\"kms\", \"Decrypt\"])", true),
            ("# kmslint: ignore[KMS2]", true),
            ("source = \"terraform-aws-modules/kms/aws\"", true),
            ("data \"aws_kms_alias\" \"k\" {}\nx = data.aws_kms_alias.k", false),
            ("sse_algorithm = \"aws:kms\"\nkms_key_id = var.kms", false),
            ("resources = [\"arn:aws:kms:us-east-1:111122223333:key/*\"]", false),
            ("k", false),
        ] {
            assert_eq!(sketch(text.as_bytes()).0.has(About::KMS), names, "{text}");
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
            assert_eq!(sketch(text.as_bytes()).0.has(About::ANY_ACTION), any, "{text}");
        }
    }

    #[test]
    fn calls_of_modules_are_found() {
        let calls = |text: &'static str| sketch(text.as_bytes()).1;
        assert_eq!(calls("module \"a\" {\n  source = \"../a\"\n}"), ["../a"]);
        assert_eq!(calls("{\"module\": {\"a\": {\"source\": \"./a\"}}}"), ["./a"]);
        assert!(calls("resource \"./a\" {}\nevent_source = \"./a\"\nsource_arn = \"./a\"").is_empty());
        let about = |text: &str| sketch(text.as_bytes()).0;
        assert!(about("source = \"hashicorp/consul/aws\"").has(About::DOWNLOAD));
        assert!(about("source = \"${path.module}/../a\"").has(About::SOMEWHERE));
        assert!(about("source = var.a").has(About::SOMEWHERE));
        assert_eq!(about("source == \"./a\"\nsource = \"./a\""), About::default());
    }
}
