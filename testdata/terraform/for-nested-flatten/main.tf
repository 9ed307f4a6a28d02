locals {
  accounts = ["444455556666", "777788889999"]
  roles    = ["deploy", "read"]
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = flatten([for id in local.accounts : [for r in local.roles : "arn:aws:iam::${id}:role/${r}"]]) }
      Action    = "kms:Decrypt"
      Resource  = "*"
    }]
  })
}
