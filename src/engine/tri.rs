//! Three-valued truth: a rule fires on `True` only, and `Unknown` never becomes a pass by negation.

/// True, false, or it depends on something that is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tri {
    /// It holds, whatever the unknown values are.
    True,
    /// It does not hold, whatever the unknown values are.
    False,
    /// It depends on them.
    Unknown,
}

impl Tri {
    /// Whether it surely holds.
    pub fn is_true(self) -> bool {
        self == Tri::True
    }

    /// Both.
    #[must_use]
    pub fn and(self, other: Tri) -> Tri {
        match (self, other) {
            (Tri::False, _) | (_, Tri::False) => Tri::False,
            (Tri::True, Tri::True) => Tri::True,
            _ => Tri::Unknown,
        }
    }

    /// Either.
    #[must_use]
    pub fn or(self, other: Tri) -> Tri {
        !(!self).and(!other)
    }

    /// Whether some of them holds; of none, `False`.
    pub fn any(of: impl IntoIterator<Item = Tri>) -> Tri {
        of.into_iter().fold(Tri::False, Tri::or)
    }

    /// Whether each of them holds; of none, `True`.
    pub fn all(of: impl IntoIterator<Item = Tri>) -> Tri {
        of.into_iter().fold(Tri::True, Tri::and)
    }

    /// `self`, or `Unknown` instead of `False` where there may be more than was seen.
    #[must_use]
    pub fn open(self, open: bool) -> Tri {
        if open && self == Tri::False { Tri::Unknown } else { self }
    }
}

impl std::ops::Not for Tri {
    type Output = Tri;

    fn not(self) -> Tri {
        match self {
            Tri::True => Tri::False,
            Tri::False => Tri::True,
            Tri::Unknown => Tri::Unknown,
        }
    }
}

impl From<bool> for Tri {
    fn from(holds: bool) -> Tri {
        if holds { Tri::True } else { Tri::False }
    }
}

/// `None` is "not known".
impl From<Option<bool>> for Tri {
    fn from(holds: Option<bool>) -> Tri {
        holds.map_or(Tri::Unknown, Tri::from)
    }
}

#[cfg(test)]
mod tests {
    use super::Tri::{self, False, True, Unknown};

    #[test]
    fn unknown_is_neither() {
        assert_eq!(!Unknown, Unknown);
        assert_eq!(True.and(Unknown), Unknown);
        assert_eq!(False.and(Unknown), False);
        assert_eq!(True.or(Unknown), True);
        assert_eq!(False.or(Unknown), Unknown);
        assert_eq!((Tri::any([]), Tri::all([])), (False, True));
        assert_eq!((False.open(true), False.open(false), True.open(true)), (Unknown, False, True));
    }
}
