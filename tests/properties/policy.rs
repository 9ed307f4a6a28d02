//! Any value is a policy of some kind: it is read, every span in it is a range of the text, and every question about
//! who can do what has an answer.

use kmslint::access::Access;
use kmslint::carrier::{KeyFacts, Role};
use kmslint::catalog::ActionSet;
use kmslint::policy::Policy;
use kmslint::source::{FileId, SourceFile, Span};
use kmslint::syntax::json::parse_file;

use super::is_range;

pub fn holds(data: &[u8]) {
    let source = SourceFile::new("fuzz.json", data.to_vec());
    let Some(value) = parse_file(&source, FileId(0)).0 else { return };
    for role in [Role::KeyPolicy, Role::IdentityPolicy] {
        let key = KeyFacts::default();
        let policy = Policy::new(&value, &key, role);
        let spans = spans(&policy);
        assert!(spans.iter().all(|span| is_range(&source, span.start, span.end)), "{spans:?}");
        assert!(policy.defects.is_sorted_by_key(|defect| defect.span.start));
        let access = Access::new(&policy, &key);
        for statement in &policy.statements {
            let (must, may) = statement.actions();
            assert!(may.contains(must), "{statement:?}");
            assert!(!statement.label().is_empty());
            let _ = (access.is_dead(statement.index), access.is_redundant(statement.index));
            let _ = (access.unsatisfiable(statement.index), access.tautologies(statement.index));
        }
        for exposure in access.exposures() {
            assert!(exposure.statement < policy.statements.len());
        }
        for class in 0..access.classes().len() {
            let (direct, held) = (access.direct(class), access.held(class));
            assert!(held.may.contains(held.must) && held.may.contains(direct.must), "{class}");
            for ground in access.grounds(class, ActionSet::ALL) {
                assert!(is_range(&source, ground.principal.start, ground.principal.end), "{ground:?}");
            }
        }
        let _ = (access.matrix(), access.manageability(), access.managing_without_denies());
    }
}

fn spans(policy: &Policy) -> Vec<Span> {
    let mut spans = vec![policy.span];
    spans.extend(policy.defects.iter().map(|defect| defect.span));
    for statement in &policy.statements {
        spans.extend([statement.span, statement.effect_span]);
        spans.extend(statement.sid.iter().map(|sid| sid.span));
        if let Some(principal) = &statement.principal {
            spans.extend([principal.key_span, principal.span]);
            spans.extend(principal.entries.iter().map(|entry| entry.span));
        }
        if let Some(action) = &statement.action {
            spans.extend([action.key_span, action.span]);
            spans.extend(action.patterns.iter().map(|pattern| pattern.span));
        }
        for condition in &statement.conditions {
            spans.extend([condition.key_span]);
            spans.extend(condition.values.iter().map(|value| value.span));
        }
    }
    spans
}
