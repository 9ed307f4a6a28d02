//! Measures the access engine, and holds it against enumeration for long.
//!
//!     cargo bench --bench access                     # times
//!     cargo bench --bench access -- --pairs 100000   # random pairs of policies, search against enumeration

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a program for people who measure"
)]

#[path = "../tests/it/access/random.rs"]
mod random;

use std::time::{Duration, Instant};

use kmslint::access::compare;
use random::{Numbers, Tally, document, examine, facts, pair, policy, statement};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let option = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1)?.parse::<u64>().ok()
    };
    match option("--pairs") {
        Some(count) => long_run(count, option("--seed").unwrap_or(7)),
        None => times(),
    }
}

fn long_run(count: u64, seed: u64) {
    let (mut numbers, mut tally) = (Numbers(seed), Tally::default());
    for n in 1..=count {
        let (old, new) = pair(&mut numbers);
        examine(&old, &new, 12, &mut numbers, &mut tally);
        if n % 10_000 == 0 || n == count {
            println!(
                "{} pairs, {} requests: {} differ, {} not proven, {} false witnesses, {} missed",
                tally.pairs,
                tally.requests,
                tally.differ,
                tally.not_proven,
                tally.false_witnesses.len(),
                tally.missed.len()
            );
        }
    }
    for text in tally.false_witnesses.iter().take(3) {
        println!("false witness: {text}");
    }
    for text in tally.missed.iter().take(3) {
        println!("missed: {text}");
    }
}

fn times() {
    let mut numbers = Numbers(5);
    let mut edits = Vec::new();
    for _ in 0..200 {
        let old: Vec<String> = (0..30).map(|_| statement(&mut numbers)).collect();
        let mut new = old.clone();
        new[numbers.below(30)] = statement(&mut numbers);
        let (old, new) = (policy(&document(&old)), policy(&document(&new)));
        let start = Instant::now();
        std::hint::black_box(compare(&old, &new, &facts()));
        edits.push(start.elapsed());
    }
    show("30 random statements against an edit of one", &mut edits);
    let of = |statements: &[String]| policy(&document(statements));
    let usual = |n: usize| {
        format!(
            r#"{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::111122223333:role/r{n}"}},"Action":["kms:Decrypt","kms:GenerateDataKey*"],"Resource":"*","Condition":{{"StringLike":{{"kms:ViaService":"s{n}.*.amazonaws.com"}}}}}}"#
        )
    };
    let mut plain: Vec<Duration> = (0..50)
        .map(|_| {
            let old: Vec<String> = (0..30).map(usual).collect();
            let mut new = old.clone();
            new[7] = usual(70);
            let (old, new) = (of(&old), of(&new));
            let start = Instant::now();
            std::hint::black_box(compare(&old, &new, &facts()));
            start.elapsed()
        })
        .collect();
    show("30 usual statements against an edit of one", &mut plain);
    let end = "?".repeat(30);
    let never = format!(
        r#"{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::111122223333:role/App"}},"Action":"kms:Decrypt","Resource":"*","Condition":{{"StringLike":{{"kms:EncryptionContext:a":"*a{end}"}},"StringLikeIfExists":{{"kms:EncryptionContext:a":"*b{end}"}}}}}}"#
    );
    let (empty, never) = (of(&[usual(1)]), of(&[usual(1), never]));
    let mut cap: Vec<Duration> = (0..10)
        .map(|_| {
            let start = Instant::now();
            let comparison = compare(&empty, &never, &facts());
            assert!(!comparison.not_proven.is_empty());
            start.elapsed()
        })
        .collect();
    show("patterns that explode, until the cap", &mut cap);
}

fn show(what: &str, times: &mut [Duration]) {
    times.sort();
    let at = |part: usize| times[(times.len() - 1) * part / 100];
    println!("{what}: median {:?}, 90% {:?}, worst {:?}", at(50), at(90), at(100));
}
