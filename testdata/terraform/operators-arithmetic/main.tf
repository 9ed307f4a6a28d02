locals {
  n = 3
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Id = "${local.n + 1 * 2}|${(local.n + 1) * 2}|${7 % local.n}|${-local.n}|${10 / 2}|${1e3}|${0.1 + 0.2}"
    Statement = [{
      Effect    = local.n >= 3 && local.n < 4 ? "Allow" : "Deny"
      Principal = { AWS = "111122223333" }
      Action    = local.n == 3 ? "kms:*" : "kms:Decrypt"
      Resource  = local.n != "3" ? "*" : "no"
    }]
  })
}
