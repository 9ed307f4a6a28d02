variable "admin" {
  type = string
}

variable "services" {
  type    = list(string)
  default = ["s3"]
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = [
      { Effect = "Allow", Principal = { AWS = var.admin }, Action = "kms:*", Resource = "*" },
      { Effect = "Allow", Principal = { Service = [for s in var.services : "${s}.amazonaws.com"] }, Action = "kms:Decrypt", Resource = "*" },
    ]
  })
}
