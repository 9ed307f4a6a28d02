variable "trusted" {
  type = map(string)
}

variable "text" {}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Id        = var.text
    Statement = [for name, id in var.trusted : { Sid = name, Effect = "Allow", Principal = { AWS = id }, Action = "kms:Decrypt", Resource = "*" }]
  })
}
