//! Terraform: directories of configuration to the policies of the keys they make.

mod arn;
mod bounds;
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
mod module;
mod provider;
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

use std::collections::{BTreeMap, BTreeSet};
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
    for root in uncalled(sources, &modules, &roots) {
        carry_root(sources, &modules, root, &mut carried);
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

/// The modules that no other one leads to, in their order. Of modules that call each other in a circle, which
/// Terraform refuses, the first one stands for all.
fn uncalled<'r>(sources: &Sources, modules: &Modules, roots: &'r [Rc<Module>]) -> Vec<&'r Rc<Module>> {
    let calls = calls(sources, modules, roots);
    let called: BTreeSet<&str> = calls.values().flatten().map(String::as_str).collect();
    let (mut chosen, mut reached): (BTreeSet<usize>, BTreeSet<&str>) = Default::default();
    let (inner, outer): (Vec<_>, Vec<_>) =
        roots.iter().enumerate().partition(|(_, root)| called.contains(root.name()));
    for (at, root) in outer.into_iter().chain(inner) {
        let mut open = Vec::from([root.name()]);
        if !reached.contains(root.name()) {
            chosen.insert(at);
        }
        while let Some(directory) = open.pop() {
            if reached.insert(directory) {
                open.extend(calls.get(directory).into_iter().flatten().map(String::as_str));
            }
        }
    }
    chosen.into_iter().filter_map(|at| roots.get(at)).collect()
}

/// The directories that the local calls of each module lead to.
fn calls(sources: &Sources, modules: &Modules, roots: &[Rc<Module>]) -> BTreeMap<String, BTreeSet<String>> {
    let evaluator = Evaluator::new(sources, modules, Default::default());
    let called = |root: &Rc<Module>| {
        let instance = Instance::root(root.clone());
        let children = root.calls.keys().filter_map(|name| evaluator.child(&instance, name, ""));
        children.map(|child| child.module.directory.clone()).filter(|it| it != root.name()).collect()
    };
    roots.iter().map(|root| (root.name().to_owned(), called(root))).collect()
}

/// Whether a module has to do with keys, so that what is broken in it is worth a word.
fn matters(sources: &Sources, module: &Module) -> bool {
    if let Some(unit) = &module.unit {
        return terragrunt::holds_policy(&sources.file(unit.file)).is_some();
    }
    module.resources.iter().any(|((kind, _), _)| configured::kind(kind).is_some())
}
