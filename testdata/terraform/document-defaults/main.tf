# No version, no effect, no sid, no resources.
data "aws_iam_policy_document" "key" {
  statement {
    actions = ["kms:Decrypt", "kms:Encrypt", "kms:DescribeKey"]

    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::111122223333:role/b", "arn:aws:iam::111122223333:role/c", "arn:aws:iam::111122223333:role/a"]
    }
  }
}

resource "aws_kms_key" "this" {
  policy = data.aws_iam_policy_document.key.json
}
