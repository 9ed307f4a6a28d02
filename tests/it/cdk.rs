//! Templates that the AWS CDK synthesized; `scripts/record-cdk` records them.

use kmslint::finding::Severity;
use kmslint::source::Sources;
use kmslint::{Input, Options, Report, lint};

/// The findings in a recorded template.
fn recorded(name: &str) -> Report {
    let path = format!("{}/testdata/cloudformation/cdk/{name}.template.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap();
    let sources = Sources::in_memory([("cdk.out/stack.template.json", text.as_str())]);
    let input = Input::Json { path: "cdk.out/stack.template.json".to_owned(), explicit: true };
    lint(&sources, &[input], &Options::default())
}

#[test]
fn grants_to_roles_accounts_and_services_give_no_alarm() {
    for (name, policies) in [("roles", 5), ("accounts", 3), ("accounts-of-owner", 3), ("services", 5)] {
        let report = recorded(name);
        assert_eq!((report.summary.policies, report.summary.not_analysed), (policies, 0), "{name}");
        let alarms: Vec<_> = report.findings.iter().filter(|it| it.severity > Severity::Info).collect();
        assert!(alarms.is_empty(), "{name}: {alarms:#?}");
    }
}

/// The CDK lets S3 use the key of a queue for whomever it acts.
#[test]
fn a_finding_names_the_construct() {
    let report = recorded("wired");
    assert_eq!(report.summary.policies, 3);
    let warnings: Vec<_> = report.findings.iter().filter(|it| it.severity > Severity::Info).collect();
    let said: Vec<_> = warnings.iter().map(|it| (it.rule.as_str(), it.key.as_deref())).collect();
    assert_eq!(said, [("KMS206", Some("wired/QueueKey"))]);
}
