variable "users" {
  type = list(string)
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Principal = { AWS = var.users }, Action = "kms:Decrypt", Resource = "*" }]
  })
}
