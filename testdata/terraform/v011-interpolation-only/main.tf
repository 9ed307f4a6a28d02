variable "account" {
  type    = string
  default = "444455556666"
}

variable "actions" {
  type    = list
  default = ["kms:Decrypt", "kms:Encrypt"]
}

data "aws_iam_policy_document" "key" {
  statement {
    sid       = "Partner"
    effect    = "Allow"
    actions   = "${var.actions}"
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["${format("arn:aws:iam::%s:root", var.account)}"]
    }
  }
}

resource "aws_kms_key" "key" {
  description = "${var.account}"
  policy      = "${data.aws_iam_policy_document.key.json}"
}
