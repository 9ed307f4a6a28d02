variable "extra_documents" {
  type    = list(string)
  default = ["{\"Statement\":[{\"Sid\":\"Extra\",\"Effect\":\"Allow\",\"Principal\":{\"AWS\":[\"444455556666\"]},\"Action\":[\"kms:Decrypt\"],\"Resource\":\"*\"}]}"]
}

data "aws_iam_policy_document" "base" {
  statement {
    sid       = "Root"
    actions   = ["kms:*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["111122223333"]
    }
  }
}

data "aws_iam_policy_document" "key" {
  source_policy_documents = concat([data.aws_iam_policy_document.base.json], var.extra_documents)
}

resource "aws_kms_key" "this" {
  policy = data.aws_iam_policy_document.key.json
}
