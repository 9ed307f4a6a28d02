//! The same work on many items, on all cores: what comes out is in the order of the items, whoever did it.

use std::cell::Cell;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Fewer items than this are done where they are: a thread costs more than some of them.
const FEW: usize = 8;

/// Items that a thread takes at once, so that it does not ask for each.
const PORTION: usize = 4;

/// Bytes of a thread's stack: as much as the main thread has, for what is nested deeply.
const STACK: usize = 8 << 20;

thread_local! {
    /// This thread is one of several that share some work: what it meets it does alone.
    static IS_SHARING: Cell<bool> = const { Cell::new(false) };
}

/// What `work` makes of each item.
pub(crate) fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    map_with(items, || (), |(), item| work(item), drop).0
}

/// What `work` makes of each item with a state that each thread has for itself, and what `end` makes of each state, in
/// no order.
pub(crate) fn map_with<T: Sync, S, R: Send, E: Send>(
    items: &[T],
    start: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, &T) -> R + Sync,
    end: impl Fn(S) -> E + Sync,
) -> (Vec<R>, Vec<E>) {
    let next = AtomicUsize::new(0);
    let share = || {
        let (mut state, mut done) = (start(), Vec::new());
        loop {
            let first = next.fetch_add(PORTION, Ordering::Relaxed);
            let portion = items.iter().enumerate().skip(first).take(PORTION);
            if portion.len() == 0 {
                return (done, end(state));
            }
            done.extend(portion.map(|(at, item)| (at, work(&mut state, item))));
        }
    };
    let threads = if items.len() < FEW || IS_SHARING.get() { 1 } else { cores().min(items.len() / PORTION) };
    if threads < 2 {
        let (done, state) = share();
        return (done.into_iter().map(|(_, result)| result).collect(), Vec::from([state]));
    }
    let shares = thread::scope(|scope| {
        let help = || {
            IS_SHARING.set(true);
            share()
        };
        // Where the system gives no thread, there are fewer.
        let helpers = (1..threads)
            .filter_map(|_| thread::Builder::new().stack_size(STACK).spawn_scoped(scope, help).ok());
        let helpers: Vec<_> = helpers.collect();
        IS_SHARING.set(true);
        let own = share();
        IS_SHARING.set(false);
        let joined = helpers.into_iter().map(|helper| match helper.join() {
            Ok(share) => share,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        std::iter::once(own).chain(joined).collect::<Vec<_>>()
    });
    let (done, states): (Vec<_>, Vec<_>) = shares.into_iter().unzip();
    let mut done: Vec<(usize, R)> = done.into_iter().flatten().collect();
    done.sort_unstable_by_key(|(at, _)| *at);
    (done.into_iter().map(|(_, result)| result).collect(), states)
}

/// The threads that run at the same time.
fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

#[cfg(test)]
mod tests {
    use super::{map, map_with};

    #[test]
    fn results_are_in_the_order_of_the_items() {
        let items: Vec<u64> = (0..1000).collect();
        let (doubled, counts) = map_with(
            &items,
            || 0,
            |count, item| {
                *count += 1;
                item * 2
            },
            |count| count,
        );
        assert!(doubled.iter().zip(&items).all(|(doubled, item)| *doubled == item * 2));
        assert_eq!((doubled.len(), counts.iter().sum::<usize>()), (1000, 1000));
    }

    #[test]
    fn work_within_work_is_done() {
        let items: Vec<usize> = (0..50).collect();
        let sum = |most: &usize| map(&(0..=*most).collect::<Vec<_>>(), |item| *item).iter().sum::<usize>();
        let sums = map(&items, sum);
        let expected: Vec<usize> = items.iter().map(|most| most * (most + 1) / 2).collect();
        assert_eq!(sums, expected);
    }
}
