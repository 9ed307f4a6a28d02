variable "admin_arn" {
  type    = string
  default = ""
}

variable "user_arns" {
  type    = list(string)
  default = []
}

data "aws_caller_identity" "current" {}

locals {
  root = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root"
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = coalesce(null, var.admin_arn, local.root) }
      Action    = "kms:*"
      Resource  = "*"
      }, {
      Effect    = "Allow"
      Principal = { AWS = coalescelist(var.user_arns, [local.root]) }
      Action    = "kms:Decrypt"
      Resource  = "*"
    }]
  })
}
