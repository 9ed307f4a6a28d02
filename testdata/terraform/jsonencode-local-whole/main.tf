data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

locals {
  root = "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:root"
  statement = {
    Sid       = "Root"
    Effect    = "Allow"
    Principal = { AWS = local.root }
    Action    = "kms:*"
    Resource  = "*"
  }
  policy = { Version = "2012-10-17", Statement = [local.statement] }
}

resource "aws_kms_key" "app" {
  policy = jsonencode(local.policy)
}
