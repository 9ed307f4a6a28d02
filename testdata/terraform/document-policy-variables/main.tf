data "aws_iam_policy_document" "key" {
  statement {
    actions   = ["kms:Decrypt"]
    resources = ["arn:aws:kms:*:*:key/&{aws:PrincipalTag/key}"]
    principals {
      type        = "AWS"
      identifiers = ["111122223333"]
    }
    condition {
      test     = "StringEquals"
      variable = "kms:EncryptionContext:user"
      values   = ["&{aws:username}", "$${aws:userid}", "a & b {c}"]
    }
  }
}

resource "aws_kms_key" "this" {
  policy = data.aws_iam_policy_document.key.json
}
