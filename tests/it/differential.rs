//! Policies that other tools call wrong when they are right, and right when they are wrong: what kmslint says of each, at
//! which characters. One case has one thing to say, or nothing.

use kmslint::finding::{Finding, Severity};
use kmslint::source::Sources;
use kmslint::{Input, Options, Report, lint};

/// What should be said of the files: a rule, the path, and the characters it points at; nothing of a right policy.
struct Case {
    name: &'static str,
    files: Vec<(&'static str, String)>,
    expected: Vec<(&'static str, &'static str, &'static str)>,
}

fn report(files: &[(&str, String)]) -> (Report, Sources) {
    let sources = Sources::in_memory(files.iter().map(|(path, text)| (*path, text.as_str())));
    let (path, _) = &files[0];
    let input = match path.rsplit('.').next() {
        Some("yaml") => Input::Yaml { path: (*path).to_owned(), explicit: true },
        _ => Input::Terraform { directories: vec![String::new()], files: Vec::new(), explicit: false },
    };
    (lint(&sources, &[input], &Options::default()), sources)
}

/// The errors and warnings of a case, and what is not known; what is only worth knowing is left out.
fn found(report: &Report, sources: &Sources) -> Vec<(String, String, String)> {
    let told = report.findings.iter().filter(|it| it.severity > Severity::Info || it.name == "not-analysed");
    let path = |it: &Finding| sources.file(it.primary.span.file).path().to_owned();
    told.map(|it| (it.rule.clone(), path(it), sources.text(it.primary.span))).collect()
}

const ROOT: &str = r#"{ "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:root" }, "Action": "kms:*", "Resource": "*" }"#;

/// A policy of the account's statement and another one.
fn policy(statement: &str) -> String {
    format!("{{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {ROOT},\n    {statement}\n  ]\n}}\n")
}

/// An Allow of everything for a principal, as JSON, under a condition.
fn allow(principal: &str, condition: &str) -> String {
    let condition =
        if condition.is_empty() { String::new() } else { format!(", \"Condition\": {condition}") };
    format!(
        "{{ \"Effect\": \"Allow\", \"Principal\": {principal}, \"Action\": \"kms:*\", \"Resource\": \"*\"{condition} }}"
    )
}

fn heredoc(kind: &str, policy: &str) -> String {
    let key = if kind == "aws_kms_key_policy" { "  key_id = \"1\"\n" } else { "" };
    format!("resource \"{kind}\" \"main\" {{\n{key}  policy = <<EOT\n{policy}EOT\n}}\n")
}

fn document(principal: &str) -> String {
    format!(
        "data \"aws_iam_policy_document\" \"key\" {{
  statement {{
    actions   = [\"kms:*\"]
    resources = [\"*\"]
    principals {{
      type        = \"AWS\"
      identifiers = [{principal}]
    }}
  }}
}}

resource \"aws_kms_key\" \"main\" {{
  policy = data.aws_iam_policy_document.key.json
}}
"
    )
}

fn template(kind: &str, statements: &str) -> String {
    format!(
        "Resources:
  Key:
    Type: AWS::KMS::{kind}
    Properties:
      KeyPolicy:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal: {{AWS: !Sub 'arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:root'}}
            Action: 'kms:*'
            Resource: '*'
{statements}"
    )
}

