# A module as people publish it: switches, defaults, a document with dynamic statements, coalesce at the end.
variable "create" { default = true }
variable "policy" { default = null }
variable "enable_default_policy" { default = true }

variable "key_users" {
  type    = list(string)
  default = ["arn:aws:iam::444455556666:role/user-b", "arn:aws:iam::444455556666:role/user-a"]
}

variable "key_administrators" {
  type    = list(string)
  default = []
}

data "aws_partition" "current" { count = var.create ? 1 : 0 }
data "aws_caller_identity" "current" { count = var.create ? 1 : 0 }

locals {
  partition  = try(data.aws_partition.current[0].partition, "")
  account_id = try(data.aws_caller_identity.current[0].account_id, "")
}

data "aws_iam_policy_document" "this" {
  count = var.create ? 1 : 0

  dynamic "statement" {
    for_each = var.enable_default_policy ? [1] : []
    content {
      sid       = "Default"
      actions   = ["kms:*"]
      resources = ["*"]
      principals {
        type        = "AWS"
        identifiers = ["arn:${local.partition}:iam::${local.account_id}:root"]
      }
    }
  }

  dynamic "statement" {
    for_each = length(var.key_administrators) > 0 ? [1] : []
    content {
      sid       = "KeyAdministration"
      actions   = ["kms:Create*", "kms:Put*"]
      resources = ["*"]
      principals {
        type        = "AWS"
        identifiers = var.key_administrators
      }
    }
  }

  dynamic "statement" {
    for_each = length(var.key_users) > 0 ? [1] : []
    content {
      sid       = "KeyUsage"
      actions   = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
      resources = ["*"]
      principals {
        type        = "AWS"
        identifiers = var.key_users
      }
    }
  }
}

resource "aws_kms_key" "this" {
  count  = var.create ? 1 : 0
  policy = coalesce(var.policy, data.aws_iam_policy_document.this[0].json)
}
