//! The disk, read no further than the work trees of the paths that were given.

use std::collections::{HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use super::tidy;
use crate::source::FileSystem;

/// The disk, as far as the work trees of the named paths reach.
pub(super) struct DiskFiles {
    roots: Vec<PathBuf>,
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
    pub(super) fn around(paths: &[String]) -> Self {
        let current = fs::canonicalize(".").ok();
        let roots = paths.iter().filter_map(|path| {
            let path = fs::canonicalize(if path == "-" { "." } else { path }).ok()?;
            let directory = if path.is_dir() { path } else { path.parent()?.to_path_buf() };
            let tree = directory.ancestors().find(|ancestor| ancestor.join(".git").exists());
            let around = current.as_deref().filter(|current| directory.starts_with(current));
            Some(tree.or(around).unwrap_or(&directory).to_path_buf())
        });
        DiskFiles { roots: roots.collect(), folders: RwLock::default() }
    }

    /// The one path of a file or folder.
    ///
    /// # Errors
    /// It is not there, or lies outside.
    fn inside(&self, path: &str) -> io::Result<PathBuf> {
        let path = match fs::canonicalize(if path.is_empty() { "." } else { path }) {
            // What is not there is inside or outside by its folder.
            Err(error) if error.kind() == io::ErrorKind::NotFound => match path.rsplit_once('/') {
                Some((folder, _)) if !folder.is_empty() => self.inside(folder).and(Err(error))?,
                _ => return Err(error),
            },
            path => path?,
        };
        if self.roots.iter().any(|root| path.starts_with(root)) {
            Ok(path)
        } else {
            Err(io::Error::new(io::ErrorKind::PermissionDenied, "outside the work tree of the given paths"))
        }
    }

    /// A folder, looked up once: the paths of the files in it follow from its own.
    fn folder(&self, path: &str) -> io::Result<Arc<Folder>> {
        let known = self.folders.read().unwrap_or_else(PoisonError::into_inner).get(path).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let folder = Arc::new(Folder { path: self.inside(path)?, links: OnceLock::new() });
        let mut folders = self.folders.write().unwrap_or_else(PoisonError::into_inner);
        Ok(folders.entry(path.to_owned()).or_insert(folder).clone())
    }

    /// The path of a file, by its folder unless it is a link.
    fn file(&self, path: &str) -> io::Result<PathBuf> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        // `/a` lies in the root, and `..` is no name.
        if (folder.is_empty() && path.starts_with('/')) || matches!(name, "" | "." | "..") {
            return self.inside(path);
        }
        let Ok(folder) = self.folder(folder) else { return self.inside(path) };
        let file = folder.path.join(name);
        let is_link = match folder.links.get() {
            Some(links) => links.contains(OsStr::new(name)),
            None => fs::symlink_metadata(&file)?.is_symlink(),
        };
        if is_link { self.inside(path) } else { Ok(file) }
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
        let entries = self.inside(directory).ok().and_then(|directory| fs::read_dir(directory).ok());
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

    fn canonical(&self, path: &str) -> String {
        let folder = if path.is_empty() { "." } else { path };
        fs::canonicalize(folder).map_or_else(|_| path.to_owned(), |path| tidy(&path))
    }
}
