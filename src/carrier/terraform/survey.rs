//! Which modules can lead to a key or to a policy that concerns KMS. Only they are read further.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::download::{Downloads, MANIFEST, manifest};
use super::module::{file_names, is_configuration, join, path_of};
use super::site::Wanted;
use super::sketch::{About, sketch};
use super::terragrunt;
use super::values::{Assignment, Settings};
use crate::parallel;
use crate::source::{FileId, SourceFile, Sources};

/// The modules of some directories.
#[derive(Default)]
pub(super) struct Survey {
    /// By directory; those that the given ones call are among them.
    modules: BTreeMap<String, Surveyed>,
    /// Directories that are called and are not there, with the first that calls each.
    missing: Arc<BTreeMap<String, String>>,
    idle: Arc<BTreeSet<String>>,
}

/// A directory, looked at and not read.
#[derive(Default)]
struct Surveyed {
    /// Paths of its files of configuration and of values, in the order that they are read in.
    files: Vec<String>,
    /// What they say, and what those of the modules say that it calls.
    about: About,
    /// Directories that it may call.
    calls: BTreeSet<String>,
    /// Whether its downloads are among its calls.
    has_downloads: bool,
}

impl Survey {
    /// Looks at some directories and at those that they may call.
    pub(super) fn new(sources: &Sources, directories: &[String], settings: &Settings) -> Survey {
        let mut survey = Survey::default();
        let given = given(sources, settings);
        let mut next = directories.to_vec();
        loop {
            let found = parallel::map(&next, |directory| survey_of(sources, directory));
            survey.modules.extend(next.into_iter().zip(found));
            survey.spread(given);
            if survey.download(sources) {
                survey.spread(given);
            }
            let calls = survey.modules.values().flat_map(|module| &module.calls);
            let new: BTreeSet<&String> = calls.filter(|call| !survey.modules.contains_key(*call)).collect();
            next = new.into_iter().cloned().collect();
            if next.is_empty() {
                survey.miss();
                survey.spread(given);
                let idle = survey.modules.iter().filter(|(_, module)| module.about.is_idle());
                survey.idle = Arc::new(idle.map(|(directory, _)| directory.clone()).collect());
                return survey;
            }
        }
    }

    /// The number of files of configuration in a directory.
    pub(super) fn files(&self, directory: &str) -> usize {
        if terragrunt::is_unit(directory) {
            return 1;
        }
        let files = self.modules.get(directory).map(|module| module.files.as_slice()).unwrap_or_default();
        files.iter().filter(|path| is_configuration(path)).count()
    }

    /// Whether a key can be in a directory, or in what it calls.
    pub(super) fn matters(&self, directory: &str) -> bool {
        self.modules.get(directory).is_some_and(|module| module.about.matters())
    }

    /// What there is to look for in a directory and in what it calls.
    pub(super) fn wanted(&self, directory: &str) -> Wanted {
        let about = self.modules.get(directory).map(|module| module.about).unwrap_or_default();
        let calls = self.may_call(directory) || about.has(About::CALL);
        Wanted { identities: about.has_identities(), calls }
    }

    /// Whether a directory may call others that are there.
    fn may_call(&self, directory: &str) -> bool {
        self.may_call_some(directory, |call| {
            self.modules.get(call).is_some_and(|module| !module.files.is_empty())
        })
    }

    /// Whether a directory may call one of some others.
    pub(super) fn may_call_some(&self, directory: &str, others: impl Fn(&String) -> bool) -> bool {
        self.modules
            .get(directory)
            .is_some_and(|module| module.about.has(About::SOMEWHERE) || module.calls.iter().any(others))
    }

    /// The directories of modules that lead to nothing of KMS or IAM, whatever they are given.
    pub(super) fn idle(&self) -> Arc<BTreeSet<String>> {
        self.idle.clone()
    }

    /// The files of the directories in which a key can be, in order, and those of the others.
    pub(super) fn split(&self) -> (Vec<String>, Vec<String>) {
        let (kept, passed): (Vec<_>, Vec<_>) =
            self.modules.values().partition(|module| module.about.matters());
        let files =
            |modules: Vec<&Surveyed>| modules.iter().flat_map(|module| module.files.clone()).collect();
        (files(kept), files(passed))
    }

