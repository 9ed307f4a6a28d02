variable "role" {
  type = string
}

locals {
  policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = var.role }, Action = "kms:*", Resource = "*" }] })
}

resource "aws_kms_key" "inner" {
  policy = local.policy
}

output "policy" {
  value = local.policy
}
