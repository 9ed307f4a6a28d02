variable "role" {
  default   = "arn:aws:iam::111122223333:role/quiet"
  sensitive = true
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Principal = { AWS = var.role }, Action = "kms:*", Resource = "*" }]
  })
}
