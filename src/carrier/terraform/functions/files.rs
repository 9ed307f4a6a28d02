//! Functions that read files of the module, and those that render templates.

use super::Arguments;
use crate::carrier::terraform::bounds::MAX_ITEMS;
use crate::carrier::terraform::convert;
use crate::carrier::terraform::eval::{Evaluator, Place};
use crate::carrier::terraform::module::{Entry, Module, join};
use crate::carrier::terraform::reference::root_of;
use crate::carrier::terraform::scope::{Instance, NAMELESS, Scope};
use crate::source::{FileId, OUTSIDE, Span};
use crate::syntax::hcl::ast::{Part, Tree};
use crate::syntax::hcl::{parse_template, parse_template_text, template_file_parts};
use crate::value::{Kind, SpanMap, Text, Value};
use std::rc::Rc;

/// Folders within folders that `fileset` looks into.
const MAX_FOLDERS: usize = 12;

pub(super) fn apply(
    evaluator: &Evaluator<'_>,
    place: Place<'_>,
    name: &str,
    arguments: &Arguments,
) -> Option<Value> {
    let path = || Some(evaluator.file_path(place.instance, &arguments.known(0)?));
    match name {
        "file" => {
            let path = path()?;
            let Ok(file) = evaluator.sources.load(&path) else {
                return Some(evaluator.missing(&path, arguments.span));
            };
            let source = evaluator.sources.file(file);
            let span = Span::new(file, 0, u32::try_from(source.text().len()).ok()?);
            let text = Text::known(source.text(), SpanMap::identity(span));
            Some(Value::new(Kind::Text(text), span).used_at(arguments.span, "read here"))
        }
        "fileset" => {
            let pattern = arguments.known(1).filter(|pattern| !pattern.contains(['{', '[', '\\']))?;
            let (path, mut found) = (path()?, Vec::new());
            if evaluator.sources.is_barred(&path) {
                return Some(evaluator.missing(&path, arguments.span));
            }
            let parts: Vec<&str> = pattern.split('/').collect();
            evaluator.fileset(&path, "", &parts, &mut found)?;
            found.sort();
            found.dedup();
            let found = found.iter().map(|name| convert::string(name, arguments.span)).collect();
            Some(Value::new(Kind::List(found), arguments.span))
        }
        "fileexists" => {
            let path = path()?;
            Some(match evaluator.sources.is_barred(&path) {
                true => evaluator.missing(&path, arguments.span),
                false => Value::new(Kind::Bool(evaluator.sources.load(&path).is_ok()), arguments.span),
            })
        }
        "templatefile" => {
            let path = path()?;
            let variables = arguments.get(1)?;
            let rendered = match evaluator.sources.load(&path) {
                Ok(file) => evaluator.render_file(file, variables, arguments.span),
                Err(_) => evaluator.missing(&path, arguments.span),
            };
            Some(rendered)
        }
        "templatestring" => {
            let (Kind::Text(text), variables) = (&arguments.get(0)?.kind, arguments.get(1)?) else {
                return None;
            };
            let (tree, parts) = parse_template_text(text)?;
            Some(evaluator.render(&tree, &parts, variables, arguments.get(0)?.span, arguments.span))
        }
        "basename" => {
            let path = arguments.known(0)?;
            Some(convert::string(path.rsplit('/').next().unwrap_or_default(), arguments.span))
        }
        "dirname" => {
            let path = arguments.known(0)?;
            Some(convert::string(
                path.rsplit_once('/').map_or(".", |(directory, _)| directory),
                arguments.span,
            ))
        }
        _ => None,
    }
}

