variable "account" {
  default = "444455556666"
}

locals {
  action = "kms:Decrypt"
  effect = "Allow"
}

resource "aws_kms_key" "this" {
  description = "kept"
  policy      = jsonencode({ Statement = [{ Sid = "Base", Effect = local.effect, Principal = { AWS = var.account }, Action = local.action, Resource = "*" }] })
}

resource "aws_kms_key" "replaced" {
  policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "kms:*", Resource = "*" }] })
}
