variable "create" {
  default = true
}

data "aws_iam_policy_document" "this" {
  count = var.create ? 1 : 0

  statement {
    actions   = ["kms:*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = [one(toset(["arn:aws:iam::111122223333:root"]))]
    }
  }
}

resource "aws_kms_key" "this" {
  policy = one(data.aws_iam_policy_document.this[*].json)
}

resource "aws_kms_key" "none" {
  policy = one([])
}
