//! CloudFormation: templates in JSON and YAML to the policies of the keys they make.
//!
//! Also what others write as templates: SAM, what `cdk synth` leaves in `cdk.out`, the `resources` of a
//! `serverless.yml`, and fragments with nothing but `Resources`. A template is told by what it holds, not by the name
//! of its file.

mod attribute;
mod cidr;
mod condition;
mod embedded;
mod eval;
mod function;
mod identity;
mod key;
mod parameters;
mod resource;
pub(super) mod serverless;
mod substitute;
mod survey;
mod template;
#[cfg(test)]
mod tests;
mod values;

use eval::{Evaluator, Scope};

use crate::carrier::attached::not_known;
use crate::carrier::json;
use crate::carrier::search::Search;
use crate::carrier::{Carried, Document, Given, KeyFacts, Role, Unresolved};
use crate::source::{FileId, SourceFile, Sources, Span};
use crate::syntax::{SyntaxError, yaml};
use crate::value::{Kind, Member, Symbol, Text, Value};
use template::Template;

pub use parameters::Parameters;
pub(super) use resource::property;

/// Whether a value is a template.
pub(super) fn is_template(root: &Value) -> bool {
    template::is_sections(root)
}

/// Finds the key policies in a YAML file. `explicit`: the user named the file, it was not met in a directory.
pub fn carry_yaml(sources: &Sources, file: FileId, explicit: bool, parameters: &Parameters) -> Carried {
    let source = sources.file(file);
    if !explicit && !json::may_concern_kms(source.text().as_bytes()) {
        return Carried { files: 1, ..Carried::default() };
    }
    // A template in JSON is YAML too, but JSON's reader knows its mistakes.
    let text = source.text().trim_start_matches('\u{feff}').trim_start();
    if text.starts_with('{') && !text.starts_with("{{") && !text.starts_with("{%") {
        return json::carry(sources, file, explicit, parameters);
    }
    let (roots, errors) = read(&source, file);
    let foreign = match is_generated(&source) && !errors.is_empty() {
        true => Some((GENERATED, "AWS::KMS::")),
        false => roots.iter().any(is_pulumi).then_some((PULUMI, "aws:kms")),
    };
    if let Some((reason, mark)) = foreign {
        let documents: Vec<Document> = unread(&source, file, mark, reason).into_iter().collect();
        return Carried { unrelated: documents.is_empty(), documents, files: 1, ..Carried::default() };
    }
    let mut carried = Carried { files: 1, ..Carried::default() };
    let mut search = Search::new(source.path(), explicit);
    let mut is_found = false;
    for root in &roots {
        if let Some(made) = serverless::made(sources, source.path(), root) {
            is_found = true;
            if let Some(template) = &made.template {
                carried.extend(carry(&source, template, Vec::new(), explicit, parameters));
            }
            carried.documents.extend(made.unread(source.path()));
        } else if is_template(root) {
            carried.extend(carry(&source, root, Vec::new(), explicit, parameters));
        } else if let found @ [_, ..] = embedded::templates(root).as_slice() {
            is_found = true;
            for inner in found {
                carried.extend(carry(&source, inner, Vec::new(), explicit, parameters));
            }
        } else {
            search.file(root, root.span);
        }
    }
    for document in &mut search.documents {
        evaluate(document, parameters);
    }
    let is_found = is_found || roots.iter().any(is_template) || !search.documents.is_empty();
    carried.unrelated = !is_found && errors.is_empty();
    carried.documents.extend(search.documents);
    carried.errors.extend(search.errors);
    if explicit || !carried.documents.is_empty() || names_keys(&source) {
        carried.errors.extend(errors);
    }
    carried
}

/// What can matter of a file; all of it where there is a mistake, which may be anywhere.
fn read(source: &SourceFile, file: FileId) -> (Vec<Value>, Vec<SyntaxError>) {
    match survey::sketch(source.text()).map(|rest| yaml::parse_rest(&rest, source, file)) {
        Some((roots, errors)) if errors.is_empty() => (roots, errors),
        _ => yaml::parse_file(source, file),
    }
}

/// Finds the key policies in a template that looks like JSON and is YAML in flow style; none if it is not all of that.
pub(super) fn carry_flow(
    source: &SourceFile,
    file: FileId,
    explicit: bool,
    parameters: &Parameters,
) -> Option<Carried> {
    let (roots, errors) = yaml::parse_file(source, file);
    match roots.as_slice() {
        [root] if errors.is_empty() && is_template(root) => {
            Some(carry(source, root, errors, explicit, parameters))
        }
        _ => None,
    }
}

