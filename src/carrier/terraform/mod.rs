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
mod sketch;
mod survey;
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
use crate::parallel;
use crate::source::{FileId, Sources, Span};
use crate::syntax::SyntaxError;
use eval::{Evaluator, Modules};
use key::KEY_RESOURCES;
use module::{Module, join};
use scope::Instance;
use site::{Reader, Site, Wanted};
use survey::Survey;
pub use values::{Assignment, Settings};

/// Finds the key policies of some directories, each a module. A module that another one of them calls is read
/// through its calls, with their arguments; the others are read on their own.
pub fn carry(sources: &Sources, directories: &[String]) -> Carried {
    carry_with(sources, directories, &Settings::default())
}

/// The same, with what the user says of the modules' variables.
pub fn carry_with(sources: &Sources, directories: &[String], settings: &Settings) -> Carried {
    let directories: Vec<String> = directories.iter().map(|directory| join("", directory)).collect();
    let survey = Survey::new(sources, &directories, settings);
    let (kept, seen) = survey.split();
    sources.load_all(&kept, |_| true);
    sources.see(seen);
    let files = directories.iter().map(|directory| survey.files(directory)).sum();
    let mut carried = Carried { files, ..Carried::default() };
    let start = || {
        let (missing, idle) = (Some(survey.missing()), survey.idle());
        Modules { settings: settings.clone(), missing, idle, ..Modules::default() }
    };
    let of_interest: Vec<&String> =
        directories.iter().filter(|directory| survey.matters(directory)).collect();
    // Whether a directory is called matters only of those that may be roots.
    let candidates: BTreeSet<&String> = of_interest.iter().copied().collect();
    let callers: Vec<&String> = of_interest
        .iter()
        .copied()
        .filter(|directory| survey.may_call_some(directory, |call| candidates.contains(call)))
        .collect();
    let (calls, _) =
        parallel::map_with(&callers, start, |modules, caller| calls(sources, modules, caller), drop);
    let roots = uncalled(&of_interest, &callers.into_iter().zip(calls).collect());
    let (found, rest) = parallel::map_with(
        &roots,
        start,
        |modules, root| {
            let mut carried = Carried::default();
            let module = Evaluator::new(sources, modules, Default::default()).module(root);
            carry_root(sources, modules, &module, survey.wanted(root), &mut carried);
            // Nobody else asks for a root.
            modules.loaded.borrow_mut().remove(*root);
            (carried, syntax_errors(sources, &module))
        },
        |modules| {
            modules
                .loaded
                .borrow()
                .values()
                .flat_map(|module| syntax_errors(sources, module))
                .collect::<Vec<_>>()
        },
    );
    let mut errors: Vec<SyntaxError> = rest.into_iter().flatten().collect();
    for (part, broken) in found {
        carried.extend(part);
        errors.extend(broken);
    }
    let called: Vec<&String> =
        of_interest.into_iter().filter(|directory| !roots.contains(directory)).collect();
    let (more, broken) = unreached(sources, &start(), &called, &carried);
    carried.extend(more);
    errors.extend(broken);
    carried.add_errors(sources, errors);
    carried
}

/// The keys of called modules that no call makes, such as one that the examples of a library leave switched off. They
/// are read in their module alone, as if nobody called it; and what is broken in them.
fn unreached(
    sources: &Sources,
    modules: &Modules,
    directories: &[&String],
    reached: &Carried,
) -> (Carried, Vec<SyntaxError>) {
    let (mut carried, mut errors) = (Carried::default(), Vec::new());
    let made: BTreeSet<Span> = reached.resources.iter().map(|resource| resource.span).collect();
    for directory in directories {
        let module = Evaluator::new(sources, modules, Default::default()).module(directory);
        let keys = module.resources.iter().filter(|((kind, _), _)| KEY_RESOURCES.contains(&kind.as_str()));
        let blocks = keys.filter_map(|(_, entry)| entry.block().map(|(tree, block)| tree.span(block.range)));
        let left: Vec<Span> = blocks.filter(|block| !made.iter().any(|it| block.contains(*it))).collect();
        if left.is_empty() {
            continue;
        }
        let mut alone = Carried::default();
        carry_root(sources, modules, &module, Wanted { identities: false, calls: false }, &mut alone);
        let is_left = |span: Span| left.iter().any(|block| block.contains(span));
        alone.documents.retain(|document| is_left(document.attachment));
        alone.resources.retain(|resource| is_left(resource.span));
        errors.extend(std::mem::take(&mut alone.errors).into_iter().filter(|error| is_left(error.span)));
        carried.extend(alone);
    }
    (carried, errors)
}

