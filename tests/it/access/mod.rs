//! The access engine from outside: cases whose answers are known, and the search against enumeration.

mod compare;
mod random;

use random::{Numbers, Tally, examine, pair};

#[test]
fn the_search_agrees_with_enumeration() {
    let (mut numbers, mut tally) = (Numbers(11), Tally::default());
    let count = std::env::var("PAIRS").ok().and_then(|count| count.parse().ok()).unwrap_or(200);
    for _ in 0..count {
        let (old, new) = pair(&mut numbers);
        examine(&old, &new, 3, &mut numbers, &mut tally);
    }
    assert!(tally.false_witnesses.is_empty(), "false: {}", tally.false_witnesses[0]);
    assert!(tally.missed.is_empty(), "{} missed: {}", tally.missed.len(), tally.missed[0]);
    let enough = |count: usize| count * 5 > tally.pairs && count < tally.pairs;
    assert!(enough(tally.differ), "{} of {} pairs differ", tally.differ, tally.pairs);
    assert!(
        tally.not_proven * 20 < tally.pairs,
        "{} of {} pairs are not proven",
        tally.not_proven,
        tally.pairs
    );
}
