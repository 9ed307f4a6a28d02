variable "policy" {
  type    = string
  default = ""
}

data "aws_iam_policy_document" "default" {
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
  policy = try(length(var.policy), 0) > 0 ? var.policy : data.aws_iam_policy_document.default.json
}
