variable "settings" {
  type = object({
    reader = string
    writer = string
  })
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = [
      { Effect = "Allow", Principal = { AWS = var.settings.reader }, Action = "kms:Decrypt", Resource = "*" },
      { Effect = "Allow", Principal = { AWS = "arn:aws:iam::111122223333:role/${var.settings.writer}" }, Action = "kms:Encrypt", Resource = "*" },
    ]
  })
}
