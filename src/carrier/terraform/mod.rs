//! Terraform: directories of configuration to the policies of the keys they make.

mod arn;
mod configured;
mod convert;
mod document;
mod download;
mod eval;
mod functions;
pub(in crate::carrier) use functions::base64;
mod identity;
mod key;
mod known;
mod known_version;
mod module;
mod reference;
mod resource;
mod scope;
mod site;
mod template;
mod terragrunt;
#[cfg(test)]
mod tests;
mod types;
mod values;

pub(super) use configured::kind as resource_kind;
pub(super) use identity::is_identity;

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::carrier::Carried;
use crate::source::{FileId, Sources};
use eval::{Evaluator, Modules};
use key::KEY_RESOURCES;
use module::{Module, join};
use scope::Instance;
pub use values::{Assignment, Settings};

/// Finds the key policies of some directories, each a module. A module that another one of them calls is read
/// through its calls, with their arguments; the others are read on their own.
pub fn carry(sources: &Sources, directories: &[String]) -> Carried {
    carry_with(sources, directories, &Settings::default())
}

/// The same, with what the user says of the modules' variables.
pub fn carry_with(sources: &Sources, directories: &[String], settings: &Settings) -> Carried {
    let modules = Modules { settings: settings.clone(), ..Modules::default() };
    let roots: Vec<Rc<Module>> = {
        let loader = Evaluator::new(sources, &modules, Default::default());
        directories.iter().map(|directory| loader.module(&join("", directory))).collect()
    };
    let mut carried =
        Carried { files: roots.iter().map(|root| root.files.len()).sum(), ..Carried::default() };
    let called = called(sources, &modules, &roots);
    for root in &roots {
        if root.unit.is_some() || !called.contains(&root.directory) {
            carry_root(sources, &modules, root, &mut carried);
        }
    }
    for module in modules.loaded.borrow().values().filter(|module| matters(sources, module)) {
        carried.errors.extend(module.syntax_errors());
    }
    carried
}

/// Finds the key policies of a text that stands alone, such as standard input.
pub fn carry_file(sources: &Sources, file: FileId, settings: &Settings) -> Carried {
    let modules = Modules { settings: settings.clone(), ..Modules::default() };
    let root = Rc::new(Module::of_file(sources, file));
    let mut carried = Carried { files: 1, ..Carried::default() };
    carry_root(sources, &modules, &root, &mut carried);
    carried.errors.extend(root.syntax_errors());
    carried
}

fn carry_root(sources: &Sources, modules: &Modules, root: &Rc<Module>, carried: &mut Carried) {
    for site in site::sites(sources, modules, root, |kind| configured::kind(kind).is_some()) {
        let mut documents = Vec::new();
        if KEY_RESOURCES.contains(&site.kind.as_str()) {
            let errors = &mut carried.errors;
            documents = site::documents(sources, modules, root, &site, key::key_policy, errors);
        }
        carried.resources.extend(configured::resource(sources, modules, root, &site, &documents));
        carried.documents.extend(documents);
    }
    let (unread, ignored) = site::unread(sources, modules, root);
    for site in unread {
        let errors = &mut carried.errors;
        carried.documents.extend(site::documents(sources, modules, root, &site, known::key_policy, errors));
    }
    carried.ignored.extend(ignored);
    let evaluator = Evaluator::new(sources, modules, Default::default());
    carried.documents.extend(terragrunt::unread(&evaluator, root));
    for site in site::sites(sources, modules, root, identity::is_identity) {
        let policies =
            site::documents(sources, modules, root, &site, identity::policies, &mut carried.errors);
        carried.documents.extend(policies);
    }
}

/// The directories that a local call of one of the modules leads to.
fn called(sources: &Sources, modules: &Modules, roots: &[Rc<Module>]) -> BTreeSet<String> {
    let evaluator = Evaluator::new(sources, modules, Default::default());
    let mut called = BTreeSet::new();
    for root in roots {
        let instance = Instance::root(root.clone());
        for name in root.calls.keys() {
            if let Some(child) = evaluator.child(&instance, name, "")
                && (root.unit.is_some() || child.module.directory != root.directory)
            {
                called.insert(child.module.directory.clone());
            }
        }
    }
    called
}

/// Whether a module has to do with keys, so that what is broken in it is worth a word.
fn matters(sources: &Sources, module: &Module) -> bool {
    if let Some(unit) = &module.unit {
        return terragrunt::holds_policy(&sources.file(unit.file)).is_some();
    }
    module.resources.iter().any(|((kind, _), _)| configured::kind(kind).is_some())
}
