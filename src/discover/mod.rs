//! From paths on the command line to inputs: which files are read, and as what.
//!
//! This is the reading end of the program. A directory is walked with git's ignore rules; a file that was
//! named is always read. Only files inside the work tree of a named path are ever read, unless the user says otherwise.

mod committed;
mod disk;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read};
use std::path::{Component, Path};
use std::sync::mpsc;

use crate::Input;
use crate::carrier::json;
use crate::source::Sources;
use disk::DiskFiles;

pub use committed::discover_at;
pub use disk::Reach;

/// The name under which standard input is reported.
pub const STDIN: &str = "<stdin>";

/// Extensions of files that Terraform reads as a module.
const TERRAFORM: [&str; 4] = [".tf", ".tofu", ".tf.json", ".tofu.json"];

/// The file that a unit of Terragrunt is.
const TERRAGRUNT: &str = "terragrunt.hcl";

/// Extensions of files that are YAML, or JSON.
const YAML: [&str; 4] = [".yaml", ".yml", ".template", ".cfn"];

/// Extensions of programs in the languages of the AWS CDK and Pulumi.
const PROGRAMS: [&str; 8] = [".ts", ".js", ".mjs", ".py", ".go", ".java", ".cs", ".rb"];

/// A path that could not be read, and why.
#[derive(Debug)]
pub struct Problem {
    /// The path as it was given.
    pub path: String,
    /// What the system says.
    pub error: io::Error,
}

/// What the paths led to.
#[derive(Default)]
pub struct Discovered {
    /// The files' texts; what was named is loaded, the rest is read when it is asked for.
    pub sources: Sources,
    /// What to lint, in order of path.
    pub inputs: Vec<Input>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// The directories that were walked; the current one is empty.
    pub roots: Vec<String>,
}

/// What a file is read as.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Json,
    Yaml,
    Terraform,
}

/// Inputs in the making: all directories that were walked are one set of Terraform modules.
#[derive(Default)]
struct Found {
    json: BTreeMap<String, bool>,
    yaml: BTreeMap<String, bool>,
    /// Directories with Terraform files that were met.
    modules: BTreeSet<String>,
    /// Terraform files that were named, by directory.
    named: BTreeMap<String, Vec<String>>,
    texts: Vec<Input>,
    /// Directories that were walked.
    roots: Vec<String>,
}

/// Follows `paths`; `-` is standard input, none is the current directory.
pub fn discover(paths: &[String]) -> Discovered {
    discover_beside(paths, None, Reach::WorkTree)
}

/// The same, where files of one more directory may be read, and others as far as `reach`.
pub fn discover_beside(paths: &[String], directory: Option<&str>, reach: Reach) -> Discovered {
    let current = [".".to_owned()];
    let paths = if paths.is_empty() { &current } else { paths };
    let mut problems = Vec::new();
    let mut found = Found::default();
    let around: Vec<String> = paths.iter().cloned().chain(directory.map(str::to_owned)).collect();
    let sources = Sources::new(Box::new(DiskFiles::around(&around, reach)));
    for path in paths {
        let followed = match path.as_str() {
            "-" => found.read_stdin(&sources),
            path => found.follow(path, &sources, &mut problems),
        };
        if let Err(error) = followed {
            problems.push(Problem { path: path.clone(), error });
        }
    }
    Discovered { sources, roots: std::mem::take(&mut found.roots), inputs: found.inputs(), problems }
}

/// Follows the files that a hook passes. Nobody named them, so none of them has to hold a policy. All Terraform
/// modules around are read as in a run on the whole tree, and what touches the files is wanted of them.
pub fn discover_passed(paths: &[String], reach: Reach) -> Discovered {
    let mut problems = Vec::new();
    let (mut found, mut around) = (Found::default(), Found::default());
    let files: Vec<String> = paths.iter().map(|path| tidy(Path::new(path))).collect();
    for path in &files {
        if format_of(path) != Some(Format::Terraform) {
            found.meet(path.clone());
        }
    }
    around.walk(".", &mut problems);
    let mut inputs = found.inputs();
    let directories = around.modules.into_iter().collect();
    inputs.push(Input::Terraform { directories, files, explicit: false });
    let current = Vec::from([".".to_owned()]);
    Discovered {
        sources: Sources::new(Box::new(DiskFiles::around(&current, reach))),
        inputs,
        problems,
        roots: Vec::new(),
    }
}

