use crate::engine::{Check, Context, Findings};
use crate::finding::{Confidence, Severity};
use crate::glob;
use crate::policy::{BaseOperator, Condition, ConditionValue, PrincipalKind, Statement};
use crate::value::Text;

pub(super) const CHECK: Check = Check::Policy(check);

/// `aws:PrincipalArn` holds the ARN of a user, a role or the root user, and nothing else.
fn check(context: &Context<'_>, findings: &mut Findings) {
    for statement in &context.policy.statements {
        let atoms =
            statement.conditions.iter().filter(|it| it.key_folded.as_deref() == Some("aws:principalarn"));
        for atom in atoms.filter(|atom| atom.operator.base.is_some_and(|base| base != BaseOperator::Null)) {
            for value in &atom.values {
                report(context, statement, (atom, value), findings);
            }
            excluded(context, statement, atom, findings);
        }
    }
}

fn report(
    context: &Context<'_>,
    statement: &Statement,
    (atom, value): (&Condition, &ConditionValue),
    findings: &mut Findings,
) {
    let Some((severity, what, help)) = judge(&value.text) else { return };
    let negated = atom.operator.base.is_some_and(BaseOperator::is_negated);
    let then = match (negated, severity) {
        (_, Severity::Warning) => "",
        (true, _) => ", so this exempts nobody",
        (false, _) => ", so this never matches",
    };
    context
        .finding(value.span, format!("`{}` {what}{then}", value.text))
        .severity(severity)
        .help(help)
        .part(statement, value.span)
        .report(findings);
}

fn judge(text: &Text) -> Option<(Severity, &'static str, String)> {
    let prefix = text.known_prefix();
    let parts: Vec<Text> = text.split(':', 6);
    let service = parts.get(2).and_then(Text::as_known).unwrap_or_default();
    let resource = parts.get(5).map(Text::known_prefix).unwrap_or_default();
    if prefix.starts_with("arn:") && service == "sts" && resource.starts_with("assumed-role/") {
        let role = resource.split('/').nth(1).filter(|role| !role.is_empty() && !role.contains('*'));
        let help = match role {
            Some(role) => format!("the key holds the ARN of the role: `arn:aws:iam::ACCOUNT:role/{role}`"),
            None => "the key holds the ARN of the role: `arn:aws:iam::ACCOUNT:role/NAME`".to_owned(),
        };
        return Some((
            Severity::Error,
            "is the ARN of a session, which `aws:PrincipalArn` never holds",
            help,
        ));
    }
    let known = text.as_known()?;
    let help =
        || "write the ARN of a role or user, or compare `aws:PrincipalAccount` with the account".to_owned();
    match PrincipalKind::of_aws(&known) {
        PrincipalKind::UniqueId { .. } => {
            Some((Severity::Error, "is an id, and `aws:PrincipalArn` holds an ARN", help()))
        }
        PrincipalKind::Account { .. } if !known.starts_with("arn:") => {
            Some((Severity::Error, "is an account, and `aws:PrincipalArn` holds an ARN", help()))
        }
        PrincipalKind::Account { .. } => Some((
            Severity::Warning,
            "is the root user here, not the account",
            "for everyone in the account, compare `aws:PrincipalAccount` with its id; for the root user alone, \
             `aws:PrincipalType` with `Account`"
                .to_owned(),
        )),
        _ => None,
    }
}

/// No principal that the statement names passes the condition.
fn excluded(context: &Context<'_>, statement: &Statement, atom: &Condition, findings: &mut Findings) {
    let positive = atom.operator.base.is_some_and(|base| !base.is_negated());
    let Some(element) = statement.principal.as_ref().filter(|it| !it.negated && !it.open) else { return };
    if !positive || atom.values_open || atom.values.is_empty() {
        return;
    }
    let names: Option<Vec<_>> = element
        .entries
        .iter()
        .map(|entry| match &entry.kind {
            PrincipalKind::User { arn, .. } | PrincipalKind::Role { arn, .. } => arn.as_known(),
            _ => None,
        })
        .collect();
    let values: Option<Vec<_>> = atom.values.iter().map(|value| value.text.as_known()).collect();
    let (Some(names), Some(values)) = (names.filter(|names| !names.is_empty()), values) else { return };
    if values.iter().any(|value| value.contains('$'))
        || names.iter().any(|name| values.iter().any(|value| glob::matches(value, name, false)))
    {
        return;
    }
    let mut draft = context
        .finding(atom.span, "no principal of this statement has an ARN like this, so it never applies")
        .confidence(Confidence::High)
        .help("name in `Principal` those whose ARNs are compared, or their account")
        .part(statement, atom.span);
    for entry in &element.entries {
        draft = draft.related(entry.span, "has this ARN");
    }
    draft.report(findings);
}
