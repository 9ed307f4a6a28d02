data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

locals {
  roles = ["reader", "writer"]
}

resource "aws_kms_key" "data" {
  description = format("%s key no. %03d", "data", 7)
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = format("%s%s%%%q", "Root", "-", "x")
        Effect    = "Allow"
        Principal = { AWS = format("arn:%s:iam::%s:root", data.aws_partition.current.partition, data.aws_caller_identity.current.account_id) }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        Sid       = format("%-4s|%5.2f|%t|%x|%04d|%v", "ab", 3.14159, true, 255, 7, ["l"])
        Effect    = "Allow"
        Principal = { AWS = formatlist("arn:aws:iam::%s:role/%s", data.aws_caller_identity.current.account_id, local.roles) }
        Action    = formatlist("kms:%s", ["Decrypt", "Encrypt"])
        Resource  = "*"
      },
    ]
  })
}
