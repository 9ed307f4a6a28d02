//! Terragrunt: a `terragrunt.hcl` is read as the call of a module, which is what it comes to. `terraform.source` names
//! the module and `inputs` holds the arguments.
//!
//! Files that it includes may set more arguments, and override none of its own: each is read as a unit, too. Its
//! functions that ask for the surroundings of a run are not known.

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
use super::scope::{Call, Instance, Scope};
use crate::carrier::Document;
use crate::source::{FileId, SourceFile, Sources, Span};
use crate::syntax::hcl::ast::{Attribute, Block, Body, Expr, ExprId, ObjectItem, ObjectKey, Range, Tree};
use crate::syntax::hcl::{outline, parse_file};
use crate::value::{Kind, Member, SpanMap, Symbol, SymbolKind, Text, Value};

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
    /// The `include` blocks, by label.
    included: Vec<(String, Entry)>,
    /// Not all arguments are written as such: `inputs` as a whole may be more.
    is_open: bool,
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
    let mut unit = Unit { file, path: path.to_owned(), included: Vec::new(), is_open: !is_whole };
    for block in outline(&source, file).blocks {
        let label = block.labels.first().map(|label| source.slice(label.start, label.end).to_owned());
        match source.slice(block.kind.start, block.kind.end) {
            "locals" => module.add_locals(Entry::of(source.clone(), file, block)),
            "include" => {
                unit.included.push((label.unwrap_or_default(), Entry::of(source.clone(), file, block)));
            }
            _ => {}
        }
    }
    module.unit = Some(unit);
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
    attributes.extend(inputs.filter(|_| !is_whole).cloned());
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
    /// The module that a unit calls: beside it, or where a path leads, be it one of a file that it includes.
    pub(super) fn called_by_unit(&self, unit: &Rc<Instance>, entry: &Entry) -> Option<Rc<Module>> {
        let directory = &unit.module.directory;
        let holder = match entry.attribute("source") {
            Some(_) => None,
            None => self.with_source(unit),
        };
        if entry.attribute("source").is_none() && holder.is_none() {
            return Some(self.module(directory));
        }
        let source = self.source(unit, entry)?;
        if source.contains("::") || source.contains("://") || source.contains('@') {
            return None;
        }
        // What Terragrunt's functions answer is a path as kmslint has it, and no path from the unit on.
        let beside = holder.as_ref().map_or(directory, |holder| &holder.module.directory);
        let modules = [directory.as_str(), beside, ""].map(|from| self.module(&join(from, &source)));
        modules.into_iter().find(|module| !module.files.is_empty())
    }

    /// The included file that names the module, where the unit does not.
    fn with_source(&self, unit: &Rc<Instance>) -> Option<Rc<Instance>> {
        let names = |file: &Rc<Instance>| {
            file.module.calls.get(CALL).and_then(|call| call.attribute("source")).is_some()
        };
        self.included(unit).into_iter().filter_map(|(_, file)| file).find(names)
    }

    /// The `source` that an included file gives a unit.
    pub(super) fn source_elsewhere(&self, unit: &Rc<Instance>) -> Option<String> {
        let file = self.with_source(unit)?;
        self.source(&file, file.module.calls.get(CALL)?)
    }

    /// The files that a unit includes, by label; none where it is not known which. What they ask for, they ask for the
    /// unit.
    fn included(&self, unit: &Rc<Instance>) -> Vec<(String, Option<Rc<Instance>>)> {
        let mut files = Vec::new();
        for (label, include) in unit.module.unit.iter().flat_map(|unit| &unit.included) {
            let value = |name: &str| {
                let (tree, value) = include.attribute(name)?;
                let place = Place { instance: unit, scope: &Scope::default(), tree };
                Some((convert::known(&self.expr(place, value))?, tree.text(tree.range(value)).contains('(')))
            };
            if value("merge_strategy").is_some_and(|(strategy, _)| strategy == "no_merge") {
                continue;
            }
            let path = value("path").and_then(|(path, is_answer)| self.path_to(unit, &path, is_answer));
            files.push((label.clone(), path.map(|path| self.file_of(unit, &path, true))));
        }
        files
    }

    /// The file that is meant by a path. `is_answer`: of a function, which is a path as kmslint has it.
    fn path_to(&self, unit: &Rc<Instance>, path: &str, is_answer: bool) -> Option<String> {
        let mut from = [unit.module.directory.as_str(), ""];
        if is_answer {
            from.reverse();
        }
        let mut paths = from.into_iter().map(|from| join(from, path));
        paths.find(|path| is_unit(path) && self.sources.load(path).is_ok())
    }

    /// Another file as a unit. `for_reader`: its functions answer for the unit that names it, not for itself.
    fn file_of(&self, reader: &Rc<Instance>, path: &str, for_reader: bool) -> Rc<Instance> {
        let address = format!("{path}:{for_reader}");
        if let Some(Some(known)) = reader.children.borrow().get(&address) {
            return known.clone();
        }
        let call = Call { caller: reader.clone(), name: CALL.to_owned(), scope: Scope::default() };
        let instance = Rc::new(Instance {
            module: self.module(path),
            prefix: String::new(),
            // Its functions may answer for its reader.
            is_settled: false,
            call: for_reader.then_some(call),
            values: Default::default(),
            children: Default::default(),
        });
        reader.children.borrow_mut().insert(address, Some(instance.clone()));
        instance
    }

    /// What a file says of an argument; none where it is not known whether it says anything.
    fn input(&self, file: &Rc<Instance>, name: &str) -> Option<Option<Value>> {
        let call = file.module.calls.get(CALL)?;
        let scope = Scope::default();
        let value = |(tree, value)| self.expr(Place { instance: file, scope: &scope, tree }, value);
        if let Some((tree, argument)) = call.attribute(name) {
            let at = tree.span(tree.range(argument));
            return Some(Some(value((tree, argument)).used_at(at, "passed to the module here")));
        }
        if !file.module.unit.as_ref()?.is_open {
            return Some(None);
        }
        let whole = value(call.attribute("inputs")?);
        let is_told = whole.as_object()?.iter().all(|member| member.key.as_known().is_some());
        is_told.then(|| whole.get(name).cloned())
    }

    /// What an argument is that a unit does not write down as such; none where it surely has its default.
    pub(super) fn set_elsewhere(&self, unit: &Rc<Instance>, name: &str, span: Span) -> Option<Value> {
        unit.module.unit.as_ref()?;
        let unknown = || Some(convert::unknown(&format!("inputs.{name}"), ELSEWHERE, span));
        match self.input(unit, name) {
            Some(None) => {}
            Some(own) => return own,
            None => return unknown(),
        }
        let mut found = None;
        for (_, file) in self.included(unit) {
            match file.and_then(|file| self.input(&file, name)) {
                Some(None) => {}
                Some(value) if found.is_none() => found = value,
                _ => return unknown(),
            }
        }
        found
    }

    /// Whether any argument of a unit may be set where it cannot be seen.
    pub(super) fn is_open(&self, unit: &Rc<Instance>) -> bool {
        let is_told = |file: &Rc<Instance>| self.input(file, "").is_some();
        let is_unit = unit.module.unit.is_some();
        is_unit
            && !(is_told(unit)
                && self.included(unit).iter().all(|(_, file)| file.as_ref().is_some_and(is_told)))
    }

    /// What `include.label.locals.name` and the like stand for, and how many of these names; none where it is not
    /// known.
    pub(super) fn of_included(
        &self,
        unit: &Rc<Instance>,
        names: &[&str],
        span: Span,
    ) -> Option<(Value, usize)> {
        let included = self.included(unit);
        let (label, part, name, taken) = match names {
            [label, part @ ("locals" | "inputs"), name, ..] => (*label, *part, *name, 3),
            [part @ ("locals" | "inputs"), name, ..] => ("", *part, *name, 2),
            _ => return None,
        };
        let (_, file) = included.into_iter().find(|(known, _)| known == label)?;
        let file = file?;
        let value = match part {
            "locals" => (*self.local(&file, name, span)).clone(),
            _ => self.input(&file, name)??,
        };
        Some((value.used_at(span, "used here"), taken))
    }

    /// What `read_terragrunt_config` answers for a file: its local values and its inputs.
    fn read_unit(&self, place: Place<'_>, path: &str, span: Span) -> Option<Value> {
        let is_answer = self.sources.text(span).matches('(').count() > 1;
        let path = self.path_to(place.instance, path, is_answer)?;
        let file = self.file_of(place.instance, &path, false);
        let object = |members: Vec<(String, Value)>| {
            let member = |(name, value): (String, Value)| Member {
                key: Text::known(&name, SpanMap::opaque(value.span)),
                key_span: value.span,
                value,
            };
            Value::new(Kind::Object(members.into_iter().map(member).collect()), span)
        };
        let local = |name: String| {
            let value = (*self.local(&file, &name, span)).clone();
            (name, value)
        };
        let locals = file.module.local_names().into_iter().map(local).collect();
        let mut inputs = object(Vec::new());
        if let Some((tree, block)) = file.module.calls.get(CALL).and_then(Entry::block) {
            let place = Place { instance: &file, scope: &Scope::default(), tree };
            let named = block.body.attributes.iter().filter(|it| tree.text(it.name) != "source");
            let value = |it: &Attribute| (tree.text(it.name).to_owned(), self.expr(place, it.value));
            inputs = match block.body.attribute(tree, "inputs") {
                Some(whole) => self.expr(place, whole.value),
                None => object(named.map(value).collect()),
            };
        }
        Some(object(Vec::from([("locals".to_owned(), object(locals)), ("inputs".to_owned(), inputs)])))
    }
}

/// The value of a function that only Terragrunt has; none where it has no answer without a run.
pub(super) fn apply(
    evaluator: &Evaluator<'_>,
    place: Place<'_>,
    name: &str,
    arguments: &Arguments,
) -> Option<Value> {
    let unit = match &place.instance.call {
        Some(call) if call.caller.module.unit.is_some() => &call.caller,
        _ => place.instance,
    };
    let directory = &unit.module.unit.as_ref().map(|_| &unit.module.directory)?;
    match name {
        "read_terragrunt_config" => evaluator.read_unit(place, &arguments.known(0)?, arguments.span),
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
