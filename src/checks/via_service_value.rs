use crate::catalog;
use crate::engine::{Check, Context, Findings};
use crate::finding::{Confidence, Severity};
use crate::glob;
use crate::policy::{Condition, ConditionValue, Statement};

pub(super) const CHECK: Check = Check::Policy(check);

const SUFFIX: &str = ".amazonaws.com";
const FORM: &str = "its form is `SERVICE.REGION.amazonaws.com`, such as `s3.eu-west-1.amazonaws.com`";

/// What is wrong with a value.
struct Mistake {
    what: String,
    help: String,
    confidence: Confidence,
    severity: Severity,
}

fn check(context: &Context<'_>, findings: &mut Findings) {
    for statement in &context.policy.statements {
        for atom in statement.conditions.iter().filter(|atom| atom.is_about("kms:viaservice") == Some(true)) {
            let mut unknown = Vec::new();
            for value in &atom.values {
                let Some(mistake) = judge(atom, value) else { continue };
                // An unknown service in several Regions is one mistake.
                if !unknown.contains(&mistake.what) {
                    report(context, (statement, atom, value), &mistake, findings);
                }
                if mistake.confidence == Confidence::Low {
                    unknown.push(mistake.what);
                }
            }
            half_of_a_cluster(context, statement, atom, findings);
        }
    }
}

fn judge(atom: &Condition, value: &ConditionValue) -> Option<Mistake> {
    let written = value.text.as_known().filter(|written| !is_open(written))?;
    let base = atom.operator.base.filter(|base| base.name().starts_with("String"))?;
    match (glob::has_wildcard(&written), base.takes_wildcards()) {
        (false, _) => literal(&written),
        (true, true) => pattern(&written),
        // `wildcard-without-like` says that.
        (true, false) => None,
    }
}

fn report(
    context: &Context<'_>,
    (statement, atom, value): (&Statement, &Condition, &ConditionValue),
    mistake: &Mistake,
    findings: &mut Findings,
) {
    let negated = atom.operator.base.is_some_and(|base| base.is_negated());
    let alone = atom.values.len() == 1 && !atom.values_open && mistake.confidence == Confidence::High;
    let outcome = match alone && atom.when_absent() == Some(negated) {
        true => format!(", {}", statement.outcome(negated)),
        false => String::new(),
    };
    context
        .finding(value.span, format!("`{}` {}{outcome}", value.text, mistake.what))
        .help(mistake.help.clone())
        .severity(mistake.severity)
        .confidence(mistake.confidence)
        .part(statement, value.span)
        .report(findings);
}

/// Whether something else fills it in: a policy variable or what a documentation calls `region`.
fn is_open(written: &str) -> bool {
    written.contains(['$', '<', '>', '{', '[', ' ']) || written.to_ascii_lowercase().contains("region")
}

fn literal(written: &str) -> Option<Mistake> {
    let sure = |what: &str, help: String| {
        let (confidence, severity) = (Confidence::High, Severity::Warning);
        Some(Mistake { what: what.to_owned(), help, confidence, severity })
    };
    let form = || FORM.to_owned();
    if let Some(name) = written.split_once("://").map(|(_, name)| name) {
        return sure("has a scheme", format!("write `{}`", name.trim_end_matches('/')));
    }
    if written.chars().any(|c| c.is_ascii_uppercase()) {
        return sure(
            "has upper-case letters, which no value of `kms:ViaService` has",
            format!("write `{}`", written.to_ascii_lowercase()),
        );
    }
    if let Some(name) = written.strip_suffix(".amazonaws.com.cn") {
        return sure(
            "ends in `.cn`, which `kms:ViaService` has in no Region",
            format!("write `{name}{SUFFIX}`"),
        );
    }
    let Some(name) = written.strip_suffix(SUFFIX) else {
        return sure("does not end in `.amazonaws.com`", form());
    };
    let Some((service, region)) = name.rsplit_once('.') else {
        return sure("lacks the Region", format!("write `{name}.REGION{SUFFIX}`"));
    };
    if !is_region(region) {
        if catalog::is_via_service(region) && is_region(service) {
            return sure(
                "has Region and service the wrong way round",
                format!("write `{region}.{service}{SUFFIX}`"),
            );
        }
        return sure("has no Region where it belongs", form());
    }
    (!catalog::is_via_service(service)).then(|| unknown(service))
}

/// A pattern is right if it matches some service in some Region.
fn pattern(written: &str) -> Option<Mistake> {
    let regions = || catalog::PARTITIONS.iter().flat_map(|partition| partition.regions);
    let matches = |service: &str| {
        regions().any(|region| glob::matches(written, &format!("{service}.{region}{SUFFIX}"), false))
    };
    match written.split_once('.') {
        Some((service, _)) if !glob::has_wildcard(service) => match matches(service) {
            false => Some(never()),
            true => (!catalog::is_via_service(service)).then(|| unknown(service)),
        },
        _ => {
            let found = catalog::via_services().iter().any(|service| matches(service));
            (!found).then(never)
        }
    }
}

fn never() -> Mistake {
    Mistake {
        what: "matches no value of `kms:ViaService`".to_owned(),
        help: FORM.to_owned(),
        confidence: Confidence::High,
        severity: Severity::Warning,
    }
}

fn unknown(service: &str) -> Mistake {
    let near = catalog::nearest_via_service(service);
    Mistake {
        what: format!("names `{service}`, which is not known to call KMS for its users"),
        help: near.map_or_else(|| FORM.to_owned(), |near| format!("did you mean `{near}`?")),
        confidence: Confidence::Low,
        // A service may be newer than the list; one that is spelled like another is not.
        severity: if near.is_some() { Severity::Warning } else { Severity::Info },
    }
}

/// Whether it is a Region, or has the form of one that is not listed yet.
fn is_region(text: &str) -> bool {
    let (name, number) = text.rsplit_once('-').unwrap_or_default();
    catalog::partition_of_region(text).is_some() && name.contains('-') && number.parse::<u8>().is_ok()
}

/// ElastiCache calls as `elasticache` and as `dax`.
fn half_of_a_cluster(
    context: &Context<'_>,
    statement: &Statement,
    atom: &Condition,
    findings: &mut Findings,
) {
    let known: Vec<_> =
        atom.values.iter().filter_map(|value| Some((value, value.text.as_known()?))).collect();
    if known.len() != atom.values.len() || atom.values_open {
        return;
    }
    let first = known.iter().find(|(_, text)| text.starts_with("elasticache."));
    let Some((value, written)) = first else { return };
    if known.iter().any(|(_, text)| text.starts_with("dax.") || text.starts_with('*')) {
        return;
    }
    context
        .finding(value.span, "ElastiCache calls KMS by two names, and `dax` is missing")
        .severity(Severity::Info)
        .help(format!("add `{}`", written.replacen("elasticache", "dax", 1)))
        .part(statement, value.span)
        .report(findings);
}
