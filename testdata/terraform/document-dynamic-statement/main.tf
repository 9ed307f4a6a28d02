variable "services" {
  default = ["sns", "sqs"]
}

variable "with_root" {
  default = true
}

data "aws_iam_policy_document" "key" {
  dynamic "statement" {
    for_each = var.with_root ? [1] : []
    content {
      sid       = "Root"
      actions   = ["kms:*"]
      resources = ["*"]
      principals {
        type        = "AWS"
        identifiers = ["111122223333"]
      }
    }
  }

  dynamic "statement" {
    for_each = toset(var.services)
    iterator = service
    content {
      sid       = "Allow${title(service.key)}"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey*"]
      resources = ["*"]
      principals {
        type        = "Service"
        identifiers = ["${service.value}.amazonaws.com"]
      }
    }
  }
}

resource "aws_kms_key" "this" {
  policy = data.aws_iam_policy_document.key.json
}
