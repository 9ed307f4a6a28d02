data "aws_iam_policy_document" "key" {
  statement {
    actions   = ["kms:Decrypt", "kms:encrypt", "kms:Decrypt", "kms:Encrypt*", "kms:*"]
    resources = ["*", "*"]
    principals {
      type        = "AWS"
      identifiers = ["444455556666", "arn:aws:iam::444455556666:root", "444455556666"]
    }
  }
}

resource "aws_kms_key" "this" {
  policy = data.aws_iam_policy_document.key.json
}
