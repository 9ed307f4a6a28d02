//! The part of Markdown that rule documents are made of: a title, headings and fenced blocks.

/// A heading of the second level and what is under it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Section<'t> {
    /// Its words.
    pub heading: &'t str,
    /// What is under it, fenced blocks included.
    pub text: &'t str,
    /// Byte offset of the heading's line.
    pub start: u32,
}

/// A fenced block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fence<'t> {
    /// What follows the opening backticks, such as `json bad`.
    pub info: &'t str,
    /// The lines between the fences.
    pub text: &'t str,
    /// Byte offset of the opening fence.
    pub open: u32,
    /// Byte offset of the text.
    pub start: u32,
    /// Byte offset after the closing fence's line.
    pub end: u32,
}

/// An example of a rule document, which is a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Example<'t> {
    /// `json`, `hcl`
    pub language: &'t str,
    /// Whether the rule should report something.
    pub expect: Expect,
    /// The input.
    pub text: &'t str,
    /// Byte offset of the opening fence.
    pub start: u32,
    /// Byte offset after the example's own fence.
    pub end: u32,
    /// The `diagnostics` block that follows it.
    pub diagnostics: Option<Fence<'t>>,
    /// The `fixed` block that follows it.
    pub fixed: Option<Fence<'t>>,
}

/// What an [`Example`] shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// The rule reports it.
    Bad,
    /// The rule does not report it.
    Good,
}

/// The title: the words of the first line after `# `.
pub(super) fn title(text: &str) -> Option<&str> {
    Some(text.lines().next()?.strip_prefix("# ")?.trim())
}

/// The fenced blocks, in order. A fence that is never closed ends with the text.
pub(super) fn fences(text: &str) -> Vec<Fence<'_>> {
    let mut fences = Vec::new();
    let mut open: Option<(usize, Fence<'_>)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let (start, end) = (at, at + offset(line.len()));
        at = end;
        let ticks = line.bytes().take_while(|byte| *byte == b'`').count();
        let rest = line.get(ticks..).unwrap_or_default().trim();
        match &mut open {
            None if ticks >= 3 => {
                open = Some((ticks, Fence { info: rest, text: "", open: start, start: end, end }));
            }
            Some((length, fence)) if ticks >= *length && rest.is_empty() => {
                fences.push(Fence { text: part(text, fence.start, start), end, ..*fence });
                open = None;
            }
            _ => {}
        }
    }
    if let Some((_, fence)) = open {
        fences.push(Fence { text: part(text, fence.start, at), end: at, ..fence });
    }
    fences
}

/// The sections of the second level, in order.
pub(super) fn sections(text: &str) -> Vec<Section<'_>> {
    let fences = fences(text);
    let mut fences = fences.iter().peekable();
    let mut headings = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let (start, end) = (at, at + offset(line.len()));
        at = end;
        while fences.next_if(|fence| fence.end <= start).is_some() {}
        let fenced = fences.peek().is_some_and(|fence| fence.open <= start);
        if let (false, Some(heading)) = (fenced, line.strip_prefix("## ")) {
            headings.push((heading.trim(), start, end));
        }
    }
    let ends = headings.iter().skip(1).map(|(_, start, _)| *start).chain([at]);
    headings
        .iter()
        .zip(ends)
        .map(|(&(heading, start, body), end)| Section { heading, text: part(text, body, end), start })
        .collect()
}

/// The fenced blocks that are examples, each with the blocks that belong to it.
pub(super) fn examples(text: &str) -> Vec<Example<'_>> {
    let mut examples: Vec<Example<'_>> = Vec::new();
    for fence in fences(text) {
        let mut words = fence.info.split_whitespace();
        match (words.next(), words.next(), examples.last_mut()) {
            (Some(language), Some(word @ ("bad" | "good")), _) => examples.push(Example {
                language,
                expect: if word == "bad" { Expect::Bad } else { Expect::Good },
                text: fence.text,
                start: fence.open,
                end: fence.end,
                diagnostics: None,
                fixed: None,
            }),
            (Some("diagnostics"), _, Some(example)) => example.diagnostics = Some(fence),
            (Some("fixed"), _, Some(example)) => example.fixed = Some(fence),
            _ => {}
        }
    }
    examples
}

fn part(text: &str, start: u32, end: u32) -> &str {
    text.get(start as usize..end as usize).unwrap_or_default()
}

fn offset(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# KMS900 some-name\n\n```toml rule\nsummary = \"x\"\n```\n\n## What it does\n\nA.\n\n\
                        ````text\n## no heading\n```\n````\n\n## Examples\n\n```json bad\n{}\n```\n\n\
                        ```diagnostics\nd\n```\n\n```hcl good\nx = 1\n```\n";

    #[test]
    fn reads_headings_outside_of_fences() {
        let headings: Vec<_> = sections(PAGE).iter().map(|section| section.heading).collect();
        assert_eq!(headings, ["What it does", "Examples"]);
        assert_eq!(title(PAGE), Some("KMS900 some-name"));
    }

    #[test]
    fn a_longer_fence_holds_a_shorter_one() {
        let infos: Vec<_> = fences(PAGE).iter().map(|fence| fence.info).collect();
        assert_eq!(infos, ["toml rule", "text", "json bad", "diagnostics", "hcl good"]);
    }

    #[test]
    fn blocks_belong_to_the_example_before_them() {
        let examples = examples(PAGE);
        assert_eq!(examples.len(), 2);
        assert_eq!(examples[0].diagnostics.map(|block| block.text), Some("d\n"));
        assert_eq!((examples[1].language, examples[1].expect), ("hcl", Expect::Good));
        assert_eq!(examples[1].diagnostics, None);
    }
}
