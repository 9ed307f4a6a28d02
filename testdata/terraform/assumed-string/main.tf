variable "user_arn" {
  description = "who may use the key"
  type        = string
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { AWS = var.user_arn }, Action = "kms:Decrypt", Resource = "*" }]
  })
}
