data "aws_caller_identity" "current" {}

locals {
  operator = "StringEquals"
  tag      = "cost-center"
}

resource "aws_kms_key" "app" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root" }
      Action    = "kms:Decrypt"
      Resource  = "*"
      Condition = {
        (local.operator) = {
          "aws:PrincipalTag/${local.tag}" = "4711"
          "kms:EncryptionContext:app"     = ["web", "worker"]
        }
      }
    }]
  })
}
