use crate::carrier::{ResourceKind, literal};
use crate::engine::{Check, Findings, InputContext};

pub(super) const CHECK: Check = Check::Input(check);

/// The arguments that hold what should be secret.
const SECRETS: [(ResourceKind, &str, &str); 2] = [
    (ResourceKind::ExternalKey, "key_material_base64", "key material"),
    (ResourceKind::Ciphertext, "plaintext", "plaintext"),
];

fn check(context: &InputContext<'_>, findings: &mut Findings) {
    for resource in context.resources {
        let arguments = SECRETS.iter().filter(|(kind, ..)| *kind == resource.kind);
        for (_, argument, what) in arguments {
            let Some(value) = resource.argument(argument).filter(|value| literal(value).is_some()) else {
                continue;
            };
            context
                .finding(
                    value.span,
                    format!("the {what} of `{}` is written into the configuration", resource.address),
                )
                .label("readable to everyone who can read this file or the state")
                .help("hand it over when applying, by a sensitive variable, and never commit it")
                .key(Some(&resource.address))
                .carried(value)
                .report(findings);
        }
    }
}
