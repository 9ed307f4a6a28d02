locals {
  accounts = ["777788889999", "444455556666", "101010101010"]
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = [
      { Effect = "Allow", Principal = { AWS = sort(local.accounts) }, Action = reverse(["kms:Decrypt", "kms:Encrypt"]), Resource = "*" },
      { Effect = "Allow", Principal = { AWS = slice(local.accounts, 1, 3) }, Action = "kms:Sign", Resource = "*" },
      { Sid = join(",", sort(["b", "B", "a", "_", "é"])), Effect = "Deny", Principal = "*", Action = "kms:Verify", Resource = "*" },
    ]
  })
}
