locals {
  mixed = ["kms:Verify", ["kms:Sign", toset(["kms:Encrypt", "kms:Decrypt"])], []]
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Principal = { AWS = distinct(["444455556666", 444455556666, "777788889999"]) }, Action = flatten(local.mixed), Resource = "*" }]
  })
}