/// The files around a path, none of them read yet.
pub fn around(path: &str) -> Sources {
    Sources::new(Box::new(DiskFiles::around(&[path.to_owned()], Reach::WorkTree)))
}

/// The name that a path is reported under, `-` being standard input.
pub fn name_of(path: &str) -> String {
    if path == "-" { STDIN.to_owned() } else { tidy(Path::new(path)) }
}

impl Found {
    fn inputs(self) -> Vec<Input> {
        let json = self.json.into_iter().map(|(path, explicit)| Input::Json { path, explicit });
        let yaml = self.yaml.into_iter().map(|(path, explicit)| Input::Yaml { path, explicit });
        let mut inputs: Vec<Input> = self.texts.into_iter().chain(json).chain(yaml).collect();
        if !self.modules.is_empty() {
            let directories = self.modules.iter().cloned().collect();
            inputs.push(Input::Terraform { directories, files: Vec::new(), explicit: false });
        }
        // Read together, so that a module is judged as the other named files call it.
        let named = self.named.into_iter().filter(|(directory, _)| !self.modules.contains(directory));
        let (directories, files): (Vec<String>, Vec<Vec<String>>) = named.unzip();
        if !directories.is_empty() {
            inputs.push(Input::Terraform { directories, files: files.concat(), explicit: true });
        }
        inputs
    }

    fn read_stdin(&mut self, sources: &Sources) -> io::Result<()> {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes)?;
        let path = STDIN.to_owned();
        self.texts.push(match sniff(&bytes) {
            Format::Json => Input::Json { path, explicit: true },
            Format::Yaml => Input::Yaml { path, explicit: true },
            Format::Terraform => Input::TerraformText { path },
        });
        sources.add(STDIN, bytes);
        Ok(())
    }

    fn follow(&mut self, path: &str, sources: &Sources, problems: &mut Vec<Problem>) -> io::Result<()> {
        if fs::metadata(path)?.is_dir() {
            self.walk(path, problems);
            self.roots.push(tidy(Path::new(path)));
            return Ok(());
        }
        let path = tidy(Path::new(path));
        if PROGRAMS.iter().any(|extension| path.ends_with(extension)) {
            let why = "kmslint runs no programs; name what it makes, such as a template or a plan";
            return Err(io::Error::new(io::ErrorKind::Unsupported, why));
        }
        let file = sources.load(&path)?;
        // What fills a template in is not known when it is read alone; all of them make JSON that matter here.
        let template = json::is_template(&path).then_some(Format::Json);
        let format = template.or_else(|| format_of(&path));
        match format.unwrap_or_else(|| sniff(sources.file(file).text().as_bytes())) {
            Format::Json => drop(self.json.insert(path, true)),
            Format::Yaml => drop(self.yaml.insert(path, true)),
            Format::Terraform if format_of(&path).is_some() => {
                self.named.entry(module_of(&path)).or_default().push(path);
            }
            // Under another name it may be a unit that other units include.
            _ if path.ends_with(".hcl") => drop(self.named.insert(path.clone(), Vec::from([path]))),
            Format::Terraform => self.texts.push(Input::TerraformText { path }),
        }
        Ok(())
    }

    /// Takes a file that was met and not named, if it may hold a key policy.
    fn meet(&mut self, path: String) {
        match format_of(&path) {
            Some(Format::Json) => drop(self.json.entry(path).or_insert(false)),
            Some(Format::Yaml) => drop(self.yaml.entry(path).or_insert(false)),
            Some(Format::Terraform) => drop(self.modules.insert(module_of(&path))),
            None => {}
        }
    }

    /// Every file below `root` that may hold a key policy. What cannot be entered becomes a problem, and the
    /// walk goes on.
    fn walk(&mut self, root: &str, problems: &mut Vec<Problem>) {
        let (met, mut failed) = walk(root);
        for path in met {
            self.meet(path);
        }
        failed.sort_by_cached_key(|problem| (problem.path.clone(), problem.error.to_string()));
        problems.extend(failed);
    }
}

