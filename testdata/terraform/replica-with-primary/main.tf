resource "aws_kms_key" "primary" {
  multi_region = true
  policy       = data.aws_iam_policy_document.key.json
}

resource "aws_kms_replica_key" "other" {
  primary_key_arn = aws_kms_key.primary.arn
  policy          = data.aws_iam_policy_document.key.json
}

resource "aws_kms_replica_key" "bare" {
  primary_key_arn = aws_kms_key.primary.arn
}

data "aws_iam_policy_document" "key" {
  statement {
    actions   = ["kms:*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["111122223333"]
    }
  }
}
