variable "readers" {
  type    = list(string)
  default = []
}

data "aws_iam_policy_document" "key" {
  statement {
    sid       = "Nobody"
    actions   = ["kms:Decrypt"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = var.readers
    }
  }
}

resource "aws_kms_key" "this" {
  policy = data.aws_iam_policy_document.key.json
}
