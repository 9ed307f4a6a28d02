//! Source files, and spans into them.
//!
//! Every node that any later stage makes carries a [`Span`]: a file and a range of UTF-8 byte offsets in
//! that file as it lies on disk. Lines and columns are worked out only where they are shown.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::io;
use std::sync::{Arc, OnceLock, PoisonError, RwLock, RwLockReadGuard};

use crate::parallel;

/// Why something is not known that [`FileSystem::is_barred`].
pub const OUTSIDE: &str = "it lies outside of the work tree of the given paths, and is not read";

/// Files that are in memory before it is told which of them are kept.
const MOST_AT_ONCE: usize = 1024;

/// A file of a [`Sources`] map.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct FileId(pub u32);

/// A half-open range of UTF-8 byte offsets in one file, on character boundaries.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// Byte offset of the first byte.
    pub start: u32,
    /// Byte offset after the last byte.
    pub end: u32,
}

impl Span {
    /// A span from `start` to `end` (bytes) of `file`; a reversed range becomes empty at `start`.
    pub fn new(file: FileId, start: u32, end: u32) -> Self {
        Span { file, start, end: end.max(start) }
    }

    /// The empty span at `offset`.
    pub fn at(file: FileId, offset: u32) -> Self {
        Span { file, start: offset, end: offset }
    }

    /// The smallest span that holds both; of two files, `self`.
    pub fn cover(self, other: Span) -> Span {
        if self.file != other.file {
            return self;
        }
        Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Whether `other` lies inside `self`, ends included.
    pub fn contains(self, other: Span) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }

    /// Length in bytes.
    pub fn len(self) -> u32 {
        self.end - self.start
    }

    /// Whether no byte is inside.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}..{}", self.file.0, self.start, self.end)
    }
}

/// A place as people and editors name it: both count from 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Position {
    /// Line, counted by `\n`.
    pub line: u32,
    /// Column in Unicode code points.
    pub column: u32,
}

/// One file, read whole.
#[derive(Debug)]
pub struct SourceFile {
    path: String,
    text: String,
    lines: OnceLock<Vec<u32>>,
    invalid: Vec<u32>,
    /// The number of its first line, from 1; another where the text was cut out of a longer one.
    first_line: u32,
}

impl SourceFile {
    /// Takes a file's bytes. A byte that is not part of valid UTF-8 is read as `?`, so that offsets stay
    /// those of the file, and is kept in [`SourceFile::invalid_bytes`].
    pub fn new(path: impl Into<String>, bytes: Vec<u8>) -> Self {
        let (text, invalid) = match String::from_utf8(bytes) {
            Ok(text) => (text, Vec::new()),
            Err(error) => {
                let bytes = error.into_bytes();
                let mut text = String::with_capacity(bytes.len());
                let mut invalid = Vec::new();
                for chunk in bytes.utf8_chunks() {
                    text.push_str(chunk.valid());
                    for _ in chunk.invalid() {
                        invalid.push(u32::try_from(text.len()).unwrap_or(u32::MAX));
                        text.push('?');
                    }
                }
                (text, invalid)
            }
        };
        SourceFile { path: path.into(), text, lines: OnceLock::new(), invalid, first_line: 1 }
    }

    /// The path as it was given, with `/` between its parts.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Offsets of the bytes that were not UTF-8, ascending.
    pub fn invalid_bytes(&self) -> &[u32] {
        &self.invalid
    }

    /// The text from byte `start` to byte `end`; empty where that is no range of this text.
    pub fn slice(&self, start: u32, end: u32) -> &str {
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }

    /// Byte offset of the first character of each line.
    pub fn line_starts(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let ends = memchr::memchr_iter(b'\n', self.text.as_bytes());
            std::iter::once(0).chain(ends.map(|at| u32::try_from(at + 1).unwrap_or(u32::MAX))).collect()
        })
    }

    /// Line and column of a byte offset; past the end, those of the end.
    pub fn position(&self, offset: u32) -> Position {
        let starts = self.line_starts();
        let line = starts.partition_point(|start| *start <= offset).max(1);
        let start = starts.get(line - 1).copied().unwrap_or(0);
        let end = self.text.floor_char_boundary_at(offset as usize);
        let column = self.text.get(start as usize..end).map_or(0, |text| text.chars().count());
        Position {
            line: u32::try_from(line - 1).unwrap_or(u32::MAX).saturating_add(self.first_line),
            column: u32::try_from(column + 1).unwrap_or(u32::MAX),
        }
    }
}

/// `str::floor_char_boundary`, which the minimum Rust version does not have yet.
trait FloorCharBoundary {
    fn floor_char_boundary_at(&self, offset: usize) -> usize;
}

