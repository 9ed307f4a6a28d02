variable "use_default" {
  default = true
}

data "aws_iam_policy_document" "custom" {
  statement {
    actions   = ["kms:*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::111122223333:root"]
    }
  }
}

resource "aws_kms_key" "default" {
  policy = var.use_default ? null : data.aws_iam_policy_document.custom.json
}

resource "aws_kms_key" "custom" {
  policy = !var.use_default ? null : data.aws_iam_policy_document.custom.json
}
