data "aws_iam_policy_document" "key" {
  statement {
    sid       = "Only"
    actions   = ["kms:*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["111122223333"]
    }
  }
}
