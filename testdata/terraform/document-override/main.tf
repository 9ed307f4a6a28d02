data "aws_iam_policy_document" "patch" {
  statement {
    sid       = "Use"
    effect    = "Deny"
    actions   = ["kms:Decrypt"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["777788889999"]
    }
  }
  statement {
    sid       = "New"
    actions   = ["kms:Verify"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["777788889999"]
    }
  }
}

data "aws_iam_policy_document" "key" {
  override_policy_documents = [data.aws_iam_policy_document.patch.json, ""]

  statement {
    sid       = "Use"
    actions   = ["kms:Encrypt", "kms:Decrypt"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["444455556666"]
    }
  }
  statement {
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
