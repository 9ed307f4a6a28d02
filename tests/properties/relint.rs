//! What `--fix` makes of any file reads as well as before, and gives nobody more, which is proved again here from the
//! two texts. The first byte says what the rest is read as.

use std::collections::BTreeSet;

use kmslint::access::widens;
use kmslint::carrier::{Carried, Role, cloudformation, json, terraform};
use kmslint::engine::Registry;
use kmslint::fix::{Safety, correct};
use kmslint::policy::Policy;
use kmslint::source::Sources;
use kmslint::{Input, Options};

use super::one_file;

pub fn holds(data: &[u8]) {
    let Some((sources, inputs)) = one_file(data) else { return };
    let Some(before) = read(&sources, &inputs) else { return };
    let options = Options::default();
    let fixed = correct(Registry::embedded(), &sources, &inputs, &options, Safety::Safe);
    let changed: BTreeSet<String> =
        fixed.changed.iter().map(|file| fixed.sources.file(*file).path().to_owned()).collect();
    assert_eq!(changed.is_empty(), fixed.made == 0, "{changed:?}");
    // Read from the texts alone, as a run of tomorrow does.
    let texts = fixed.sources.paths().into_iter().filter_map(|path| {
        let file = fixed.sources.load(&path).ok()?;
        Some((path, fixed.sources.file(file).text().to_owned()))
    });
    let texts: Vec<(String, String)> = texts.collect();
    let again = Sources::in_memory(texts.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    if fixed.changed.is_empty() {
        return;
    }
    let after = read(&again, &inputs).unwrap();
    assert!(after.errors.len() <= before.errors.len(), "{:?}", after.errors);
    assert_eq!(after.documents.len(), before.documents.len());
    for (old, new) in before.documents.iter().zip(&after.documents) {
        if old.role == Role::Other {
            continue;
        }
        let policy = |value| Policy::new(value, &old.key, old.role);
        let (was, is) = (policy(&old.value), policy(&new.value));
        let widening = widens(&was, &is, &old.key);
        assert!(widening.is_none(), "{widening:?}");
    }
    let twice = correct(Registry::embedded(), &again, &inputs, &options, Safety::Safe);
    assert_eq!(twice.made, 0, "{:?}", twice.changed);
}

fn read(sources: &Sources, inputs: &[Input]) -> Option<Carried> {
    Some(match inputs.first()? {
        Input::Json { path, explicit } => {
            json::carry(sources, sources.load(path).ok()?, *explicit, &Options::default().parameters)
        }
        Input::Yaml { path, explicit } => {
            let file = sources.load(path).ok()?;
            cloudformation::carry_yaml(sources, file, *explicit, &Options::default().parameters)
        }
        Input::Terraform { directories, .. } => terraform::carry(sources, directories),
        Input::TerraformText { .. } => return None,
    })
}
