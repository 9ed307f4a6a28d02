//! A directory of Terraform files: its blocks by address, each read when it is first asked for.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::scope::NAMELESS;
use super::terragrunt::{self, Unit};
use crate::source::{FileId, SourceFile, Sources, Span};
use crate::syntax::SyntaxError;
use crate::syntax::hcl::ast::{Attribute, Block, Body, ExprId, Tree};
use crate::syntax::hcl::{JsonBlock, OutlineBlock, outline, parse_block, parse_json_syntax};

/// A directory as Terraform sees it: one module.
#[derive(Debug)]
pub(super) struct Module {
    /// The directory's path, `""` for the current one.
    pub(super) directory: String,
    /// The module's files.
    pub(super) files: Vec<FileId>,
    /// `variable`, by name.
    pub(super) variables: BTreeMap<String, Entry>,
    /// `output`, by name.
    pub(super) outputs: BTreeMap<String, Entry>,
    /// `module`, by name.
    pub(super) calls: BTreeMap<String, Entry>,
    /// `data`, by type and name.
    pub(super) data: BTreeMap<(String, String), Entry>,
    /// `resource`, by type and name, in source order.
    pub(super) resources: Vec<((String, String), Entry)>,
    /// What stands between the blocks.
    pub(super) errors: Vec<SyntaxError>,
    /// `provider`, by name, such as `aws`.
    providers: Vec<(String, Entry)>,
    locals_blocks: Vec<Entry>,
    locals: OnceCell<BTreeMap<String, (usize, ExprId)>>,
    /// The files of values that Terraform reads unasked; the last one wins.
    pub(super) value_files: Vec<FileId>,
    /// Of a unit of Terragrunt, what it is besides its one call.
    pub(super) unit: Option<Unit>,
}

/// A top-level block, read when it is first asked for.
#[derive(Debug)]
pub(super) struct Entry {
    source: Arc<SourceFile>,
    file: FileId,
    outline: OutlineBlock,
    parsed: OnceCell<(Tree, Option<Block>)>,
    /// The blocks of override files that change this one, in the order they are applied.
    overrides: Vec<Entry>,
}

impl Entry {
    /// A block that is read when it is first asked for.
    pub(super) fn of(source: Arc<SourceFile>, file: FileId, outline: OutlineBlock) -> Entry {
        Entry { source, file, outline, parsed: OnceCell::new(), overrides: Vec::new() }
    }

    /// A block that was read.
    pub(super) fn read(source: Arc<SourceFile>, file: FileId, tree: Tree, block: Block) -> Entry {
        let outline = OutlineBlock { kind: block.kind, labels: Vec::new(), range: block.range, closed: true };
        let parsed = OnceCell::from((tree, Some(block)));
        Entry { source, file, outline, parsed, overrides: Vec::new() }
    }

    /// The block and its tree; none where its header could not be read.
    pub(super) fn block(&self) -> Option<(&Tree, &Block)> {
        let (tree, block) = self.parsed();
        block.as_ref().map(|block| (tree, block))
    }

    /// Where the block begins: its type.
    pub(super) fn header(&self) -> Span {
        Span::new(self.file, self.outline.kind.start, self.outline.kind.end)
    }

    /// The value of an attribute of the block.
    pub(super) fn attribute(&self, name: &str) -> Option<(&Tree, ExprId)> {
        self.named_attribute(name).map(|(tree, attribute)| (tree, attribute.value))
    }

    /// An attribute of the block; an override file's goes before the block's own.
    pub(super) fn named_attribute(&self, name: &str) -> Option<(&Tree, &Attribute)> {
        let mut layers = self.layers();
        layers.find_map(|(tree, block)| block.body.attribute(tree, name).map(|attribute| (tree, attribute)))
    }

    /// The block that holds the attribute or the nested blocks of a name: an override file's takes the place of
    /// all of that name.
    pub(super) fn holder(&self, name: &str) -> Option<(&Tree, &Block)> {
        self.layers().find(|(tree, block)| holds(tree, &block.body, name))
    }

    /// The block and what overrides it, the last override first.
    fn layers(&self) -> impl Iterator<Item = (&Tree, &Block)> {
        self.overrides.iter().rev().chain([self]).filter_map(Entry::block)
    }

    fn parsed(&self) -> &(Tree, Option<Block>) {
        self.parsed.get_or_init(|| parse_block(self.source.clone(), self.file, &self.outline))
    }
}

fn holds(tree: &Tree, body: &Body, name: &str) -> bool {
    let dynamic = |block: &Block| {
        tree.text(block.kind) == "dynamic"
            && block.labels.first().is_some_and(|label| tree.text(*label) == name)
    };
    body.attribute(tree, name).is_some()
        || body.blocks.iter().any(|block| tree.text(block.kind) == name || dynamic(block))
}

/// Whether a file's blocks change those of the others.
fn overrides(name: &str) -> bool {
    let stem = name.trim_end_matches(".json");
    let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
    stem == "override" || stem.ends_with("_override")
}

