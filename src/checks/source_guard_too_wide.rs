use crate::catalog::{self, Service};
use crate::engine::{Check, Context, Draft, Findings};
use crate::finding::{Confidence, Severity};
use crate::policy::{
    Arn, BaseOperator, Condition, Effect, Parsed, PrincipalKind, SourceGuard, Statement, service_of_arn,
};
use crate::value::Text;

pub(super) const CHECK: Check = Check::Policy(check);

/// A guard that everybody's resource passes, or none does.
fn check(context: &Context<'_>, findings: &mut Findings) {
    for statement in context.policy.statements.iter().filter(|it| it.effect == Effect::Allow) {
        let entries = statement.principal.iter().filter(|element| !element.negated);
        let services: Vec<&Text> = entries
            .flat_map(|element| &element.entries)
            .filter_map(|entry| match &entry.kind {
                PrincipalKind::Service { name } => Some(name),
                _ => None,
            })
            .collect();
        if services.is_empty() {
            continue;
        }
        let draft = match statement.source_guard() {
            SourceGuard::Wide => wide(context, statement),
            SourceGuard::Held => never(context, statement, &services).or_else(|| foreign(context, statement)),
            SourceGuard::None | SourceGuard::Doubtful => None,
        };
        if let Some(draft) = draft {
            draft.statement(statement).report(findings);
        }
    }
}

fn wide(context: &Context<'_>, statement: &Statement) -> Option<Draft> {
    let atom = statement.conditions.iter().find(|it| it.source_guard() == SourceGuard::Wide)?;
    let (key, written) = (&atom.key, &atom.operator.written);
    let base = atom.operator.base?;
    let (span, message) = if base == BaseOperator::Null {
        (atom.operator_span, format!("`{written}` asks whether `{key}` is there, not what it is"))
    } else if base.is_negated() {
        (atom.operator_span, format!("`{written}` lets through every resource but the listed ones"))
    } else if atom.when_absent() == Some(true) {
        (atom.operator_span, format!("`{written}` also holds where `{key}` is missing"))
    } else {
        let value = atom.values.iter().find(|value| {
            let alone = Condition { values: vec![(*value).clone()], ..atom.clone() };
            alone.source_guard() == SourceGuard::Wide
        })?;
        (value.span, format!("`{}` matches the resources of every AWS account", value.text))
    };
    let help = match atom.is_about_context() {
        true => {
            format!("write the account into the value of `{key}`, or compare `aws:SourceAccount` with it")
        }
        false => format!(
            "write the account into the value of `{key}`, or add `aws:SourceAccount` under `StringEquals`"
        ),
    };
    Some(context.finding(span, message).help(help))
}

/// `aws:SourceArn` of another service than those that act here.
fn never(context: &Context<'_>, statement: &Statement, services: &[&Text]) -> Option<Draft> {
    let rows: Option<Vec<&Service>> =
        services.iter().map(|name| catalog::service(&name.as_known()?)).collect();
    let rows = rows.filter(|rows| rows.iter().all(|row| !row.arns.is_empty()))?;
    let atom = statement.conditions.iter().find(|it| {
        it.key_folded.as_deref() == Some("aws:sourcearn") && it.source_guard() == SourceGuard::Held
    })?;
    let of: Option<Vec<String>> = atom.values.iter().map(|value| service_of_arn(&value.text)).collect();
    let of = of.filter(|of| !of.is_empty() && !atom.values_open)?;
    let sent = |service: &String| rows.iter().any(|row| row.arns.contains(&service.as_str()));
    if of.iter().any(sent) {
        return None;
    }
    let (name, row, found) = (services.first()?, rows.first()?, of.first()?);
    let expected: Vec<String> = row.arns.iter().map(|arn| format!("`arn:aws:{arn}:…`")).collect();
    let message = format!("`{name}` acts for no resource of `{found}`, so this never matches");
    let help = format!("`{name}` sends {}", expected.join(" or "));
    Some(context.finding(atom.values.first()?.span, message).confidence(Confidence::Medium).help(help))
}

/// A source account that is neither the owner's nor a trusted one.
fn foreign(context: &Context<'_>, statement: &Statement) -> Option<Draft> {
    let told = context.access.owner().and_then(Text::as_known).map(std::borrow::Cow::into_owned);
    let owner = context.config.owner_account.clone().or(told)?;
    let trusted = &context.config.trusted_accounts;
    let is_foreign = |account: &str| account != owner && !trusted.iter().any(|it| it == account);
    let atoms = statement.conditions.iter().filter(|it| it.is_about_source());
    let found = atoms.flat_map(|atom| &atom.values).find_map(|value| {
        let account = account(&value.text)?;
        is_foreign(&account).then_some((value.span, account))
    });
    let (span, account) = found?;
    let severity = if trusted.is_empty() { Severity::Info } else { Severity::Warning };
    let message = format!(
        "the service may use the key for resources of the account `{account}`, which does not own it"
    );
    let help = "if that is meant, add the account to `trusted-accounts` in the configuration";
    Some(context.finding(span, message).severity(severity).help(help))
}

fn account(text: &Text) -> Option<String> {
    let account = match Arn::parse(text) {
        Parsed::Arn(arn) => arn.account.as_known()?.into_owned(),
        _ => text.as_known()?.into_owned(),
    };
    (account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit())).then_some(account)
}
