//! What variables of a root module are given from outside: files of values, the command line, the environment.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::eval::{Evaluator, Place};
use super::scope::{Instance, Scope};
use crate::source::{FileId, Sources, Span};
use crate::syntax::hcl::ast::{Body, Range, Tree};
use crate::syntax::hcl::{parse_expression, parse_file};
use crate::syntax::json;
use crate::value::{Kind, SpanMap, Text, Value};

/// What the user says of the variables of root modules. Later ones win, and all of them go before the files that
/// Terraform reads unasked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// `--var` and `--var-file`, in their order.
    pub given: Vec<Assignment>,
    /// The variables of the environment called `TF_VAR_name`, without that prefix. Everything else goes before them.
    pub environment: Vec<(String, String)>,
}

/// Values for variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assignment {
    /// `name=text`: the text itself for a variable of type string, number or bool, and HCL for any other.
    Value {
        /// The variable.
        name: String,
        /// Its value as it was written.
        text: String,
    },
    /// A file of values, by its path.
    File(String),
}

/// The files of values that were read.
#[derive(Default)]
pub(super) struct ValueFiles(RefCell<BTreeMap<FileId, Rc<ValueFile>>>);

enum ValueFile {
    Hcl(Tree, Body),
    Json(Option<Value>),
}

impl ValueFiles {
    fn read(&self, sources: &Sources, file: FileId) -> Rc<ValueFile> {
        let mut known = self.0.borrow_mut();
        known
            .entry(file)
            .or_insert_with(|| {
                let source = sources.file(file);
                Rc::new(if source.path().ends_with(".json") {
                    ValueFile::Json(json::parse_file(&source, file).0.map(|value| literal(sources, value)))
                } else {
                    let (tree, body) = parse_file(source, file);
                    ValueFile::Hcl(tree, body)
                })
            })
            .clone()
    }
}

impl Evaluator<'_> {
    /// What a variable of the root module is given; none where nothing but its default is left.
    pub(super) fn given(&self, instance: &Rc<Instance>, name: &str) -> Option<Value> {
        let settings = &self.modules.settings;
        let asked = settings.given.iter().rev().find_map(|assignment| match assignment {
            Assignment::File(path) => self.in_file(instance, self.sources.load(path).ok()?, name),
            Assignment::Value { name: given, text } if given == name => {
                Some(self.text_value(instance, name, text, "--var"))
            }
            Assignment::Value { .. } => None,
        });
        let files = &instance.module.value_files;
        asked.or_else(|| files.iter().rev().find_map(|file| self.in_file(instance, *file, name))).or_else(
            || {
                let (_, text) = settings.environment.iter().find(|(given, _)| given == name)?;
                Some(self.text_value(instance, name, text, "TF_VAR"))
            },
        )
    }

    fn in_file(&self, instance: &Rc<Instance>, file: FileId, name: &str) -> Option<Value> {
        match &*self.modules.value_files.read(self.sources, file) {
            ValueFile::Json(values) => values.as_ref()?.get(name).cloned(),
            ValueFile::Hcl(tree, body) => {
                let attribute = body.attribute(tree, name)?;
                Some(self.expr(Place { instance, scope: &Scope::default(), tree }, attribute.value))
            }
        }
    }

    /// The value of a text from the command line or the environment.
    fn text_value(&self, instance: &Rc<Instance>, name: &str, text: &str, from: &str) -> Value {
        let path = format!("<{from} {name}>");
        let file =
            self.sources.load(&path).unwrap_or_else(|_| self.sources.add(&path, text.as_bytes().to_vec()));
        let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
        let span = Span::new(file, 0, end);
        let declared = instance.module.variables.get(name).and_then(|variable| variable.attribute("type"));
        let kind = declared.map(|(tree, kind)| tree.text(tree.range(kind)).trim_matches('"').to_owned());
        if kind.is_none_or(|kind| matches!(kind.as_str(), "string" | "number" | "bool")) {
            return Value::new(Kind::Text(Text::known(text, SpanMap::identity(span))), span);
        }
        let (tree, expression) = parse_expression(self.sources.file(file), file, Range { start: 0, end });
        match expression {
            Some(expression) => {
                self.expr(Place { instance, scope: &Scope::default(), tree: &tree }, expression)
            }
            None => super::convert::unknown(&format!("var.{name}"), "the value given is no expression", span),
        }
    }
}

/// Values of a JSON file are what they are: no template in their strings is read.
fn literal(sources: &Sources, value: Value) -> Value {
    let kind = match value.kind {
        Kind::Text(text) if !text.is_known() => {
            let written = sources.text(value.span);
            let read: Option<String> = serde_json::from_str(&written).ok();
            Kind::Text(Text::known(&read.unwrap_or(written), SpanMap::opaque(value.span)))
        }
        Kind::List(items) => Kind::List(items.into_iter().map(|item| literal(sources, item)).collect()),
        Kind::Object(members) => Kind::Object(
            members
                .into_iter()
                .map(|mut member| {
                    member.value = literal(sources, member.value);
                    member
                })
                .collect(),
        ),
        kind => kind,
    };
    Value { kind, ..value }
}
