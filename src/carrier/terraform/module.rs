//! A directory of Terraform files: its blocks by address, each read when it is first asked for.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::source::{FileId, SourceFile, Sources};
use crate::syntax::SyntaxError;
use crate::syntax::hcl::ast::{Block, Body, ExprId, Tree};
use crate::syntax::hcl::{JsonBlock, OutlineBlock, outline, parse_block, parse_file, parse_json_syntax};

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
    locals_blocks: Vec<Entry>,
    locals: OnceCell<BTreeMap<String, (usize, ExprId)>>,
    /// `terraform.tfvars`, then `*.auto.tfvars` by name: the last one wins.
    value_files: Vec<(Arc<SourceFile>, FileId)>,
    values: OnceCell<Vec<(Tree, Body)>>,
}

/// A top-level block, read when it is first asked for.
#[derive(Debug)]
pub(super) struct Entry {
    source: Arc<SourceFile>,
    file: FileId,
    outline: OutlineBlock,
    parsed: OnceCell<(Tree, Option<Block>)>,
}

impl Entry {
    /// The block and its tree; none where its header could not be read.
    pub(super) fn block(&self) -> Option<(&Tree, &Block)> {
        let (tree, block) = self.parsed();
        block.as_ref().map(|block| (tree, block))
    }

    /// The value of an attribute of the block.
    pub(super) fn attribute(&self, name: &str) -> Option<(&Tree, ExprId)> {
        let (tree, block) = self.block()?;
        block.body.attribute(tree, name).map(|attribute| (tree, attribute.value))
    }

    fn parsed(&self) -> &(Tree, Option<Block>) {
        self.parsed.get_or_init(|| parse_block(self.source.clone(), self.file, &self.outline))
    }
}

impl Module {
    /// Outlines the files of a directory. A file that cannot be read is left out.
    pub(super) fn load(sources: &Sources, directory: &str) -> Module {
        let mut module = Module {
            directory: directory.to_owned(),
            files: Vec::new(),
            variables: BTreeMap::new(),
            outputs: BTreeMap::new(),
            calls: BTreeMap::new(),
            data: BTreeMap::new(),
            resources: Vec::new(),
            errors: Vec::new(),
            locals_blocks: Vec::new(),
            locals: OnceCell::new(),
            value_files: Vec::new(),
            values: OnceCell::new(),
        };
        let mut names = sources.list(directory).unwrap_or_default();
        // OpenTofu's file stands for Terraform's of the same name.
        let stands_for = |name: &str| {
            let stem = |end: &str| name.strip_suffix(end).map(str::to_owned);
            stem(".tofu").map(|stem| stem + ".tf").or(stem(".tofu.json").map(|stem| stem + ".tf.json"))
        };
        let replaced: Vec<String> = names.iter().filter_map(|name| stands_for(name)).collect();
        names.retain(|name| !replaced.contains(name));
        // Of the files of values the one that all others go before comes first.
        names.sort_by_key(|name| (name != "terraform.tfvars", name.clone()));
        for name in names {
            let path = if directory.is_empty() { name } else { format!("{directory}/{name}") };
            let configures = is_configuration(&path);
            let gives_values = path.ends_with("terraform.tfvars") || path.ends_with(".auto.tfvars");
            if !(configures || gives_values) {
                continue;
            }
            let Ok(file) = sources.load(&path) else { continue };
            if configures {
                module.add(&sources.file(file), file);
            } else {
                module.value_files.push((sources.file(file), file));
            }
        }
        module
    }

    /// A module of one text, such as standard input.
    pub(super) fn of_file(sources: &Sources, file: FileId) -> Module {
        let mut module = Module::load(sources, "\0");
        module.add(&sources.file(file), file);
        module
    }