/// Where a file of values stands among those that Terraform reads unasked; none where it does not.
fn value_order(name: &str) -> Option<u8> {
    match name {
        "terraform.tfvars" => Some(0),
        "terraform.tfvars.json" => Some(1),
        name if name.ends_with(".auto.tfvars") || name.ends_with(".auto.tfvars.json") => Some(2),
        _ => None,
    }
}

/// The names of a module's files of configuration and of values, in the order that they are read in.
pub(super) fn file_names(sources: &Sources, directory: &str) -> Vec<String> {
    let mut names = sources.list(directory).unwrap_or_default();
    // OpenTofu's file stands for Terraform's of the same name.
    let stands_for = |name: &str| {
        let stem = |end: &str| name.strip_suffix(end).map(str::to_owned);
        stem(".tofu").map(|stem| stem + ".tf").or(stem(".tofu.json").map(|stem| stem + ".tf.json"))
    };
    let replaced: Vec<String> = names.iter().filter_map(|name| stands_for(name)).collect();
    names.retain(|name| (is_configuration(name) || value_order(name).is_some()) && !replaced.contains(name));
    names.sort_by_cached_key(|name| (value_order(name), overrides(name), name.clone()));
    names
}

/// The path of a file in a directory.
pub(super) fn path_of(directory: &str, name: &str) -> String {
    if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") }
}

impl Module {
    /// Outlines the files of a directory. A file that cannot be read is left out.
    pub(super) fn load(sources: &Sources, directory: &str) -> Module {
        if terragrunt::is_unit(directory) {
            return terragrunt::load(sources, directory);
        }
        let mut module = Module::empty(directory);
        for name in file_names(sources, directory) {
            let Ok(file) = sources.load(&path_of(directory, &name)) else { continue };
            if is_configuration(&name) {
                module.add(&sources.file(file), file, overrides(&name));
            } else {
                module.value_files.push(file);
            }
        }
        module
    }

    /// A module without files.
    pub(super) fn empty(directory: &str) -> Module {
        Module {
            directory: directory.to_owned(),
            files: Vec::new(),
            variables: BTreeMap::new(),
            outputs: BTreeMap::new(),
            calls: BTreeMap::new(),
            data: BTreeMap::new(),
            resources: Vec::new(),
            errors: Vec::new(),
            providers: Vec::new(),
            locals_blocks: Vec::new(),
            locals: OnceCell::new(),
            value_files: Vec::new(),
            unit: None,
        }
    }

    /// A module of one text, such as standard input.
    pub(super) fn of_file(sources: &Sources, file: FileId) -> Module {
        let source = sources.file(file);
        if terragrunt::is_text_of_unit(&source, file) {
            return terragrunt::load(sources, source.path());
        }
        let mut module = Module::load(sources, NAMELESS);
        module.add(&sources.file(file), file, false);
        module
    }

    fn add(&mut self, source: &Arc<SourceFile>, file: FileId, overriding: bool) {
        self.files.push(file);
        if source.path().ends_with(".json") {
            let (blocks, errors) = parse_json_syntax(source, file);
            self.errors.extend(errors);
            for JsonBlock { kind, labels, outline, tree, block } in blocks {
                let parsed = OnceCell::from((tree, Some(block)));
                let entry = Entry { source: source.clone(), file, outline, parsed, overrides: Vec::new() };
                let mut labels = labels.into_iter();
                self.put(&kind, (labels.next(), labels.next()), entry, overriding);
            }
            return;
        }
        let outline = outline(source, file);
        self.errors.extend(outline.errors);
        for block in outline.blocks {
            let kind = source.slice(block.kind.start, block.kind.end).to_owned();
            let label = |at: usize| block.labels.get(at).map(|l| source.slice(l.start, l.end).to_owned());
            let labels = (label(0), label(1));
            let entry = Entry::of(source.clone(), file, block);
            self.put(&kind, labels, entry, overriding);
        }
    }

    fn put(&mut self, kind: &str, labels: (Option<String>, Option<String>), entry: Entry, overriding: bool) {
        match (kind, labels) {
            ("variable", (Some(name), _)) => put(&mut self.variables, name, entry, overriding),
            ("output", (Some(name), _)) => put(&mut self.outputs, name, entry, overriding),
            ("module", (Some(name), _)) => put(&mut self.calls, name, entry, overriding),
            ("data", (Some(kind), Some(name))) => put(&mut self.data, (kind, name), entry, overriding),
            ("resource", (Some(kind), Some(name))) => {
                let known = self.resources.iter_mut().find(|((k, n), _)| *k == kind && *n == name);
                match known {
                    Some((_, base)) if overriding => base.overrides.push(entry),
                    Some((_, first)) => {
                        let message = format!("`{kind}.{name}` is declared again, which Terraform refuses");
                        let error = SyntaxError::broken(entry.header(), message)
                            .help("give it another name; only the first of the two was checked")
                            .related(first.header(), "declared here first");
                        self.errors.push(error);
                    }
                    None => self.resources.push(((kind, name), entry)),
                }
            }
            ("provider", (Some(name), _)) => self.providers.push((name, entry)),
            ("locals", _) => self.locals_blocks.push(entry),
            _ => {}
        }
    }

    /// Adds a block of local values.
    pub(super) fn add_locals(&mut self, entry: Entry) {
        self.locals_blocks.push(entry);
    }

