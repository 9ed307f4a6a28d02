use crate::engine::{Check, Findings, InputContext};
use crate::fix::Fix;

pub(super) const CHECK: Check = Check::Input(check);

/// Only keys that AWS KMS can rotate, and that are enabled.
fn check(context: &InputContext<'_>, findings: &mut Findings) {
    for key in context.resources.iter().filter(|resource| resource.can_rotate() == Some(true)) {
        let is_enabled = key.flag("is_enabled").or_default(true) == Some(true);
        if !is_enabled || key.flag("enable_key_rotation").or_default(false) != Some(false) {
            continue;
        }
        let argument = key.argument("enable_key_rotation");
        let editor = context.editor(key);
        let edits = match argument {
            Some(value) => editor.set_literal(value.span, "true"),
            None => editor.add_argument("enable_key_rotation", "EnableKeyRotation", "true"),
        };
        let mut draft = context
            .finding(key.span_of("enable_key_rotation"), format!("`{}` is never rotated", key.address))
            .label(if argument.is_some() { "turned off" } else { "rotation is off by default" })
            .help(format!("set `{}`", key.assignment("enable_key_rotation", "true")))
            .fix(edits.map(|edits| Fix::safe("turn rotation on", edits)))
            .key(Some(&key.address));
        if let Some(value) = argument {
            draft = draft.carried(value);
        }
        draft.report(findings);
    }
}
