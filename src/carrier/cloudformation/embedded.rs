//! Templates in other files and in other templates: test cases, the `TemplateBody` of a StackSet.

use super::attribute::type_of;
use super::eval::Evaluator;
use super::key::{address, resources};
use super::template::Template;
use super::{Parameters, add_error, is_template};
use crate::carrier::{Carried, Document, Given, KeyFacts, Role, Unresolved};
use crate::source::SourceFile;
use crate::syntax::{json, yaml};
use crate::value::{Kind, Text, Value};

/// How many objects and lists around a template are looked through.
const DEEPEST: usize = 6;

/// The templates that stand in a value which is none.
pub(super) fn templates(root: &Value) -> Vec<&Value> {
    let mut found = Vec::new();
    collect(root, DEEPEST, &mut found);
    found
}

fn collect<'v>(value: &'v Value, depth: usize, found: &mut Vec<&'v Value>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    if is_template(value) {
        return found.push(value);
    }
    let members = value.as_object().unwrap_or_default().iter().map(|member| &member.value);
    for inner in value.as_list().unwrap_or_default().iter().chain(members) {
        collect(inner, depth, found);
    }
}

/// Finds the policies in the templates that a template hands to its StackSets.
pub(super) fn carry(
    template: &Template<'_>,
    source: &SourceFile,
    parameters: &Parameters,
    carried: &mut Carried,
) {
    let evaluator = Evaluator::new(template, Default::default());
    for (member, scope) in resources(&evaluator) {
        if type_of(&member.value) != "AWS::CloudFormation::StackSet" {
            continue;
        }
        let body = member.value.get("Properties").and_then(|properties| properties.get("TemplateBody"));
        let Some(written) = body else { continue };
        // A template in a string needs no evaluation, and one that is put together has unknown parts.
        let body = match evaluator.eval(written, &scope) {
            Value { kind: Kind::Text(text), .. } => read(&text, carried),
            Value { kind: Kind::Encoded(inner), .. } => Some(*inner),
            Value { kind: Kind::Object(_), .. } => Some(written.clone()),
            _ => None,
        };
        match body {
            Some(body) => carried.extend(super::carry(source, &body, Vec::new(), true, parameters)),
            None if names_keys(written) => {
                let reason = "the template in it is put together";
                let reference = "TemplateBody".to_owned();
                let unresolved =
                    Unresolved { span: written.span, reference, reason: reason.to_owned(), whole: true };
                carried.documents.push(Document {
                    value: super::values::unknown("TemplateBody", reason, written.span),
                    role: Role::KeyPolicy,
                    given: Given::Template,
                    path: template.path.to_owned(),
                    address: Some(address(&member)),
                    attachment: written.span,
                    key: KeyFacts::default(),
                    branch: None,
                    unresolved: Vec::from([unresolved]),
                    passages: Vec::new(),
                });
            }
            None => {}
        }
    }
}

/// The template in a string, in JSON or YAML.
fn read(text: &Text, carried: &mut Carried) -> Option<Value> {
    let known = text.as_known()?;
    let (root, errors) = if known.trim_start().starts_with('{') {
        json::parse_text(text)
    } else {
        let (roots, errors) = yaml::parse_text(text)?;
        (roots.into_iter().next(), errors)
    };
    let root = root.filter(is_template)?;
    errors.into_iter().for_each(|error| add_error(&mut carried.errors, error));
    Some(root)
}

/// Whether some string says that a key is made.
fn names_keys(value: &Value) -> bool {
    let mut found = false;
    value.walk(&mut |value| {
        found |= value.as_text().is_some_and(|text| text.to_string().contains("AWS::KMS::"));
    });
    found
}
