# Objects whose attributes differ meet as a map where the attributes have one type, and as they are where only one side is empty.
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

resource "aws_kms_key" "map" {
  policy = jsonencode({
    Statement = [merge(local.statement, { Condition = var.mfa ? { NumericLessThan = { "aws:MultiFactorAuthAge" = 300 } } : { Bool = { "aws:MultiFactorAuthPresent" = "true" } } })]
  })
}