/// Finds the key policies of a text that stands alone, such as standard input.
pub fn carry_file(sources: &Sources, file: FileId, settings: &Settings) -> Carried {
    let modules = Modules { settings: settings.clone(), ..Modules::default() };
    let root = Rc::new(Module::of_file(sources, file));
    let mut carried = Carried { files: 1, ..Carried::default() };
    let wanted = Wanted { identities: true, calls: true };
    carry_root(sources, &modules, &root, wanted, &mut carried);
    carried.errors.extend(root.syntax_errors());
    carried
}

fn carry_root(
    sources: &Sources,
    modules: &Modules,
    root: &Rc<Module>,
    wanted: Wanted,
    carried: &mut Carried,
) {
    modules.shared.take();
    let found = site::sites(sources, modules, root, wanted);
    let documents = |site: &Site, reader: Reader, carried: &mut Carried| {
        site::documents(sources, modules, root, site, reader, &mut carried.errors)
    };
    for site in found.resources {
        let mut policies = Vec::new();
        if KEY_RESOURCES.contains(&site.kind.as_str()) {
            policies = documents(&site, key::key_policy, carried);
        }
        carried.resources.extend(configured::resource(sources, modules, root, &site, &policies));
        carried.documents.extend(policies);
    }
    for site in found.unread {
        let policies = documents(&site, known::key_policy, carried);
        carried.documents.extend(policies);
    }
    carried.ignored.extend(found.ignored);
    let evaluator = Evaluator::new(sources, modules, Default::default());
    carried.documents.extend(terragrunt::unread(&evaluator, root));
    for site in found.identities {
        let policies = documents(&site, identity::policies, carried);
        carried.documents.extend(policies);
    }
}

/// The modules that no other one leads to, in their order. Of modules that call each other in a circle, which
/// Terraform refuses, the first one stands for all.
fn uncalled<'r>(roots: &[&'r String], calls: &BTreeMap<&String, BTreeSet<String>>) -> Vec<&'r String> {
    let called: BTreeSet<&String> = calls.values().flatten().collect();
    let (mut chosen, mut reached): (BTreeSet<usize>, BTreeSet<&String>) = Default::default();
    let (inner, outer): (Vec<_>, Vec<_>) =
        roots.iter().copied().enumerate().partition(|(_, root)| called.contains(root));
    for (at, root) in outer.into_iter().chain(inner) {
        let mut open: Vec<&String> = Vec::from([root]);
        if !reached.contains(root) {
            chosen.insert(at);
        }
        while let Some(directory) = open.pop() {
            if reached.insert(directory) {
                open.extend(calls.get(directory).into_iter().flatten());
            }
        }
    }
    chosen.into_iter().filter_map(|at| roots.get(at).copied()).collect()
}

/// The directories that the local calls of a module lead to.
fn calls(sources: &Sources, modules: &Modules, directory: &str) -> BTreeSet<String> {
    modules.shared.take();
    let evaluator = Evaluator::new(sources, modules, Default::default());
    let root = evaluator.module(directory);
    let instance = Instance::root(root.clone());
    // A module that is called for each of nothing is read on its own, as nobody's arguments are known.
    let made =
        root.calls.iter().filter(|(_, entry)| !site::repetitions(&evaluator, &instance, entry).is_empty());
    let children = made.filter_map(|(name, _)| evaluator.child(&instance, name, ""));
    let called = children.map(|child| child.module.directory.clone()).filter(|it| it != root.name());
    let called = called.collect();
    // What was read of it is not held until all others are.
    modules.loaded.borrow_mut().remove(directory);
    called
}

/// What is broken in a module, if it has to do with keys, so that it is worth a word.
fn syntax_errors(sources: &Sources, module: &Module) -> Vec<SyntaxError> {
    let matters = match &module.unit {
        Some(unit) => terragrunt::holds_policy(&sources.file(unit.file)).is_some(),
        None => module.resources.iter().any(|((kind, _), _)| configured::kind(kind).is_some()),
    };
    if matters { module.syntax_errors() } else { Vec::new() }
}
