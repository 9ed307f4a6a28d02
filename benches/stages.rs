//! Measures each stage by itself, on inputs that are made here.
//!
//!     cargo bench --bench stages                # medians, in MB/s or µs for each policy
//!     cargo bench --bench stages -- json 100    # one stage so many times, for a profiler; see scripts/callgrind.sh

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a program for people who measure"
)]

use std::cell::OnceCell;
use std::fmt::Write;
use std::hint::black_box;
use std::time::{Duration, Instant};

use kmslint::access::Access;
use kmslint::carrier::Document;
use kmslint::carrier::{json, terraform};
use kmslint::config::Config;
use kmslint::engine::{Engine, Registry};
use kmslint::policy::Policy;
use kmslint::report::{Format, Shown, Style};
use kmslint::source::{FileId, Sources};
use kmslint::syntax::{hcl, yaml};
use kmslint::{Input, Options, Report, lint};

/// Policies in each input.
const POLICIES: usize = 50;

/// How a stage's time is told.
#[derive(Clone, Copy)]
enum Unit {
    /// Of this many bytes.
    Bytes(usize),
    Policies,
    /// As it is.
    Whole,
}

struct Stage<'a> {
    name: &'static str,
    unit: Unit,
    run: Box<dyn Fn() + 'a>,
}

fn main() {
    let inputs = Inputs::new();
    let stages = inputs.stages();
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| !it.starts_with("--")).collect();
    if let [name, times] = arguments.as_slice() {
        let stage = stages.iter().find(|stage| stage.name == name).unwrap();
        return (0..times.parse::<u32>().unwrap()).for_each(|_| (stage.run)());
    }
    if arguments.iter().any(|it| it == "names") {
        return stages.iter().for_each(|stage| println!("{}", stage.name));
    }
    for stage in stages {
        let mut times: Vec<Duration> = (0..50)
            .map(|_| {
                let start = Instant::now();
                (stage.run)();
                start.elapsed()
            })
            .collect();
        times.sort();
        let median = times.get(times.len() / 2).unwrap().as_secs_f64();
        match stage.unit {
            Unit::Bytes(bytes) => println!("{:12} {:9.1} MB/s", stage.name, bytes as f64 / median / 1e6),
            Unit::Policies => {
                println!("{:12} {:9.1} µs/policy", stage.name, median * 1e6 / POLICIES as f64)
            }
            Unit::Whole => println!("{:12} {:9.1} ms", stage.name, median * 1e3),
        }
    }
}

struct Inputs {
    sources: Sources,
    json: FileId,
    yaml: FileId,
    hcl: FileId,
    documents: Vec<Document>,
    report: Report,
    /// A thousand findings in one file of half a megabyte.
    many: OnceCell<(Sources, Report)>,
}

impl Inputs {
    fn new() -> Inputs {
        let sources = Sources::in_memory([
            ("a.json", template().as_str()),
            ("a.yaml", yaml_template().as_str()),
            ("main.tf", configuration().as_str()),
        ]);
        let load = |path: &str| sources.load(path).unwrap();
        let (json, yaml, hcl) = (load("a.json"), load("a.yaml"), load("main.tf"));
        let documents = json::carry(&sources, json, true, &Default::default()).documents;
        assert_eq!(documents.len(), POLICIES);
        let input = Input::Json { path: "a.json".to_owned(), explicit: true };
        let report = lint(&sources, &[input], &Options::default());
        assert!(report.findings.len() >= POLICIES);
        Inputs { sources, json, yaml, hcl, documents, report, many: OnceCell::new() }
    }

    fn stages(&self) -> Vec<Stage<'_>> {
        let file = |id| self.sources.file(id);
        let bytes = |id| Unit::Bytes(file(id).text().len());
        let (engine, config) = (Engine::new(Registry::embedded().rules()), Config::default());
        let policies: Vec<Policy> =
            self.documents.iter().map(|it| Policy::new(&it.value, &it.key, it.role)).collect();
        let of = |name, unit, run| Stage { name, unit, run };
        let render = |format: Format, report: &Report, sources: &Sources| {
            let (rules, style) = (Registry::embedded(), Style::default());
            drop(black_box(format.render(&Shown { report, sources, rules, style })));
        };
        let report = |format: Format| move || render(format, &self.report, &self.sources);
        Vec::from([
            of("json", bytes(self.json), {
                Box::new(move || {
                    drop(black_box(kmslint::syntax::json::parse_file(&file(self.json), self.json)))
                })
            }),
            of("yaml", bytes(self.yaml), {
                Box::new(move || drop(black_box(yaml::parse_file(&file(self.yaml), self.yaml))))
            }),
            of("outline", bytes(self.hcl), {
                Box::new(move || drop(black_box(hcl::outline(&file(self.hcl), self.hcl))))
            }),
            of("hcl", bytes(self.hcl), {
                Box::new(move || drop(black_box(hcl::parse_file(file(self.hcl), self.hcl))))
            }),
            of("evaluate", Unit::Policies, {
                Box::new(|| drop(black_box(terraform::carry(&self.sources, &[String::new()]))))
            }),
            of("model", Unit::Policies, {
                Box::new(|| {
                    for it in &self.documents {
                        drop(black_box(Policy::new(&it.value, &it.key, it.role)));
                    }
                })
            }),
            of("rules", Unit::Policies, {
                Box::new(move || {
                    for (document, policy) in self.documents.iter().zip(&policies) {
                        let access = Access::new(policy, &document.key);
                        drop(black_box(engine.policy(
                            &self.sources,
                            &config,
                            (document, &[]),
                            policy,
                            &access,
                        )));
                    }
                })
            }),
            of("text", Unit::Policies, Box::new(report(Format::Text))),
            of("sarif", Unit::Policies, Box::new(report(Format::Sarif))),
            of("text-1000", Unit::Whole, {
                Box::new(move || {
                    let (sources, report) = self.many.get_or_init(many);
                    render(Format::Text, report, sources);
                })
            }),
        ])
    }
}

