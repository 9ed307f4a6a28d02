data "aws_caller_identity" "current" {}

resource "aws_kms_key" "main" {
  bypass_policy_lockout_safety_check = true
}

data "aws_iam_policy_document" "main" {
  statement {
    sid       = "Root"
    actions   = ["kms:*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::${data.aws_caller_identity.current.account_id}:root"]
    }
  }
}

resource "aws_kms_key_policy" "main" {
  key_id                             = aws_kms_key.main.key_id
  bypass_policy_lockout_safety_check = true
  policy                             = data.aws_iam_policy_document.main.json
}
