//! Puts corrections into texts.

use std::collections::BTreeMap;

use super::{Edit, Fix};
use crate::source::{FileId, Sources};

/// What became of the files.
#[derive(Clone, Debug, Default)]
pub struct Applied {
    /// The new text of each file that changed.
    pub texts: BTreeMap<FileId, String>,
    /// Which of the corrections were put in, by their place in the list.
    pub taken: Vec<usize>,
}

/// Puts corrections into the files, in the order of the list. One that meets characters that another one changed
/// is left for later; one that is put in already is not put in twice.
pub fn apply(sources: &Sources, fixes: &[&Fix]) -> Applied {
    let mut taken = Vec::new();
    let mut edits: Vec<Edit> = Vec::new();
    for (at, fix) in fixes.iter().enumerate() {
        let new: Vec<&Edit> = fix.edits.iter().filter(|edit| !edits.contains(edit)).collect();
        let free = new.iter().all(|edit| !edits.iter().any(|other| meets(edit, other)));
        if !fix.edits.is_empty() && free {
            edits.extend(new.into_iter().cloned());
            taken.push(at);
        }
    }
    edits.sort();
    let mut texts: BTreeMap<FileId, String> = BTreeMap::new();
    // From the end, so that the places before stay.
    for edit in edits.iter().rev() {
        let span = edit.span;
        let text = texts.entry(span.file).or_insert_with(|| sources.file(span.file).text().to_owned());
        let range = span.start as usize..span.end as usize;
        if text.get(range.clone()).is_some() {
            text.replace_range(range, &edit.text);
        }
    }
    Applied { texts, taken }
}

/// Whether two edits touch the same characters, or come to the same place.
fn meets(a: &Edit, b: &Edit) -> bool {
    let (x, y) = (a.span, b.span);
    x.file == y.file && x.start <= y.end && y.start <= x.end
}
