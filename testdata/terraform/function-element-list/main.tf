# Only a list lets one count from its end.
variable "accounts" {
  type    = list(string)
  default = ["444455556666", "777788889999", "101010101010"]
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Principal = { AWS = [element(var.accounts, -1), element(var.accounts, 7)] }, Action = "kms:Decrypt", Resource = "*" }]
  })
}