impl FloorCharBoundary for String {
    fn floor_char_boundary_at(&self, offset: usize) -> usize {
        let mut at = offset.min(self.len());
        while !self.is_char_boundary(at) {
            at -= 1;
        }
        at
    }
}

/// Where files come from: the disk, or a map in memory. The core asks for files through this alone.
pub trait FileSystem: Send + Sync {
    /// The bytes of a file.
    ///
    /// # Errors
    /// Whatever the file system says.
    fn read(&self, path: &str) -> io::Result<Vec<u8>>;

    /// The names of the files (not folders) in a directory, sorted; `""` is the current one.
    ///
    /// # Errors
    /// Whatever the file system says.
    fn list(&self, directory: &str) -> io::Result<Vec<String>>;

    /// The names of the folders in a directory, sorted; none where the file system does not tell.
    fn folders(&self, _directory: &str) -> Vec<String> {
        Vec::new()
    }

    /// The one absolute path of a file or folder, with `/` between its parts; the path itself where there is none.
    fn canonical(&self, path: &str) -> String {
        path.to_owned()
    }

    /// Whether a path leads out of what the user gave, be it read all the same or not.
    fn is_outside(&self, _path: &str) -> bool {
        false
    }

    /// Whether a path is not read because it leads out of what the user gave.
    fn is_barred(&self, path: &str) -> bool {
        self.is_outside(path)
    }
}

/// A file system in memory: paths and texts. For tests, standard input and embedders.
#[derive(Debug, Default)]
pub struct MemoryFiles(pub BTreeMap<String, Vec<u8>>);

impl FileSystem for MemoryFiles {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        self.0.get(path).cloned().ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    }

    fn list(&self, directory: &str) -> io::Result<Vec<String>> {
        let prefix = if directory.is_empty() { String::new() } else { format!("{directory}/") };
        Ok(self
            .0
            .keys()
            .filter_map(|path| path.strip_prefix(&prefix))
            .filter(|name| !name.contains('/'))
            .map(str::to_owned)
            .collect())
    }

    fn folders(&self, directory: &str) -> Vec<String> {
        let prefix = if directory.is_empty() { String::new() } else { format!("{directory}/") };
        let inside = self.0.keys().filter_map(|path| path.strip_prefix(&prefix));
        let mut folders: Vec<String> =
            inside.filter_map(|path| Some(path.split_once('/')?.0.to_owned())).collect();
        folders.dedup();
        folders
    }
}

/// All files of a run, each read at most once, in the order they were asked for.
pub struct Sources {
    loaded: RwLock<Loaded>,
    system: Arc<dyn FileSystem>,
}

/// The files that were read so far.
#[derive(Clone, Default)]
struct Loaded {
    files: Vec<Arc<SourceFile>>,
    by_path: HashMap<String, FileId>,
    /// Files that were looked at and not kept.
    seen: HashSet<String>,
}

impl Loaded {
    fn insert(&mut self, file: SourceFile) -> FileId {
        let path = file.path.clone();
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(Arc::new(file));
        self.by_path.entry(path).or_insert(id);
        id
    }
}

impl Default for Sources {
    fn default() -> Self {
        Sources::new(Box::new(MemoryFiles::default()))
    }
}

impl Sources {
    /// An empty map that reads through `system`.
    pub fn new(system: Box<dyn FileSystem>) -> Self {
        Sources { loaded: RwLock::default(), system: system.into() }
    }

    /// The same files under the same ids, some of them with another text; the rest is read as before.
    #[must_use]
    pub fn with_texts(&self, texts: &BTreeMap<FileId, String>) -> Sources {
        let mut loaded = self.loaded().clone();
        for (file, id) in loaded.files.iter_mut().zip(0..) {
            if let Some(text) = texts.get(&FileId(id)) {
                *file = Arc::new(SourceFile::new(file.path(), text.as_bytes().to_vec()));
            }
        }
        Sources { loaded: RwLock::new(loaded), system: self.system.clone() }
    }

    /// The same files, and one line of a text that is too long to be read whole. Offsets count from the start of the
    /// line, which is the `number`th (from 1) of its text.
    #[must_use]
    pub fn with_line(&self, path: &str, bytes: Vec<u8>, number: u32) -> (Sources, FileId) {
        let sources = Sources { loaded: RwLock::new(self.loaded().clone()), system: self.system.clone() };
        let id = sources.insert(SourceFile { first_line: number, ..SourceFile::new(path, bytes) });
        (sources, id)
    }

