variable "services" {
  type    = set(string)
  default = ["sns", "cloudwatch"]
}

data "aws_iam_policy_document" "main" {
  dynamic "statement" {
    for_each = var.services
    content {
      sid       = "For${title(statement.key)}"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey*"]
      resources = ["*"]
      principals {
        type        = "Service"
        identifiers = ["${statement.value}.amazonaws.com"]
      }
    }
  }
}

resource "aws_kms_key" "main" {
  policy = data.aws_iam_policy_document.main.json
}
