//! A finding in what Terraform evaluates points at the identifier, action or condition itself, and says where the
//! policy is attached.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Rules about a statement, an element or a policy as a whole.
const ABOUT_MORE: [&str; 11] = [
    "KMS003", "KMS004", "KMS005", "KMS104", "KMS604", "KMS701", "KMS703", "KMS804", "KMS901", "KMS902",
    "KMS903",
];

/// The header of the top-level block that holds an offset.
fn block(text: &str, offset: usize) -> &str {
    let end = text.get(offset..).unwrap().find('\n').map_or(text.len(), |at| offset + at);
    let is_header = |line: &&str| line.starts_with(|c: char| c.is_ascii_lowercase());
    text.get(..end).unwrap().lines().rev().find(is_header).unwrap_or_default()
}

#[test]
fn findings_point_at_the_cause_and_name_the_attachment() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let run = Command::new(env!("CARGO_BIN_EXE_kmslint"))
        .args(["--format", "json", "testdata/terraform"])
        .current_dir(root)
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&run.stdout).unwrap();
    let (mut checked, mut attached, mut wrong) = (0, 0, Vec::new());
    for finding in report["findings"].as_array().unwrap() {
        let (rule, primary) = (finding["rule"].as_str().unwrap(), &finding["primary"]);
        let (path, text) = (primary["path"].as_str().unwrap(), primary["text"].as_str().unwrap());
        if !path.ends_with(".tf") || rule.starts_with("KMS8") || ABOUT_MORE.contains(&rule) {
            continue;
        }
        checked += 1;
        let place = format!("{rule} {path}:{}: {text:?}", primary["start"]["line"]);
        if text.contains('\n') || text.is_empty() {
            wrong.push(format!("{place} is no single identifier, action or condition"));
        }
        let source = fs::read_to_string(root.join(path)).unwrap();
        let offset = usize::try_from(primary["start"]["offset"].as_u64().unwrap()).unwrap();
        let elsewhere = ["data ", "locals", "variable ", "module ", "output "];
        if elsewhere.iter().any(|kind| block(&source, offset).starts_with(kind)) {
            attached += 1;
            let labels = finding["related"].as_array().unwrap();
            if !labels.iter().any(|label| label["message"].as_str().unwrap().starts_with("attached")) {
                wrong.push(format!("{place} does not say where the policy is attached"));
            }
        }
    }
    assert!(wrong.is_empty(), "of {checked}:\n{}", wrong.join("\n"));
    assert!(checked > 200 && attached > 80, "{checked} findings, {attached} of them outside of a resource");
}
