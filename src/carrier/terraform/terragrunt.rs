//! Terragrunt: a `terragrunt.hcl` is read as the call of a module, which is what it comes to. `terraform.source` names
//! the module and `inputs` holds the arguments.
//!
//! Files that it includes may set more arguments, and override none of its own; what they may set is not known. Its
//! functions that ask for the surroundings of a run are not known either.

#[cfg(test)]
mod tests;

use std::rc::Rc;
use std::sync::Arc;

use super::convert;
use super::eval::{Evaluator, Place};
use super::functions::Arguments;
use super::key::unread as unread_key;
use super::known::makes_key;
use super::module::{Entry, Module, join};
use super::scope::Instance;
use crate::carrier::Document;
use crate::source::{FileId, SourceFile, Sources, Span};
use crate::syntax::hcl::ast::{Attribute, Block, Body, Expr, ExprId, ObjectItem, ObjectKey, Range, Tree};
use crate::syntax::hcl::{outline, parse_file};
use crate::value::{Kind, Symbol, SymbolKind, Value};

/// The name of the call.
pub(super) const CALL: &str = "terragrunt";

/// Why an argument that the file does not hold itself is not known.
pub(super) const ELSEWHERE: &str = "a file that is included, or values that are merged, may set it";

/// Whether a path is that of such a file.
pub(super) fn is_unit(path: &str) -> bool {
    path.ends_with(".hcl")
}

/// Whether a text of unknown name is one: Terraform has no arguments outside of blocks, and no `source` of itself.
pub(super) fn is_text_of_unit(source: &Arc<SourceFile>, file: FileId) -> bool {
    let (tree, body) = parse_file(source.clone(), file);
    let has_source = |block: &Block| {
        tree.text(block.kind) == "terraform" && block.body.attribute(&tree, "source").is_some()
    };
    body.attribute(&tree, "inputs").is_some() || body.blocks.iter().any(has_source)
}

/// What a unit is besides the call that it comes to.
#[derive(Debug)]
pub(super) struct Unit {
    /// The file.
    pub(super) file: FileId,
    /// Its path.
    pub(super) path: String,
    /// The arguments that included files set.
    set_elsewhere: Vec<String>,
    /// Any argument may be set elsewhere.
    pub(super) is_open: bool,
}

impl Unit {
    /// Whether something else than the file itself may set an argument.
    fn may_be_set(&self, name: &str) -> bool {
        self.is_open || self.set_elsewhere.iter().any(|set| set == name)
    }
}

/// Reads a unit: a module with nothing but its local values and one call.
pub(super) fn load(sources: &Sources, path: &str) -> Module {
    let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
    let mut module = Module::empty(directory);
    let Ok(file) = sources.load(path) else { return module };
    let source = sources.file(file);
    module.files.push(file);
    let (mut tree, body) = parse_file(source.clone(), file);
    module.errors = std::mem::take(&mut tree.errors);
    let (call, is_whole) = call(&tree, &body);
    let included = included(sources, &tree, &body, directory);
    let is_open = !is_whole || included.is_none();
    module.unit =
        Some(Unit { file, path: path.to_owned(), set_elsewhere: included.unwrap_or_default(), is_open });
    for block in outline(&source, file).blocks {
        if source.slice(block.kind.start, block.kind.end) == "locals" {
            module.add_locals(Entry::of(source.clone(), file, block));
        }
    }
    module.calls.insert(CALL.to_owned(), Entry::read(source, file, tree, call));
    module
}

/// The call that a unit comes to, and whether these are all arguments that the file gives it.
fn call(tree: &Tree, body: &Body) -> (Block, bool) {
    let terraform = body.blocks.iter().find(|block| tree.text(block.kind) == "terraform");
    let source = terraform.and_then(|block| block.body.attribute(tree, "source"));
    let inputs = body.attribute(tree, "inputs");
    let mut attributes = Vec::new();
    let is_whole = inputs.is_none_or(|inputs| arguments(tree, inputs.value, &mut attributes));
    // They are variables of the module like any other, and not what a call says of the module.
    attributes.retain(|attribute| !matches!(tree.text(attribute.name), "source" | "version"));
    attributes.extend(source.cloned());
    let start = Range { start: 0, end: 0 };
    let kind = terraform.map(|block| block.kind).or(inputs.map(|inputs| inputs.name)).unwrap_or(start);
    let range = terraform.map_or(kind, |block| block.range);
    let body = Body { attributes, blocks: Vec::new(), range, lost: body.is_lost() };
    (Block { kind, labels: Vec::new(), body, range }, is_whole)
}

