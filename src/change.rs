//! What a change causes: the findings that were not there before it.

use std::collections::BTreeMap;

use crate::Report;
use crate::finding::Finding;
use crate::source::Sources;

impl Report {
    /// Keeps the findings that `before` does not have. A finding of before answers for one now: of the same file if
    /// there is one, or else of the file that the policy was moved to.
    pub fn keep_new(&mut self, sources: &Sources, before: &Report, old: &Sources) {
        let place = |finding: &Finding, sources: &Sources| {
            (finding.fingerprint.clone(), sources.file(finding.primary.span.file).path().to_owned())
        };
        let mut there: BTreeMap<(String, String), usize> = BTreeMap::new();
        for finding in &before.findings {
            *there.entry(place(finding, old)).or_default() += 1;
        }
        self.findings.retain(|finding| !take(&mut there, &place(finding, sources)));
        let mut moved: BTreeMap<String, usize> = BTreeMap::new();
        for ((fingerprint, _), count) in there {
            *moved.entry(fingerprint).or_default() += count;
        }
        self.findings.retain(|finding| !take(&mut moved, &finding.fingerprint));
        self.finish(sources);
    }
}

/// Takes one of these, if there is one left.
fn take<K: Ord>(counts: &mut BTreeMap<K, usize>, key: &K) -> bool {
    match counts.get_mut(key) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    }
}
