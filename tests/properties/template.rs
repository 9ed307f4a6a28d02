//! Any template of Terraform or CloudFormation is filled in, and linted as soundly as a policy that was written. The
//! first byte says what kind of template it is.

use kmslint::source::Sources;

use super::{Case, alone, module, sound};

/// What calls the template, with values of each kind in it.
const CALL: &str = r#"
variable "open" {}

data "aws_caller_identity" "current" {}

resource "aws_kms_key" "k" {
  policy = templatefile("t.json.tftpl", {
    account = data.aws_caller_identity.current.account_id
    name    = "App"
    open    = var.open
    yes     = true
    count   = 3
    names   = ["a", "b"]
    tags    = { a = "1", b = var.open }
  })
}
"#;

pub fn holds(data: &[u8]) {
    let Some((kind, text)) = data.split_first() else { return };
    let text = String::from_utf8_lossy(text);
    sound(|| Some(case(*kind, &text)));
}

fn case(kind: u8, text: &str) -> Case {
    let quoted = || serde_json::to_string(text).unwrap();
    match kind % 5 {
        0 => (Sources::in_memory([("main.tf", CALL), ("t.json.tftpl", text)]), vec![module()]),
        1 => {
            let key = format!(
                "variable \"open\" {{}}\n\nresource \"aws_kms_key\" \"k\" {{\n  policy = <<-EOT\n{text}\n  EOT\n}}\n"
            );
            (Sources::in_memory([("main.tf", key.as_str())]), vec![module()])
        }
        2 => alone("policy.json.tpl", text.as_bytes()),
        3 => {
            let sub = format!(r#"{{ "Fn::Sub": [{}, {{ "Name": {{ "Ref": "P" }} }}] }}"#, quoted());
            let template = format!(
                r#"{{ "Parameters": {{ "P": {{ "Type": "String", "Default": "App" }}, "Q": {{ "Type": "String" }} }},
  "Resources": {{ "R": {{ "Type": "AWS::IAM::Role" }}, "K": {{ "Type": "AWS::KMS::Key", "Properties": {{
    "KeyPolicy": {{ "Version": "2012-10-17", "Statement": {{ "Effect": "Allow", "Principal": {{ "AWS": {sub} }},
      "Action": "kms:*", "Resource": "*", "Condition": {{ "StringLike": {{ "kms:ViaService": {sub} }} }} }} }} }} }} }} }}"#
            );
            alone("template.json", template.as_bytes())
        }
        _ => {
            let indented = text.replace('\n', "\n            ");
            let template = format!(
                "Parameters:\n  P:\n    Type: String\nResources:\n  K:\n    Type: AWS::KMS::Key\n    Properties:\n      \
                 KeyPolicy:\n        Statement:\n          - Effect: Allow\n            {indented}\n"
            );
            alone("template.yaml", template.as_bytes())
        }
    }
}
