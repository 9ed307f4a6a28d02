//! The access engine from outside: cases whose answers are known, and the search against enumeration.

mod compare;
mod random;

use random::{Effort, examine_all};

/// The benchmark `access` does the same with more pairs and more requests of each.
#[test]
fn the_search_agrees_with_enumeration() {
    let pairs = std::env::var("PAIRS").ok().and_then(|count| count.parse().ok()).unwrap_or(2_000);
    let tally = examine_all(pairs, Effort { contexts: 2, one_of: 3 }, 11);
    assert!(tally.false_witnesses.is_empty(), "false: {}", tally.false_witnesses[0]);
    assert!(tally.missed.is_empty(), "{} missed: {}", tally.missed.len(), tally.missed[0]);
    let percent = |count: usize| count * 100 / tally.pairs;
    assert!((50..90).contains(&percent(tally.differ)), "{} of {} pairs differ", tally.differ, tally.pairs);
    assert!(percent(tally.not_proven) < 5, "{} of {} are not proven", tally.not_proven, tally.pairs);
}