fn many() -> (Sources, Report) {
    let actions: Vec<String> = (0..20).map(|number| format!("\n\"kms:Decyrpt{number}\"")).collect();
    let key = |number| policy(number).replace("\"kms:Decyrpt\"", &actions.join(","));
    let keys: Vec<String> = (0..POLICIES).map(|number| format!("{{\"Policy\": {}}}", key(number))).collect();
    let text = format!("[{}]", keys.join(&format!(",{}", "\n".repeat(9_000))));
    let sources = Sources::in_memory([("many.json", text.as_str())]);
    let input = Input::Json { path: "many.json".to_owned(), explicit: true };
    let report = lint(&sources, &[input], &Options::default());
    assert!(report.findings.len() >= 20 * POLICIES);
    (sources, report)
}

/// A policy with an administrator, users, a guarded grant and a misspelt action.
fn policy(number: usize) -> String {
    let arn = |name: &str| format!(r#""arn:aws:iam::111122223333:{name}""#);
    format!(
        r#"{{"Version": "2012-10-17", "Statement": [
      {{"Sid": "Root", "Effect": "Allow", "Principal": {{"AWS": {}}}, "Action": "kms:*", "Resource": "*"}},
      {{"Sid": "Use", "Effect": "Allow", "Principal": {{"AWS": [{}, {}]}}, "Action": ["kms:Decyrpt", "kms:Encrypt", "kms:GenerateDataKey*"], "Resource": "*", "Condition": {{"StringEquals": {{"kms:ViaService": "s3.us-east-1.amazonaws.com"}}}}}},
      {{"Sid": "Grants", "Effect": "Allow", "Principal": {{"AWS": {}}}, "Action": ["kms:CreateGrant", "kms:ListGrants"], "Resource": "*", "Condition": {{"Bool": {{"kms:GrantIsForAWSResource": "true"}}}}}}
    ]}}"#,
        arn("root"),
        arn(&format!("role/app-{number}")),
        arn(&format!("user/one-{number}")),
        arn(&format!("role/app-{number}")),
    )
}

fn template() -> String {
    let key = |number| {
        let policy = policy(number);
        format!(r#""Key{number}": {{"Type": "AWS::KMS::Key", "Properties": {{"KeyPolicy": {policy}}}}}"#)
    };
    let keys: Vec<String> = (0..POLICIES).map(key).collect();
    format!("{{\"AWSTemplateFormatVersion\": \"2010-09-09\", \"Resources\": {{\n{}\n}}}}\n", keys.join(",\n"))
}

fn yaml_template() -> String {
    let mut text = "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n".to_owned();
    for number in 0..POLICIES {
        write!(
            text,
            "  Key{number}:\n    Type: AWS::KMS::Key\n    Properties:\n      KeyPolicy:\n        Statement:\n          - \
             Sid: Root\n            Effect: Allow\n            Principal: {{AWS: !Sub \
             'arn:aws:iam::${{AWS::AccountId}}:root'}}\n            Action: 'kms:*'\n            Resource: '*'\n"
        )
        .unwrap();
    }
    text
}

fn configuration() -> String {
    let mut text = "variable \"owner\" {\n  default = \"111122223333\"\n}\n".to_owned();
    for number in 0..POLICIES {
        let policy = policy(number).replace("111122223333", "${var.owner}");
        write!(
            text,
            "resource \"aws_sqs_queue\" \"q{number}\" {{\n  name = \"q-${{var.owner}}\"\n  tags = {{ Team = \"a\" }}\n}}\n\
             resource \"aws_kms_key\" \"k{number}\" {{\n  enable_key_rotation = true\n  policy = <<EOT\n{policy}\nEOT\n}}\n"
        )
        .unwrap();
    }
    text
}
