//! Functions that read files of the module.

use super::Arguments;
use crate::carrier::terraform::convert;
use crate::carrier::terraform::eval::{Evaluator, Place};
use crate::carrier::terraform::module::{Entry, Module, join};
use crate::carrier::terraform::scope::{Instance, Scope};
use crate::source::Span;
use crate::syntax::hcl::{parse_template, template_file_parts};
use crate::value::{Kind, SpanMap, Text, Value};
use std::rc::Rc;

pub(super) fn apply(
    evaluator: &Evaluator<'_>,
    place: Place<'_>,
    name: &str,
    arguments: &Arguments,
) -> Option<Value> {
    let path = || Some(join_from(place.instance, &arguments.known(0)?));
    match name {
        "file" => {
            let file = evaluator.sources.load(&path()?).ok()?;
            let source = evaluator.sources.file(file);
            let span = Span::new(file, 0, u32::try_from(source.text().len()).ok()?);
            Some(Value::new(Kind::Text(Text::known(source.text(), SpanMap::identity(span))), span))
        }
        "fileexists" => {
            Some(Value::new(Kind::Bool(evaluator.sources.load(&path()?).is_ok()), arguments.span))
        }
        "templatefile" => evaluator.render(&path()?, arguments.get(1)?),
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

/// A path in a function is relative to the directory Terraform runs in; `path.module` makes it one of the
/// module's. A file that lies beside the module is found either way.
fn join_from(instance: &Instance, path: &str) -> String {
    let directory = &instance.module.directory;
    let inside =
        !directory.is_empty() && (path == directory.as_str() || path.starts_with(&format!("{directory}/")));
    if inside || path.starts_with('/') { join("", path) } else { join(directory, path) }
}

impl Evaluator<'_> {
    /// A template file with its variables; its pieces point into that file.
    fn render(&self, path: &str, variables: &Value) -> Option<Value> {
        let file = self.sources.load(path).ok()?;
        let source = self.sources.file(file);
        let (tree, parts) = parse_template(source, file);
        if !tree.errors.is_empty() {
            return None;
        }
        let mut scope = Scope::default();
        match &variables.kind {
            Kind::Object(members) => {
                for member in members {
                    scope = scope.with(&member.key.to_string(), member.value.clone());
                }
            }
            _ => return None,
        }
        let nothing = Instance::root(Rc::new(Module::load(self.sources, "\0")));
        let text = self.parts_text(
            Place { instance: &nothing, scope: &scope, tree: &tree },
            &template_file_parts(&tree, &parts),
        );
        let end = u32::try_from(tree.source.text().len()).ok()?;
        Some(Value::new(Kind::Text(text), Span::new(file, 0, end)))
    }

    /// `data "template_file"` of Terraform 0.11: `template` is a text, mostly of `file()`, with `${name}`s.
    pub(in crate::carrier::terraform) fn template_file(
        &self,
        instance: &Rc<Instance>,
        entry: &Entry,
        scope: &Scope,
        span: Span,
    ) -> Value {
        let rendered = || {
            let (tree, template) = entry.attribute("template")?;
            let place = Place { instance, scope, tree };
            let variables =
                entry.attribute("vars").map(|(tree, vars)| self.expr(Place { tree, ..place }, vars));
            let variables = variables.unwrap_or_else(|| Value::new(Kind::Object(Vec::new()), span));
            let template = self.expr(place, template);
            let file = template.span.file;
            let source = self.sources.file(file);
            // The text of a whole file: rendered where it lies.
            (convert::known(&template)? == source.text()).then(|| self.render(source.path(), &variables))?
        };
        let reference = entry
            .block()
            .map(|(tree, block)| block.labels.iter().map(|l| tree.text(*l)).collect::<Vec<_>>().join("."));
        rendered().unwrap_or_else(|| {
            convert::unknown(
                &format!("data.{}.rendered", reference.unwrap_or_default()),
                "the template cannot be read",
                span,
            )
        })
    }
}
