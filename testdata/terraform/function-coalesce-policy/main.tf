variable "policy" {
  type    = string
  default = null
}

data "aws_iam_policy_document" "this" {
  count = 1

  statement {
    sid       = "Default"
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::111122223333:root"]
    }
  }
}

resource "aws_kms_key" "this" {
  policy = coalesce(var.policy, data.aws_iam_policy_document.this[0].json)
}
