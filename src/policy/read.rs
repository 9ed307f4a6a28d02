//! Value to typed policy.
