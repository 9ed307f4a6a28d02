variable "statements" {
  type = any
  default = [
    {
      sid     = "Decrypt"
      actions = ["kms:Decrypt"]
      principals = [
        { type = "AWS", identifiers = ["444455556666"] },
        { type = "Service", identifiers = ["lambda.amazonaws.com"] },
      ]
      conditions = [
        { test = "StringEquals", variable = "aws:PrincipalOrgID", values = ["o-a1b2c3d4e5"] },
      ]
    },
    {
      sid        = "Describe"
      actions    = ["kms:DescribeKey"]
      principals = [{ type = "*", identifiers = ["*"] }]
      conditions = []
    },
  ]
}

data "aws_iam_policy_document" "key" {
  dynamic "statement" {
    for_each = var.statements

    content {
      sid       = try(statement.value.sid, null)
      effect    = try(statement.value.effect, "Allow")
      actions   = try(statement.value.actions, null)
      resources = try(statement.value.resources, ["*"])

      dynamic "principals" {
        for_each = try(statement.value.principals, [])
        content {
          type        = principals.value.type
          identifiers = principals.value.identifiers
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

resource "aws_kms_key" "this" {
  policy = data.aws_iam_policy_document.key.json
}
