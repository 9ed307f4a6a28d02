data "aws_iam_policy_document" "key" {
  statement {
    effect        = "Deny"
    not_actions   = ["kms:Describe*", "kms:Get*", "kms:List*"]
    not_resources = ["arn:aws:kms:eu-west-1:111122223333:alias/b", "arn:aws:kms:eu-west-1:111122223333:alias/a"]
    not_principals {
      type        = "Service"
      identifiers = ["s3.amazonaws.com"]
    }
  }
}

resource "aws_kms_key" "this" {
  policy = data.aws_iam_policy_document.key.json
}
