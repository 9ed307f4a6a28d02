data "aws_iam_policy_document" "key" {
  version   = "2008-10-17"
  policy_id = "legacy-key"

  statement {
    sid       = ""
    actions   = ["kms:*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["111122223333"]
    }
  }
}

resource "aws_kms_key" "this" {
  policy = data.aws_iam_policy_document.key.json
}