fn cases() -> Vec<Case> {
    let tf = |text: String| vec![("main.tf", text)];
    let heredoc_of =
        |principal: &str, condition: &str| tf(heredoc("aws_kms_key", &policy(&allow(principal, condition))));
    let everyone = r#"{ "AWS": "*" }"#;
    let own_through_s3 = r#"{ "StringEquals": { "kms:CallerAccount": "111122223333", "kms:ViaService": "s3.us-east-1.amazonaws.com" } }"#;
    let through_s3 = r#"{ "StringEquals": { "kms:ViaService": "s3.us-east-1.amazonaws.com" } }"#;
    let star = "\"*\"";
    let public = |path, text| vec![("KMS201", path, text)];
    let jsonencode = |before: &str, after: &str| {
        format!(
            "{before}jsonencode({{
    Version = \"2012-10-17\"
    Statement = [
      {{ Effect = \"Allow\", Principal = {{ AWS = \"arn:aws:iam::111122223333:root\" }}, Action = \"kms:*\", Resource = \"*\" }},
      {{ Effect = \"Allow\", Principal = {{ AWS = \"*\" }}, Action = \"kms:*\", Resource = \"*\" }},
    ]
  }}){after}"
        )
    };
    let case = |name, files, expected| Case { name, files, expected };
    vec![
        case("a_default_datasource", tf(document("\"arn:aws:iam::111122223333:root\"")), vec![]),
        case(
            "b_public_datasource",
            tf(document("\"arn:aws:iam::111122223333:root\", \"*\"")),
            public("main.tf", star),
        ),
        case(
            "c_public_kms_key_policy",
            tf(heredoc("aws_kms_key_policy", &policy(&allow(everyone, "")))),
            public("main.tf", star),
        ),
        case("d_guarded", heredoc_of(everyone, own_through_s3), vec![]),
        case("s3_guarded", heredoc_of(star, own_through_s3), vec![]),
        case("e_viaservice_only", heredoc_of(everyone, through_s3), public("main.tf", star)),
        case(
            "w1_silly_condition",
            heredoc_of(everyone, r#"{ "Bool": { "aws:SecureTransport": "true" } }"#),
            public("main.tf", star),
        ),
        case(
            "w2_any_account",
            heredoc_of(everyone, r#"{ "StringLike": { "kms:CallerAccount": "*" } }"#),
            public("main.tf", star),
        ),
        case("f_heredoc", heredoc_of(star, ""), public("main.tf", star)),
        case(
            "g_heredoc_with_interpolation",
            tf(format!(
                "data \"aws_caller_identity\" \"me\" {{}}\n{}",
                heredoc("aws_kms_key", &policy(&allow(everyone, "")))
                    .replace("111122223333", "${data.aws_caller_identity.me.account_id}")
            )),
            public("main.tf", star),
        ),
        case(
            "k_local_jsonencode",
            tf(jsonencode("locals {\n  policy = ", "\n}\n\nresource \"aws_kms_key\" \"main\" {\n  policy = local.policy\n}\n")),
            public("main.tf", star),
        ),
        case(
            "s_inline_jsonencode",
            tf(jsonencode("resource \"aws_kms_key\" \"main\" {\n  policy = ", "\n}\n")),
            public("main.tf", star),
        ),
        case("s2_list", heredoc_of(r#"{ "AWS": ["arn:aws:iam::111122223333:role/a", "*"] }"#, ""), public("main.tf", star)),
        case(
            "h_public_malformed",
            tf(heredoc("aws_kms_key", &policy(&allow(everyone, "")).replace("\n  ]\n}", ",\n  ]}\n}\n}"))),
            vec![("KMS201", "main.tf", star), ("KMS001", "main.tf", ","), ("KMS001", "main.tf", "}")],
        ),
        case(
            "i_public_file",
            vec![
                ("main.tf", "resource \"aws_kms_key\" \"main\" {\n  policy = file(\"${path.module}/policy.json\")\n}\n".into()),
                ("policy.json", policy(&allow(everyone, ""))),
            ],
            public("policy.json", star),
        ),
        case(
            "j_public_templatefile",
            vec![
                (
                    "main.tf",
                    "resource \"aws_kms_key\" \"main\" {\n  policy = templatefile(\"policy.tpl\", { account = \"111122223333\" })\n}\n"
                        .into(),
                ),
                ("policy.tpl", policy(&allow(everyone, "")).replace("111122223333", "${account}")),
            ],
            public("policy.tpl", star),
        ),
        case(
            "l_lockout",
            tf(heredoc(
                "aws_kms_key",
                &policy(r#"{ "Effect": "Allow", "Principal": { "Service": "logs.us-east-1.amazonaws.com" }, "Action": "kms:Encrypt", "Resource": "*", "Condition": { "StringEquals": { "aws:SourceAccount": "111122223333" } } }"#)
                    .replace(&format!("    {ROOT},\n"), ""),
            )),
            vec![("KMS701", "main.tf", "{…}")],
        ),
        case(
            "m_arn_wildcard",
            heredoc_of(r#"{ "AWS": "arn:aws:iam::*:root" }"#, ""),
            vec![("KMS101", "main.tf", "\"arn:aws:iam::*:root\"")],
        ),
        case(
            "n_notprincipal",
            tf(heredoc(
                "aws_kms_key",
                &policy(r#"{ "Effect": "Allow", "NotPrincipal": { "AWS": "arn:aws:iam::111122223333:role/a" }, "Action": "kms:*", "Resource": "*" }"#),
            )),
            public("main.tf", "\"NotPrincipal\""),
        ),
        case(
            "o_replica_public",
            tf(["aws_kms_replica_key", "aws_kms_external_key"]
                .map(|kind| {
                    let text = heredoc(kind, &policy(&allow(everyone, "")));
                    let primary = "arn:aws:kms:us-east-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab";
                    match kind {
                        "aws_kms_replica_key" => text.replacen("  policy", &format!("  primary_key_arn = \"{primary}\"\n  policy"), 1),
                        _ => text,
                    }
                })
                .concat()),
            vec![("KMS201", "main.tf", star), ("KMS201", "main.tf", star)],
        ),
        case(
            "p_deny_wild",
            tf(heredoc(
                "aws_kms_key",
                &policy(r#"{ "Effect": "Deny", "Principal": "*", "Action": "kms:ScheduleKeyDeletion", "Resource": "*", "Condition": { "StringNotLike": { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/admin" } } }"#),
            )),
            vec![],
        ),
        case(
            "q_module",
            tf("module \"kms\" {
  source  = \"terraform-aws-modules/kms/aws\"
  version = \"~> 3.0\"
  key_statements = [{
    sid        = \"Open\"
    actions    = [\"kms:*\"]
    resources  = [\"*\"]
    principals = [{ type = \"AWS\", identifiers = [\"*\"] }]
  }]
}
"
            .into()),
            public("main.tf", star),
        ),
        case(
            "r_cfn Guarded",
            vec![(
                "template.yaml",
                template(
                    "Key",
                    "          - Effect: Allow
            Principal: {AWS: '*'}
            Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKey*', 'kms:DescribeKey']
            Resource: '*'
            Condition: {StringEquals: {'kms:CallerAccount': !Ref 'AWS::AccountId'}}
",
                ),
            )],
            vec![],
        ),
        case(
            "r_cfn ArnWild",
            vec![(
                "template.yaml",
                template(
                    "Key",
                    "          - Effect: Allow
            Principal: {AWS: !Sub 'arn:${AWS::Partition}:iam::*:root'}
            Action: 'kms:*'
            Resource: '*'
",
                ),
            )],
            vec![("KMS101", "template.yaml", "'arn:${AWS::Partition}:iam::*:root'")],
        ),
        case(
            "r_cfn Replica",
            vec![(
                "template.yaml",
                template(
                    "ReplicaKey",
                    "          - Effect: Allow
            Principal: '*'
            Action: 'kms:*'
            Resource: '*'
      PrimaryKeyArn: arn:aws:kms:us-east-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab
",
                ),
            )],
            public("template.yaml", "'*'"),
        ),
        case(
            "s7_asym",
            tf("resource \"aws_kms_key\" \"hmac\" {\n  customer_master_key_spec = \"HMAC_256\"\n  key_usage = \"GENERATE_VERIFY_MAC\"\n}\n\
                resource \"aws_kms_key\" \"ecc\" {\n  customer_master_key_spec = \"ECC_NIST_P256\"\n  key_usage = \"SIGN_VERIFY\"\n}\n\
                resource \"aws_kms_key\" \"store\" {\n  custom_key_store_id = \"cks-1234567890abcdef0\"\n}\n"
                .into()),
            vec![],
        ),
        case(
            "w3_variable",
            tf("variable \"policy\" {}\n\nresource \"aws_kms_key\" \"main\" {\n  policy = var.policy\n}\n".into()),
            vec![("KMS901", "main.tf", "var.policy")],
        ),
    ]
}

#[test]
fn each_case_is_judged_as_it_should_be_and_at_its_characters() {
    let mut wrong = Vec::new();
    for Case { name, files, expected } in cases() {
        let (report, sources) = report(&files);
        let found = found(&report, &sources);
        let is = |(rule, path, text): &(String, String, String), expected: &(&str, &str, &str)| {
            (rule.as_str(), path.as_str()) == (expected.0, expected.1)
                && (text == expected.2 || (expected.2 == "{…}" && text.starts_with('{')))
        };
        let fits = found.len() == expected.len() && found.iter().zip(&expected).all(|(a, b)| is(a, b));
        if !fits {
            wrong.push(format!("{name}: {found:?}, and not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A rotation that cannot be is asked of no key, whatever the profile.
#[test]
fn keys_that_cannot_rotate_are_not_asked_to() {
    let case = cases().into_iter().find(|case| case.name == "s7_asym").unwrap();
    let sources = Sources::in_memory(case.files.iter().map(|(path, text)| (*path, text.as_str())));
    let input = Input::Terraform { directories: vec![String::new()], files: Vec::new(), explicit: false };
    let mut options = Options::default();
    options.selection.select = vec!["KMS801".to_owned()];
    assert!(lint(&sources, &[input], &options).findings.is_empty());
}
