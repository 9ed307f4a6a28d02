//! Edits look as if the author had written them, in every notation.

use super::{Editor, Fix, New, apply};
use crate::carrier::{self, Document};
use crate::policy::Policy;
use crate::source::Sources;

type Edits = Option<Vec<super::Edit>>;

/// What a text becomes by the edits that `make` makes of its first policy.
fn edited(path: &str, text: &str, make: impl Fn(&Editor<'_>, &Document, &Policy) -> Edits) -> Option<String> {
    let sources = Sources::in_memory([(path, text)]);
    let file = sources.load(path).unwrap();
    let carried = match path {
        "a.json" => carrier::json::carry(&sources, file, true, &Default::default()),
        "a.yaml" => carrier::cloudformation::carry_yaml(&sources, file, true, &Default::default()),
        _ => carrier::terraform::carry(&sources, &[String::new()]),
    };
    let document = &carried.documents[0];
    let policy = Policy::new(&document.value, &document.key, document.role);
    let fix = Fix::safe("", make(&Editor::of_policy(&sources, document), document, &policy)?);
    Some(apply(&sources, &[&fix]).texts[&file].clone())
}

fn text(text: &str) -> New {
    New::Text(text.to_owned())
}

const JSON: &str = r#"{
  "Statement": [
    {
      "Effect": "Deny",
      "Principal": {"AWS": "arn:aws:iam::111122223333:role/app"},
      "Action": ["kms:De*", "kms:Encrypt"]
    }
  ]
}"#;

const JSONENCODE: &str = r#"resource "aws_kms_key" "a" {
  policy = jsonencode({
    Statement = [{
      Effect    = "Deny"
      Principal = { AWS = "arn:aws:iam::111122223333:role/app" }
      Action    = "kms:De*"
    }]
  })
}
"#;

const DOCUMENT: &str = r#"resource "aws_kms_key" "a" {
  policy = data.aws_iam_policy_document.a.json
}

data "aws_iam_policy_document" "a" {
  statement {
    actions = ["kms:De*"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::111122223333:role/app"]
    }
  }
  statement {
    sid = "second"
  }
}
"#;

#[test]
fn a_member_comes_behind_the_last_one() {
    let add = |editor: &Editor<'_>, _: &Document, policy: &Policy| {
        editor.add_member(policy.statements[0].span, "Resource", &text("*"))
    };
    let json = edited("a.json", JSON, add).unwrap();
    assert!(json.contains("\"kms:Encrypt\"],\n      \"Resource\": \"*\"\n    }"), "{json}");
    let minified = r#"{"Statement":{"Effect":"Deny","Action":"kms:*"}}"#;
    let minified = edited("a.json", minified, add).unwrap();
    assert_eq!(minified, r#"{"Statement":{"Effect":"Deny","Action":"kms:*","Resource":"*"}}"#);
    let hcl = edited("a.tf", JSONENCODE, add).unwrap();
    assert!(hcl.contains("Action    = \"kms:De*\"\n      Resource = \"*\"\n    }]"), "{hcl}");
    let document = edited("a.tf", DOCUMENT, add).unwrap();
    assert!(document.contains("    }\n    resources = [\"*\"]\n  }\n  statement"), "{document}");
}

#[test]
fn quotes_are_escaped_where_the_policy_is_a_string() {
    let quoted = r#"resource "aws_kms_key" "a" {
  policy = "{\"Statement\": [{\"Effect\": \"Deny\", \"Action\": \"kms:*\"}]}"
}
"#;
    let add = |editor: &Editor<'_>, _: &Document, policy: &Policy| {
        editor.add_condition(policy.statements[0].span, "Bool", "kms:GrantIsForAWSResource", "true")
    };
    let found = edited("a.tf", quoted, add).unwrap();
    let wanted = r#"\"kms:*\", \"Condition\": { \"Bool\": { \"kms:GrantIsForAWSResource\": \"true\" } }}]}"#;
    assert!(found.contains(wanted), "{found}");
}

#[test]
fn a_condition_joins_its_operator() {
    let policy = r#"{"Statement": [{
  "Effect": "Allow",
  "Condition": {
    "Bool": {
      "aws:SecureTransport": "true"
    }
  }
}]}"#;
    let add = |operator: &'static str| {
        move |editor: &Editor<'_>, _: &Document, policy: &Policy| {
            editor.add_condition(policy.statements[0].span, operator, "kms:CallerAccount", "1")
        }
    };
    let same = edited("a.json", policy, add("Bool")).unwrap();
    assert!(
        same.contains("\"aws:SecureTransport\": \"true\",\n      \"kms:CallerAccount\": \"1\"\n    }"),
        "{same}"
    );
    let other = edited("a.json", policy, add("StringEquals")).unwrap();
    assert!(other.contains("},\n    \"StringEquals\": { \"kms:CallerAccount\": \"1\" }\n  }"), "{other}");
    let block = edited("a.tf", DOCUMENT, add("Bool")).unwrap();
    let wanted = "    condition {\n      test     = \"Bool\"\n      variable = \"kms:CallerAccount\"\n      \
                  values   = [\"1\"]\n    }\n  }\n  statement";
    assert!(block.contains(wanted), "{block}");
}