/// The files below `root` that are named like those of a format, in no order, and what could not be entered.
fn walk(root: &str) -> (Vec<String>, Vec<Problem>) {
    let mut walk = ignore::WalkBuilder::new(root);
    // Hidden folders hold tools' own copies, such as `.terraform`; git's rules hold outside a work tree too.
    walk.require_git(false);
    let (send, receive) = mpsc::channel();
    walk.build_parallel().run(|| {
        let send = send.clone();
        Box::new(move |entry| {
            // Nobody listens no more only where the walk has panicked.
            let _ = visit(entry, root).map(|met| send.send(met)).transpose();
            ignore::WalkState::Continue
        })
    });
    drop(send);
    let (mut met, mut problems) = (Vec::new(), Vec::new());
    for one in receive {
        match one {
            Ok(path) => met.push(path),
            Err(problem) => problems.push(problem),
        }
    }
    (met, problems)
}

/// What an entry of a walk is: the path of a file to look at, a problem, or nothing.
fn visit(entry: Result<ignore::DirEntry, ignore::Error>, root: &str) -> Option<Result<String, Problem>> {
    let entry = match entry {
        Ok(entry) => entry,
        Err(error) => {
            let message = error.to_string();
            let error = error.into_io_error().unwrap_or_else(|| io::Error::other(message));
            return Some(Err(Problem { path: root.to_owned(), error }));
        }
    };
    let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
    if !is_file || format_of(&entry.file_name().to_string_lossy()).is_none() {
        return None;
    }
    let path = tidy(entry.path());
    if entry.path().to_str().is_none() {
        let error = io::Error::new(io::ErrorKind::InvalidInput, "its name is not UTF-8");
        return Some(Err(Problem { path, error }));
    }
    Some(Ok(path))
}

/// The name of a directory that the core knows it by.
pub fn directory(path: &str) -> String {
    tidy(Path::new(path))
}

/// The module that a file of Terraform is a part of: its directory, but a unit of Terragrunt is one by itself.
fn module_of(path: &str) -> String {
    if path.ends_with(TERRAGRUNT) { path.to_owned() } else { directory_of(path) }
}

fn directory_of(path: &str) -> String {
    path.rsplit_once('/').map_or_else(String::new, |(directory, _)| directory.to_owned())
}

fn format_of(path: &str) -> Option<Format> {
    let lower = path.to_ascii_lowercase();
    let name = lower.rsplit('/').next().unwrap_or_default();
    if TERRAFORM.iter().any(|extension| lower.ends_with(extension)) || name == TERRAGRUNT {
        Some(Format::Terraform)
    } else if lower.ends_with(".json") {
        Some(Format::Json)
    } else if YAML.iter().any(|extension| lower.ends_with(extension)) {
        Some(Format::Yaml)
    } else {
        None
    }
}

/// JSON begins with a bracket or a string, YAML with a key or a dash, comments aside; anything else is read as
/// Terraform.
fn sniff(bytes: &[u8]) -> Format {
    let mut text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes).trim_ascii_start();
    while let Some(end) = match text {
        [b'#', ..] | [b'/', b'/', ..] => memchr::memchr(b'\n', text),
        [b'/', b'*', ..] => memchr::memmem::find(text, b"*/").map(|at| at + 1),
        _ => None,
    } {
        text = text.get(end + 1..).unwrap_or_default().trim_ascii_start();
    }
    match text.first() {
        Some(b'{' | b'[' | b'"') | None => Format::Json,
        Some(_) if is_yaml(text) => Format::Yaml,
        Some(_) => Format::Terraform,
    }
}

/// Whether a text begins as YAML does: `---`, `- item`, `Key:`.
fn is_yaml(text: &[u8]) -> bool {
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii_end();
    let word = line.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(byte)).count();
    let rest = line.get(word..).unwrap_or_default();
    line.starts_with(b"- ") || line.starts_with(b"---") || line.starts_with(b"%YAML") || {
        word > 0 && (rest == b":" || rest.starts_with(b": "))
    }
}

/// A path with `/` between its parts and without needless `.`, so that one file has one name.
fn tidy(path: &Path) -> String {
    let mut tidy = String::new();
    for part in path.components() {
        if matches!(part, Component::CurDir) {
            continue;
        }
        if !tidy.is_empty() && !tidy.ends_with('/') {
            tidy.push('/');
        }
        match part {
            Component::RootDir => tidy.push('/'),
            part => tidy.push_str(&part.as_os_str().to_string_lossy()),
        }
    }
    tidy
}