    /// A map in memory, for tests and embedders: `(path, text)` pairs.
    pub fn in_memory<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let files = files.into_iter().map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
        Sources::new(Box::new(MemoryFiles(files.collect())))
    }

    /// Reads a file, or returns the one that was read before under this path.
    ///
    /// # Errors
    /// What the file system says, and [`io::ErrorKind::FileTooLarge`] above 1 GiB (offsets are 32 bits).
    pub fn load(&self, path: &str) -> io::Result<FileId> {
        if let Some(id) = self.loaded().by_path.get(path) {
            return Ok(*id);
        }
        let file = SourceFile::new(path, self.read(path)?);
        let mut loaded = self.loaded.write().unwrap_or_else(PoisonError::into_inner);
        // Two threads may have asked for it.
        let known = loaded.by_path.get(path).copied();
        Ok(known.unwrap_or_else(|| loaded.insert(file)))
    }

    /// Reads files at the same time, each that `is_wanted` by its bytes; their ids are in the order of the paths. The
    /// others count as seen. What cannot be read is left to whoever loads it.
    pub fn load_all(&self, paths: &[String], is_wanted: impl Fn(&[u8]) -> bool + Sync) {
        for paths in paths.chunks(MOST_AT_ONCE) {
            let read = |path: &String| match self.loaded().by_path.contains_key(path) {
                true => None,
                false => self.read(path).ok().map(|bytes| is_wanted(&bytes).then_some(bytes)),
            };
            for (path, read) in paths.iter().zip(parallel::map(paths, read)) {
                match read {
                    Some(Some(bytes)) => drop(self.add(path, bytes)),
                    Some(None) => self.see([path.clone()]),
                    None => {}
                }
            }
        }
    }

    /// Looks at the bytes of a file without keeping them.
    ///
    /// # Errors
    /// As those of [`Sources::load`].
    pub fn look<T>(&self, path: &str, at: impl FnOnce(&[u8]) -> T) -> io::Result<T> {
        let loaded = self.loaded().by_path.get(path).copied();
        match loaded {
            Some(id) => Ok(at(self.file(id).text().as_bytes())),
            None => Ok(at(&self.read(path)?)),
        }
    }

    /// Notes files that were looked at and hold nothing of interest.
    pub fn see(&self, paths: impl IntoIterator<Item = String>) {
        self.loaded.write().unwrap_or_else(PoisonError::into_inner).seen.extend(paths);
    }

    /// Whether a file was looked at and holds nothing of interest.
    pub fn is_seen(&self, path: &str) -> bool {
        self.loaded().seen.contains(path)
    }

    /// The paths of all files that were looked at, kept or not, in no order.
    pub fn paths(&self) -> Vec<String> {
        let loaded = self.loaded();
        loaded.files.iter().map(|file| file.path.clone()).chain(loaded.seen.iter().cloned()).collect()
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let bytes = self.system.read(path)?;
        match bytes.len() > 1 << 30 {
            true => Err(io::Error::from(io::ErrorKind::FileTooLarge)),
            false => Ok(bytes),
        }
    }

    /// Adds a text that was not read from the file system, such as standard input.
    pub fn add(&self, path: &str, bytes: Vec<u8>) -> FileId {
        self.insert(SourceFile::new(path, bytes))
    }

    fn insert(&self, file: SourceFile) -> FileId {
        self.loaded.write().unwrap_or_else(PoisonError::into_inner).insert(file)
    }

    /// The names of the files in a directory, sorted.
    ///
    /// # Errors
    /// What the file system says.
    pub fn list(&self, directory: &str) -> io::Result<Vec<String>> {
        self.system.list(directory)
    }

    /// The names of the folders in a directory.
    pub fn folders(&self, directory: &str) -> Vec<String> {
        self.system.folders(directory)
    }

    /// The one absolute path of a file or folder, where the file system has one.
    pub fn canonical(&self, path: &str) -> String {
        self.system.canonical(path)
    }

    /// Whether a path leads out of what the user gave.
    pub fn is_outside(&self, path: &str) -> bool {
        self.system.is_outside(path)
    }

    /// Whether a path is not read because it leads out of what the user gave.
    pub fn is_barred(&self, path: &str) -> bool {
        self.system.is_barred(path)
    }

    /// The number of files.
    pub fn len(&self) -> usize {
        self.loaded().files.len()
    }

    /// Whether there is no file.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The file of an id that this map gave out; of any other, an empty one.
    pub fn file(&self, id: FileId) -> Arc<SourceFile> {
        let found = self.loaded().files.get(id.0 as usize).cloned();
        found.unwrap_or_else(|| Arc::new(SourceFile::new("", Vec::new())))
    }

    /// The source characters of a span.
    pub fn text(&self, span: Span) -> String {
        self.file(span.file).slice(span.start, span.end).to_owned()
    }

    fn loaded(&self) -> RwLockReadGuard<'_, Loaded> {
        self.loaded.read().unwrap_or_else(PoisonError::into_inner)
    }
}