#[test]
fn one_string_becomes_several() {
    let several = |editor: &Editor<'_>, _: &Document, policy: &Policy| {
        let pattern = &policy.statements[0].action.as_ref().unwrap().patterns[0];
        editor.set_list(pattern.span, &["kms:Decrypt".to_owned(), "kms:DescribeKey".to_owned()])
    };
    assert!(
        edited("a.json", JSON, several)
            .unwrap()
            .contains(r#"["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt"]"#)
    );
    assert!(edited("a.tf", JSONENCODE, several).unwrap().contains(r#"= ["kms:Decrypt", "kms:DescribeKey"]"#));
    assert!(edited("a.tf", DOCUMENT, several).unwrap().contains(r#"= ["kms:Decrypt", "kms:DescribeKey"]"#));
}

#[test]
fn members_and_items_go_with_their_separators() {
    let member = |editor: &Editor<'_>, _: &Document, policy: &Policy| {
        let statement = &policy.statements[0];
        editor.remove_member(statement.span, statement.action.as_ref().unwrap().key_span)
    };
    let json = edited("a.json", JSON, member).unwrap();
    assert!(json.contains("role/app\"}\n    }"), "{json}");
    let item = |editor: &Editor<'_>, _: &Document, policy: &Policy| {
        editor.remove_item(policy.statements[0].action.as_ref().unwrap().patterns[0].span)
    };
    assert!(edited("a.json", JSON, item).unwrap().contains(r#"["kms:Encrypt"]"#));
    let statement =
        |editor: &Editor<'_>, _: &Document, policy: &Policy| editor.remove_item(policy.statements[0].span);
    assert_eq!(edited("a.json", JSON, statement), None, "the only statement stays");
    let document = edited("a.tf", DOCUMENT, statement).unwrap();
    assert!(document.contains("\"a\" {\n  statement {\n    sid = \"second\"\n  }\n}"), "{document}");
}

#[test]
fn a_string_keeps_its_quotes() {
    let set = |editor: &Editor<'_>, _: &Document, policy: &Policy| {
        editor.set_text(policy.statements[0].action.as_ref().unwrap().patterns[0].span, "kms:Decrypt")
    };
    assert!(edited("a.tf", JSONENCODE, set).unwrap().contains("Action    = \"kms:Decrypt\"\n"));
    let unknown = JSONENCODE.replace("kms:De*", "kms:${var.action}");
    assert_eq!(edited("a.tf", &unknown, set), None, "what is not known stays");
}

/// The first atom of the first statement, under another operator.
fn operator(to: &'static str) -> impl Fn(&Editor<'_>, &Document, &Policy) -> Edits {
    move |editor, _, policy| {
        let statement = &policy.statements[0];
        editor.set_operator(statement, &statement.conditions[0], to)
    }
}

/// A template whose key has a condition of two keys under one operator.
const TEMPLATE: &str = r#"Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement:
          - Effect: Allow
            Action:
              - kms:Decrypt
              - kms:CreateGrant
            Condition:
              StringEqualsIfExists:
                kms:ViaService: s3.eu-west-1.amazonaws.com
                kms:CallerAccount: "111122223333"
          - Sid: Second
"#;

#[test]
fn only_the_atom_that_is_meant_changes_its_operator() {
    let json = r#"{"Statement": [{"Effect": "Allow", "Condition": {
  "StringEqualsIfExists": {
    "kms:ViaService": ["a", "b"],
    "kms:CallerAccount": "1"
  }
}}]}"#;
    let moved = edited("a.json", json, operator("StringEquals")).unwrap();
    let wanted = r#"{
  "StringEqualsIfExists": {
    "kms:CallerAccount": "1"
  },
  "StringEquals": { "kms:ViaService": ["a", "b"] }
}"#;
    assert!(moved.contains(wanted), "{moved}");
    let beside = json.replace("{\"Effect\"", "{ \"Effect\"").replace(
        "\n  }\n}",
        ",\n    \"aws:userid\": \"x\"\n  },\n  \"StringEquals\": { \"aws:PrincipalOrgID\": \"o-1\" }\n}",
    );
    let joined = edited("a.json", &beside, operator("StringEquals")).unwrap();
    let wanted = r#""StringEquals": { "aws:PrincipalOrgID": "o-1", "kms:ViaService": ["a", "b"] }"#;
    assert!(joined.contains(wanted), "{joined}");
    let taken = beside.replace("aws:PrincipalOrgID", "kms:viaservice");
    assert_eq!(edited("a.json", &taken, operator("StringEquals")), None, "it would be an alternative");
    let yaml = edited("a.yaml", TEMPLATE, operator("StringEquals")).unwrap();
    let wanted = "              StringEqualsIfExists:
                kms:CallerAccount: \"111122223333\"
              StringEquals: { kms:ViaService: s3.eu-west-1.amazonaws.com }
