use crate::catalog;
use crate::engine::{Check, Context, Draft, Findings};
use crate::finding::Severity;
use crate::policy::{Arn, Condition, Parsed, Principal, PrincipalKind, Statement, placeholder};
use crate::value::Text;

pub(super) const CHECK: Check = Check::Policy(check);

/// Service principals that have a name of another domain, all the same.
const ELSEWHERE: [&str; 2] = ["alexa-appkit.amazon.com", "alexa-connectedhome.amazon.com"];

/// A name that no service has gives nothing, and KMS may refuse the policy.
fn check(context: &Context<'_>, findings: &mut Findings) {
    for statement in &context.policy.statements {
        for principal in statement.principal.iter().flat_map(|element| &element.entries) {
            let PrincipalKind::Service { name } = &principal.kind else { continue };
            // What an example left to be replaced is `placeholder-identifier`'s business.
            let Some(name) = name.as_known().filter(|name| placeholder(name).is_none()) else { continue };
            let draft =
                judge(context, principal, &name).or_else(|| elsewhere(context, statement, principal, &name));
            if let Some(draft) = draft {
                draft.part(statement, principal.span).report(findings);
            }
        }
    }
}

/// CloudWatch Logs of one Region acts for the log groups of that Region.
fn elsewhere(
    context: &Context<'_>,
    statement: &Statement,
    principal: &Principal,
    name: &str,
) -> Option<Draft> {
    let row = catalog::service(name).filter(|row| row.is_regional())?;
    let (_, region) = catalog::split_principal(name)?;
    let region = region?;
    let named = |text: &Text| match Arn::parse(text) {
        Parsed::Arn(arn) if arn.service.as_known().is_some_and(|it| row.arns.contains(&it.as_ref())) => {
            arn.region.as_known().map(std::borrow::Cow::into_owned)
        }
        _ => None,
    };
    let of_row = |it: &&Condition| {
        let key = it.key_folded.as_deref().and_then(|key| key.strip_prefix("kms:encryptioncontext:"));
        key.is_some_and(|key| row.context.contains(&key)) && !it.values_open
    };
    let foreign = |it: &&Condition| {
        let of = |region: String| catalog::partition_of_region(&region).is_some().then_some(region);
        let positive = it.operator.base.is_some_and(|base| !base.is_negated());
        let regions: Option<Vec<String>> = it.values.iter().map(|value| of(named(&value.text)?)).collect();
        positive && regions.is_some_and(|all| !all.is_empty() && !all.iter().any(|it| it == region))
    };
    let condition = statement.conditions.iter().filter(of_row).find(foreign)?;
    let value = condition.values.first()?;
    let message = format!(
        "`{name}` acts for log groups of its own Region, and the condition names those of `{}`",
        named(&value.text)?
    );
    Some(
        context
            .finding(principal.span, message)
            .related(value.span, "another Region")
            .help("name the service of the Region that the key and the log group are in"),
    )
}

fn judge(context: &Context<'_>, principal: &Principal, name: &str) -> Option<Draft> {
    let finding = |message: String| context.finding(principal.span, message);
    let info = |message: String| context.finding(principal.span, message).severity(Severity::Info);
    let strange = |c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.');
    if name.contains(strange) {
        let draft = finding(format!(
            "`{name}` is no service principal: its name consists of lower-case words, `-` and `.`"
        ));
        let plain =
            name.trim().trim_start_matches("https://").trim_end_matches('/').to_lowercase().replace('_', "-");
        return Some(match catalog::service(&plain) {
            Some(_) => draft.help(format!("write `{plain}`")),
            None => draft,
        });
    }
    let Some((label, region)) = catalog::split_principal(name) else {
        if ELSEWHERE.contains(&name) {
            return None;
        }
        let label = name.trim_end_matches(".com").trim_end_matches(".amazon").trim_end_matches(".aws");
        let label = label.trim_end_matches(".amazonaws");
        let help = match catalog::service(&format!("{label}.amazonaws.com")) {
            Some(row) => format!("did you mean `{}.amazonaws.com`?", row.name),
            None => "such as `s3.amazonaws.com`".to_owned(),
        };
        return Some(finding(format!("`{name}` is no service principal: none ends like this")).help(help));
    };
    match catalog::service(name) {
        Some(row) if row.is_regional() && region.is_none() => {
            let draft = info(format!("`{name}` stands for the service in no Region in particular"));
            Some(draft.help(format!(
                "AWS documents the name with the Region of the key: `{}.amazonaws.com`",
                row.name
            )))
        }
        Some(row) if !row.is_regional() && region.is_some_and(catalog::is_always_on) => {
            let draft = info(format!("AWS documents `{}` without a Region", row.name));
            Some(draft.help(format!("write `{}.amazonaws.com`; only services of opt-in Regions have names with the Region in them", row.name)))
        }
        Some(_) => None,
        None => {
            let (meant, sure) = catalog::nearest_service(label)?;
            let help = format!("did you mean `{meant}.amazonaws.com`?");
            // One letter makes another service of a short name: `sns`, `sqs`.
            let likely = label.len() >= 6 && !catalog::is_via_service(label);
            match sure {
                true => Some(finding(format!("there is no service principal `{name}`")).help(help)),
                false => {
                    likely.then(|| info(format!("kmslint knows no service principal `{name}`")).help(help))
                }
            }
        }
    }
}
