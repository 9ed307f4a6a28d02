locals {
  names = toset(["zoe", "adam", "zoe", "mia"])
  tags  = tomap({ team = "blue", stage = "prod" })
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = [for n in local.names : "arn:aws:iam::111122223333:user/${n}"] }
      Action    = tolist(toset(["kms:Encrypt", "kms:Decrypt"]))
      Resource  = "*"
      Condition = { StringEquals = { for k, v in local.tags : "aws:PrincipalTag/${k}" => v } }
      }, {
      Effect    = "Deny"
      Principal = { AWS = local.names }
      Action    = tolist(["kms:*"])[0]
      Resource  = "*"
    }]
  })
}
