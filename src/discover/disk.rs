//! The disk, read no further than the work trees of the paths that were given.

use std::collections::{HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use super::tidy;
use crate::source::FileSystem;

/// How far a run may read beside the paths that were given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// As far as their work trees.
    #[default]
    WorkTree,
    /// Wherever `file()` and calls of modules lead.
    Anywhere,
}

/// The disk, as far as the work trees of the named paths reach.
pub(super) struct DiskFiles {
    roots: Vec<PathBuf>,
    reach: Reach,
    /// Folders by the names they were asked for.
    folders: RwLock<HashMap<String, Arc<Folder>>>,
}

/// A folder that is inside.
struct Folder {
    /// Its one path.
    path: PathBuf,
    /// The links in it, once it was listed.
    links: OnceLock<HashSet<OsString>>,
}

impl DiskFiles {
    /// The git work tree around each path; where there is none, the current directory if the path lies in it,
    /// or else the path's own directory.
    pub(super) fn around(paths: &[String], reach: Reach) -> Self {
        let current = fs::canonicalize(".").ok();
        let roots = paths.iter().filter_map(|path| {
            let path = fs::canonicalize(if path == "-" { "." } else { path }).ok()?;
            let directory = if path.is_dir() { path } else { path.parent()?.to_path_buf() };
            let tree = directory.ancestors().find(|ancestor| ancestor.join(".git").exists());
            let around = current.as_deref().filter(|current| directory.starts_with(current));
            Some(tree.or(around).unwrap_or(&directory).to_path_buf())
        });
        DiskFiles { roots: roots.collect(), reach, folders: RwLock::default() }
    }

    /// The one path of a file or folder.
    ///
    /// # Errors
    /// It is not there, or lies where nothing may be read.
    fn readable(&self, path: &str) -> io::Result<PathBuf> {
        let found = canonical(path);
        if self.reach == Reach::WorkTree && self.leads_out(path, found.as_ref().ok()) {
            let message = "outside the work tree of the given paths";
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, message));
        }
        found
    }

    /// Whether a path, which was found there, is outside. What is not there is so by its folder.
    fn leads_out(&self, path: &str, found: Option<&PathBuf>) -> bool {
        match (found, path.rsplit_once('/')) {
            (Some(found), _) => !self.roots.iter().any(|root| found.starts_with(root)),
            (None, Some(("", _))) => true,
            (None, Some((folder, _))) => self.leads_out(folder, canonical(folder).ok().as_ref()),
            (None, None) => false,
        }
    }

    /// A folder, looked up once: the paths of the files in it follow from its own.
    fn folder(&self, path: &str) -> io::Result<Arc<Folder>> {
        let known = self.folders.read().unwrap_or_else(PoisonError::into_inner).get(path).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let folder = Arc::new(Folder { path: self.readable(path)?, links: OnceLock::new() });
        let mut folders = self.folders.write().unwrap_or_else(PoisonError::into_inner);
        Ok(folders.entry(path.to_owned()).or_insert(folder).clone())
    }

    /// The path of a file, by its folder unless it is a link.
    fn file(&self, path: &str) -> io::Result<PathBuf> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        // `/a` lies in the root, and `..` is no name.
        if (folder.is_empty() && path.starts_with('/')) || matches!(name, "" | "." | "..") {
            return self.readable(path);
        }
        let Ok(folder) = self.folder(folder) else { return self.readable(path) };
        let file = folder.path.join(name);
        let is_link = match folder.links.get() {
            Some(links) => links.contains(OsStr::new(name)),
            None => fs::symlink_metadata(&file)?.is_symlink(),
        };
        if is_link { self.readable(path) } else { Ok(file) }
    }
}

impl FileSystem for DiskFiles {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        fs::read(self.file(path)?)
    }

    fn list(&self, directory: &str) -> io::Result<Vec<String>> {
        let folder = self.folder(directory)?;
        let (mut names, mut links) = (Vec::new(), HashSet::new());
        for entry in fs::read_dir(&folder.path)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_symlink() {
                links.insert(entry.file_name());
            }
            if kind.is_file() || (kind.is_symlink() && entry.path().is_file()) {
                names.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        let _ = folder.links.set(links);
        names.sort();
        Ok(names)
    }

    fn folders(&self, directory: &str) -> Vec<String> {
        let entries = self.readable(directory).ok().and_then(|directory| fs::read_dir(directory).ok());
        let mut names: Vec<String> = entries
            .into_iter()
            .flatten()
            .flatten()
            .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    fn is_outside(&self, path: &str) -> bool {
        self.leads_out(path, canonical(path).ok().as_ref())
    }

    fn is_barred(&self, path: &str) -> bool {
        self.reach == Reach::WorkTree && self.is_outside(path)
    }

    fn canonical(&self, path: &str) -> String {
        canonical(path).map_or_else(|_| path.to_owned(), |path| tidy(&path))
    }
}

fn canonical(path: &str) -> io::Result<PathBuf> {
    fs::canonicalize(if path.is_empty() { "." } else { path })
}
