//! How the characters of a finding reached the key: the value's trail, and the place where the policy is
//! attached.

use crate::carrier::{Document, Passage};
use crate::finding::{Finding, Label};
use crate::source::{Sources, Span};
use crate::value::{Kind, Trail};

/// For each value of a document that something carried, the way it went. Built once for a document that has
/// findings.
pub(super) struct Trails<'a> {
    nodes: Vec<Node<'a>>,
    /// Span of a value and the node of its own trail or that of the value around it; sorted.
    spans: Vec<(Span, usize)>,
    /// What carried the values that were put into templates, sorted by the place they were put in.
    passages: Vec<&'a Passage>,
}

struct Node<'a> {
    trail: &'a Trail,
    around: Option<usize>,
}

impl<'a> Trails<'a> {
    pub(super) fn new(document: &'a Document) -> Self {
        let mut passages: Vec<&Passage> = document.passages.iter().collect();
        passages.sort_by_key(|passage| passage.span);
        let mut trails = Trails { nodes: Vec::new(), spans: Vec::new(), passages };
        let mut stack = vec![(&document.value, None)];
        while let Some((value, around)) = stack.pop() {
            let node = if value.trail.is_empty() {
                around
            } else {
                trails.nodes.push(Node { trail: &value.trail, around });
                Some(trails.nodes.len() - 1)
            };
            if let Some(node) = node {
                trails.spans.push((value.span, node));
            }
            match &value.kind {
                Kind::List(items) => stack.extend(items.iter().map(|item| (item, node))),
                Kind::Object(members) => stack.extend(members.iter().map(|member| (&member.value, node))),
                _ => {}
            }
        }
        trails.spans.sort();
        trails
    }

    /// The steps that carried the value at `span`, the last use first: those of what was put into it, and those
    /// of the value that it is or is inside of.
    fn steps(&self, span: Span) -> Vec<Label> {
        let mut labels = Vec::new();
        let first = self.passages.partition_point(|it| it.span < Span { end: span.start, ..span });
        for passage in self.passages.iter().skip(first).take_while(|it| span.contains(it.span)) {
            labels.extend(passage.trail.steps().map(|step| Label::new(step.span, step.label.to_string())));
            labels.push(Label::new(passage.origin, "written here"));
        }
        let mut next = self.node(span);
        while let Some(node) = next.and_then(|at| self.nodes.get(at)) {
            labels.extend(node.trail.steps().map(|step| Label::new(step.span, step.label.to_string())));
            next = node.around;
        }
        labels
    }

    fn node(&self, span: Span) -> Option<usize> {
        /// How far back a value that holds the span is looked for: deep enough for what a statement nests.
        const NEAR: usize = 32;
        let after =
            self.spans.partition_point(|(other, _)| (other.file, other.start) <= (span.file, span.start));
        let before = self.spans.get(..after)?.iter().rev().take(NEAR);
        let holding = before.filter(|(other, _)| other.contains(span));
        holding.min_by_key(|(other, _)| other.len()).map(|(_, node)| *node)
    }
}

/// Adds to a finding how its characters reached the key: the trail, and the attachment where that does not lie
/// before the reader's eyes.
pub(super) fn explain(finding: &mut Finding, document: &Document, trails: &Trails<'_>, sources: &Sources) {
    let primary = finding.primary.span;
    let steps = trails.steps(primary);
    // Characters around or inside of those that are shown already say nothing new.
    let known = |finding: &Finding, span: Span| {
        let mut labels = std::iter::once(&finding.primary).chain(&finding.related);
        labels.any(|label| label.span.contains(span) || span.contains(label.span))
    };
    for step in steps {
        if !known(finding, step.span) {
            finding.related.push(step);
        }
    }
    if !is_near(document, primary, sources) && !known(finding, document.attachment) {
        let to = document.address.as_ref().map(|address| format!("to `{address}` ")).unwrap_or_default();
        finding.related.push(Label::new(document.attachment, format!("attached {to}here")));
    }
}

/// Whether the primary characters stand in the very text that begins where the policy is attached.
fn is_near(document: &Document, primary: Span, sources: &Sources) -> bool {
    let (attachment, text) = (document.attachment, document.value.span);
    if attachment.contains(primary) || (attachment.contains(text) && text.contains(primary)) {
        return true;
    }
    if attachment.file != primary.file || attachment.file != text.file || !text.contains(primary) {
        return false;
    }
    let file = sources.file(text.file);
    let line = |offset| file.position(offset).line;
    text.start >= attachment.start && line(text.start).saturating_sub(line(attachment.start)) <= 1
}
