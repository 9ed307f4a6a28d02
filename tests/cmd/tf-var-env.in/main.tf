variable "principal" {
  type = string
}

variable "actions" {
  type    = list(string)
  default = ["kms:Decrypt"]
}

data "aws_iam_policy_document" "key" {
  statement {
    actions   = var.actions
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = [var.principal]
    }
  }
}

resource "aws_kms_key" "key" {
  policy = data.aws_iam_policy_document.key.json
}
