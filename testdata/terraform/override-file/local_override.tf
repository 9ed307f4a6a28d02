variable "account" {
  default = "777788889999"
}

locals {
  action = "kms:Encrypt"
}

resource "aws_kms_key" "replaced" {
  policy = jsonencode({ Statement = [{ Sid = "Override", Effect = "Allow", Principal = { AWS = "111122223333" }, Action = "kms:*", Resource = "*" }] })
}
