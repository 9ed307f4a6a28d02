locals {
  pool  = "arn:aws:iam::111122223333:role/team/orders-writer"
  parts = regex("^arn:aws:iam::(\\d{12}):role/(.*)$", local.pool)
  named = regex("(?P<team>[a-z]+)/(?P<role>[a-z-]+)$", local.pool)
  plain = regex("[a-z]+-[a-z]+$", local.pool)
}

resource "aws_kms_key" "main" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "${title(local.named.team)}${length(local.plain)}"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${local.parts[0]}:role/${local.parts[1]}" }
      Action    = "kms:*"
      Resource  = "*"
    }]
  })
}
