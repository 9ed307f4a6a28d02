//! The corrections of a rule: what they make of its bad examples, and that they may be made.

use kmslint::engine::{FixKind, Registry, Rule};
use kmslint::finding::Finding;
use kmslint::fix::{Corrected, Safety, correct};
use libtest_mimic::Failed;

use crate::{Case, setting};

/// A bad example becomes what its `fixed` block shows: it reads, nothing is left to correct in it, and what is
/// called safe gives nobody more.
pub(crate) fn check(case: &Case) -> Result<(), Failed> {
    let Some(corrected) = corrected(&case.registry, &case.rule, &case.language, &case.text) else {
        return match case.fixed {
            Some(_) => Err("the rule corrects nothing here, and yet a `fixed` block follows".into()),
            None => Ok(()),
        };
    };
    if let Some(refusal) = corrected.refused.first() {
        return Err(format!("`{}` does not hold: {}", refusal.title, refusal.why).into());
    }
    if let Some(left) = corrected.report.findings.iter().find(|finding| finding.fix.is_some()) {
        return Err(format!("it does not settle: {}", left.message).into());
    }
    let text = text(&corrected);
    if case.language == "hcl"
        && let Err(error) = hcl_edit::parser::parse_body(&text)
    {
        return Err(format!("a second reader does not take it: {error}\n{text}").into());
    }
    match &case.fixed {
        Some(block) if *block == text => Ok(()),
        _ => Err(format!(
            "the `fixed` block is not what comes out; UPDATE=1 cargo test --test rules writes it\n{text}"
        )
        .into()),
    }
}

/// What the corrections of a rule make of a text; none if it has none to make.
pub(crate) fn corrected(registry: &Registry, rule: &Rule, language: &str, text: &str) -> Option<Corrected> {
    let (sources, input, options) = setting(rule, language, text);
    let corrected = correct(registry, &sources, &[input], &options, Safety::Suggested);
    (corrected.made > 0 || !corrected.refused.is_empty()).then_some(corrected)
}

/// The text of the example as it is now.
pub(crate) fn text(corrected: &Corrected) -> String {
    let changed = corrected.changed.iter().next();
    changed.map(|file| corrected.sources.file(*file).text().to_owned()).unwrap_or_default()
}

/// The kind of correction that the rule block promises is the kind that the examples get.
pub(crate) fn kind_holds(rule: &Rule, findings: &[Finding]) -> Result<(), Failed> {
    let fixes: Vec<Safety> = findings.iter().filter_map(|it| it.fix.as_ref()).map(|fix| fix.safety).collect();
    let holds = match rule.fix {
        FixKind::None => fixes.is_empty(),
        FixKind::Safe => fixes.contains(&Safety::Safe),
        FixKind::Suggest => !fixes.is_empty() && !fixes.contains(&Safety::Safe),
    };
    let found = fixes.iter().map(|safety| format!("{safety:?}")).collect::<Vec<_>>().join(", ");
    if holds {
        Ok(())
    } else {
        Err(format!("`fix = \"{}\"`, and the examples get: {found}", rule.fix).into())
    }
}
