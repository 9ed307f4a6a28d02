//! Random key policies over a small world, every request of that world, and the search held against both.

pub(crate) mod examine;
pub(crate) mod policies;
mod requests;
mod world;

use kmslint::carrier::{KeyFacts, Role};
use kmslint::policy::{Policy, PrincipalKind};
use kmslint::source::{FileId, SourceFile};
use kmslint::syntax::json;

pub(crate) use examine::{Effort, examine_all};
pub(crate) use policies::document;

pub(crate) const OWN: &str = "111122223333";

/// Reads a policy.
pub(crate) fn policy(text: &str) -> Policy {
    let source = SourceFile::new("p.json", text.as_bytes().to_vec());
    let (value, errors) = json::parse_file(&source, FileId(0));
    assert!(errors.is_empty(), "{text}: {errors:?}");
    Policy::new(&value.unwrap(), &facts(), Role::KeyPolicy)
}

/// The key of all policies.
pub(crate) fn facts() -> KeyFacts {
    let owner = PrincipalKind::of_aws(OWN).account().cloned();
    KeyFacts { owner_account: owner, ..KeyFacts::default() }
}

/// Small numbers that repeat.
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    pub(crate) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    /// Once in so many times.
    pub(crate) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }
}
