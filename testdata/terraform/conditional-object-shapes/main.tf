# Different object types cannot meet in a conditional, so people go through a tuple, jsonencode or a merge.
variable "mfa" {
  type    = bool
  default = true
}

locals {
  statement = { Effect = "Allow", Principal = { AWS = "111122223333" }, Action = "kms:*", Resource = "*" }
}

resource "aws_kms_key" "merge" {
  policy = jsonencode({
    Statement = [merge(local.statement, var.mfa ? { Condition = { Bool = { "aws:MultiFactorAuthPresent" = "true" } } } : {})]
  })
}

resource "aws_kms_key" "index" {
  policy = jsonencode({
    Statement = [{ true = merge(local.statement, { Sid = "Mfa" }), false = local.statement }[var.mfa]]
  })
}
