use crate::carrier::{Resource, Setting};
use crate::catalog::limits;
use crate::config::Profile;
use crate::engine::{Check, Findings, InputContext};
use crate::finding::Severity;

pub(super) const CHECK: Check = Check::Input(check);

/// A year, as AWS rotates by default (days).
const YEAR: i64 = 365;

const ENABLE: &str = "enable_key_rotation";
const PERIOD: &str = "rotation_period_in_days";

fn check(context: &InputContext<'_>, findings: &mut Findings) {
    for key in context.resources.iter().filter(|resource| resource.is_key()) {
        if key.flag(ENABLE).known() == Some(true) && key.can_rotate() == Some(false) {
            context
                .finding(key.span_of(ENABLE), format!("AWS KMS cannot rotate `{}`", key.address))
                .label("asked for here")
                .note(reason(key))
                .help("remove the argument, and replace the key when its material has to change")
                .key(Some(&key.address))
                .report(findings);
        }
        period(context, key, findings);
    }
}

fn period(context: &InputContext<'_>, key: &Resource, findings: &mut Findings) {
    let (shortest, longest) = limits::ROTATION_PERIOD;
    let Some(value) = key.argument(PERIOD) else { return };
    let finding =
        |message: String| context.finding(value.span, message).key(Some(&key.address)).carried(value);
    match key.number(PERIOD).known() {
        Some(days) if !(i64::from(shortest)..=i64::from(longest)).contains(&days) => finding(format!(
            "a rotation period of {days} days is not allowed: it is from {shortest} to {longest} days"
        ))
        .report(findings),
        Some(days) if days > YEAR && is_on(key) => {
            let strict = context.config.profile == Profile::Strict;
            finding(format!("`{}` is rotated less often than once a year", key.address))
                .label(format!("{days} days"))
                .severity(if strict { Severity::Warning } else { Severity::Info })
                .report(findings);
        }
        _ => {}
    }
    if key.flag(ENABLE).or_default(false) == Some(false) {
        finding(format!("the rotation period of `{}` has no effect, because it is not rotated", key.address))
            .help(format!("set `{}`", key.assignment(ENABLE, "true")))
            .report(findings);
    }
}

fn is_on(key: &Resource) -> bool {
    key.flag(ENABLE).known() == Some(true)
}

/// Why AWS KMS cannot rotate it.
fn reason(key: &Resource) -> String {
    let other = |name: &str, usual: &str| match key.text(name) {
        Setting::Known(value) if value != usual => Some(format!("its `{}` is `{value}`", key.called(name))),
        _ => None,
    };
    other("customer_master_key_spec", "SYMMETRIC_DEFAULT")
        .or_else(|| other("key_usage", "ENCRYPT_DECRYPT"))
        .or_else(|| other("origin", "AWS_KMS"))
        .or_else(|| key.argument("custom_key_store_id").map(|_| "it lies in a custom key store".to_owned()))
        .unwrap_or_else(|| "its material is not made by AWS KMS, or follows that of its primary".to_owned())
}
