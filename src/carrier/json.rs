//! JSON files: a policy, a part of one, a policy in the answers of AWS's tools, a CloudFormation template.

pub(in crate::carrier) mod placeholder;
pub(in crate::carrier) mod shape;
mod template;
#[cfg(test)]
mod tests;

use crate::carrier::Carried;
use crate::carrier::cloudformation::{self, Parameters};
use crate::carrier::plan;
use crate::carrier::search::Search;
use crate::source::{FileId, SourceFile, Sources, Span};
use crate::syntax::json::{Buffer, parse};
use crate::syntax::{SyntaxError, SyntaxErrorKind};

pub use template::is_template;

/// Length in bytes of the longest policy that is looked into; KMS takes 32 KiB without white space.
pub(crate) const LONGEST: u32 = 1 << 20;

/// Finds the key policies in a JSON file. `explicit`: the user named the file, it was not met in a
/// directory. A plan or state of Terraform and a CloudFormation template are read as such; `parameters` are those of
/// templates.
pub fn carry(sources: &Sources, file: FileId, explicit: bool, parameters: &Parameters) -> Carried {
    let source = sources.file(file);
    if !explicit && !may_concern_kms(source.text().as_bytes()) {
        return Carried { files: 1, ..Carried::default() };
    }
    let buffer = Buffer::from_source(&source, file);
    let mut tree = parse(&buffer);
    let mut errors = std::mem::take(&mut tree.errors);
    errors.retain(|error| !is_name_behind(&source, error));
    let whole = Span::new(file, 0, u32::try_from(source.text().len()).unwrap_or(u32::MAX));
    let mut search = Search::new(source.path(), explicit);
    if let Some(root) = tree.root() {
        if plan::is_plan(root) {
            return plan::carry(source.path(), root);
        }
        if root.get("Statement").is_some() && root.span().len() > LONGEST {
            search.too_long(root.span());
        } else {
            let root = root.value();
            // CloudFormation reads a template that is no JSON as YAML, and so are commas after the last item read.
            if !errors.is_empty()
                && let Some(carried) = cloudformation::carry_flow(&source, file, explicit, parameters)
            {
                return carried;
            }
            if let Some(made) = cloudformation::serverless::made(sources, source.path(), &root) {
                let mut carried = match &made.template {
                    Some(template) => cloudformation::carry(&source, template, errors, explicit, parameters),
                    None => Carried { files: 1, errors, ..Carried::default() },
                };
                carried.documents.extend(made.unread(source.path()));
                return carried;
            }
            if cloudformation::is_template(&root) {
                return cloudformation::carry(&source, &root, errors, explicit, parameters);
            }
            search.file(&root, whole);
            search.documents.iter_mut().for_each(|document| cloudformation::evaluate(document, parameters));
        }
    }
    let keep = search.documents.iter().any(|document| document.role.is_of_key())
        || is_worth_reporting(&source, &errors, explicit);
    let is_template = is_template(source.path());
    let errors = if keep || is_template { errors } else { Vec::new() };
    let errors: Vec<SyntaxError> = errors.into_iter().chain(search.errors).collect();
    let unrelated = search.documents.is_empty() && errors.is_empty();
    let carried = Carried { documents: search.documents, errors, unrelated, files: 1, ..Carried::default() };
    if is_template { template::settle(&source, whole, carried) } else { carried }
}

/// Whether all that is wrong is the name behind a policy, as `aws kms get-key-policy --output text` prints it: a tab,
/// and `default`.
fn is_name_behind(source: &SourceFile, error: &SyntaxError) -> bool {
    let (start, end) = (error.span.start as usize, error.span.end as usize);
    error.kind == SyntaxErrorKind::Tolerated
        && source.text().get(start..end) == Some("default")
        && source.text().get(..start).is_some_and(|before| before.ends_with("	"))
}

/// AWS writes `KMS` and `kms`; `Kms` is left to who writes a key policy by hand.
const SPELLINGS: [&str; 3] = ["KMS", "kms", "Kms"];

/// Whether a text says anything of KMS: a policy without a word of it is none of ours, whoever it belongs to.
fn mentions_kms(text: &[u8]) -> bool {
    SPELLINGS.iter().any(|word| memchr::memmem::find(text, word.as_bytes()).is_some())
}

/// Whether a file that was met in a directory may hold a policy of KMS. A template mentions KMS mostly for the key that
/// something else is encrypted with (`KmsMasterKeyId`): unless it holds policies of IAM, of which one may be about any
/// action, only a type, an action or an ARN of KMS makes it worth reading. In each of these a colon follows, or a
/// backslash where JSON writes the colon as an escape; types of Terraform begin with `aws_`. What files that are put
/// into it hold is not known yet.
pub(crate) fn may_concern_kms(text: &[u8]) -> bool {
    const OTHERS: [&str; 3] = ["AWS::IAM::", "AWS::SSO::", "AWS::Serverless"];
    let has = |word: &str| memchr::memmem::find(text, word.as_bytes()).is_some();
    let is_meant = |at: usize| {
        matches!(text.get(at + 3), Some(b':' | b'\\'))
            || text.get(..at).is_some_and(|it| it.ends_with(b"aws_"))
    };
    let is_about_kms = || {
        SPELLINGS.iter().any(|word| memchr::memmem::find_iter(text, word.as_bytes()).any(is_meant))
            || !has("AWS::")
            || OTHERS.iter().any(|word| has(word))
    };
    mentions_kms(text) && is_about_kms() || has("${file(")
}

/// Whether the errors of a file without any key policy matter: it may be one that is too broken.
fn is_worth_reporting(source: &SourceFile, errors: &[SyntaxError], explicit: bool) -> bool {
    let text = source.text().to_ascii_lowercase();
    let has = |word: &str| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    let broken = errors.iter().any(|error| error.kind != SyntaxErrorKind::Tolerated);
    if explicit {
        broken || has("statement") || has("kms:")
    } else {
        broken && has("kms:") && has("principal")
    }
}
