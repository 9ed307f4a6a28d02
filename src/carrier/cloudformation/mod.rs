//! CloudFormation: templates in JSON and YAML to the policies of the keys they make.
//!
//! Also what others write as templates: SAM, what `cdk synth` leaves in `cdk.out`, the `resources` of a
//! `serverless.yml`, and fragments with nothing but `Resources`. A template is told by what it holds, not by the name
//! of its file.

mod attribute;
mod condition;
mod eval;
mod function;
mod identity;
mod key;
mod resource;
mod substitute;
mod template;
#[cfg(test)]
mod tests;
mod values;

use crate::carrier::json;
use crate::carrier::{Carried, Document, Given, KeyFacts, Role, Unresolved};
use crate::source::{FileId, SourceFile, Sources, Span};
use crate::syntax::{SyntaxError, yaml};
use crate::value::{Kind, Symbol, Value};
use template::Template;

/// Whether a value is a template.
pub(super) fn is_template(root: &Value) -> bool {
    Template::resources_of(root).is_some()
}

/// Finds the key policies in a YAML file. `explicit`: the user named the file, it was not met in a directory.
pub fn carry_yaml(sources: &Sources, file: FileId, explicit: bool) -> Carried {
    let source = sources.file(file);
    let mut carried = Carried { files: 1, ..Carried::default() };
    if !mentions_kms(&source) && !explicit {
        return carried;
    }
    // A template in JSON is YAML too, but JSON's reader knows its mistakes.
    if source.text().trim_start_matches('\u{feff}').trim_start().starts_with('{') {
        return json::carry(sources, file, explicit);
    }
    let (documents, errors) = yaml::parse_file(&source, file);
    let templates: Vec<&Value> = documents.iter().filter(|root| is_template(root)).collect();
    if !errors.is_empty() && is_generated(&source) {
        carried.documents.extend(generated(&source, file, explicit));
        return carried;
    }
    for root in &templates {
        carry(source.path(), root, &mut carried);
    }
    if !templates.is_empty() || explicit {
        carried.errors.extend(errors);
    }
    carried
}

/// Finds the key policies in a template that was read.
pub(super) fn carry(path: &str, root: &Value, carried: &mut Carried) {
    let Some(template) = Template::new(path, root) else { return };
    key::carry(&template, carried);
    identity::carry(&template, carried);
}

/// Whether a file can say anything of keys.
fn mentions_kms(source: &SourceFile) -> bool {
    let text = source.text().as_bytes();
    ["KMS", "kms"].iter().any(|word| memchr::memmem::find(text, word.as_bytes()).is_some())
}

/// Whether something writes this file before it is YAML: it has the marks of Jinja and its like.
fn is_generated(source: &SourceFile) -> bool {
    let text = source.text().as_bytes();
    ["{%", "{{ ", "<%"].iter().any(|mark| memchr::memmem::find(text, mark.as_bytes()).is_some())
}

/// What can be said of a file that a template engine fills in first: that it was not looked at.
fn generated(source: &SourceFile, file: FileId, explicit: bool) -> Option<Document> {
    let text = source.text().as_bytes();
    let at = memchr::memmem::find(text, b"AWS::KMS::")?;
    let name = source.text().get(at..)?.split(|c: char| !c.is_alphanumeric() && c != ':').next()?;
    let small = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let span = Span::new(file, small(at), small(at + name.len()));
    let reason = "a template engine fills this file in first";
    let unresolved =
        Unresolved { span, reference: source.path().to_owned(), reason: reason.to_owned(), whole: true };
    let _ = explicit;
    Some(Document {
        value: Value::new(Kind::Unknown(Symbol::any(source.path(), reason)), span),
        role: Role::KeyPolicy,
        given: Given::Template,
        path: source.path().to_owned(),
        address: None,
        attachment: span,
        key: KeyFacts::default(),
        branch: None,
        unresolved: Vec::from([unresolved]),
        passages: Vec::new(),
    })
}

/// An error that is told once.
fn add_error(errors: &mut Vec<SyntaxError>, error: SyntaxError) {
    if !errors.contains(&error) {
        errors.push(error);
    }
}
