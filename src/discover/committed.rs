//! The tree of a commit, read through the git program: what a change began with.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use super::{Discovered, Found, tidy};
use crate::source::{FileSystem, Sources};
use std::path::Path;

/// What `paths` led to where the work around the current directory left `reference`: in their last common commit,
/// so that what others added to `reference` since then is not taken for a part of the change.
///
/// # Errors
/// Why git could not be asked: there is none, this is no work tree, it does not know the commit.
pub fn discover_at(reference: &str, paths: &[String]) -> io::Result<Discovered> {
    let current = [".".to_owned()];
    let paths = if paths.is_empty() { &current } else { paths };
    let files = GitFiles::at(&base(reference)?)?;
    let mut found = Found::default();
    for path in paths.iter().filter(|path| *path != "-") {
        found.follow_committed(&tidy(Path::new(path)), &files);
    }
    Ok(Discovered { sources: Sources::new(Box::new(files)), inputs: found.inputs(), ..Discovered::default() })
}

impl Found {
    fn follow_committed(&mut self, root: &str, files: &GitFiles) {
        let Some(inside) = files.inside(root) else { return };
        if files.blobs.contains_key(&inside) {
            self.meet(root.to_owned());
            return;
        }
        let below = if inside.is_empty() { String::new() } else { format!("{inside}/") };
        for path in files.blobs.keys() {
            // As in a walk, hidden folders and files are passed over.
            let rest =
                path.strip_prefix(&below).filter(|rest| !rest.split('/').any(|it| it.starts_with('.')));
            match rest {
                Some(rest) if root.is_empty() => self.meet(rest.to_owned()),
                Some(rest) => self.meet(format!("{root}/{rest}")),
                None => {}
            }
        }
    }
}

/// The last common commit of the work and `reference`; where git knows none, as in a shallow clone, `reference`.
fn base(reference: &str) -> io::Result<String> {
    let commit = format!("{reference}^{{commit}}");
    let commit = ask(&["rev-parse", "--verify", "--quiet", "--end-of-options", &commit]).map_err(
        |error| match error.kind() {
            io::ErrorKind::NotFound => error,
            _ => io::Error::other("git does not know it; a shallow clone may have to fetch it first"),
        },
    )?;
    Ok(ask(&["merge-base", &commit, "HEAD"]).unwrap_or(commit))
}

/// What git answers, without the line's end.
fn ask(arguments: &[&str]) -> io::Result<String> {
    let output =
        Command::new("git").args(arguments).stdin(Stdio::null()).output().map_err(|error| {
            io::Error::new(error.kind(), format!("the git program cannot be run: {error}"))
        })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(io::Error::other(said.lines().next().unwrap_or("git failed").to_owned()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim_end_matches(['\n', '\r']).to_owned())
}

/// The files of a commit under the names they have from the current directory.
struct GitFiles {
    /// The work tree, absolute.
    top: String,
    /// The current directory in it.
    prefix: String,
    /// Object ids by path in the tree.
    blobs: BTreeMap<String, String>,
    /// The names of the files in each folder of the tree.
    folders: BTreeMap<String, Vec<String>>,
    reader: Mutex<Reader>,
}

impl GitFiles {
    fn at(commit: &str) -> io::Result<Self> {
        let top = ask(&["rev-parse", "--show-toplevel"])?;
        let prefix = ask(&["rev-parse", "--show-prefix"])?.trim_end_matches('/').to_owned();
        let listed = ask(&["ls-tree", "-r", "-z", "--full-tree", commit])?;
        let mut blobs = BTreeMap::new();
        let mut folders: BTreeMap<String, Vec<String>> = BTreeMap::new();
        // `100644 blob <object>\t<path>`; links (120000) and other repositories (160000) are no files.
        for entry in listed.split('\0').filter(|entry| entry.starts_with("100")) {
            let Some((head, path)) = entry.split_once('\t') else { continue };
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            folders.entry(folder.to_owned()).or_default().push(name.to_owned());
            let object = head.rsplit(' ').next().unwrap_or_default();
            blobs.insert(path.to_owned(), object.to_owned());
        }
        Ok(GitFiles { top, prefix, blobs, folders, reader: Mutex::new(Reader::start()?) })
    }

    /// The path in the tree of a path as seen from the current directory; `None` outside of the tree.
    fn inside(&self, path: &str) -> Option<String> {
        let (mut parts, rest): (Vec<&str>, &str) = match path.strip_prefix(&self.top) {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => (Vec::new(), rest),
            _ if path.starts_with('/') => return None,
            _ => (self.prefix.split('/').collect(), path),
        };
        parts.retain(|part| !part.is_empty());
        for part in rest.split('/') {
            match part {
                "" | "." => {}
                ".." => drop(parts.pop()?),
                part => parts.push(part),
            }
        }
        Some(parts.join("/"))
    }
}

impl FileSystem for GitFiles {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let outside = || io::Error::new(io::ErrorKind::PermissionDenied, "outside the work tree");
        let inside = self.inside(path).ok_or_else(outside)?;
        let object = self.blobs.get(&inside).ok_or(io::ErrorKind::NotFound)?;
        self.reader.lock().unwrap_or_else(PoisonError::into_inner).read(object)
    }

    fn list(&self, directory: &str) -> io::Result<Vec<String>> {
        let names = self.inside(directory).and_then(|inside| self.folders.get(&inside));
        Ok(names.ok_or(io::ErrorKind::NotFound)?.clone())
    }

    fn folders(&self, directory: &str) -> Vec<String> {
        let Some(inside) = self.inside(directory) else { return Vec::new() };
        let below = if inside.is_empty() { inside } else { format!("{inside}/") };
        let names = self.folders.keys().filter_map(|folder| folder.strip_prefix(&below)?.split('/').next());
        let names: BTreeSet<&str> = names.filter(|name| !name.is_empty()).collect();
        names.into_iter().map(str::to_owned).collect()
    }

    fn is_outside(&self, path: &str) -> bool {
        self.inside(path).is_none()
    }

    fn canonical(&self, path: &str) -> String {
        self.inside(path).map_or_else(|| path.to_owned(), |inside| format!("{}/{inside}", self.top))
    }
}

/// One `git cat-file --batch`, asked for one object after the other.
struct Reader {
    process: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Reader {
    fn start() -> io::Result<Self> {
        let mut command = Command::new("git");
        command.args(["cat-file", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn()?;
        let questions = process.stdin.take();
        let answers = process.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(Reader { process, questions, answers: BufReader::new(answers) })
    }

    fn read(&mut self, object: &str) -> io::Result<Vec<u8>> {
        let questions = self.questions.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        questions.write_all(format!("{object}\n").as_bytes())?;
        questions.flush()?;
        // `<object> blob <size>`, the content, a line end.
        let mut head = String::new();
        self.answers.read_line(&mut head)?;
        let size = head.trim_end().rsplit(' ').next().and_then(|size| size.parse::<usize>().ok());
        let size = size.ok_or_else(|| io::Error::other("git does not have the content of this file"))?;
        let mut content = Vec::new();
        (&mut self.answers).take(size as u64 + 1).read_to_end(&mut content)?;
        content.truncate(size);
        Ok(content)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // Without questions it ends by itself.
        self.questions = None;
        let _ = self.process.wait();
    }
}
