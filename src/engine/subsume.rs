//! One mistake, one finding: a finding goes where the evidence it rests on already proves a stronger one.

use std::collections::BTreeMap;

use crate::engine::context::{Draft, Evidence};
use crate::engine::rule::{Rule, Word};
use crate::finding::Weaker;

/// Drops the findings about one policy that a finding of a stronger rule stands for; that one lists them.
///
/// A rule names the rules it is stronger than. A weaker finding goes if every piece of its evidence is evidence
/// of the stronger one too, hence a finding that rests on one statement more stays. A finding without any
/// evidence is about the policy as a whole.
pub(super) fn drop_subsumed(drafts: Vec<Draft>, rules: &[&Rule]) -> Vec<Draft> {
    let subsumes = |draft: &Draft| {
        let rule = rules.iter().find(|rule| rule.id == draft.finding.rule)?;
        (!rule.subsumes.is_empty()).then_some(&*rule.subsumes)
    };
    let strong: Vec<Strong<'_>> = drafts
        .iter()
        .enumerate()
        .filter_map(|(place, draft)| Some(Strong { place, draft, subsumes: subsumes(draft)? }))
        .collect();
    if strong.is_empty() {
        return drafts;
    }
    // Sorted by statement, so that a policy of many statements with many findings stays cheap.
    let mut index: Vec<(Option<usize>, usize)> = Vec::new();
    for (at, Strong { draft, .. }) in strong.iter().enumerate() {
        index.extend(draft.evidence.iter().map(|evidence| (evidence.statement, at)));
        if draft.evidence.is_empty() {
            index.push((None, at));
        }
    }
    index.sort_unstable();
    let above: Vec<Option<usize>> = drafts.iter().map(|draft| stronger(draft, &strong, &index)).collect();
    let mut weaker: BTreeMap<usize, Vec<Weaker>> = BTreeMap::new();
    for (place, draft) in drafts.iter().enumerate() {
        if let Some(top) = strongest(place, &above) {
            let crate::finding::Finding { rule, name, severity, message, .. } = draft.finding.clone();
            weaker.entry(top).or_default().push(Weaker { rule, name, severity, message });
        }
    }
    let kept = drafts.into_iter().zip(above).enumerate().filter(|(_, (_, above))| above.is_none());
    kept.map(|(place, (mut draft, _))| {
        draft.finding.stands_for = weaker.remove(&place).unwrap_or_default();
        draft
    })
    .collect()
}

/// A finding of a rule that is stronger than others.
struct Strong<'d> {
    place: usize,
    draft: &'d Draft,
    subsumes: &'d [Word],
}

/// The last one on the way from a finding to what stands for it; none where nothing does.
fn strongest(place: usize, above: &[Option<usize>]) -> Option<usize> {
    let next = |place: usize| above.get(place).copied().flatten();
    let steps = std::iter::successors(next(place), |place| next(*place));
    // Two rules that stand for each other would lead around for ever.
    steps.take(above.len()).last()
}

/// The finding that stands for a weaker one.
fn stronger(weak: &Draft, strong: &[Strong<'_>], index: &[(Option<usize>, usize)]) -> Option<usize> {
    let covers = |at: usize| {
        let Strong { place, draft, subsumes } = strong.get(at)?;
        let all_common =
            weak.evidence.iter().all(|it| draft.evidence.iter().any(|other| common(*it, *other)));
        (subsumes.iter().any(|name| *name == weak.finding.name) && all_common).then_some(*place)
    };
    match weak.evidence.first() {
        // About the policy as a whole: whatever proves the stronger rule anywhere.
        None => (0..strong.len()).find_map(covers),
        Some(first) => {
            let from = index.partition_point(|(statement, _)| *statement < first.statement);
            let same = index.iter().skip(from).take_while(|(statement, _)| *statement == first.statement);
            same.map(|(_, at)| *at).find_map(covers)
        }
    }
}

/// Whether two pieces of evidence are the same characters of the same statement, or part of each other.
fn common(a: Evidence, b: Evidence) -> bool {
    a.statement == b.statement && (a.whole || b.whole || a.span.contains(b.span) || b.span.contains(a.span))
}
