data "aws_caller_identity" "current" {}

locals {
  role  = "arn:aws:iam::444455556666:role/service/app"
  parts = regex("^arn:aws:iam::(?P<account>\\d{12}):role/(?P<path>.*)$", local.role)
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = [{
      Sid       = regex("[a-z]+$", local.role)
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${local.parts.account}:root" }
      Action    = "kms:Decrypt"
      Resource  = "*"
      Condition = { ArnLike = { "aws:PrincipalArn" = "arn:aws:sts::${regex("::(\\d+):", local.role)[0]}:assumed-role/${local.parts["path"]}/*" } }
      }, {
      Effect    = "Allow"
      Principal = { AWS = regexall("\\d{12}", "444455556666 and 777788889999") }
      Action    = length(regexall("zzz", local.role)) > 0 ? "kms:*" : "kms:Verify"
      Resource  = "*"
    }]
  })
}
