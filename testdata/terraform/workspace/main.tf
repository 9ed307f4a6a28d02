locals {
  accounts = { default = "444455556666", production = "777788889999" }
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Id        = "key-${terraform.workspace}"
    Statement = [{ Effect = "Allow", Principal = { AWS = local.accounts[terraform.workspace] }, Action = terraform.workspace == "production" ? "kms:*" : "kms:Decrypt", Resource = "*" }]
  })
}
