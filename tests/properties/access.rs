//! What the solver says of two policies is so: each of its requests is replayed by the plain evaluator, and what it
//! calls equal is equal for the requests of a small world. A zero byte stands between the two policies; without one,
//! the policy is compared with itself and with none at all.

use kmslint::access::{Access, Level, Relation, Request, Verdict, Widening, compare, evaluate, widens};
use kmslint::carrier::Role;
use kmslint::catalog::ActionSet;
use kmslint::policy::Policy;
use kmslint::source::{FileId, SourceFile};
use kmslint::syntax::json::parse_file;

#[allow(dead_code, unused_imports, reason = "the tests and benches of the access engine use the rest of it")]
#[path = "../it/access/random/mod.rs"]
mod random;

use random::examine::{Tally, examine_read};
use random::policies::pair;
use random::{Effort, Numbers, facts};

/// Pairs of policies by chance, as `holds` takes them.
pub fn pairs(count: u64) -> impl Iterator<Item = String> {
    (0..count).map(|at| {
        let (old, new) = pair(&mut Numbers(at));
        format!("{old}\0{new}")
    })
}

pub fn holds(data: &[u8]) {
    let mut parts = data.splitn(2, |byte| *byte == 0).map(String::from_utf8_lossy);
    let (old, new) = (parts.next().unwrap_or_default(), parts.next());
    let Some(first) = read(&old) else { return };
    can(&first);
    let mut numbers = Numbers(data.iter().fold(7, |sum, byte| sum * 31 % 1_000_003 + u64::from(*byte)));
    match new {
        Some(new) => {
            let Some(second) = read(&new) else { return };
            can(&second);
            both((&old, &first), (&new, &second), &mut numbers);
        }
        None => {
            let same = compare(&first, &first, &facts()).relation();
            assert!(matches!(same, Relation::Equal | Relation::NotProven), "{same:?}");
            let nothing = "{}";
            both((nothing, &read(nothing).unwrap()), (&old, &first), &mut numbers);
        }
    }
}

/// A policy of which everything is known.
fn read(text: &str) -> Option<Policy> {
    let source = SourceFile::new("p.json", text.as_bytes().to_vec());
    let value = parse_file(&source, FileId(0)).0?;
    value.first_unknown().is_none().then(|| Policy::new(&value, &facts(), Role::KeyPolicy))
}

/// Whatever a class can do, a request shows. Of an action that AWS will add none can.
fn can(policy: &Policy) {
    let facts = facts();
    let access = Access::new(policy, &facts);
    let named = ActionSet::ALL.difference(ActionSet::FUTURE);
    for class in 0..access.classes().len() {
        for level in [Level::Delegated, Level::Direct] {
            let Verdict::Yes(witness) = access.can(class, named, level) else { continue };
            let (principal, action, context) = (witness.principal, witness.action, witness.context);
            let request = Request { principal, action, context, owner: None };
            let found = evaluate(policy, &request).level;
            assert!(found >= level, "{request:?} is {found:?}, not {level:?}");
        }
    }
}

fn both(old: (&str, &Policy), new: (&str, &Policy), numbers: &mut Numbers) {
    let effort = Effort { contexts: 2, one_of: 2 };
    let mut tally = Tally::default();
    let there = examine_read(old, new, effort, numbers, &mut tally);
    let back = examine_read(new, old, effort, numbers, &mut tally);
    assert!(tally.false_witnesses.is_empty(), "false: {}", tally.false_witnesses[0]);
    assert!(tally.missed.is_empty(), "missed: {}", tally.missed[0]);
    if there.not_proven.is_empty() && back.not_proven.is_empty() {
        assert_eq!(there.gained.is_empty(), back.lost.is_empty(), "{there:?}\n{back:?}");
        assert_eq!(there.unprotected.is_empty(), back.protected.is_empty(), "{there:?}\n{back:?}");
    }
    // It asks for what is gained alone, and has less to prove.
    let (gains, doubts) = (!there.gained.is_empty(), !there.not_proven.is_empty());
    match widens(old.1, new.1, &facts()) {
        None => assert!(!gains, "{there:?}"),
        Some(Widening::Proved(_)) => assert!(gains, "{there:?}"),
        Some(Widening::NotProven(_)) => assert!(!gains && doubts, "{there:?}"),
    }
}
