//! A template that is read alone, such as `policy.json.tpl`: it becomes JSON only where something fills it in, so
//! that what is no JSON in it is not a mistake but not known.

use crate::carrier::{Carried, Document, Given, KeyFacts, Role, Unresolved};
use crate::source::{SourceFile, Span};
use crate::syntax::{SyntaxError, SyntaxErrorKind};
use crate::value::{Kind, Symbol, Value};

/// Extensions of template files.
const TEMPLATES: [&str; 6] = [".tpl", ".tftpl", ".tmpl", ".j2", ".jinja", ".erb"];

/// Why a part of a template is not known.
pub(super) const REASON: &str = "a template fills this in";

/// Whether a file is a template, by its name.
pub fn is_template(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    TEMPLATES.iter().any(|extension| path.ends_with(extension))
}

/// What was read of a template with these errors. An expression outside of a string stands for a value; anything
/// else that is no JSON makes the whole of it unknown.
pub(super) fn settle(source: &SourceFile, whole: Span, carried: Carried) -> Carried {
    let breaks = |error: &SyntaxError| {
        error.kind != SyntaxErrorKind::Tolerated
            && !error.message.starts_with("a template expression outside")
    };
    let is_broken = carried.errors.iter().any(breaks) || source.text().contains("%{");
    let mut settled = Carried { errors: Vec::new(), ..carried };
    if !is_broken {
        for document in &mut settled.documents {
            let known = document.unresolved.len();
            document.value.walk(&mut |value| {
                if let Kind::Unknown(symbol) = &value.kind {
                    let reference = symbol.reference.to_string();
                    let (span, reason) = (value.span, REASON.to_owned());
                    document.unresolved.push(Unresolved { span, reference, reason, whole: false });
                }
            });
            document.unresolved.get_mut(known..).unwrap_or_default().sort_by_key(|it| it.span);
        }
        return settled;
    }
    let text = source.text().to_ascii_lowercase();
    if !(text.contains("statement") && text.contains("kms:")) {
        settled.documents.clear();
        return settled;
    }
    let (reference, span) = first_sequence(source.text(), whole);
    let symbol = Symbol::any(&reference, REASON);
    settled.documents = Vec::from([Document {
        value: Value::new(Kind::Unknown(symbol), whole),
        role: Role::KeyPolicy,
        given: Given::Template,
        path: source.path().to_owned(),
        address: None,
        attachment: whole,
        key: KeyFacts::default(),
        branch: None,
        unresolved: Vec::from([Unresolved { span, reference, reason: REASON.to_owned(), whole: true }]),
        passages: Vec::new(),
    }]);
    settled
}

/// The first sequence that is filled in, up to the end of its line, and where it stands.
fn first_sequence(text: &str, whole: Span) -> (String, Span) {
    let starts = ["%{", "{%", "<%", "${", "{{"].iter().filter_map(|start| text.find(start));
    let Some(start) = starts.min() else { return ("…".to_owned(), whole) };
    let rest = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    let end = ["}", "%>"].iter().filter_map(|end| rest.find(end).map(|at| at + end.len())).min();
    let sequence = rest.get(..end.unwrap_or(rest.len())).unwrap_or(rest).trim_end();
    let from = u32::try_from(start).unwrap_or(u32::MAX);
    let to = u32::try_from(start + sequence.len()).unwrap_or(u32::MAX);
    (sequence.to_owned(), Span::new(whole.file, from, to))
}
