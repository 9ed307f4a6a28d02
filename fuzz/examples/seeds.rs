//! Writes the seeds of all targets, or of those that are named, into their corpus folders below `fuzz/`.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::{env, fs, io};

use kmslint_fuzz::properties::{ALL, seeds};

fn main() -> io::Result<()> {
    let named: Vec<String> = env::args().skip(1).collect();
    for (target, _) in ALL.iter().filter(|(target, _)| named.is_empty() || named.iter().any(|it| it == target)) {
        let folder = format!("{}/corpus/{target}", env!("CARGO_MANIFEST_DIR"));
        fs::create_dir_all(&folder)?;
        let seeds = seeds::of(target);
        for seed in &seeds {
            let mut hasher = DefaultHasher::new();
            seed.hash(&mut hasher);
            fs::write(format!("{folder}/seed-{:016x}", hasher.finish()), seed)?;
        }
        println!("{target}: {} seeds", seeds.len());
    }
    Ok(())
}
