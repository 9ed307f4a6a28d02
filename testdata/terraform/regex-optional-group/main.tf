locals {
  names = ["orders", "orders-eu"]
  parts = [for name in local.names : regex("^([a-z]+)(?:-([a-z]{2}))?$", name)]
}

resource "aws_kms_key" "main" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for part in local.parts : {
      Sid       = "${part[0]}${part[1] == null ? "Everywhere" : upper(part[1])}"
      Effect    = "Allow"
      Principal = { AWS = "111122223333" }
      Action    = "kms:*"
      Resource  = "*"
    }]
  })
}
