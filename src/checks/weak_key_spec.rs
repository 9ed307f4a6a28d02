use crate::carrier::{Document, ResourceKind};
use crate::engine::{Check, Findings, InputContext};
use crate::finding::Severity;
use crate::policy::{BaseOperator, Effect, Policy};
use crate::value::Value;

pub(super) const CHECK: Check = Check::Input(check);

const SPEC: &str = "customer_master_key_spec";

fn check(context: &InputContext<'_>, findings: &mut Findings) {
    for key in context.resources.iter().filter(|resource| resource.kind == ResourceKind::Key) {
        let (Some(value), Some(spec)) = (key.argument(SPEC), key.text(SPEC).known()) else { continue };
        let usage = key.text("key_usage").or_default("ENCRYPT_DECRYPT".to_owned());
        if spec != "RSA_2048" {
            continue;
        }
        let draft = context
            .finding(value.span, format!("`{}` is an RSA key of 2048 bits", key.address))
            .help("a new key should have 3072 bits or more; changing the spec replaces the key")
            .key(Some(&key.address))
            .carried(value);
        match usage.as_deref() {
            Some("ENCRYPT_DECRYPT") => draft.report(findings),
            _ => draft.severity(Severity::Info).report(findings),
        }
    }
    let asks = |document: &&Document| document.role.is_of_key() && names_weak_padding(&document.value);
    for document in context.documents.iter().filter(asks) {
        algorithms(context, document, findings);
    }
}

const WEAK_PADDINGS: [&str; 2] = ["RSAES_OAEP_SHA_1", "RSAES_PKCS1_V1_5"];

fn names_weak_padding(policy: &Value) -> bool {
    let mut names = false;
    policy.walk(&mut |value| {
        let text = value.as_text().and_then(|text| text.as_known());
        names |= text.is_some_and(|text| WEAK_PADDINGS.contains(&text.as_ref()));
    });
    names
}

/// Padding that is known to be weak, asked for by a condition of an Allow.
fn algorithms(context: &InputContext<'_>, document: &Document, findings: &mut Findings) {
    let policy = Policy::new(&document.value, &document.key, document.role);
    for statement in policy.statements.iter().filter(|statement| statement.effect == Effect::Allow) {
        let asks = statement.conditions.iter().filter(|atom| {
            let key = atom.key_folded.as_deref();
            let names = matches!(key, Some("kms:encryptionalgorithm" | "kms:wrappingalgorithm"));
            let positive = matches!(
                atom.operator.base,
                Some(
                    BaseOperator::StringEquals
                        | BaseOperator::StringEqualsIgnoreCase
                        | BaseOperator::StringLike
                )
            );
            names && positive
        });
        for value in asks.flat_map(|atom| &atom.values) {
            let known = value.text.as_known().unwrap_or_default();
            if WEAK_PADDINGS.contains(&known.as_ref()) {
                context
                    .finding(value.span, format!("`{known}` is a weak padding"))
                    .severity(Severity::Info)
                    .help("`RSAES_OAEP_SHA_256` is the stronger one")
                    .key(document.address.as_deref())
                    .report(findings);
            }
        }
    }
}