    /// What the module is known by: its directory, or the path of a unit of Terragrunt, which has no directory to itself.
    pub(super) fn name(&self) -> &str {
        self.unit.as_ref().map_or(&self.directory, |unit| &unit.path)
    }

    /// The expression of a local value.
    pub(super) fn local(&self, name: &str) -> Option<(&Tree, ExprId)> {
        let (at, value) = self.locals().get(name)?;
        self.locals_blocks.get(*at)?.block().map(|(tree, _)| (tree, *value))
    }

    /// The names of all local values.
    pub(super) fn local_names(&self) -> Vec<String> {
        self.locals().keys().cloned().collect()
    }

    fn locals(&self) -> &BTreeMap<String, (usize, ExprId)> {
        self.locals.get_or_init(|| {
            let mut locals = BTreeMap::new();
            for (at, entry) in self.locals_blocks.iter().enumerate() {
                if let Some((tree, block)) = entry.block() {
                    for attribute in &block.body.attributes {
                        locals.insert(tree.text(attribute.name).to_owned(), (at, attribute.value));
                    }
                }
            }
            locals
        })
    }

    /// The configuration of a provider: `aws`, or with its alias `aws.other`.
    pub(super) fn provider(&self, name: &str) -> Option<&Entry> {
        let (kind, alias) = name.split_once('.').map_or((name, None), |(kind, alias)| (kind, Some(alias)));
        let mut of_kind = self.providers.iter().filter(|(name, _)| name == kind).map(|(_, entry)| entry);
        of_kind.find(|entry| {
            let written =
                entry.attribute("alias").map(|(tree, alias)| tree.text(tree.range(alias)).trim_matches('"'));
            written == alias
        })
    }

    /// A resource.
    pub(super) fn resource(&self, kind: &str, name: &str) -> Option<&Entry> {
        self.resources.iter().find(|((k, n), _)| k == kind && n == name).map(|(_, entry)| entry)
    }

    /// Every block that was read so far.
    pub(super) fn syntax_errors(&self) -> Vec<SyntaxError> {
        if self.unit.is_some() {
            return self.errors.clone();
        }
        let entries = self.variables.values().chain(self.outputs.values()).chain(self.calls.values());
        let entries = entries.chain(self.data.values()).chain(self.locals_blocks.iter());
        let entries = entries.chain(self.resources.iter().map(|(_, entry)| entry));
        let read = entries.filter_map(|entry| entry.parsed.get()).flat_map(|(tree, _)| tree.errors.clone());
        self.errors.iter().cloned().chain(read).collect()
    }
}

/// Whether a file is one of a module, by its name.
pub(super) fn is_configuration(path: &str) -> bool {
    [".tf", ".tofu", ".tf.json", ".tofu.json"].iter().any(|extension| path.ends_with(extension))
}

/// Whether a module's source is a directory of the same tree.
pub(super) fn is_local(source: &str) -> bool {
    source.starts_with("./") || source.starts_with("../")
}

/// Adds a block; one of an override file to the block it changes.
fn put<K: Ord>(blocks: &mut BTreeMap<K, Entry>, key: K, entry: Entry, overriding: bool) {
    match blocks.get_mut(&key) {
        Some(base) if overriding => base.overrides.push(entry),
        _ => drop(blocks.insert(key, entry)),
    }
}

/// `directory` and a path relative to it, without `.` and `..` where they cancel out. An absolute
/// path stays as it is.
pub(super) fn join(directory: &str, relative: &str) -> String {
    let absolute = relative.starts_with('/');
    let directory = if absolute { "" } else { directory };
    let mut parts: Vec<&str> = directory.split('/').filter(|part| !part.is_empty()).collect();
    let root = if absolute || directory.starts_with('/') { "/" } else { "" };
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    format!("{root}{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::join;
    use crate::carrier::terraform::{Settings, carry_with};
    use crate::source::Sources;

    #[test]
    fn second_declaration_of_a_resource_is_an_error() {
        let key = "resource \"aws_kms_key\" \"a\" {}\n";
        let override_file = "resource \"aws_kms_key\" \"a\" {\n  policy = \"{}\"\n}\n";
        let sources = Sources::in_memory([("a.tf", key), ("b.tf", key), ("b_override.tf", override_file)]);
        let carried = carry_with(&sources, &[String::new()], &Settings::default());
        let errors: Vec<_> =
            carried.errors.iter().map(|error| (error.message.as_str(), error.span)).collect();
        let [(message, span)] = errors.as_slice() else { panic!("{errors:?}") };
        assert_eq!(*message, "`aws_kms_key.a` is declared again, which Terraform refuses");
        assert_eq!(sources.file(span.file).path(), "b.tf");
    }

    #[test]
    fn joins_paths() {
        assert_eq!(join("", "kms"), "kms");
        assert_eq!(join("kms", "../iam/./users"), "iam/users");
        assert_eq!(join("..", "../kms"), "../../kms");
        assert_eq!(join("/srv", "kms"), "/srv/kms");
        assert_eq!(join("", "/srv/kms"), "/srv/kms");
    }
}
