//! What questions may cost: patterns such as `*a??????…` can make exponentially many rows.

/// How much a question may cost, and all questions of one rule about the same policies together. Each rule has as much,
/// so that no answer is worse because of what other rules have asked.
#[derive(Debug)]
pub(super) struct Budget {
    /// Rows that one question may look at, and steps between them.
    pub(super) rows: usize,
    pub(super) steps: usize,
    /// What one question may cost, in words of 64 places read or written: some nanoseconds each.
    words: usize,
    /// What all questions may cost, in such words.
    all: usize,
}

impl Budget {
    pub(super) fn new() -> Self {
        Budget { rows: 60_000, steps: 200_000, words: 2_000_000, all: 12_000_000 }
    }

    /// For the next question.
    pub(super) fn renew(&mut self) {
        *self = Budget { all: self.all, ..Budget::new() };
    }

    /// Whether nothing is left for any question.
    pub(super) fn is_spent(&self) -> bool {
        self.all == 0
    }

    /// Takes a cost off, if there is that much left; otherwise nothing is left.
    pub(super) fn spend(&mut self, words: usize) -> bool {
        let left = self.words.checked_sub(words).zip(self.all.checked_sub(words));
        self.all = self.all.saturating_sub(words);
        self.words = left.map_or(0, |(words, _)| words);
        left.is_some()
    }
}
