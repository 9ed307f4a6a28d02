locals {
  base = {
    Effect   = "Allow"
    Resource = "*"
  }
}

resource "aws_kms_key" "app" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      merge(local.base, { Principal = { AWS = "arn:aws:iam::111122223333:root" }, Action = "kms:*" }),
      merge(local.base, { Principal = { AWS = "*" }, Action = "kms:DisableKey", Effect = "Deny" }),
    ]
  })
}
