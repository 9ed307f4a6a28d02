data "aws_caller_identity" "current" {}

locals {
  policy = jsonencode(local.document)
}

locals {
  account = data.aws_caller_identity.current.account_id
  prefix  = "arn:aws:iam::${local.account}"
  roles   = [for r in local.names : "${local.prefix}:role/${r}"]
  names   = split(" ", "alpha beta")
  document = {
    Statement = local.statements
  }
  statements = [
    { Effect = "Allow", Principal = { AWS = "${local.prefix}:root" }, Action = "kms:*", Resource = "*" },
    { Effect = "Allow", Principal = { AWS = local.roles }, Action = "kms:Decrypt", Resource = "*" },
  ]
}

resource "aws_kms_key" "this" {
  policy = local.policy
}
