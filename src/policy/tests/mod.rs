//! The grammar of a key policy, form by form.
#![expect(clippy::string_slice, reason = "a span off a character boundary should fail the test")]

mod condition;
mod document;
mod notation;
mod principal;
mod random;
mod statement;

use super::{Defect, DefectKind, Policy, Statement};
use crate::carrier::{KeyFacts, Role};
use crate::source::Span;

/// Reads a key policy; `at` gives the characters of a span.
struct Read {
    source: String,
    policy: Policy,
}

impl Read {
    fn policy(source: &str) -> Read {
        Read::with(source, &KeyFacts::default(), Role::KeyPolicy)
    }

    fn with(source: &str, key: &KeyFacts, role: Role) -> Read {
        Read { source: source.to_owned(), policy: Policy::new(&notation::value(source), key, role) }
    }

    /// One statement, given by its members.
    fn statement(members: &str) -> Read {
        Read::policy(&format!(r#"{{"Statement": {{{members}}}}}"#))
    }

    fn only(&self) -> &Statement {
        assert_eq!(self.policy.statements.len(), 1, "{}", self.source);
        &self.policy.statements[0]
    }

    fn at(&self, span: Span) -> &str {
        &self.source[span.start as usize..span.end as usize]
    }

    fn defects(&self) -> Vec<&DefectKind> {
        self.policy.defects.iter().map(|defect| &defect.kind).collect()
    }

    /// The defects without those that come from a statement being cut short for the test.
    fn shape(&self) -> Vec<&Defect> {
        let cut = |defect: &&Defect| matches!(defect.kind, DefectKind::Missing("Effect" | "Principal"));
        self.policy.defects.iter().filter(|defect| !cut(defect)).collect()
    }
}