    /// Lets each module say what those say that it calls.
    fn spread(&mut self, given: About) {
        let mut callers: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (directory, module) in &mut self.modules {
            module.about.add(given);
            for call in &module.calls {
                callers.entry(call.clone()).or_default().push(directory.clone());
            }
        }
        let mut told: Vec<String> = callers.keys().cloned().collect();
        while let Some(directory) = told.pop() {
            let Some(about) = self.modules.get(&directory).map(|module| module.about) else { continue };
            for caller in callers.get(&directory).into_iter().flatten() {
                if self.modules.get_mut(caller).is_some_and(|module| module.about.add(about)) {
                    told.push(caller.clone());
                }
            }
        }
    }

    /// Notes which modules are called and are not there: whether they make keys, nobody can tell. The first call of
    /// each stands for the others.
    fn miss(&mut self) {
        let is_there = |call: &String| self.modules.get(call).is_some_and(|it| !it.files.is_empty());
        let mut missing: BTreeMap<String, String> = BTreeMap::new();
        for (caller, module) in &self.modules {
            for call in module.calls.iter().filter(|call| !is_there(call)) {
                missing.entry(call.clone()).or_insert_with(|| caller.clone());
            }
        }
        for caller in missing.values() {
            if let Some(module) = self.modules.get_mut(caller) {
                module.about.add(About::CALL);
            }
        }
        self.missing = Arc::new(missing);
    }

    /// Directories that are called and are not there, with the first that calls each.
    pub(super) fn missing(&self) -> Arc<BTreeMap<String, String>> {
        self.missing.clone()
    }

    /// Adds what was downloaded for the modules that call what is not in the tree; whether there was any.
    fn download(&mut self, sources: &Sources) -> bool {
        let needs = |module: &Surveyed| !module.has_downloads && module.about.has(About::DOWNLOAD);
        let roots: Vec<String> =
            self.modules.iter().filter(|(_, module)| needs(module)).map(|(root, _)| root.clone()).collect();
        let found = parallel::map(&roots, |root| downloads(sources, root));
        let is_any = found.iter().any(|downloads| !downloads.is_empty());
        for (root, downloads) in roots.iter().zip(found) {
            if let Some(module) = self.modules.get_mut(root) {
                module.has_downloads = true;
                module.calls.extend(downloads.into_values());
            }
        }
        is_any
    }
}

fn survey_of(sources: &Sources, directory: &str) -> Surveyed {
    let mut module = Surveyed::default();
    if terragrunt::is_unit(directory) {
        // It is nothing but a call, and Terragrunt has its own way to say of what.
        module.files.push(directory.to_owned());
        module.about.add(About::CALL);
        module.about.add(About::SOMEWHERE);
        return module;
    }
    for name in file_names(sources, directory) {
        let path = path_of(directory, &name);
        let read = sources.look(&path, |text| {
            let (about, calls) = sketch(text);
            module.about.add(about);
            module.calls.extend(calls.into_iter().map(|call| join(directory, call)));
        });
        if read.is_ok() {
            module.files.push(path);
        }
    }
    module
}

fn downloads(sources: &Sources, root: &str) -> Downloads {
    let path = join(root, MANIFEST);
    let read = sources.look(&path, |text| {
        let file = SourceFile::new(path.as_str(), text.to_vec());
        manifest(&file, FileId(u32::MAX), root).unwrap_or_default()
    });
    read.unwrap_or_default()
}

/// What the values say that the user gives to all modules.
fn given(sources: &Sources, settings: &Settings) -> About {
    let mut about = About::default();
    for assignment in &settings.given {
        match assignment {
            Assignment::Value { text, .. } => drop(about.add(sketch(text.as_bytes()).0)),
            Assignment::File(path) => {
                let _ = sources.look(path, |text| about.add(sketch(text).0));
            }
        }
    }
    for (_, text) in &settings.environment {
        about.add(sketch(text.as_bytes()).0);
    }
    about
}
