variable "principals" {
  default = ["444455556666", "arn:aws:iam::777788889999:role/reader", "ops"]
}

locals {
  known = [for p in var.principals : p if can(regex("^(arn:|[0-9]{12}$)", p))]
  roles = [for p in local.known : try(regex("role/(.+)$", p)[0], "root")]
}

resource "aws_kms_key" "main" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for at, p in local.known : {
      Sid       = local.roles[at]
      Effect    = "Allow"
      Principal = { AWS = p }
      Action    = "kms:*"
      Resource  = "*"
    }]
  })
}