";
    assert!(yaml.contains(wanted), "{yaml}");
    let carriage = TEMPLATE.replace('\n', "\r\n");
    let carriage = edited("a.yaml", &carriage, operator("StringEquals")).unwrap();
    assert_eq!(carriage, yaml.replace('\n', "\r\n"));
}

#[test]
fn blocks_of_a_document_change_one_at_a_time() {
    let condition = |variable: &str| {
        format!(
            "    condition {{\n      test = \"Bool\"\n      variable = \"{variable}\"\n      values = [\"true\"]\n    }}\n"
        )
    };
    let one = DOCUMENT.replace("    principals {", &(condition("aws:SecureTransport") + "    principals {"));
    let changed = edited("a.tf", &one, operator("BoolIfExists")).unwrap();
    assert_eq!(changed, one.replace("\"Bool\"", "\"BoolIfExists\""));
    let gone = |editor: &Editor<'_>, _: &Document, policy: &Policy| {
        let statement = &policy.statements[0];
        editor.remove_condition(statement, &statement.conditions[0])
    };
    assert_eq!(edited("a.tf", &one, gone).unwrap(), DOCUMENT);
    let two = condition("aws:SecureTransport") + &condition("aws:ViaAWSService");
    let two = DOCUMENT.replace("    principals {", &(two + "    principals {"));
    assert_eq!(edited("a.tf", &two, operator("BoolIfExists")), None, "which of them is not told");
}

#[test]
fn a_condition_goes_with_what_it_leaves_empty() {
    let gone = |editor: &Editor<'_>, _: &Document, policy: &Policy| {
        let statement = &policy.statements[0];
        editor.remove_condition(statement, &statement.conditions[0])
    };
    let policy =
        |condition: &str| format!(r#"{{"Statement":[{{"Effect":"Allow","Condition":{condition}}}]}}"#);
    let cases = [
        (r#"{"Bool":{"a":"true"}}"#, r#"{"Statement":[{"Effect":"Allow"}]}"#.to_owned()),
        (r#"{"Bool":{"a":"true","b":"true"}}"#, policy(r#"{"Bool":{"b":"true"}}"#)),
        (r#"{"Bool":{"a":"true"},"Null":{"b":"true"}}"#, policy(r#"{"Null":{"b":"true"}}"#)),
    ];
    for (condition, wanted) in cases {
        assert_eq!(edited("a.json", &policy(condition), gone).unwrap(), wanted);
    }
}

#[test]
fn a_list_keeps_what_is_to_stay() {
    let keep = |kept: &'static [usize]| {
        move |editor: &Editor<'_>, _: &Document, policy: &Policy| {
            let patterns = &policy.statements[0].action.as_ref().unwrap().patterns;
            let all: Vec<_> = patterns.iter().map(|pattern| pattern.span).collect();
            editor.keep_items(&all, &kept.iter().map(|at| all[*at]).collect::<Vec<_>>())
        }
    };
    let list = |items: &str| format!("{{\"Statement\":[{{\"Action\":[{items}]}}]}}");
    let three = list("\"kms:a\", \"kms:b\", \"kms:c\"");
    assert_eq!(edited("a.json", &three, keep(&[1])).unwrap(), list("\"kms:b\""));
    assert_eq!(edited("a.json", &three, keep(&[0, 2])).unwrap(), list("\"kms:a\", \"kms:c\""));
    assert_eq!(edited("a.json", &three, keep(&[])), None, "a list of nothing is another mistake");
    let yaml = edited("a.yaml", TEMPLATE, keep(&[1])).unwrap();
    assert!(yaml.contains("Action:\n              - kms:CreateGrant\n            Condition"), "{yaml}");
    let commented = JSONENCODE.replace("\"kms:De*\"", "[\n \"kms:a\", # why\n \"kms:b\"]");
    assert_eq!(edited("a.tf", &commented, keep(&[0])), None, "a comment does not go unasked");
}

#[test]
fn a_statement_is_copied_behind_itself() {
    let split = |editor: &Editor<'_>, _: &Document, policy: &Policy| {
        let statement = &policy.statements[0];
        let effect = editor.set_text(statement.effect_span, "Allow")?;
        editor.split(statement.span, Vec::new(), effect)
    };
    let json = edited("a.json", JSON, split).unwrap();
    assert!(json.contains("    },\n    {\n      \"Effect\": \"Allow\","), "{json}");
    assert_eq!(json.matches("\"Effect\": \"Deny\"").count(), 1, "{json}");
    let sid = |editor: &Editor<'_>, _: &Document, policy: &Policy| {
        editor.split(policy.statements[0].span, Vec::new(), Vec::new())
    };
    let document = edited("a.tf", DOCUMENT, sid).unwrap();
    assert!(document.contains("    }\n  }\n\n  statement {\n    actions = [\"kms:De*\"]"), "{document}");
    let yaml = edited("a.yaml", TEMPLATE, sid).unwrap();
    assert!(yaml.contains("\"111122223333\"\n          - Effect: Allow\n            Action:"), "{yaml}");
    let dashed = TEMPLATE.replace("- Effect", "-\n            Effect");
    let yaml = edited("a.yaml", &dashed, sid).unwrap();
    assert!(yaml.contains("\"111122223333\"\n          -\n            Effect: Allow"), "{yaml}");
    assert_eq!(
        edited("a.json", r#"{"Statement":{"Effect":"Deny"}}"#, split),
        None,
        "it is no item of a list"
    );
}

