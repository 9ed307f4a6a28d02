//! Finds the configuration of a path: the nearest `kmslint.toml` upwards from it.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use super::{Config, ConfigFile, FILE_NAME, Origin};
use crate::Options;
use crate::source::{Sources, Span};

/// Folders that are looked through upwards from one file; nobody nests deeper.
const MOST_FOLDERS: usize = 64;

/// Where configurations are looked for, and those that were found.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Where to look.
    pub place: Where,
    known: Arc<RwLock<Known>>,
}

/// Where a configuration is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Where {
    /// Upwards from each file, as far as [`Sources`] reads.
    #[default]
    Upwards,
    /// In this file, for all paths; [`Sources`] has it.
    File(String),
    /// Nowhere.
    Nowhere,
}

#[derive(Debug, Default)]
struct Known {
    /// What was found from a folder upwards.
    folders: BTreeMap<String, Option<Arc<ConfigFile>>>,
    /// The files, by path.
    files: BTreeMap<String, Arc<ConfigFile>>,
    /// What applies to a path.
    configs: BTreeMap<String, Arc<Config>>,
    /// The same by its file and the tables of it that hold: one for all paths that nothing tells apart.
    shared: BTreeMap<(Option<String>, Vec<Span>), Arc<Config>>,
}

impl Settings {
    /// Looks at this place.
    pub fn new(place: Where) -> Self {
        Settings { place, known: Arc::default() }
    }

    /// What applies to a path, the settings of `options` over those of the file. Once asked for, it stays.
    pub fn at(&self, sources: &Sources, path: &str, options: &Options) -> Arc<Config> {
        if let Some(config) = self.read().configs.get(path) {
            return config.clone();
        }
        let file = self.file(sources, path);
        let inner = file.as_ref().map_or_else(String::new, |file| inner(sources, file, path));
        let tables = file.as_ref().map_or_else(Vec::new, |file| file.paths_of(&inner));
        let shared = (file.as_ref().map(|file| file.path.clone()), tables);
        let mut known = self.write();
        let config = known.shared.entry(shared).or_insert_with(|| {
            let mut config = Config::default();
            if let Some(file) = &file {
                file.apply(&inner, &mut config);
            }
            config.file = file;
            over(options, &mut config);
            Arc::new(config)
        });
        let config = config.clone();
        known.configs.insert(path.to_owned(), config.clone());
        config
    }

    /// The files that were found so far, by path.
    pub fn files(&self) -> Vec<Arc<ConfigFile>> {
        self.read().files.values().cloned().collect()
    }

    fn file(&self, sources: &Sources, path: &str) -> Option<Arc<ConfigFile>> {
        match &self.place {
            Where::Nowhere => None,
            Where::File(file) => self.load(sources, file).ok(),
            Where::Upwards => {
                let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                if let Some(found) = self.read().folders.get(folder) {
                    return found.clone();
                }
                let found = self.upwards(sources, folder);
                self.write().folders.insert(folder.to_owned(), found.clone());
                found
            }
        }
    }

    fn upwards(&self, sources: &Sources, folder: &str) -> Option<Arc<ConfigFile>> {
        let mut folder = folder.to_owned();
        for _ in 0..MOST_FOLDERS {
            let path = join(&folder, FILE_NAME);
            match self.load(sources, &path) {
                Ok(file) => return (!sources.is_outside(&path)).then_some(file),
                // Outside of what may be read: the top is reached.
                Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => return None,
                Err(_) => folder = parent(&folder)?,
            }
        }
        None
    }

    fn load(&self, sources: &Sources, path: &str) -> std::io::Result<Arc<ConfigFile>> {
        if let Some(file) = self.read().files.get(path) {
            return Ok(file.clone());
        }
        let id = sources.load(path)?;
        let file = Arc::new(ConfigFile::read(&sources.file(id), id));
        Ok(self.write().files.entry(path.to_owned()).or_insert(file).clone())
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, Known> {
        self.known.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A path as seen from a configuration's folder.
pub(crate) fn inner(sources: &Sources, file: &ConfigFile, path: &str) -> String {
    let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    if folder.is_empty() && !path.starts_with("..") && !path.starts_with('/') {
        return path.to_owned();
    }
    let (folder, whole) = (sources.canonical(folder), sources.canonical(path));
    let below = whole.strip_prefix(&folder).map(|rest| rest.trim_start_matches('/'));
    below.unwrap_or(path).to_owned()
}

/// Lays the command line over a configuration.
fn over(options: &Options, config: &mut Config) {
    let given = &options.config;
    let origins = &mut config.origins;
    let mut told = |key: &'static str| {
        origins.insert(key, Origin::CommandLine);
    };
    if given.owner_account.is_some() {
        told("owner-account");
        config.owner_account.clone_from(&given.owner_account);
    }
    if !given.trusted_accounts.is_empty() {
        told("trusted-accounts");
        config.trusted_accounts.clone_from(&given.trusted_accounts);
    }
    if !given.trusted_organizations.is_empty() {
        told("trusted-organizations");
        config.trusted_organizations.clone_from(&given.trusted_organizations);
    }
    if given.minimum_deletion_window.is_some() {
        told("minimum-deletion-window");
        config.minimum_deletion_window = given.minimum_deletion_window;
    }
    if given.profile != super::Profile::default() || given.origins.contains_key("profile") {
        told("profile");
        config.profile = given.profile;
    }
    if given.fail_on.is_some() {
        told("fail-on");
        config.fail_on = given.fail_on;
    }
    if given.require_reason {
        told("require-reason");
        config.require_reason = true;
    }
    if !options.selection.select.is_empty() {
        told("select");
        config.selection.select.clone_from(&options.selection.select);
    }
    if !options.selection.ignore.is_empty() {
        told("ignore");
        config.selection.ignore.extend(options.selection.ignore.iter().cloned());
    }
}

fn join(folder: &str, name: &str) -> String {
    match folder {
        "" => name.to_owned(),
        "/" => format!("/{name}"),
        folder => format!("{folder}/{name}"),
    }
}

/// The folder that holds a folder; of the current one, `..`.
fn parent(folder: &str) -> Option<String> {
    if folder == "/" {
        return None;
    }
    if folder.is_empty() {
        return Some("..".to_owned());
    }
    if folder == ".." || folder.ends_with("/..") {
        return Some(format!("{folder}/.."));
    }
    Some(match folder.rsplit_once('/') {
        Some(("", _)) => "/".to_owned(),
        Some((above, _)) => above.to_owned(),
        None => String::new(),
    })
}