    fn add(&mut self, source: &Arc<SourceFile>, file: FileId) {
        self.files.push(file);
        if source.path().ends_with(".json") {
            let (blocks, errors) = parse_json_syntax(source, file);
            self.errors.extend(errors);
            for JsonBlock { kind, labels, outline, tree, block } in blocks {
                let parsed = OnceCell::from((tree, Some(block)));
                let entry = Entry { source: source.clone(), file, outline, parsed };
                let mut labels = labels.into_iter();
                self.put(&kind, (labels.next(), labels.next()), entry);
            }
            return;
        }
        let outline = outline(source, file);
        self.errors.extend(outline.errors);
        for block in outline.blocks {
            let kind = source.slice(block.kind.start, block.kind.end).to_owned();
            let label = |at: usize| block.labels.get(at).map(|l| source.slice(l.start, l.end).to_owned());
            let labels = (label(0), label(1));
            let entry = Entry { source: source.clone(), file, outline: block, parsed: OnceCell::new() };
            self.put(&kind, labels, entry);
        }
    }

    fn put(&mut self, kind: &str, labels: (Option<String>, Option<String>), entry: Entry) {
        match (kind, labels) {
            ("variable", (Some(name), _)) => drop(self.variables.insert(name, entry)),
            ("output", (Some(name), _)) => drop(self.outputs.insert(name, entry)),
            ("module", (Some(name), _)) => drop(self.calls.insert(name, entry)),
            ("data", (Some(kind), Some(name))) => drop(self.data.insert((kind, name), entry)),
            ("resource", (Some(kind), Some(name))) => self.resources.push(((kind, name), entry)),
            ("locals", _) => self.locals_blocks.push(entry),
            _ => {}
        }
    }

    /// The expression of a local value.
    pub(super) fn local(&self, name: &str) -> Option<(&Tree, ExprId)> {
        let locals = self.locals.get_or_init(|| {
            let mut locals = BTreeMap::new();
            for (at, entry) in self.locals_blocks.iter().enumerate() {
                if let Some((tree, block)) = entry.block() {
                    for attribute in &block.body.attributes {
                        locals.insert(tree.text(attribute.name).to_owned(), (at, attribute.value));
                    }
                }
            }
            locals
        });
        let (at, value) = locals.get(name)?;
        self.locals_blocks.get(*at)?.block().map(|(tree, _)| (tree, *value))
    }

    /// What the files of values give a variable of the root module, the last one first.
    pub(super) fn given(&self, name: &str) -> Option<(&Tree, ExprId)> {
        let values = self.values.get_or_init(|| {
            let read = |(source, file): &(Arc<SourceFile>, FileId)| parse_file(source.clone(), *file);
            self.value_files.iter().map(read).collect()
        });
        let mut given = values.iter().rev();
        given.find_map(|(tree, body)| body.attribute(tree, name).map(|attribute| (tree, attribute.value)))
    }

    /// A resource.
    pub(super) fn resource(&self, kind: &str, name: &str) -> Option<&Entry> {
        self.resources.iter().find(|((k, n), _)| k == kind && n == name).map(|(_, entry)| entry)
    }

    /// Every block that was read so far.
    pub(super) fn syntax_errors(&self) -> Vec<SyntaxError> {
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

/// `directory` and a path relative to it, without `.` and `..` where they cancel out; an absolute path stands alone.
pub(super) fn join(directory: &str, relative: &str) -> String {
    let directory = if relative.starts_with('/') { "/" } else { directory };
    let mut parts: Vec<&str> = directory.split('/').filter(|part| !part.is_empty()).collect();
    let root = if directory.starts_with('/') { "/" } else { "" };
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

    #[test]
    fn joins_paths() {
        assert_eq!(join("", "kms"), "kms");
        assert_eq!(join("kms", "../iam/./users"), "iam/users");
        assert_eq!(join("..", "../kms"), "../../kms");
        assert_eq!(join("/work", "kms"), "/work/kms");
        assert_eq!(join("", "/work/kms"), "/work/kms");
    }
}
