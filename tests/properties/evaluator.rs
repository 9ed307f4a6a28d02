//! Any expression, any locals and any module evaluate to something, the same each time. The first byte says what the
//! rest is.

use kmslint::source::Sources;

use super::{Case, module, sound};

/// What stands around the locals.
const KEY: &str = r#"
variable "name" {}

variable "names" {
  type    = list(string)
  default = ["a", "b"]
}

resource "aws_kms_key" "k" {
  policy = jsonencode({ Version = "2012-10-17", Statement = local.x })
}
"#;

/// What calls a module.
const CALL: &str = r#"
variable "open" {}

module "kms" {
  source = "./kms"
  count  = 2
  name   = "App"
  names  = ["a", var.open]
  admin  = "arn:aws:iam::111122223333:role/Admin"
}

resource "aws_kms_key" "k" {
  policy = module.kms[0].policy
}
"#;

pub fn holds(data: &[u8]) {
    let Some((kind, text)) = data.split_first() else { return };
    let text = String::from_utf8_lossy(text);
    sound(|| Some(case(*kind, &text)));
}

fn case(kind: u8, text: &str) -> Case {
    let sources = match kind % 3 {
        0 => {
            let locals = format!("locals {{\n  x = {text}\n}}\n{KEY}");
            Sources::in_memory([("main.tf", locals.as_str())])
        }
        1 => Sources::in_memory([("main.tf", format!("{text}\n{KEY}").as_str())]),
        _ => Sources::in_memory([("main.tf", CALL), ("kms/main.tf", text)]),
    };
    (sources, vec![module()])
}