/// Adds the members of `{…}`, or of the objects that `merge` is called with; returns whether these are all there are.
fn arguments(tree: &Tree, inputs: ExprId, attributes: &mut Vec<Attribute>) -> bool {
    match tree.expr(inputs) {
        Expr::Object(items) => {
            let mut is_whole = true;
            for ObjectItem { key, key_range, value } in items {
                let quoted = Range { start: key_range.start + 1, end: key_range.end.saturating_sub(1) };
                let is_name =
                    |range| tree.text(range).bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
                let name = match key {
                    ObjectKey::Name(name) => *name,
                    _ if tree.text(*key_range).starts_with('"') && is_name(quoted) => quoted,
                    _ => {
                        is_whole = false;
                        continue;
                    }
                };
                let range = Range { start: key_range.start, end: tree.range(*value).end };
                attributes.push(Attribute { name, value: *value, range });
            }
            is_whole
        }
        Expr::Call { name, arguments: parts, .. } if tree.text(*name) == "merge" => {
            let mut is_whole = true;
            for part in parts {
                let before = attributes.len();
                if !arguments(tree, *part, attributes) {
                    // It may replace what is merged before it.
                    attributes.drain(..before);
                    is_whole = false;
                }
            }
            is_whole
        }
        Expr::Paren(inner) => arguments(tree, *inner, attributes),
        _ => false,
    }
}

/// The names of the arguments that the included files set; none where one of them cannot be read.
fn included(sources: &Sources, tree: &Tree, body: &Body, directory: &str) -> Option<Vec<String>> {
    let mut names = Vec::new();
    for include in body.blocks.iter().filter(|block| tree.text(block.kind) == "include") {
        let path = include.body.attribute(tree, "path")?.value;
        let path = match tree.expr(path) {
            Expr::Call { name, arguments, .. } if tree.text(*name) == "find_in_parent_folders" => {
                let wanted = match arguments.as_slice() {
                    [] => None,
                    [name] => Some(literal(tree, *name)?),
                    _ => return None,
                };
                parent(sources, directory, wanted.as_deref())?
            }
            _ => join(directory, &literal(tree, path)?),
        };
        let file = sources.load(&path).ok()?;
        let (tree, body) = parse_file(sources.file(file), file);
        let mut set = Vec::new();
        if let Some(inputs) = body.attribute(&tree, "inputs")
            && !arguments(&tree, inputs.value, &mut set)
        {
            return None;
        }
        names.extend(set.iter().map(|attribute| tree.text(attribute.name).to_owned()));
    }
    Some(names)
}

/// The characters of a string that nothing is put into.
fn literal(tree: &Tree, id: ExprId) -> Option<String> {
    let written = tree.text(tree.range(id)).strip_prefix('"')?.strip_suffix('"')?;
    (!written.contains(['$', '%', '\\'])).then(|| written.to_owned())
}

/// The nearest file of a name in the folders above; without a name one of those that Terragrunt takes.
fn parent(sources: &Sources, directory: &str, wanted: Option<&str>) -> Option<String> {
    let names = match &wanted {
        Some(name) => std::slice::from_ref(name),
        None => &["terragrunt.hcl", "root.hcl"][..],
    };
    let mut folder = directory.to_owned();
    for _ in 0..40 {
        folder = join(&folder, "..");
        let listed = sources.list(&folder).ok()?;
        let is_there = |name: &&&str| match name.rsplit_once('/') {
            Some((inner, name)) => {
                sources.list(&join(&folder, inner)).is_ok_and(|names| names.iter().any(|it| it == name))
            }
            None => listed.iter().any(|it| it == **name),
        };
        if let Some(name) = names.iter().find(is_there) {
            return Some(join(&folder, name));
        }
    }
    None
}

