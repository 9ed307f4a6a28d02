data "aws_iam_policy_document" "key" {
  statement {
    sid       = "Admin"
    actions   = var.actions
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = [var.admin_arn]
    }
  }

  dynamic "statement" {
    for_each = var.services
    content {
      sid       = "Service${statement.key}"
      actions   = ["kms:Decrypt"]
      resources = ["*"]
      principals {
        type        = "Service"
        identifiers = ["${statement.value}.amazonaws.com"]
      }
    }
  }
}

resource "aws_kms_key" "main" {
  policy = data.aws_iam_policy_document.key.json
}
