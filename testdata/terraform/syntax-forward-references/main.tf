# Nothing depends on the order in which things are written.
resource "aws_kms_key" "this" {
  policy = data.aws_iam_policy_document.z.json
}

data "aws_iam_policy_document" "z" {
  source_policy_documents = [data.aws_iam_policy_document.a.json]
}

data "aws_iam_policy_document" "a" {
  statement {
    actions   = local.actions
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = [local.root]
    }
  }
}

locals {
  root    = "arn:aws:iam::${data.aws_caller_identity.self.account_id}:root"
  actions = var.actions
}

variable "actions" { default = ["kms:*"] }

data "aws_caller_identity" "self" {}
