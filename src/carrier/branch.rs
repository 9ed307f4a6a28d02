//! Undecided conditions: one evaluation for each way to decide them.

/// How the conditions of one evaluation were decided, in the order they were met.
#[derive(Clone, Debug, Default)]
pub(in crate::carrier) struct Decisions {
    made: Vec<(String, bool)>,
    /// So many of them were given; the rest was met for the first time and taken as true.
    given: usize,
}

impl Decisions {
    /// Whether a condition holds in this evaluation.
    pub(in crate::carrier) fn decide(&mut self, condition: String) -> bool {
        if let Some((_, holds)) = self.made.iter().find(|(known, _)| *known == condition) {
            return *holds;
        }
        self.made.push((condition, true));
        true
    }

    /// Whether something was decided here as it was in none of the others.
    pub(in crate::carrier) fn differs_from_all<'a>(
        &self,
        mut others: impl Iterator<Item = &'a Decisions> + Clone,
    ) -> bool {
        match self.made.as_slice() {
            [] => others.next().is_none(),
            made => made.iter().any(|one| others.clone().all(|other| !other.made.contains(one))),
        }
    }

    /// How many conditions were decided.
    pub(super) fn count(&self) -> usize {
        self.made.len()
    }

    /// What holds in this evaluation, for people; none where nothing was undecided.
    pub(in crate::carrier) fn label(&self) -> Option<String> {
        let facts: Vec<String> =
            self.made.iter().map(|(condition, holds)| format!("`{condition}` is {holds}")).collect();
        (!facts.is_empty()).then(|| facts.join(" and "))
    }

    /// The decisions that are still to be tried after this evaluation.
    fn others(&self) -> Vec<Decisions> {
        let met = self.made.get(self.given..).unwrap_or_default();
        let others = met.iter().enumerate().map(|(at, (condition, _))| {
            let mut made = self.made.get(..self.given + at).unwrap_or_default().to_vec();
            made.push((condition.clone(), false));
            Decisions { given: made.len(), made }
        });
        others.collect()
    }
}

/// Branches that are analysed; of the others a note says that there are more.
const MAX_BRANCHES: usize = 16;

/// Evaluates once for each way to decide what is undecided. Returns the results with their decisions, and
/// whether there were more ways than are tried.
pub(in crate::carrier) fn for_each_branch<T>(
    mut evaluate: impl FnMut(Decisions) -> (T, Decisions),
) -> (Vec<(T, Decisions)>, bool) {
    let mut open = vec![Decisions::default()];
    let mut results = Vec::new();
    while let Some(decisions) = open.pop() {
        if results.len() >= MAX_BRANCHES {
            return (results, true);
        }
        let (result, decisions) = evaluate(decisions);
        open.extend(decisions.others());
        results.push((result, decisions));
    }
    (results, false)
}
