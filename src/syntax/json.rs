//! JSON with holes.
