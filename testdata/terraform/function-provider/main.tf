terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

locals {
  role = provider::aws::arn_parse("arn:aws:iam::444455556666:role/app")
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = provider::aws::arn_build("aws", "iam", "", local.role.account_id, "root") }
      Action    = "kms:Decrypt"
      Resource  = "*"
    }]
  })
}
