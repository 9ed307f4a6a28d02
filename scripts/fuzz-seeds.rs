//! Writes the seeds of the fuzz targets, all or those that are named, into their corpus folders below `fuzz/`.
//!
//!     cargo run --example fuzz-seeds -- access policy

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what it shares with the tests fails so"
)]
#![expect(clippy::print_stdout, reason = "a program for people")]

use std::hash::{DefaultHasher, Hash, Hasher};
use std::{env, fs, io};

#[path = "../tests/properties/mod.rs"]
mod properties;

use properties::{ALL, seeds};

fn main() -> io::Result<()> {
    let named: Vec<String> = env::args().skip(1).collect();
    let wanted = |target: &str| named.is_empty() || named.iter().any(|name| name == target);
    for (target, _) in ALL.into_iter().filter(|(target, _)| wanted(target)) {
        let folder = format!("{}/fuzz/corpus/{target}", env!("CARGO_MANIFEST_DIR"));
        fs::create_dir_all(&folder)?;
        let seeds = [seeds::of(target), seeds::found(target)].concat();
        for seed in &seeds {
            let mut hasher = DefaultHasher::new();
            seed.hash(&mut hasher);
            fs::write(format!("{folder}/seed-{:016x}", hasher.finish()), seed)?;
        }
        println!("{target}: {} seeds", seeds.len());
    }
    Ok(())
}
