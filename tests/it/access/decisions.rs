//! The plain evaluator against what AWS's documentation says of requests. Each case names the page.

use std::collections::BTreeMap;

use kmslint::access::{Level, Request, evaluate};
use serde::Deserialize;

use super::random::{OWN, policy};

#[derive(Deserialize)]
struct Case {
    page: String,
    fact: String,
    policy: serde_json::Value,
    asked: Vec<Asked>,
}

#[derive(Deserialize)]
struct Asked {
    principal: String,
    action: String,
    context: BTreeMap<String, Given>,
    level: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Given {
    One(String),
    Many(Vec<String>),
}

#[test]
fn requests_are_decided_as_aws_documents() {
    let text = include_str!("../../../testdata/access/decisions.json");
    let cases: Vec<Case> = serde_json::from_str(text).unwrap();
    assert!(cases.iter().map(|case| case.asked.len()).sum::<usize>() > 200);
    let mut wrong = Vec::new();
    for case in cases {
        assert!(case.page.starts_with("https://docs.aws.amazon.com/"), "{}", case.page);
        let policy = policy(&case.policy.to_string());
        for asked in case.asked {
            let values = |given| match given {
                Given::One(value) => vec![value],
                Given::Many(values) => values,
            };
            let context = asked.context.into_iter().map(|(key, given)| (key, values(given)));
            let request = Request {
                principal: asked.principal,
                action: asked.action,
                context: context.collect(),
                owner: Some(OWN.to_owned()),
            };
            let level = match evaluate(&policy, &request).level {
                Level::Denied => "denied",
                Level::Nothing => "nothing",
                Level::Delegated => "delegated",
                Level::Direct => "direct",
            };
            if level != asked.level {
                wrong.push(format!("{}: {request:?} is {level}, not {}", case.fact, asked.level));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
