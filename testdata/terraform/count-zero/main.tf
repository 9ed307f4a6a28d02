variable "create" {
  default = false
}

resource "aws_kms_key" "optional" {
  count  = var.create ? 1 : 0
  policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "kms:*", Resource = "*" }] })
}

resource "aws_kms_key" "always" {
  count  = 1
  policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = "111122223333" }, Action = "kms:*", Resource = "*", Sid = "n${length(aws_kms_key.optional)}" }] })
}
