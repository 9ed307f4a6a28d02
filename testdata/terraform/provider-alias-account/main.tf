provider "aws" {
  alias = "other"

  assume_role {
    role_arn = "arn:aws:iam::444455556666:role/provider-alias-account"
  }
}

data "aws_caller_identity" "own" {}

data "aws_caller_identity" "other" {
  provider = aws.other
}

resource "aws_kms_key" "main" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.own.account_id}:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.other.account_id}:root" }
        Action    = "kms:Decrypt"
        Resource  = "*"
      }
    ]
  })
}