#[test]
fn names_are_written_as_they_were() {
    let rename = |editor: &Editor<'_>, _: &Document, policy: &Policy| {
        let action = policy.statements[0].action.as_ref().unwrap();
        editor.rename_element(action.key_span, "Action", "NotAction")
    };
    assert!(edited("a.tf", DOCUMENT, rename).unwrap().contains("    not_actions = [\"kms:De*\"]"));
    assert!(edited("a.tf", JSONENCODE, rename).unwrap().contains("      NotAction    = \"kms:De*\""));
    assert!(edited("a.json", JSON, rename).unwrap().contains("\"NotAction\": [\"kms:De*\""));
    // To YAML, `Null` without quotes is nothing.
    let null = |editor: &Editor<'_>, _: &Document, policy: &Policy| {
        editor.add_condition(policy.statements[0].span, "Null", "kms:ViaService", "false")
    };
    let yaml = edited("a.yaml", TEMPLATE, null).unwrap();
    assert!(yaml.contains("              \"Null\": { \"kms:ViaService\": \"false\" }\n"), "{yaml}");
    let first = |editor: &Editor<'_>, _: &Document, policy: &Policy| {
        editor.add_first_member(policy.span, "Version", &text("2012-10-17"))
    };
    assert!(edited("a.json", JSON, first).unwrap().starts_with("{\n  \"Version\": \"2012-10-17\""));
    let yaml = edited("a.yaml", TEMPLATE, first).unwrap();
    assert!(yaml.contains("        Version: \"2012-10-17\"\n        Statement:"), "{yaml}");
}

#[test]
fn what_a_function_chooses_is_left_alone() {
    let split = |editor: &Editor<'_>, _: &Document, policy: &Policy| {
        editor.split(policy.statements[0].span, Vec::new(), Vec::new())
    };
    let chosen = TEMPLATE.replace(
        "          - Effect: Allow\n",
        "          - !If\n            - Wanted\n            - Effect: Allow\n",
    );
    let chosen = chosen
        .replace("\n            Action", "\n              Action")
        .replace("\n            Cond", "\n              Cond");
    let chosen = chosen.replace("          - Sid", "            - !Ref AWS::NoValue\n          - Sid");
    let chosen = format!("Conditions:\n  Wanted: !Equals [!Ref AWS::Region, eu-west-1]\n{chosen}");
    assert_eq!(edited("a.yaml", &chosen, split), None);
    let several = |editor: &Editor<'_>, _: &Document, policy: &Policy| {
        let pattern = &policy.statements[0].action.as_ref().unwrap().patterns[0];
        editor.set_list(pattern.span, &["kms:Decrypt".to_owned(), "kms:DescribeKey".to_owned()])
    };
    for expression in
        ["coalesce(\"kms:De*\", \"b\")", "true ? \"kms:De*\" : \"b\"", "concat([\"kms:De*\"], [\"b\"])"]
    {
        let text = JSONENCODE.replace("\"kms:De*\"", expression);
        assert_eq!(edited("a.tf", &text, several), None, "{expression}");
    }
}
