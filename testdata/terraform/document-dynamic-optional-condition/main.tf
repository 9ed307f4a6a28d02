variable "org_id" {
  type    = string
  default = null
}

variable "source_arns" {
  type    = list(string)
  default = ["arn:aws:s3:::logs-bucket"]
}

data "aws_iam_policy_document" "key" {
  statement {
    actions   = ["kms:GenerateDataKey"]
    resources = ["*"]
    principals {
      type        = "Service"
      identifiers = ["logging.s3.amazonaws.com"]
    }

    dynamic "condition" {
      for_each = var.org_id == null ? [] : [var.org_id]
      content {
        test     = "StringEquals"
        variable = "aws:SourceOrgID"
        values   = [condition.value]
      }
    }

    dynamic "condition" {
      for_each = length(var.source_arns) > 0 ? [true] : []
      content {
        test     = "ArnEquals"
        variable = "aws:SourceArn"
        values   = var.source_arns
      }
    }
  }
}

resource "aws_kms_key" "this" {
  policy = data.aws_iam_policy_document.key.json
}
