data "aws_iam_policy_document" "key" {
  count = 2

  statement {
    sid       = "Only${count.index}"
    actions   = ["kms:*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::111122223333:role/n${count.index}"]
    }
  }
}

resource "aws_kms_key" "each" {
  count  = 2
  policy = data.aws_iam_policy_document.key[count.index].json
}

resource "aws_kms_key" "legacy" {
  policy = element(data.aws_iam_policy_document.key.*.json, 1)
}
