//! HashiCorp's parser (hcl 2.23, as in Terraform 1.11) was asked of each text in `testdata/hcl/verdicts.jsonl`
//! whether it takes it; ours says the same.

use super::parse;

#[test]
fn accepts_exactly_what_terraform_accepts() {
    let table = include_str!("../../../../testdata/hcl/verdicts.jsonl");
    let (mut accepted, mut refused) = (0, 0);
    for line in table.lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = case["text"].as_str().unwrap();
        let errors = parse(text).0.errors;
        assert_eq!(errors.is_empty(), case["accepted"].as_bool().unwrap(), "{text}\n{errors:#?}");
        *(if errors.is_empty() { &mut accepted } else { &mut refused }) += 1;
    }
    assert!(accepted > 50 && refused > 40, "{accepted} accepted, {refused} refused");
}
