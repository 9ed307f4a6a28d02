//! The corrections of a rule: what they make of its bad examples, and that they may be made.

use kmslint::engine::{FixKind, Registry, Rule};
use kmslint::example::setting;
use kmslint::finding::Finding;
use kmslint::fix::{Corrected, Safety, correct};
use kmslint::source::Sources;
use libtest_mimic::Failed;

use crate::{Case, carried, variants};

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
    reads(&case.language, &text)?;
    match &case.fixed {
        Some(block) if *block == text => Ok(()),
        _ => Err(format!(
            "the `fixed` block is not what comes out; UPDATE=1 cargo test --test rules writes it\n{text}"
        )
        .into()),
    }
}

/// Whatever carries the policy, the corrections make the same policy of it as they make of the JSON, and end the
/// same findings; nothing is refused, and nothing is left to correct. Where a carrier does not allow an edit, there
/// is none: the text stays as it is.
pub(crate) fn check_carried(case: &Case) -> Result<(), Failed> {
    let Some(plain) = corrected(&case.registry, &case.rule, "json", &case.text) else { return Ok(()) };
    let wanted = policy("json", &text(&plain));
    let carriers = carried::carriers(&case.text, carried::is_key_policy(case));
    // An inventory tells what is, and is never written.
    for (carrier, language, before) in carriers.into_iter().filter(|(_, language, _)| *language != "ndjson") {
        let Some(found) = corrected(&case.registry, &case.rule, language, &before) else {
            if FIXED_EVERYWHERE.contains(&carrier) {
                return Err(format!("{carrier} is not corrected").into());
            }
            continue;
        };
        let after = text(&found);
        if let Some(refusal) = found.refused.first() {
            return Err(
                format!("{carrier}: `{}` does not hold: {}\n{after}", refusal.title, refusal.why).into()
            );
        }
        reads(language, &after)?;
        let policy = policy(language, &after);
        if policy != wanted {
            return Err(format!("{carrier} becomes another policy\n{policy}\n{wanted}\n{after}").into());
        }
        let (left, least) = (found.report.findings.len(), plain.report.findings.len());
        if left != least || found.report.findings.iter().any(|finding| finding.fix.is_some()) {
            return Err(
                format!("{carrier}: {left} findings are left, and {least} of the JSON\n{after}").into()
            );
        }
        // Lines that end by CR LF still do, and else nothing differs.
        let carriage = corrected(&case.registry, &case.rule, language, &before.replace('\n', "\r\n"));
        let carriage = carriage.map(|it| text(&it)).unwrap_or_default();
        if carriage != after.replace('\n', "\r\n") {
            return Err(format!("{carrier} with CR LF becomes another text\n{carriage:?}\n{after:?}").into());
        }
    }
    Ok(())
}

/// The carriers that allow every edit that JSON allows.
const FIXED_EVERYWHERE: [&str; 9] = [
    "a heredoc",
    "an indented heredoc",
    "a quoted string",
    "jsonencode",
    "an escaped string",
    "`!Sub |`",
    "CloudFormation in JSON",
    "YAML in flow style",
    "CloudFormation in YAML",
];

/// Another reader takes the text as well.
fn reads(language: &str, text: &str) -> Result<(), Failed> {
    let error = match language {
        "hcl" => hcl_edit::parser::parse_body(text).err().map(|error| error.to_string()),
        "json" => serde_json::from_str::<serde_json::Value>(text).err().map(|error| error.to_string()),
        _ => None,
    };
    error.map_or(Ok(()), |error| Err(format!("a second reader does not take it: {error}\n{text}").into()))
}

/// The policies in a text, as JSON on a line each.
fn policy(language: &str, text: &str) -> String {
    let path = format!("example.{}", if language == "hcl" { "tf" } else { language });
    let sources = Sources::in_memory([(path.as_str(), text)]);
    let carried = variants::carry_as(language, &sources);
    let policies: String =
        carried.documents.iter().map(|document| carried::compact(&document.value) + "\n").collect();
    // YAML may leave the quotes of a word away.
    policies.replace("\"true\"", "true").replace("\"false\"", "false")
}

/// What the corrections of a rule make of a text; none if it has none to make.
pub(crate) fn corrected(registry: &Registry, rule: &Rule, language: &str, text: &str) -> Option<Corrected> {
    let (sources, input, options) = setting(rule, language, text).unwrap();
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
        FixKind::Safe => fixes.iter().any(|it| *it <= Safety::Safe),
        FixKind::Suggest => !fixes.is_empty() && !fixes.iter().any(|it| *it <= Safety::Safe),
    };
    let found = fixes.iter().map(|safety| format!("{safety:?}")).collect::<Vec<_>>().join(", ");
    if holds {
        Ok(())
    } else {
        Err(format!("`fix = \"{}\"`, and the examples get: {found}", rule.fix).into())
    }
}
