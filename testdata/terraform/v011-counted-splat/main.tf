variable "enabled" {
  default = "true"
}

data "aws_iam_policy_document" "key" {
  count = "${var.enabled ? 1 : 0}"

  statement {
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = "${split(",", "arn:aws:iam::111122223333:role/a,arn:aws:iam::111122223333:role/b")}"
    }
  }
}

resource "aws_kms_key" "key" {
  count  = "${var.enabled == "true" ? 1 : 0}"
  policy = "${element(concat(data.aws_iam_policy_document.key.*.json, [""]), 0)}"
}
