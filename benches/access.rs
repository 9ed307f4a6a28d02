//! Measures the access engine, and holds it against enumeration for long.
//!
//!     cargo bench --bench access                     # times
//!     cargo bench --bench access -- --only rules     # some of them: edits, cap or rules
//!     cargo bench --bench access -- --corpus FOLDER  # the policies below a folder, each against an edit
//!     cargo bench --bench access -- --rules FOLDER   # all rules, and each, over the policies below a folder
//!     cargo bench --bench access -- --pairs 100000   # random pairs of policies, search against enumeration

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a program for people who measure"
)]

#[path = "../tests/it/access/random/mod.rs"]
mod random;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use kmslint::access::{Access, compare};
use kmslint::carrier::cloudformation::Parameters;
use kmslint::carrier::{Document, Role, json};
use kmslint::config::Config;
use kmslint::engine::{Engine, Registry};
use kmslint::policy::Policy;
use kmslint::source::{MemoryFiles, Sources};
use random::examine::Tally;
use random::policies::statement;
use random::{Effort, Numbers, document, examine_all, facts, policy};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let option = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1)?.parse::<u64>().ok()
    };
    if let Some(at) = arguments.iter().position(|argument| argument == "--corpus") {
        return corpus(&arguments[at + 1]);
    }
    if let Some(at) = arguments.iter().position(|argument| argument == "--rules") {
        return rules_below(&arguments[at + 1]);
    }
    if let Some(count) = option("--pairs") {
        let contexts = option("--contexts").and_then(|most| usize::try_from(most).ok()).unwrap_or(4);
        return long_run(count, contexts, option("--seed").unwrap_or(7));
    }
    let only =
        arguments.iter().position(|argument| argument == "--only").map(|at| arguments[at + 1].as_str());
    let wanted = |mode: &str| only.is_none_or(|only| only == mode);
    if wanted("edits") {
        edits();
    }
    if wanted("cap") {
        cap();
    }
    if wanted("rules") {
        rules();
    }
}

/// `contexts`: requests of each principal and action, at most.
fn long_run(count: u64, contexts: usize, seed: u64) {
    let (effort, mut tally) = (Effort { contexts, one_of: 1 }, Tally::default());
    let portions = count.div_ceil(10_000);
    for portion in 0..portions {
        tally.add(examine_all((count - portion * 10_000).min(10_000), effort, seed + portion));
        println!(
            "{} pairs, {} requests: {} differ ({:.2} %), {} not proven, {} false witnesses, {} missed",
            tally.pairs,
            tally.requests,
            tally.differ,
            tally.differ as f64 * 100.0 / tally.pairs as f64,
            tally.not_proven,
            tally.false_witnesses.len(),
            tally.missed.len()
        );
    }
    for text in tally.false_witnesses.iter().take(3) {
        println!("false witness: {text}");
    }
    for text in tally.missed.iter().take(3) {
        println!("missed: {text}");
    }
}

/// Two policies of 30 statements, of which one differs.
fn edits() {
    let mut numbers = Numbers(5);
    let mut random = Vec::new();
    for _ in 0..200 {
        let old: Vec<String> = (0..30).map(|_| statement(&mut numbers)).collect();
        let mut new = old.clone();
        new[numbers.below(30)] = statement(&mut numbers);
        let (old, new) = (policy(&document(&old)), policy(&document(&new)));
        let start = Instant::now();
        std::hint::black_box(compare(&old, &new, &facts()));
        random.push(start.elapsed());
    }
    show("30 random statements against an edit of one", &mut random);
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
}

fn of(statements: &[String]) -> Policy {
    policy(&document(statements))
}

/// A statement as people write them.
fn usual(n: usize) -> String {
    format!(
        r#"{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::111122223333:role/r{n}"}},"Action":["kms:Decrypt","kms:GenerateDataKey*"],"Resource":"*","Condition":{{"StringLike":{{"kms:ViaService":"s{n}.*.amazonaws.com"}}}}}}"#
    )
}

