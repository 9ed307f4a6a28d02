variable "environment" {
  default = "staging"
}

locals {
  accounts = {
    production = "444455556666"
    staging    = "777788889999"
  }
  actions = ["kms:Decrypt", "kms:Encrypt", "kms:DescribeKey"]
}

resource "aws_kms_key" "env" {
  policy = jsonencode({
    Statement = [
      {
        Effect    = "Allow"
        Principal = { AWS = lookup(local.accounts, var.environment) }
        Action    = element(local.actions, 4)
        Resource  = "*"
      },
      {
        Effect    = "Allow"
        Principal = { AWS = lookup(local.accounts, "sandbox", "111122223333") }
        Action    = element(local.actions, length(local.actions) - 1)
        Resource  = "*"
      },
    ]
  })
}
