//! One mistake, one finding: a finding goes where the evidence it rests on already proves a stronger one.

use crate::engine::context::{Draft, Evidence};
use crate::engine::rule::Rule;

/// Drops the findings about one policy that a finding of a stronger rule stands for.
///
/// A rule names the rules it is stronger than. A weaker finding goes if every piece of its evidence is evidence
/// of the stronger one too, hence a finding that rests on one statement more stays. A finding without any
/// evidence is about the policy as a whole.
pub(super) fn drop_subsumed(drafts: Vec<Draft>, rules: &[&Rule]) -> Vec<Draft> {
    let strong: Vec<(&Draft, &[String])> = drafts
        .iter()
        .filter_map(|draft| {
            let rule = rules.iter().find(|rule| rule.id == draft.finding.rule)?;
            (!rule.subsumes.is_empty()).then_some((draft, rule.subsumes.as_slice()))
        })
        .collect();
    if strong.is_empty() {
        return drafts;
    }
    // Sorted by statement, so that a policy of many statements with many findings stays cheap.
    let mut index: Vec<(Option<usize>, usize)> = Vec::new();
    for (at, (draft, _)) in strong.iter().enumerate() {
        index.extend(draft.evidence.iter().map(|evidence| (evidence.statement, at)));
        if draft.evidence.is_empty() {
            index.push((None, at));
        }
    }
    index.sort_unstable();
    let kept: Vec<bool> = drafts.iter().map(|draft| !is_subsumed(draft, &strong, &index)).collect();
    drafts.into_iter().zip(kept).filter_map(|(draft, kept)| kept.then_some(draft)).collect()
}

fn is_subsumed(weak: &Draft, strong: &[(&Draft, &[String])], index: &[(Option<usize>, usize)]) -> bool {
    let covers = |at: usize| {
        strong.get(at).is_some_and(|(strong, subsumes)| {
            subsumes.contains(&weak.finding.name)
                && weak.evidence.iter().all(|it| strong.evidence.iter().any(|other| common(*it, *other)))
        })
    };
    match weak.evidence.first() {
        // About the policy as a whole: whatever proves the stronger rule anywhere.
        None => (0..strong.len()).any(covers),
        Some(first) => {
            let from = index.partition_point(|(statement, _)| *statement < first.statement);
            let same = index.iter().skip(from).take_while(|(statement, _)| *statement == first.statement);
            same.map(|(_, at)| *at).any(covers)
        }
    }
}

/// Whether two pieces of evidence are the same characters of the same statement, or part of each other.
fn common(a: Evidence, b: Evidence) -> bool {
    a.statement == b.statement && (a.span.contains(b.span) || b.span.contains(a.span))
}
