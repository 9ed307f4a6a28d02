variable "accounts" {
  type    = set(string)
  default = ["777788889999", "444455556666"]
}

locals {
  actions = toset(["kms:Encrypt", "kms:Decrypt"])
}

resource "aws_kms_key" "main" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [for key, value in var.accounts : {
        Sid       = "A${key}"
        Effect    = "Allow"
        Principal = { AWS = value }
        Action    = [for a, b in local.actions : a]
        Resource  = "*"
      }],
      [for key, value in setunion(["a"], ["b", "a"]) : {
        Sid       = "S${key}${value}"
        Effect    = "Allow"
        Principal = { AWS = "111122223333" }
        Action    = "kms:*"
        Resource  = "*"
      }],
    )
  })
}
