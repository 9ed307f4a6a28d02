data "aws_iam_policy_document" "source" {
  statement {
    sid       = "A"
    actions   = ["kms:Sign"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["111111111111"]
    }
  }
  statement {
    sid       = "B"
    actions   = ["kms:Verify"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["111111111111"]
    }
  }
  statement {
    sid       = "C"
    actions   = ["kms:Decrypt"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["111111111111"]
    }
  }
}

data "aws_iam_policy_document" "override" {
  statement {
    sid       = "B"
    actions   = ["kms:Verify"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["333333333333"]
    }
  }
  statement {
    sid       = "A"
    actions   = ["kms:Sign"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["333333333333"]
    }
  }
}

data "aws_iam_policy_document" "key" {
  source_policy_documents   = [data.aws_iam_policy_document.source.json]
  override_policy_documents = [data.aws_iam_policy_document.override.json]

  statement {
    sid       = "B"
    actions   = ["kms:Verify"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["222222222222"]
    }
  }
  statement {
    sid       = "D"
    actions   = ["kms:Encrypt"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["222222222222"]
    }
  }
}

resource "aws_kms_key" "this" {
  policy = data.aws_iam_policy_document.key.json
}