impl Evaluator<'_> {
    /// The module that a unit calls: beside it, or where a path leads.
    pub(super) fn called_by_unit(&self, unit: &Rc<Instance>, entry: &Entry) -> Option<Rc<Module>> {
        let directory = &unit.module.directory;
        if entry.attribute("source").is_none() {
            return Some(self.module(directory));
        }
        let source = self.source(unit, entry)?;
        if source.contains("::") || source.contains("://") || source.contains('@') {
            return None;
        }
        // What Terragrunt's functions answer is a path as kmslint has it, and no path from the unit on.
        let modules = [directory.as_str(), ""].map(|from| self.module(&join(from, &source)));
        modules.into_iter().find(|module| !module.files.is_empty())
    }

    /// What an argument is that a unit leaves out; none where it surely has its default.
    pub(super) fn set_elsewhere(&self, caller: &Instance, name: &str, span: Span) -> Option<Value> {
        caller.module.unit.as_ref().filter(|unit| unit.may_be_set(name))?;
        Some(convert::unknown(&format!("inputs.{name}"), ELSEWHERE, span))
    }
}

/// The value of a function that only Terragrunt has; none where it has no answer without a run.
pub(super) fn apply(
    evaluator: &Evaluator<'_>,
    place: Place<'_>,
    name: &str,
    arguments: &Arguments,
) -> Option<Value> {
    let directory = &place.instance.module.unit.as_ref().map(|_| &place.instance.module.directory)?;
    match name {
        "get_terragrunt_dir" | "get_original_terragrunt_dir" => {
            Some(convert::string(if directory.is_empty() { "." } else { directory }, arguments.span))
        }
        // The unit is applied with the credentials that this asks for.
        "get_aws_account_id" => {
            let symbol = Symbol::of(SymbolKind::OwnAccount, "get_aws_account_id()");
            Some(Value::new(Kind::Unknown(symbol), arguments.span))
        }
        "find_in_parent_folders" => {
            let wanted = match arguments.get(0) {
                Some(_) => Some(arguments.known(0)?),
                None => None,
            };
            let found = parent(evaluator.sources, directory, wanted.as_deref())?;
            Some(convert::string(&found, arguments.span))
        }
        _ => None,
    }
}

/// Why something that a unit names is not known.
pub(super) fn reason(root: &str) -> Option<&'static str> {
    match root {
        "dependency" => Some("another unit returns it"),
        "include" => Some("an included file holds it"),
        "feature" | "values" => Some("it is given when Terragrunt runs"),
        _ => None,
    }
}

/// What is said of a unit whose module cannot be read although it has to do with keys: that it was not looked at.
pub(super) fn unread(evaluator: &Evaluator<'_>, root: &Rc<Module>) -> Option<Document> {
    let unit = root.unit.as_ref()?;
    let instance = Instance::root(root.clone());
    let entry = root.calls.get(CALL)?;
    let source = evaluator.source(&instance, entry);
    if evaluator.child(&instance, CALL, "").is_some() || source.is_some_and(|source| makes_key(&source)) {
        return None;
    }
    let at = holds_policy(&evaluator.sources.file(unit.file))?;
    let (tree, _) = entry.block()?;
    let (reference, at) = match entry.attribute("source") {
        Some((tree, source)) => {
            let range = tree.range(source);
            (tree.text(range).trim_matches('"'), tree.span(range))
        }
        None => ("terraform.source", Span::new(unit.file, at, at + 5)),
    };
    let reason = "kmslint cannot read the module that the unit calls";
    Some(unread_key(at, reference, reason, tree, CALL.to_owned()))
}

/// Where a text writes the first action or condition key of KMS, if it does.
pub(super) fn holds_policy(source: &SourceFile) -> Option<u32> {
    u32::try_from(memchr::memmem::find(source.text().as_bytes(), b"\"kms:")?).ok()
}