impl Evaluator<'_> {
    /// What a file that cannot be read stands for.
    pub(super) fn missing(&self, path: &str, span: Span) -> Value {
        let reason = if self.sources.is_barred(path) { OUTSIDE } else { "the file is not there" };
        convert::unknown(path, reason, span)
    }

    /// A path in a function is relative to the directory Terraform runs in, which is that of the root module;
    /// `path.module` makes it one of the module's. What lies there beside the module alone is found too, for
    /// modules are also read on their own.
    pub(super) fn file_path(&self, instance: &Instance, path: &str) -> String {
        let (directory, root) = (&instance.module.directory, &root_of(instance).module.directory);
        let inside = |directory: &str| {
            !directory.is_empty() && (path == directory || path.starts_with(&format!("{directory}/")))
        };
        if path.starts_with('/') || inside(directory) || inside(root) {
            return join("", path);
        }
        let from_root = join(root, path);
        let beside = join(directory, path);
        if self.sources.load(&from_root).is_err() && self.sources.load(&beside).is_ok() {
            beside
        } else {
            from_root
        }
    }

    /// The files below a directory that a pattern names: `*` within a name, `**` for any folders. None where there are
    /// more of them than a policy can need.
    fn fileset(
        &self,
        directory: &str,
        before: &str,
        pattern: &[&str],
        found: &mut Vec<String>,
    ) -> Option<()> {
        let below =
            |name: &str| if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") };
        let matches = |pattern: &str, name: &str| crate::glob::matches(pattern, name, false);
        if found.len() > MAX_ITEMS || before.matches('/').count() > MAX_FOLDERS {
            return None;
        }
        match pattern {
            [] => {}
            [last] if *last != "**" => {
                let names = self.sources.list(directory).unwrap_or_default();
                found.extend(
                    names.iter().filter(|name| matches(last, name)).map(|name| format!("{before}{name}")),
                );
            }
            ["**", rest @ ..] => {
                // At the end of a pattern it is for files, too.
                let rest = if rest.is_empty() { &["*"] } else { rest };
                self.fileset(directory, before, rest, found)?;
                for folder in self.sources.folders(directory) {
                    self.fileset(&below(&folder), &format!("{before}{folder}/"), pattern, found)?;
                }
            }
            [first, rest @ ..] => {
                for folder in self.sources.folders(directory).iter().filter(|name| matches(first, name)) {
                    self.fileset(&below(folder), &format!("{before}{folder}/"), rest, found)?;
                }
            }
        }
        Some(())
    }

    /// A template file with its variables; its pieces point into that file. `call` is where it is asked for.
    fn render_file(&self, file: FileId, variables: &Value, call: Span) -> Value {
        let source = self.sources.file(file);
        let end = u32::try_from(source.text().len()).unwrap_or(u32::MAX);
        let (tree, parts) = parse_template(source, file);
        self.render(&tree, &parts, variables, Span::new(file, 0, end), call)
    }

    fn render(&self, tree: &Tree, parts: &[Part], variables: &Value, whole: Span, call: Span) -> Value {
        if let Some(error) = tree.errors.first() {
            let at = self.sources.file(error.span.file).position(error.span.start);
            let reason = format!("line {} of the template cannot be read: {}", at.line, error.message);
            return convert::unknown(self.sources.file(whole.file).path(), &reason, call);
        }
        let Kind::Object(members) = &variables.kind else {
            let reason = variables.first_unknown().map(|symbol| symbol.reason.to_string());
            return convert::unknown(
                "the template's variables",
                &reason.unwrap_or_else(|| "they are no object".to_owned()),
                call,
            );
        };
        let mut scope = Scope::default();
        for member in members {
            scope = scope.with(&member.key.to_string(), member.value.clone());
        }
        let nothing = Instance::root(Rc::new(Module::load(self.sources, NAMELESS)));
        let place = Place { instance: &nothing, scope: &scope, tree };
        self.joined(place, &template_file_parts(tree, parts), whole).used_at(call, "rendered here")
    }

    /// `data "template_file"` of Terraform 0.11: `template` is a text, mostly of `file()`, with `${name}`s.
    pub(in crate::carrier::terraform) fn template_file(
        &self,
        instance: &Rc<Instance>,
        entry: &Entry,
        scope: &Scope,
        span: Span,
    ) -> Value {
        let unknown = |reason: &str| {
            let labels = entry.block().map(|(tree, block)| {
                block.labels.iter().map(|label| tree.text(*label)).collect::<Vec<_>>().join(".")
            });
            convert::unknown(&format!("data.{}.rendered", labels.unwrap_or_default()), reason, span)
        };
        let Some((tree, template)) = entry.attribute("template") else {
            return unknown("it has no `template`");
        };
        let place = Place { instance, scope, tree };
        let call = place.span(template);
        let variables = entry.attribute("vars").map(|(tree, vars)| self.expr(Place { tree, ..place }, vars));
        let variables = variables.unwrap_or_else(|| Value::new(Kind::Object(Vec::new()), span));
        let template = self.expr(place, template);
        let Kind::Text(text) = &template.kind else {
            let because = template.first_unknown().map(|symbol| symbol.reason.to_string());
            return unknown(&because.unwrap_or_else(|| "its `template` is no string".to_owned()));
        };
        match parse_template_text(text) {
            Some((tree, parts)) => self.render(&tree, &parts, &variables, template.span, call),
            None => unknown("a part of its `template` is not known"),
        }
    }
}
