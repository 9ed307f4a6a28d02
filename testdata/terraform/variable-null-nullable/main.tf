variable "sid" {
  type     = string
  default  = "Root"
  nullable = false
}

variable "id" {
  default = null
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Id        = var.id
    Statement = [{ Sid = var.sid, Effect = "Allow", Principal = { AWS = "111122223333" }, Action = "kms:*", Resource = "*" }]
  })
}