/// Patterns whose automaton has exponentially many states.
fn cap() {
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

/// The seed of a policy with both duties, roles and services, as people write them.
const COMMON: &str = include_str!("../testdata/access/common.json");

/// All rules over one policy that is read: the access engine included, reading and reporting not.
fn rules() {
    let (sources, documents) = read("common.json", COMMON.as_bytes().to_vec(), true);
    let mut times =
        Ruled::new(&sources, &documents[0]).times(&Engine::new(Registry::embedded().rules()), 500);
    show("all rules over a usual policy", &mut times);
}

/// All rules over each policy below a folder, and each rule by itself with the facts that it asks for.
fn rules_below(folder: &str) {
    let registry = Registry::embedded();
    let all = Engine::new(registry.rules());
    let singles = registry.rules().iter().map(|rule| (rule.id.clone(), Engine::new([rule])));
    let mut singles: Vec<_> = singles.map(|(id, engine)| (id, engine, Duration::ZERO)).collect();
    let (mut medians, mut worst) = (Vec::new(), (Duration::ZERO, String::new()));
    each_file(folder, &mut |path, text| {
        let (sources, documents) = read(&path, text, false);
        for document in documents.iter().filter(|document| document.role == Role::KeyPolicy) {
            let ruled = Ruled::new(&sources, document);
            let time = median(ruled.times(&all, 21));
            medians.push(time);
            worst = worst.clone().max((time, path.clone()));
            for (_, engine, sum) in &mut singles {
                *sum += median(ruled.times(engine, 5));
            }
        }
    });
    singles.sort_by_key(|(.., sum)| std::cmp::Reverse(*sum));
    for (id, _, sum) in singles.iter().take(20) {
        println!("{id} by itself: {:?} a policy", *sum / u32::try_from(medians.len()).unwrap());
    }
    show(&format!("all rules over each of {} policies below {folder}", medians.len()), &mut medians);
    println!("the worst is {}", worst.1);
}

/// A policy that rules run over.
struct Ruled<'a> {
    sources: &'a Sources,
    document: &'a Document,
    policy: Policy,
}

impl<'a> Ruled<'a> {
    fn new(sources: &'a Sources, document: &'a Document) -> Self {
        Ruled { sources, document, policy: Policy::new(&document.value, &document.key, document.role) }
    }

    /// How long the rules take, again and again.
    fn times(&self, engine: &Engine<'_>, count: usize) -> Vec<Duration> {
        let config = Config::default();
        let run = |_| {
            let start = Instant::now();
            let access = Access::new(&self.policy, &self.document.key);
            std::hint::black_box(engine.policy(
                self.sources,
                &config,
                (self.document, &[]),
                &self.policy,
                &access,
            ));
            start.elapsed()
        };
        (0..count).map(run).collect()
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn read(path: &str, text: Vec<u8>, explicit: bool) -> (Sources, Vec<Document>) {
    let sources = Sources::new(Box::new(MemoryFiles(BTreeMap::new())));
    let file = sources.add(path, text);
    let documents = json::carry(&sources, file, explicit, &Parameters::default()).documents;
    (sources, documents)
}

/// The JSON files below a folder.
fn each_file(folder: &str, visit: &mut impl FnMut(String, Vec<u8>)) {
    let mut folders = vec![std::path::PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "json") {
                visit(path.display().to_string(), std::fs::read(&path).unwrap());
            }
        }
    }
}

/// Each policy of the JSON files below a folder against itself without one statement, for each of them.
fn corpus(folder: &str) {
    let (mut times, mut worst) = (Vec::new(), (Duration::ZERO, String::new()));
    each_file(folder, &mut |path, text| {
        for document in read(&path, text, false).1 {
            if document.role != Role::KeyPolicy {
                continue;
            }
            let old = Policy::new(&document.value, &document.key, document.role);
            for at in 0..old.statements.len() {
                let mut new = old.clone();
                new.statements.remove(at);
                let start = Instant::now();
                std::hint::black_box(compare(&old, &new, &document.key));
                times.push(start.elapsed());
                worst = worst.clone().max((start.elapsed(), path.clone()));
            }
        }
    });
    show(&format!("{} edits of the policies below {folder}", times.len()), &mut times);
    println!("the worst is {}", worst.1);
}

fn show(what: &str, times: &mut [Duration]) {
    times.sort();
    let at = |part: usize| times[(times.len() - 1) * part / 100];
    println!("{what}: least {:?}, median {:?}, 90% {:?}, worst {:?}", at(0), at(50), at(90), at(100));
}
