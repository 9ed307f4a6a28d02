variable "readers" {
  type    = list(string)
  default = []
}

variable "accounts" {
  type    = list(string)
  default = ["444455556666"]
}

data "aws_iam_policy_document" "own" {
  statement {
    actions   = ["kms:*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["111122223333"]
    }
  }
}

data "aws_iam_policy_document" "more" {
  count                   = length(var.readers) > 0 || length(var.accounts) > 0 ? 1 : 0
  source_policy_documents = [data.aws_iam_policy_document.own.json]
  dynamic "statement" {
    for_each = length(var.accounts) > 0 ? ["on"] : []
    content {
      sid       = "Accounts"
      actions   = ["kms:Decrypt"]
      resources = ["*"]
      principals {
        type        = "AWS"
        identifiers = formatlist("arn:aws:iam::%s:root", var.accounts)
      }
    }
  }
}

resource "aws_kms_key" "main" {
  policy = try(data.aws_iam_policy_document.more[0].json, data.aws_iam_policy_document.own.json)
}
