//! What is not decided is said: by the rule `not-analysed`, where another rule hinges on it.

use kmslint::carrier::cloudformation::Parameters;
use kmslint::carrier::json;
use kmslint::config::Config;
use kmslint::engine::{Engine, Registry};
use kmslint::finding::Finding;
use kmslint::policy::Policy;
use kmslint::source::Sources;

const ACCOUNT: &str = r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"kms:*","Resource":"*"}"#;

/// What some rules say of a policy; all if none is named.
fn said(statements: &[String], rules: &[&str]) -> Vec<Finding> {
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","));
    let sources = Sources::in_memory([("policy.json", text.as_str())]);
    let file = sources.load("policy.json").unwrap();
    let carried = json::carry(&sources, file, true, &Parameters::default());
    let document = &carried.documents[0];
    let registry = Registry::embedded();
    let chosen = registry.rules().iter().filter(|rule| rules.is_empty() || rules.contains(&&*rule.id));
    let policy = Policy::new(&document.value, &document.key, document.role);
    let access = kmslint::access::Access::new(&policy, &document.key);
    Engine::new(chosen).policy(&sources, &Config::default(), (document, &[]), &policy, &access)
}

fn undecided(findings: &[Finding]) -> Vec<&str> {
    findings.iter().filter(|it| it.rule == "KMS901").map(|it| it.message.as_str()).collect()
}

/// Conditions whose automaton has exponentially many states, and nothing in common.
fn explosive(principal: &str, key: &str, length: usize) -> String {
    let end = "?".repeat(length);
    format!(
        r#"{{"Effect":"Allow","Principal":{principal},"Action":"kms:Decrypt","Resource":"*","Condition":{{"StringLike":{{"{key}":"*a{end}"}},"StringLikeIfExists":{{"{key}":"*b{end}"}}}}}}"#
    )
}

fn context(name: &str) -> String {
    format!("kms:EncryptionContext:{name}")
}

#[test]
fn a_question_that_is_given_up_is_said_where_a_rule_hinges_on_it() {
    let other = r#"{"AWS":"arn:aws:iam::444455556666:root"}"#;
    let policy = [ACCOUNT.to_owned(), explosive(other, &context("a"), 30)];
    let told = said(&policy, &["KMS203", "KMS901"]);
    assert_eq!(
        undecided(&told),
        [
            "the search was given up before it was decided whether the account `444455556666` may call `kms:Decrypt`, if IAM policies there allow it"
        ]
    );
    // Nothing hinges on it for a rule that does not ask, or that has its answer already.
    assert!(undecided(&said(&policy, &["KMS201", "KMS901"])).is_empty());
}

#[test]
fn a_policy_that_is_too_large_is_said_to_be() {
    let mut policy = vec!["{}".to_owned(); 1_001];
    policy.push(ACCOUNT.to_owned());
    let told = said(&policy, &["KMS703", "KMS901"]);
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(
        undecided(&told),
        ["who can do what was not worked out: this policy is larger than any that KMS takes"]
    );
}
