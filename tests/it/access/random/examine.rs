//! The comparison of two policies, held against every request.

use std::sync::atomic::{AtomicU64, Ordering};

use kmslint::access::{ClassKind, Comparison, Difference, Level, Request, compare, evaluate};
use kmslint::catalog::action;
use kmslint::policy::{Policy, PrincipalKind};

use super::policies::pair;
use super::requests::requests;
use super::{Numbers, OWN, facts, policy};

/// How many of the requests of the small world are asked.
#[derive(Clone, Copy)]
pub(crate) struct Effort {
    /// Contexts of each principal and action, at most.
    pub(crate) contexts: usize,
    /// One of so many pairs of a principal and an action, by chance.
    pub(crate) one_of: usize,
}

/// What one pair showed.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) pairs: usize,
    /// Some request's level differs, as a witness or enumeration shows.
    pub(crate) differ: usize,
    /// Something was not proven.
    pub(crate) not_proven: usize,
    pub(crate) requests: usize,
    pub(crate) false_witnesses: Vec<String>,
    pub(crate) missed: Vec<String>,
}

impl Tally {
    /// Takes in what others showed.
    pub(crate) fn add(&mut self, other: Tally) {
        self.pairs += other.pairs;
        self.differ += other.differ;
        self.not_proven += other.not_proven;
        self.requests += other.requests;
        self.false_witnesses.extend(other.false_witnesses);
        self.missed.extend(other.missed);
    }
}

/// Compares some pairs, on all cores; the same ones whatever their number.
pub(crate) fn examine_all(pairs: u64, effort: Effort, seed: u64) -> Tally {
    const PORTION: u64 = 100;
    let next = AtomicU64::new(0);
    let work = || {
        let mut tally = Tally::default();
        loop {
            let portion = next.fetch_add(1, Ordering::Relaxed);
            let left = pairs.saturating_sub(portion * PORTION);
            if left == 0 {
                return tally;
            }
            let mut numbers = Numbers(seed.wrapping_mul(1_000_003).wrapping_add(portion));
            for _ in 0..left.min(PORTION) {
                let (old, new) = pair(&mut numbers);
                examine(&old, &new, effort, &mut numbers, &mut tally);
            }
        }
    };
    let mut all = Tally::default();
    std::thread::scope(|scope| {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        workers.into_iter().for_each(|worker| all.add(worker.join().unwrap()));
    });
    all
}

/// Compares a pair by the solver and by enumeration.
pub(crate) fn examine(
    old: &str,
    new: &str,
    effort: Effort,
    numbers: &mut Numbers,
    tally: &mut Tally,
) -> Comparison {
    examine_read((old, &policy(old)), (new, &policy(new)), effort, numbers, tally)
}

/// The same of texts that were read already.
pub(crate) fn examine_read(
    (old, old_policy): (&str, &Policy),
    (new, new_policy): (&str, &Policy),
    effort: Effort,
    numbers: &mut Numbers,
    tally: &mut Tally,
) -> Comparison {
    let comparison = compare(old_policy, new_policy, &facts());
    tally.pairs += 1;
    let open = !comparison.not_proven.is_empty();
    tally.not_proven += usize::from(open);
    for (list, rises, denied) in [
        (&comparison.gained, true, false),
        (&comparison.lost, false, false),
        (&comparison.unprotected, true, true),
        (&comparison.protected, false, true),
    ] {
        for difference in list {
            let witness = &difference.witness;
            let request = Request {
                principal: witness.principal.clone(),
                action: witness.action.clone(),
                context: witness.context.clone(),
                owner: Some(OWN.to_owned()),
            };
            let (before, after) =
                (evaluate(old_policy, &request).level, evaluate(new_policy, &request).level);
            let (low, high) = if rises { (before, after) } else { (after, before) };
            let right = low < high && if denied { high == Level::Nothing } else { high >= Level::Delegated };
            if !right {
                tally.false_witnesses.push(format!("{witness:?} {before:?} {after:?}\n  {old}\n  {new}"));
            }
        }
    }
    let lists = [&comparison.gained, &comparison.lost, &comparison.unprotected, &comparison.protected];
    let mut differs = lists.iter().any(|list| !list.is_empty());
    for request in requests(&[old, new], effort, numbers) {
        tally.requests += 1;
        let (before, after) = (evaluate(old_policy, &request).level, evaluate(new_policy, &request).level);
        if before == after {
            continue;
        }
        differs = true;
        let list = match (before < after, before.max(after)) {
            (true, Level::Nothing) => &comparison.unprotected,
            (false, Level::Nothing) => &comparison.protected,
            (true, _) => &comparison.gained,
            (false, _) => &comparison.lost,
        };
        let found = list.iter().any(|difference| speaks_of(difference, &request));
        if !found && !open {
            tally.missed.push(format!("{request:?} {before:?} {after:?}\n  {old}\n  {new}"));
            break;
        }
    }
    tally.differ += usize::from(differs);
    comparison
}

/// Whether a difference is of the request's principal and action.
fn speaks_of(difference: &Difference, request: &Request) -> bool {
    let asking = PrincipalKind::of_aws(&request.principal);
    let account = asking.account().map(ToString::to_string);
    let is_root = request.principal.ends_with(":root");
    let principal = match &difference.principal {
        ClassKind::Named(arn) => {
            let arn = arn.to_string();
            let role = arn.rsplit('/').next().unwrap_or_default();
            // A session that nothing names is one of its role.
            arn == request.principal
                || arn.contains(":role/") && request.principal.contains(&format!(":assumed-role/{role}/"))
        }
        ClassKind::AccountRoot(of) => is_root && account == Some(of.to_string()),
        ClassKind::AccountOther(of) => !is_root && account == Some(of.to_string()),
        ClassKind::Fresh => account.is_some_and(|account| account != OWN),
        ClassKind::Service(_) => account.is_none(),
        ClassKind::Opaque(_) => false,
    };
    let known = action(&request.action).is_some_and(|action| difference.actions.intersects(action.set()));
    principal && (known || action(&request.action).is_none())
}
