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