/// Finds the key policies in a template that was read; `errors` are what was wrong with its text.
pub(super) fn carry(
    source: &SourceFile,
    root: &Value,
    errors: Vec<SyntaxError>,
    explicit: bool,
    parameters: &Parameters,
) -> Carried {
    let mut carried = Carried { files: 1, rendered: is_synthesized(source), ..Carried::default() };
    if let Some(template) = Template::new(source.path(), root, parameters) {
        key::carry(&template, &mut carried);
        identity::carry(&template, &mut carried);
        embedded::carry(&template, source, parameters, &mut carried);
    }
    if explicit || !carried.documents.is_empty() || names_keys(source) {
        carried.errors.extend(errors);
    }
    carried
}

/// Evaluates the intrinsic functions of a policy that stands in no template, such as one that a template includes.
pub(super) fn evaluate(document: &mut Document, parameters: &Parameters) {
    let mut is_part = false;
    document.value.walk(&mut |value| {
        is_part |= value.as_object().and_then(eval::intrinsic).is_some();
    });
    if !is_part {
        return;
    }
    let nothing = Value::new(Kind::Null, document.value.span);
    let template = Template::part(&document.path, &nothing, parameters);
    let evaluator = Evaluator::new(&template, Default::default());
    let value = evaluator.eval(&document.value, &Scope::default());
    if value.as_object().is_some() || value.as_list().is_some() {
        document.unresolved.extend(not_known(&value));
        document.unresolved.dedup();
        document.value = value;
    }
}

/// Whether a text names a type of KMS: what is broken in it is worth a word.
fn names_keys(source: &SourceFile) -> bool {
    memchr::memmem::find(source.text().as_bytes(), b"AWS::KMS::").is_some()
}

/// Whether `cdk synth` writes this file: it names the construct of each resource.
fn is_synthesized(source: &SourceFile) -> bool {
    memchr::memmem::find(source.text().as_bytes(), b"aws:cdk:path").is_some()
}

/// Whether something writes this file before it is YAML: it has the marks of Jinja and its like.
fn is_generated(source: &SourceFile) -> bool {
    let text = source.text().as_bytes();
    ["{%", "{{ ", "{{-", "<%"].iter().any(|mark| memchr::memmem::find(text, mark.as_bytes()).is_some())
}

/// Why a file is not looked at.
const GENERATED: &str = "a template engine fills this file in first";
const PULUMI: &str = "kmslint does not read programs of Pulumi";
const PROGRAM: &str = "kmslint does not run programs";

/// Whether a value is a program of Pulumi in YAML.
fn is_pulumi(root: &Value) -> bool {
    let of_pulumi = |member: &Member| {
        let kind = member.value.get("type").and_then(Value::as_text).map(Text::to_string);
        kind.is_some_and(|kind| kind.contains(':') && !kind.contains("::"))
    };
    let resources = root.get("resources").and_then(Value::as_object).unwrap_or_default();
    root.get("runtime").is_some() && resources.iter().any(of_pulumi)
}

/// What can be said of a file that cannot be read: that it was not looked at. `mark` is what keys begin with in it.
fn unread(source: &SourceFile, file: FileId, mark: &str, reason: &str) -> Option<Document> {
    let text = source.text().as_bytes();
    let at = memchr::memmem::find(text, mark.as_bytes())?;
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, ':' | '/');
    let name = source.text().get(at..)?.split(|c| !is_name(c)).next()?;
    let small = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let span = Span::new(file, small(at), small(at + name.len()));
    Some(unchecked(source.path(), span, source.path(), reason))
}

/// A policy that is in `name`, which is not read.
fn unchecked(path: &str, span: Span, name: &str, reason: &str) -> Document {
    let unresolved = Unresolved { span, reference: name.to_owned(), reason: reason.to_owned(), whole: true };
    Document {
        value: Value::new(Kind::Unknown(Symbol::any(name, reason)), span),
        role: Role::KeyPolicy,
        given: Given::Template,
        path: path.to_owned(),
        address: None,
        attachment: span,
        key: KeyFacts::default(),
        branch: None,
        unresolved: Vec::from([unresolved]),
        passages: Vec::new(),
    }
}

/// An error that is told once.
fn add_error(errors: &mut Vec<SyntaxError>, error: SyntaxError) {
    if !errors.contains(&error) {
        errors.push(error);
    }
}
