//! The properties that the fuzzers look for hold of the seeds that they begin with.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};

#[path = "mod.rs"]
mod properties;

use properties::{ALL, seeds};

/// One in so many seeds is tried: all of them by `scripts/fuzz.sh`, which is not in a hurry.
const ONE_IN: usize = 8;

#[test]
fn what_the_fuzzers_look_for_holds_of_the_seeds() {
    let mut failed = Vec::new();
    for (target, holds) in ALL {
        let seeds = seeds::of(target);
        assert!(seeds.len() > 20, "{target}: {} seeds", seeds.len());
        let found = seeds::found(target);
        let seeds: Vec<&Vec<u8>> = seeds.iter().step_by(ONE_IN).chain(&found).collect();
        let next = AtomicUsize::new(0);
        let work = || {
            let mut failed = Vec::new();
            while let Some(seed) = seeds.get(next.fetch_add(1, Ordering::Relaxed)) {
                if panic::catch_unwind(AssertUnwindSafe(|| holds(seed))).is_err() {
                    failed.push(format!("{target}: {:?}", String::from_utf8_lossy(seed)));
                }
            }
            failed
        };
        std::thread::scope(|scope| {
            let cores = std::thread::available_parallelism().map_or(1, usize::from);
            let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
            workers.into_iter().for_each(|worker| failed.extend(worker.join().unwrap()));
        });
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
