variable "statements" {
  type = map(object({
    sid        = optional(string)
    actions    = optional(list(string), ["kms:Decrypt"])
    principals = optional(list(string))
    resources  = optional(list(string))
    conditions = optional(list(object({
      test     = string
      variable = string
      values   = list(string)
    })), [])
  }))
  default = null
}

data "aws_iam_policy_document" "main" {
  dynamic "statement" {
    for_each = var.statements != null ? var.statements : {}
    content {
      sid       = try(coalesce(statement.value.sid, statement.key), null)
      actions   = statement.value.actions
      resources = try(coalescelist(statement.value.resources, ["*"]), ["*"])
      dynamic "principals" {
        for_each = statement.value.principals != null ? [statement.value.principals] : []
        content {
          type        = "AWS"
          identifiers = principals.value
        }
      }
      dynamic "condition" {
        for_each = statement.value.conditions
        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }
}

resource "aws_kms_key" "main" {
  policy = data.aws_iam_policy_document.main.json
}
