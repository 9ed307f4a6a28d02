//! What single elements say about a request, with nothing known of the rest of the policy.

use crate::catalog::ActionSet;
use crate::policy::{ActionElement, ActionPattern, BaseOperator, Condition, Quantifier};

impl ActionElement {
    /// The key-policy actions it surely stands for, and those it may stand for.
    pub fn bounds(&self) -> (ActionSet, ActionSet) {
        let all = |set: fn(&ActionPattern) -> ActionSet| {
            self.patterns.iter().map(set).fold(ActionSet::EMPTY, ActionSet::union)
        };
        let must = all(|pattern| pattern.must);
        let may = if self.open { ActionSet::ALL } else { all(|pattern| pattern.may) };
        if self.negated { (ActionSet::ALL.difference(may), ActionSet::ALL.difference(must)) } else { (must, may) }
    }
}

impl Condition {
    /// Whether it holds for a request that does not carry its key; `None`: not known.
    pub fn when_absent(&self) -> Option<bool> {
        let base = self.operator.base?;
        match self.operator.quantifier {
            _ if base == BaseOperator::Null => self.is_null_test(),
            _ if self.operator.if_exists => Some(true),
            Some(Quantifier::ForAllValues) => Some(true),
            Some(Quantifier::ForAnyValue) => Some(false),
            None => Some(base.is_negated()),
        }
    }

    /// Of `Null`: `Some(true)` demands that the key is absent, `Some(false)` that it is there.
    fn is_null_test(&self) -> Option<bool> {
        if self.values_open {
            return None;
        }
        let mut values = self.values.iter().map(|value| value.text.as_known());
        let first = values.next()??.eq_ignore_ascii_case("true");
        values.next().is_none().then_some(first)
    }
}

impl BaseOperator {
    /// Whether it holds where no value matches, such as `StringNotEquals`.
    pub fn is_negated(self) -> bool {
        matches!(
            self,
            BaseOperator::StringNotEquals
                | BaseOperator::StringNotEqualsIgnoreCase
                | BaseOperator::StringNotLike
                | BaseOperator::NumericNotEquals
                | BaseOperator::DateNotEquals
                | BaseOperator::NotIpAddress
                | BaseOperator::ArnNotEquals
                | BaseOperator::ArnNotLike
        )
    }
}
