variable "users" {}
variable "lead" {}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = [
      { Effect = "Allow", Principal = { AWS = var.lead }, Action = "kms:*", Resource = "*" },
      { Effect = "Allow", Principal = { AWS = var.users }, Action = "kms:Decrypt", Resource = "*" },
    ]
  })
}
